"""Reference standards: collect photos of good pieces, fit, read the report, activate."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from catalog.errors import InvalidFields, NotFound, RuleBroken
from catalog.permissions import Permission, may_edit_design, may_see_standard
from catalog.standards import MAX_REFERENCES, MIN_REFERENCES, OPEN_STATES, StandardState, View, longer_side_mm
from catalog.store import calibrations, corrections
from catalog.store import standards as records
from catalog.store.tables import DesignVersion, ReferencePhoto, ReferenceStandard
from service.context import current_parts
from service.database import current_session
from service.inspection import receive_reference
from service.messages import field_sentence, sentence
from service.security import current_actor, requires
from service.visible import get_own_standard
from service.web.incoming import allow_many_photos, answer_photos
from service.web.region_form import RegionForm, read_region, show_refused, show_region
from service.web.self_test_words import Sees, describe_self_test
from service.web.standard_words import describe_failure, describe_report, failed_references
from service.web.studio import own_version, version_page
from service.words import VIEWS, view_label

blueprint = Blueprint("standards", __name__)
blueprint.add_app_template_filter(view_label, "view_label")


@blueprint.url_value_preprocessor
def allow_many(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "standards.add_reference":
        allow_many_photos(Permission.WRITE_STANDARDS, MAX_REFERENCES)


@blueprint.route("/studio/designs/<uuid:version_id>/standards", methods=["GET", "POST"])
@requires(Permission.WRITE_STANDARDS)
def new(version_id: uuid.UUID) -> Response | str | tuple[str, int]:
    """The standards of a version, and the start of another one."""
    version = own_version(version_id)
    if request.method == "GET":
        return _standards_page(version)
    try:
        standard = records.add_standard(
            current_session(), version, request.form.get("view", ""), current_actor().person_id
        )
    except InvalidFields as error:
        return _standards_page(version, field_sentence(error.fields["view"])), 422
    return redirect(url_for("standards.show", standard_id=standard.id), 303)


def _standards_page(version: DesignVersion, error: str = "") -> str:
    standards = records.standards_of(current_session(), version.id)
    return version_page(
        "standards/list.html",
        version,
        standards=standards,
        error=error,
        views=list(VIEWS.items()),
        chosen=request.form.get("view", ""),
    )


@blueprint.get("/standards/<uuid:standard_id>")
@requires(Permission.VIEW_STANDARDS)
def show(standard_id: uuid.UUID) -> str:
    standard = records.get_standard(current_session(), standard_id)
    version = standard.version
    is_active = standard.state == StandardState.ACTIVE
    if not may_see_standard(current_actor(), version.design.studio_id, is_active):
        raise NotFound("standard_not_found")
    return _standard_page(standard, show_region(standard.region))


def _standard_page(standard: ReferenceStandard, region: RegionForm) -> str:
    version = standard.version
    may_edit = may_edit_design(current_actor(), version.design.studio_id)
    calibration = calibrations.find_in_force(current_session(), standard.id)
    report = standard.report if calibration is None else calibration.report
    return render_template(
        "standards/show.html",
        standard=standard,
        version=version,
        may_change=may_edit and standard.state in OPEN_STATES,
        may_edit=may_edit,
        marked={reference.id for reference in marked_references(standard)} if may_edit else set(),
        active=_active_of_view(standard),
        words=describe_report(report) if report else None,
        sees=_sees(version, standard.view, report) if report else None,
        corrections=corrections.count_corrections(current_session(), standard.id) if may_edit else 0,
        calibration=calibration,
        region=region,
        failure=_failure(standard),
        least=MIN_REFERENCES,
        most=MAX_REFERENCES,
        most_mb=current_parts().settings.max_photo_mb,
    )


def _sees(version: DesignVersion, view: View, report: dict[str, Any]) -> Sees | None:
    return describe_self_test(report, longer_side_mm(view, version.dimensions_mm))


def _failure(standard: ReferenceStandard) -> str:
    if standard.state != StandardState.FAILED:
        return ""
    return describe_failure(standard.fit_failure, standard.references)


def _active_of_view(standard: ReferenceStandard) -> ReferenceStandard | None:
    """The standard that is in use for this view of this version, if there is one."""
    others = records.standards_of(current_session(), standard.version_id)
    active = (other for other in others if other.state == StandardState.ACTIVE)
    return next((other for other in active if other.view == standard.view), None)


def marked_references(standard: ReferenceStandard) -> list[ReferencePhoto]:
    """The photos that report or failure point at."""
    if standard.state == StandardState.FAILED:
        return failed_references(standard.fit_failure, standard.references)
    return records.outliers_of(standard)


@blueprint.post("/standards/<uuid:standard_id>/references")
@requires(Permission.WRITE_STANDARDS)
def add_reference(standard_id: uuid.UUID) -> Response:
    get_own_standard(standard_id)
    parts = current_parts()

    def keep(file_name: str, data: bytes) -> tuple[dict[str, Any], bool]:
        reference, is_new = receive_reference(current_session(), parts, standard_id, file_name, data)
        return {"id": str(reference.id), "sha256": reference.image_key}, is_new

    return answer_photos(keep, url_for("standards.show", standard_id=standard_id))


@blueprint.post("/standards/<uuid:standard_id>/references/<uuid:reference_id>/remove")
@requires(Permission.WRITE_STANDARDS)
def remove_reference(standard_id: uuid.UUID, reference_id: uuid.UUID) -> Response:
    standard = get_own_standard(standard_id, lock=True)
    if records.remove_references(current_session(), standard, {reference_id}):
        flash(gettext("The photo is removed."), "success")
    return redirect(url_for("standards.show", standard_id=standard.id), 303)


@blueprint.post("/standards/<uuid:standard_id>/references/remove-marked")
@requires(Permission.WRITE_STANDARDS)
def remove_marked(standard_id: uuid.UUID) -> Response:
    """Take away all photos that the report or the failure points at, and fit again."""
    standard = get_own_standard(standard_id, lock=True)
    marked = {reference.id for reference in marked_references(standard)}
    removed = records.remove_references(current_session(), standard, marked)
    if removed:
        words = ngettext("%(num)s photo is removed.", "%(num)s photos are removed.", len(removed))
        flash(words, "success")
    return _start_fit(standard)


@blueprint.post("/standards/<uuid:standard_id>/region")
@requires(Permission.WRITE_STANDARDS)
def set_region(standard_id: uuid.UUID) -> Response | tuple[str, int]:
    """Say where the piece is in every photo, or (with `clear`) let it be found."""
    standard = get_own_standard(standard_id, lock=True)
    try:
        region = None if request.form.get("clear") else read_region(request.form)
        is_news = records.set_region(current_session(), standard, region)
    except InvalidFields as error:
        return _standard_page(standard, show_refused(request.form, error)), 422
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        if is_news:
            done = gettext("The piece is found by itself.") if region is None else gettext("Only this part is judged.")
            flash(done, "success")
    return redirect(url_for("standards.show", standard_id=standard.id), 303)


@blueprint.post("/standards/<uuid:standard_id>/fit")
@requires(Permission.WRITE_STANDARDS)
def fit(standard_id: uuid.UUID) -> Response:
    return _start_fit(get_own_standard(standard_id, lock=True))


def _start_fit(standard: ReferenceStandard) -> Response:
    """Queue the fit; a standard with too few photos says so and waits for more."""
    try:
        records.start_fit(current_session(), standard)
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        current_parts().queue.fit(current_session(), standard.id)
    return redirect(url_for("standards.show", standard_id=standard.id), 303)


@blueprint.get("/standards/<uuid:standard_id>/state")
@requires(Permission.WRITE_STANDARDS)
def state(standard_id: uuid.UUID) -> Response:
    """How far the fit is: {"state", "progress" (0..1), "is_fitting"}."""
    standard = get_own_standard(standard_id)
    is_fitting = standard.state == StandardState.FITTING
    return jsonify(state=standard.state, progress=standard.fit_progress, is_fitting=is_fitting)


@blueprint.post("/standards/<uuid:standard_id>/activate")
@requires(Permission.WRITE_STANDARDS)
def activate(standard_id: uuid.UUID) -> Response:
    standard = get_own_standard(standard_id, lock=True)
    try:
        records.activate(current_session(), standard)
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        flash(gettext("The standard is in use. Workshops are inspected against it from now on."), "success")
    return redirect(url_for("standards.show", standard_id=standard.id), 303)
