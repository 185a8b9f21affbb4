"""The tech pack of a version in the studio: written row by row, and shared with workshops."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from catalog.designs import stamp_of
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.permissions import Permission, may, opens_by_licence
from catalog.store import tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import MAX_DRAWINGS, MAX_STEPS, Drawing, TechPack, free_name
from models.errors import UnreadableImage
from service.context import current_parts
from service.database import current_session
from service.design_pictures import receive_step_picture
from service.drawings import ACCEPTED, receive_drawing
from service.errors import problem_of
from service.inspection import PhotoTooLarge
from service.messages import field_sentences, sentence
from service.security import current_actor, requires
from service.tech_pack_words import (
    amount_in_words,
    drawing_facts,
    packaging_facts,
    range_in_words,
    time_in_words,
    tolerance_in_words,
    unit_choices,
    unit_name,
)
from service.web.studio import own_version, version_page
from service.web.tech_pack_form import (
    PackForm,
    drop_empty,
    field_labels,
    read_file,
    read_form,
    show_pack,
    sign_file,
)
from service.web.tech_pack_taking import take

# All files of one saving together: they are held in memory while they are looked at.
MAX_SENT_MB = 120

blueprint = Blueprint("tech_packs", __name__)
for words in (amount_in_words, drawing_facts, packaging_facts, range_in_words, time_in_words, tolerance_in_words):
    blueprint.add_app_template_filter(words)
blueprint.add_app_template_filter(unit_name)
blueprint.add_app_template_test(str.startswith, "starting")
blueprint.add_app_template_global(unit_choices)
blueprint.add_app_template_global(read_file, "file_of_form")


@blueprint.url_value_preprocessor
def let_files_come(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the form is read, and only for those who may send files. Raises: RuleBroken("message_too_large")."""
    if endpoint != "tech_packs.edit" or request.method != "POST":
        return
    if not may(current_actor(), Permission.WRITE_DESIGNS):
        return
    request.max_content_length = (MAX_SENT_MB + 1) * 1_000_000
    if (request.content_length or 0) > request.max_content_length:
        request.max_content_length = None
        raise RuleBroken("message_too_large", most=MAX_SENT_MB)


@blueprint.route("/studio/designs/<uuid:version_id>/tech-pack", methods=["GET", "POST"])
@requires(Permission.WRITE_DESIGNS)
def edit(version_id: uuid.UUID) -> Response | str | tuple[str, int]:
    version = own_version(version_id)
    saved = tech_packs.read_pack(current_session(), version.id)
    if request.method == "POST":
        return _save(version, saved)
    return _edit_page(version, saved, show_pack(saved), stamp=stamp_of(saved))


def _save(version: DesignVersion, saved: TechPack) -> Response | str | tuple[str, int]:
    form = read_form(request.form)
    refused = _take_files(form)
    drop_empty(form)
    stamp = request.form.get("stamp", "")
    if "show" in request.form:
        form.change(request.form["show"])
        return _edit_page(version, saved, form, stamp=stamp, refused=refused)
    try:
        pack = take(form)
        if refused:
            return _edit_page(version, saved, form, stamp=stamp, refused=refused), 422
        tech_packs.change_pack(current_session(), version, pack, current_actor().person_id, stamp=stamp)
    except InvalidFields as error:
        return _edit_page(version, saved, form, error, stamp=stamp, refused=refused), 422
    except WrongState as error:
        if error.code != "changed_meanwhile":
            closed = sentence(error.code, error.details)
            return _edit_page(version, saved, form, stamp=stamp, closed=closed), 409
        # The form keeps what was typed; who saves it again has seen what the other saved.
        return _edit_page(version, saved, form, stamp=stamp_of(saved), theirs=saved), 409
    flash(gettext("Saved."), "success")
    return redirect(url_for("tech_packs.edit", version_id=version.id), 303)


def _edit_page(
    version: DesignVersion,
    saved: TechPack,
    form: PackForm,
    error: InvalidFields | None = None,
    *,
    stamp: str,
    refused: list[str] | None = None,
    theirs: TechPack | None = None,
    closed: str = "",
) -> str:
    """`refused` are sentences of files that were not taken, `theirs` what somebody else saved in the meantime.

    `closed` says why nothing can be saved any more.
    """
    session = current_session()
    return version_page(
        "tech_packs/edit.html",
        version,
        pack=saved,
        form=form,
        stamp=stamp,
        errors=field_sentences(error),
        labels=field_labels(form),
        refused=refused or [],
        theirs=theirs,
        closed=closed,
        accepted=ACCEPTED,
        most_mb=current_parts().settings.max_photo_mb,
        shares=tech_packs.shares_of(session, version.design_id),
        workshops=tech_packs.workshops_to_share_with(session, version.design_id),
        is_open=opens_by_licence(version.licence),
    )


def _take_files(form: PackForm) -> list[str]:
    """Store what was sent and put its signed word into its row; returns why files were not taken."""
    refused: list[str] = []
    pictures = request.files.getlist("steps.picture")
    for row in form.rows["steps"][:MAX_STEPS]:
        place = int(row["place"])
        if place < len(pictures) and pictures[place].filename:
            _keep(pictures[place], _receive_picture, row, refused)
    for file in [each for each in request.files.getlist("drawings.new") if each.filename][:MAX_DRAWINGS]:
        row = {"title_id": "", "title_en": "", "file": "", "place": ""}
        _keep(file, _receive_drawing, row, refused)
        if row["file"]:
            form.rows["drawings"].append(row)
    _name_apart(form)
    return refused


def _keep(file: FileStorage, receive: Callable[[str, bytes], str], row: dict[str, str], refused: list[str]) -> None:
    try:
        row["file"] = receive(file.filename, file.read())
    except (UnreadableImage, PhotoTooLarge, RuleBroken) as error:
        words = problem_of(error).message
        refused.append(words if isinstance(error, RuleBroken) else f"{file.filename}: {words}")


def _receive_picture(_name: str, data: bytes) -> str:
    return sign_file(receive_step_picture(current_parts(), data))


def _receive_drawing(name: str, data: bytes) -> str:
    return sign_file(receive_drawing(current_parts(), name, data))


def _name_apart(form: PackForm) -> None:
    """No two drawings of a pack have the same file name, and none is there twice."""
    names: list[str] = []
    kept = {}
    for row in form.rows["drawings"]:
        facts = read_file(row["file"])
        if facts is None or facts["file_key"] in kept:
            continue
        name = free_name(facts["file_name"], names)
        names.append(name)
        kept[facts["file_key"]] = row
        if name != facts["file_name"]:
            row["file"] = sign_file(Drawing(**(facts | {"file_name": name})))
    form.rows["drawings"] = list(kept.values())


@blueprint.post("/studio/designs/<uuid:version_id>/tech-pack/shares")
@requires(Permission.SHARE_TECH_PACKS)
def share(version_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    try:
        workshop_id = uuid.UUID(request.form.get("workshop", ""))
    except ValueError:
        workshop_id = None
    try:
        tech_packs.share(current_session(), version.design, workshop_id, current_actor().person_id)
        flash(gettext("Shared. The workshop and its mentors now see the tech packs of this design."), "success")
    except InvalidFields:
        flash(gettext("Choose a workshop of the list."), "error")
    return redirect(url_for("tech_packs.edit", version_id=version.id, _anchor="shares"), 303)


@blueprint.post("/studio/designs/<uuid:version_id>/tech-pack/shares/<uuid:workshop_id>/stop")
@requires(Permission.SHARE_TECH_PACKS)
def stop_sharing(version_id: uuid.UUID, workshop_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    tech_packs.stop_sharing(current_session(), version.design, workshop_id)
    flash(gettext("No longer shared. What the workshop has downloaded, it keeps."), "success")
    return redirect(url_for("tech_packs.edit", version_id=version.id, _anchor="shares"), 303)
