"""The studio: a designer writes designs, adds pictures, publishes, retires and starts the next version."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from catalog.designs import DIMENSIONS, LANGUAGES, MAX_PICTURES, DesignDraft, Text, VersionState, clean_text, stamp_of
from catalog.errors import InvalidFields, NotFound, RuleBroken, WrongState
from catalog.organisations import Role
from catalog.permissions import Permission, may_edit_design
from catalog.store import designs as records
from catalog.store import pictures as picture_records
from catalog.store import publishing
from catalog.store.tables import DesignVersion
from service.database import current_session
from service.design_pictures import receive_picture
from service.messages import field_sentence, sentence
from service.security import current_actor, requires
from service.web.design_form import (
    DesignForm,
    differences,
    field_labels,
    format_size,
    read_form,
    show_draft,
    take,
)
from service.web.incoming import allow_many_photos, answer_photos
from service.words import craft_names

blueprint = Blueprint("studio", __name__)
blueprint.add_app_template_filter(format_size, "size")

EMPTY = DesignDraft(title=Text(), description=Text(), craft="")


@blueprint.url_value_preprocessor
def allow_many(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "studio.add_picture":
        allow_many_photos(Permission.WRITE_DESIGNS, MAX_PICTURES)


def own_version(version_id: uuid.UUID) -> DesignVersion:
    """A version that the actor may edit. Raises: NotFound, also for those of others."""
    version = records.get_version(current_session(), version_id)
    if not may_edit_design(current_actor(), version.design.studio_id):
        raise NotFound("design_not_found")
    return version


@blueprint.get("/studio/designs")
@requires(Permission.WRITE_DESIGNS)
def designs() -> str:
    actor = current_actor()
    studio_id = None if actor.role == Role.ADMINISTRATOR else actor.organisation_id
    versions = records.designs_of(current_session(), studio_id)
    return render_template(
        "studio/designs.html", versions=versions, completeness_of=publishing.completeness_of, published_of=_published_of
    )


def _published_of(version: DesignVersion) -> DesignVersion | None:
    return records.published_version(version.design)


@blueprint.route("/studio/designs/new", methods=["GET", "POST"])
@requires(Permission.WRITE_DESIGNS)
def new_design() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _new_page(show_draft(EMPTY))
    form = read_form(request.form)
    actor = current_actor()
    try:
        version = records.add_design(current_session(), actor.organisation_id, actor.person_id, take(form))
    except InvalidFields as error:
        return _new_page(form, error), 422
    flash(gettext("The draft is saved. Next: its pictures."), "success")
    return redirect(url_for("studio.pictures", version_id=version.id), 303)


def _new_page(form: DesignForm, error: InvalidFields | None = None) -> str:
    return render_template("studio/new_design.html", form=form, errors=_sentences(error), **_form_words())


def _form_words() -> dict[str, Any]:
    return {"crafts": craft_names(), "dimensions": DIMENSIONS, "field_labels": field_labels()}


@blueprint.route("/studio/designs/<uuid:version_id>", methods=["GET", "POST"])
@requires(Permission.WRITE_DESIGNS)
def edit_design(version_id: uuid.UUID) -> Response | str | tuple[str, int]:
    version = own_version(version_id)
    if request.method == "GET":
        return _texts_page(version, show_draft(records.read_draft(version)))
    form = read_form(request.form)
    try:
        draft = take(form, records.read_draft(version))
        records.change_draft(current_session(), version, draft, stamp=request.form.get("stamp", ""))
    except InvalidFields as error:
        # The stamp as it was sent: what somebody else saved since then is still not to be overwritten unseen.
        return _texts_page(version, form, error, stamp=request.form.get("stamp", "")), 422
    except WrongState as error:
        if error.code != "changed_meanwhile":
            raise
        theirs = differences(form, show_draft(records.read_draft(version)))
        return _texts_page(version, form, theirs=theirs), 409
    flash(gettext("Saved."), "success")
    return redirect(url_for("studio.edit_design", version_id=version.id), 303)


def _texts_page(
    version: DesignVersion,
    form: DesignForm,
    error: InvalidFields | None = None,
    *,
    stamp: str | None = None,
    theirs: dict[str, str] | None = None,
) -> str:
    return version_page(
        "studio/texts.html" if version.state == VersionState.DRAFT else "studio/facts.html",
        version,
        form=form,
        errors=_sentences(error),
        stamp=stamp_of(records.read_draft(version)) if stamp is None else stamp,
        theirs=theirs,
        **_form_words(),
    )


def version_page(template: str, version: DesignVersion, **context: Any) -> str:
    """A page of one version, with the tabs and the state that all of its pages show."""
    return render_template(template, version=version, missing=publishing.completeness_of(version).missing, **context)


def _sentences(error: InvalidFields | None) -> dict[str, str]:
    return {} if error is None else {name: field_sentence(code) for name, code in error.fields.items()}


@blueprint.get("/studio/designs/<uuid:version_id>/pictures")
@requires(Permission.WRITE_DESIGNS)
def pictures(version_id: uuid.UUID) -> str:
    return _pictures_page(own_version(version_id))


def _pictures_page(
    version: DesignVersion, alts: dict[uuid.UUID, Text] | None = None, errors: dict[str, str] | None = None
) -> str:
    shown = {picture.id: Text(**picture.alt) for picture in version.pictures} | (alts or {})
    most_mb = current_app.extensions["parts"].settings.max_photo_mb
    labels = {
        f"alt_{language}_{picture.id}": gettext("Description of picture %(number)s", number=number)
        for number, picture in enumerate(version.pictures, start=1)
        for language in LANGUAGES
    }
    limits = {"most": MAX_PICTURES, "most_mb": most_mb}
    return version_page("studio/pictures.html", version, alts=shown, errors=errors or {}, labels=labels, **limits)


@blueprint.post("/studio/designs/<uuid:version_id>/pictures")
@requires(Permission.WRITE_DESIGNS)
def add_picture(version_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    parts = current_app.extensions["parts"]

    def keep(_file_name: str, data: bytes) -> tuple[dict[str, Any], bool]:
        picture, is_new = receive_picture(current_session(), parts, version.id, data)
        return {"id": str(picture.id), "sha256": picture.image_key}, is_new

    return answer_photos(keep, url_for("studio.pictures", version_id=version.id))


@blueprint.post("/studio/designs/<uuid:version_id>/pictures/change")
@requires(Permission.WRITE_DESIGNS)
def change_picture(version_id: uuid.UUID) -> Response | tuple[str, int]:
    """Save the words of all pictures, and with them make one the first or take one away."""
    version = own_version(version_id)
    alts = {picture.id: _sent_alt(picture.id) for picture in version.pictures if f"alt_id_{picture.id}" in request.form}
    errors = _save_alts(version, alts)
    if errors:
        return _pictures_page(version, alts, errors), 422
    for picture in list(version.pictures):
        if request.form.get("remove") == str(picture.id):
            picture_records.remove_picture(current_session(), picture)
            flash(gettext("The picture is removed."), "success")
        elif request.form.get("first") == str(picture.id):
            picture_records.move_picture_first(current_session(), picture)
            flash(gettext("This picture now stands for the design."), "success")
    if not {"remove", "first"} & set(request.form):
        flash(gettext("Saved."), "success")
    return redirect(url_for("studio.pictures", version_id=version.id), 303)


def _sent_alt(picture_id: uuid.UUID) -> Text:
    typed = (request.form.get(f"alt_{language}_{picture_id}", "") for language in ("id", "en"))
    return Text(*(" ".join(clean_text(each).split()) for each in typed))


def _save_alts(version: DesignVersion, alts: dict[uuid.UUID, Text]) -> dict[str, str]:
    """What could not be saved, as {field: sentence}."""
    errors = {}
    for picture in version.pictures:
        if picture.id not in alts:
            continue
        try:
            picture_records.describe_picture(current_session(), picture, alts[picture.id])
        except InvalidFields as error:
            errors |= {f"{name}_{picture.id}": words for name, words in _sentences(error).items()}
    return errors


@blueprint.post("/studio/designs/<uuid:version_id>/publish")
@requires(Permission.WRITE_DESIGNS)
def publish(version_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    try:
        publishing.publish(current_session(), version, current_actor().person_id)
    except RuleBroken as error:
        flash(sentence(error.code, error.details), "error")
    else:
        flash(gettext("Published: everyone sees it in the catalog now."), "success")
    return redirect(url_for("studio.edit_design", version_id=version.id), 303)


@blueprint.post("/studio/designs/<uuid:version_id>/retire")
@requires(Permission.WRITE_DESIGNS)
def retire(version_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    publishing.retire(current_session(), version, current_actor().person_id)
    flash(gettext("Retired: it is no longer in the catalog, and no new batch is made to it."), "success")
    return redirect(url_for("studio.edit_design", version_id=version.id), 303)


@blueprint.post("/studio/designs/<uuid:version_id>/next")
@requires(Permission.WRITE_DESIGNS)
def next_version(version_id: uuid.UUID) -> Response:
    """Start the next version as a copy of this one, or go on with the draft that is there."""
    draft = records.start_next_version(current_session(), own_version(version_id), current_actor().person_id)
    return redirect(url_for("studio.edit_design", version_id=draft.id), 303)
