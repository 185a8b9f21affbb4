"""The studio: a designer writes designs and starts the next version of what is published."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from catalog.designs import DIMENSIONS, EMPTY_DRAFT, VersionState
from catalog.errors import InvalidFields, NotFound, WrongState
from catalog.families import missing_attributes
from catalog.numbers import parse_money
from catalog.organisations import Role
from catalog.permissions import Permission, may_edit_design
from catalog.publishing import may_review_design
from catalog.store import designs as records
from catalog.store import drafts, publishing
from catalog.store import money as rates
from catalog.store.tables import DesignVersion
from service.attribute_words import attribute_name, attributes_in_words, bounds_in_words, choice_pair
from service.database import current_session
from service.language import current_language
from service.licence_words import licence_address, licence_explanation, licence_name
from service.messages import field_sentences, sentence
from service.money_words import conversion_sentence, currency_choices, format_money
from service.origins import find_origin, find_origins
from service.security import current_actor, requires
from service.web.design_form import DesignForm, field_labels, read_form, show_draft, take
from service.web.form_groups import groups_of, missing_link
from service.web.licence_form import licence_groups
from service.web.stale_form import Change, Opened, Said, changes_of_others, opened_on
from service.web.typed_numbers import format_size
from service.words import craft_names

blueprint = Blueprint("studio", __name__)
blueprint.add_app_template_filter(format_size, "size")
blueprint.add_app_template_filter(format_money, "money")
blueprint.add_app_template_filter(licence_name)
blueprint.add_app_template_filter(licence_explanation)
blueprint.add_app_template_filter(licence_address)
blueprint.add_app_template_filter(missing_link)
blueprint.add_app_template_filter(bounds_in_words, "bounds")
blueprint.add_app_template_filter(attribute_name)
blueprint.add_app_template_filter(choice_pair)


def own_version(version_id: uuid.UUID, *, lock: bool = False) -> DesignVersion:
    """A version that the actor may edit. Raises: NotFound, also for those of others."""
    version = records.get_version(current_session(), version_id, lock=lock)
    if not may_edit_design(current_actor(), version.design.studio_id):
        raise NotFound("design_not_found")
    return version


@blueprint.get("/studio/designs")
@requires(Permission.WRITE_DESIGNS)
def designs() -> str:
    session, actor = current_session(), current_actor()
    studio_id = None if actor.role == Role.ADMINISTRATOR else actor.organisation_id
    waiting = publishing.waiting_for_review(session, studio_id)
    return render_template(
        "studio/designs.html",
        versions=records.designs_of(session, studio_id),
        to_review=[each for each in waiting if may_review_design(actor, each.design.studio_id, each.submitted_by)],
        completeness_of=publishing.completeness_of,
        published_of=lambda version: records.published_version(version.design),
    )


@blueprint.route("/studio/designs/new", methods=["GET", "POST"])
@requires(Permission.WRITE_DESIGNS)
def new_design() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _new_page(show_draft(EMPTY_DRAFT))
    form = read_form(request.form)
    if is_asking():
        return _new_page(form)
    actor = current_actor()
    try:
        reference = form.values.get("reference")
        version = records.add_design(
            current_session(), actor.organisation_id, actor.person_id, take(form), reference=reference
        )
    except InvalidFields as error:
        return _new_page(form, error), 422
    flash(gettext("The draft is saved. Next: its pictures."), "success")
    return redirect(url_for("studio.pictures", version_id=version.id), 303)


def _new_page(form: DesignForm, error: InvalidFields | None = None) -> str:
    return render_template("studio/new_design.html", **form_context(form, error, current_actor().organisation_id))


def is_asking() -> bool:
    """Whether the form was sent to see more of it, such as the fields of another craft, and not to be saved."""
    return "show" in request.form


def form_context(
    form: DesignForm,
    error: InvalidFields | None,
    studio_id: uuid.UUID | None,
    version: DesignVersion | None = None,
) -> dict[str, Any]:
    """All that the form shows beside what was typed. `version` is the draft as it was saved, if it was."""
    session = current_session()
    design_id, saved_id = (version.design_id, version.derived_from_id) if version else (None, None)
    origin = find_origin(session, form.values.get("derived_from_id", ""), studio_id, saved_id)
    words = form.values.get("origin_words", "")
    found = find_origins(session, current_app.extensions["search"], words, studio_id, design_id)
    return {
        "form": form,
        "errors": field_sentences(error),
        "groups": groups_of(form, error, request.form.get("show", "")),
        "crafts": craft_names(),
        "dimensions": DIMENSIONS,
        "field_labels": field_labels(form.values.get("craft", "")),
        "currencies": currency_choices(),
        "converted": _converted(form),
        "origin": origin,
        "found": [each for each in found if origin is None or each.version.id != origin.version.id],
        "licences": licence_groups(origin),
    }


def _converted(form: DesignForm) -> str:
    """What the price typed is in other currencies, where it can be read."""
    try:
        price = parse_money(form.values["price_amount"], form.values["price_currency"])
    except (KeyError, ValueError):
        return ""
    return conversion_sentence(price, rates.newest_rates(current_session()))


@blueprint.route("/studio/designs/<uuid:version_id>", methods=["GET", "POST"])
@requires(Permission.WRITE_DESIGNS)
def edit_design(version_id: uuid.UUID) -> Response | str | tuple[str, int]:
    version = own_version(version_id)
    if request.method == "POST":
        return _save(version)
    if version.state != VersionState.DRAFT:
        return _facts_page(version)
    saved = _said(version)
    return _texts_page(version, show_draft(*saved), opened=opened_on(saved))


def _save(version: DesignVersion) -> Response | str | tuple[str, int]:
    saved, form = _said(version), read_form(request.form)
    # As it was sent: what somebody else saved since then is still not to be overwritten unseen.
    opened = Opened(request.form.get("stamp", ""), request.form.get("opened", ""))
    if is_asking():
        return _texts_page(version, form, opened=opened)
    try:
        ours = Said(take(form, saved.draft), _reference(form, version))
        records.check_own_reference(current_session(), version.design.studio_id, ours.reference, version.design)
        records.change_draft(current_session(), version, ours.draft, stamp=opened.stamp)
        version.design.reference = ours.reference
    except InvalidFields as error:
        return _texts_page(version, form, error, opened=opened), 422
    except WrongState as error:
        if error.code != "changed_meanwhile":
            return _texts_page(version, form, opened=opened, closed=sentence(error.code, error.details)), 409
        saved = _said(version)
        theirs = changes_of_others(ours, saved, opened)
        return _texts_page(version, form, opened=opened_on(saved), theirs=theirs), 409
    flash(gettext("Saved."), "success")
    return redirect(url_for("studio.edit_design", version_id=version.id), 303)


def _said(version: DesignVersion) -> Said:
    return Said(records.read_draft(version), version.design.reference)


def _reference(form: DesignForm, version: DesignVersion) -> str | None:
    """The studio's own number as the form has it; where it does not ask, as it is."""
    return (form.values["reference"] or None) if "reference" in form.values else version.design.reference


def _texts_page(
    version: DesignVersion,
    form: DesignForm,
    error: InvalidFields | None = None,
    *,
    opened: Opened,
    theirs: dict[str, Change] | None = None,
    closed: str = "",
) -> str:
    """`theirs` is what somebody else saved in the meantime, `closed` why nothing can be saved any more."""
    context = form_context(form, error, version.design.studio_id, version)
    if theirs and (origin := theirs.get("derived_from_id")):
        theirs["derived_from_id"] = replace(origin, words=_origin_words(version))
    return version_page("studio/texts.html", version, opened=opened, theirs=theirs, closed=closed, **context)


def _origin_words(version: DesignVersion) -> str:
    """What a draft as it was saved is derived from."""
    original = version.derived_from
    return (original.title.get(current_language()) or original.design.slug) if original else ""


def _facts_page(version: DesignVersion) -> str:
    draft = records.read_draft(version)
    price = conversion_sentence(draft.price, rates.newest_rates(current_session()))
    attributes = attributes_in_words(draft.craft, draft.attributes)
    return version_page(
        "studio/facts.html", version, draft=draft, dimensions=DIMENSIONS, attributes=attributes, converted=price
    )


def version_page(template: str, version: DesignVersion, **context: Any) -> str:
    """A page of one version, with the tabs and the state that all of its pages show."""
    actor, studio_id = current_actor(), version.design.studio_id
    is_draft = version.state == VersionState.DRAFT
    return render_template(
        template,
        version=version,
        completeness=publishing.completeness_of(version),
        missing_attributes=missing_attributes(version.craft, records.read_draft(version).attributes),
        may_review=may_review_design(actor, studio_id, version.submitted_by),
        contents_stamp=drafts.stamp_of_contents(current_session(), version) if is_draft else "",
        **context,
    )


@blueprint.post("/studio/designs/<uuid:version_id>/next")
@requires(Permission.WRITE_DESIGNS)
def next_version(version_id: uuid.UUID) -> Response:
    """Start the next version as a copy of this one, or go on with the draft that is there."""
    draft = records.start_next_version(current_session(), own_version(version_id), current_actor().person_id)
    return redirect(url_for("studio.edit_design", version_id=draft.id), 303)
