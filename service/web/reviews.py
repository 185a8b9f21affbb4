"""Reviews: a reviewer agrees or disagrees with a verdict, and a studio decides what that makes of its standard."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from catalog.errors import InvalidFields, NotFound, RuleBroken
from catalog.inspections import Verdict
from catalog.permissions import Permission
from catalog.standards import StandardState
from catalog.store import calibrations, corrections
from catalog.store.tables import ReferenceStandard
from service.context import current_parts
from service.database import current_session
from service.messages import field_sentence, sentence
from service.recalibration import Recalibration, read_recalibration, use_proposal
from service.security import current_actor, requires
from service.visible import get_own_standard, get_photo_to_review
from service.web.review_words import describe_history, describe_recalibration

MOST_SHOWN = 60

blueprint = Blueprint("reviews", __name__)


@blueprint.post("/pieces/<uuid:photo_id>/correction")
@requires(Permission.REVIEW_PIECES)
def correct(photo_id: uuid.UUID) -> Response:
    """Say of an inspected piece that it is good, or that it has a defect."""
    photo = get_photo_to_review(photo_id)
    opinion, note = request.form.get("opinion", ""), request.form.get("note", "")
    try:
        corrections.correct(current_session(), photo, opinion, note, current_actor().person_id)
    except InvalidFields as error:
        flash(" ".join(dict.fromkeys(field_sentence(code) for code in error.fields.values())), "error")
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        flash(gettext("Noted. The inspector's verdict stays beside it."), "success")
    return redirect(url_for("batches.piece", photo_id=photo_id, _anchor="review"), 303)


@blueprint.post("/pieces/<uuid:photo_id>/correction/withdraw")
@requires(Permission.REVIEW_PIECES)
def withdraw(photo_id: uuid.UUID) -> Response:
    photo = get_photo_to_review(photo_id)
    if corrections.withdraw(current_session(), photo, current_actor().person_id):
        flash(gettext("Withdrawn."), "success")
    return redirect(url_for("batches.piece", photo_id=photo_id, _anchor="review"), 303)


@blueprint.get("/standards/<uuid:standard_id>/corrections")
@requires(Permission.WRITE_STANDARDS)
def show(standard_id: uuid.UUID) -> Response | str:
    """What the corrections would change, and the limits that the standard has had."""
    standard = get_own_standard(standard_id)
    if standard.state != StandardState.ACTIVE:
        flash(sentence("standard_is_not_active"), "info")
        return redirect(_page_of(standard), 303)
    found = read_recalibration(current_session(), standard)
    return _corrections_page(standard, found)


def _page_of(standard: ReferenceStandard) -> str:
    return url_for("standards.show", standard_id=standard.id)


def _corrections_page(standard: ReferenceStandard, found: Recalibration) -> str:
    session = current_session()
    changed = tuple(each.photo_id for each in found.effect.changed)
    shown = [photo_id for ids in (changed, found.alike, found.waiting) for photo_id in ids[:MOST_SHOWN]]
    return render_template(
        "reviews/standard.html",
        standard=standard,
        found=found,
        words=describe_recalibration(found),
        total=sum(found.effect.counts[verdict][0] for verdict in Verdict),
        photos=corrections.photos_by_id(session, shown),
        history=describe_history(standard, calibrations.calibrations_of(session, standard.id)),
        most_shown=MOST_SHOWN,
    )


@blueprint.post("/standards/<uuid:standard_id>/corrections/use")
@requires(Permission.WRITE_STANDARDS)
def use(standard_id: uuid.UUID) -> Response:
    """Put the proposed limit in force: the one that was shown, or none."""
    standard = get_own_standard(standard_id, lock=True)
    parts, person_id = current_parts(), current_actor().person_id
    try:
        use_proposal(current_session(), parts, standard, request.form.get("proposal", ""), person_id)
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        flash(gettext("The new limit is in force for what is inspected from now on."), "success")
    return redirect(url_for("reviews.show", standard_id=standard_id), 303)


@blueprint.post("/standards/<uuid:standard_id>/corrections/back")
@requires(Permission.WRITE_STANDARDS)
def go_back(standard_id: uuid.UUID) -> Response:
    """Put an earlier limit in force again."""
    standard = get_own_standard(standard_id, lock=True)
    number = request.form.get("number", -1, type=int)
    try:
        calibrations.go_back(current_session(), standard, number, current_actor().person_id)
    except (NotFound, RuleBroken) as error:
        flash(sentence(error.code, error.details), "error")
    else:
        flash(gettext("The earlier limit is in force again."), "success")
    return redirect(url_for("reviews.show", standard_id=standard_id), 303)
