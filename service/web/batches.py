"""Batches: a workshop photographs its pieces, sends the photos, and reads what was found on each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage

from catalog.batches import BatchSource
from catalog.errors import RuleBroken, WrongState
from catalog.permissions import Permission, may, may_add_photos, may_review
from catalog.store import batches, standards
from catalog.store.tables import Batch, BatchPhoto
from models.errors import UnreadableImage
from service.audience import wants_json
from service.context import current_parts
from service.database import current_session
from service.errors import problem_of
from service.export import results_csv
from service.inspection import PhotoTooLarge, receive_photo
from service.overlays import BRIGHTEST_AT, SHOWN_FROM, ramp_stops
from service.reasons import describe_all
from service.security import current_actor, requires
from service.visible import get_own_batch, get_visible_batch, get_visible_photo
from service.web.batch_page import BatchPage, read_filter, title_of
from service.web.paging import asked_page, count_pages
from service.words import view_label

PAGE_SIZE = 20
# A form without scripts sends its photos in one request; more than this goes through the page's script.
FORM_MB = 200
MOST_FLASHES = 5

blueprint = Blueprint("batches", __name__)
blueprint.add_app_template_filter(describe_all, "in_words")
blueprint.add_app_template_filter(title_of, "batch_title")
blueprint.add_app_template_filter(view_label)


@blueprint.url_value_preprocessor
def let_forms_send_several(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Before the form is read, and only for those who may send photos at all."""
    is_form = endpoint == "batches.add_photo" and not wants_json()
    if is_form and may(current_actor(), Permission.MAKE_BATCHES):
        request.max_content_length = FORM_MB * 1_000_000


@blueprint.get("/batches")
@requires(Permission.VIEW_BATCHES)
def index() -> str:
    session, actor = current_session(), current_actor()
    page = asked_page()
    count = batches.count_batches_for(session, actor)
    found = batches.batches_for(session, actor, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    pages = count_pages(count, PAGE_SIZE)
    return render_template("batches/index.html", batches=found, count=count, page=page, pages=pages)


@blueprint.get("/batches/new")
@requires(Permission.MAKE_BATCHES)
def new() -> str:
    """Which design was made? Only what can be inspected is offered."""
    return _choose_standard()


def _choose_standard(problem: str = "") -> str:
    found = standards.active_standards(current_session())
    return render_template("batches/new.html", standards=found, problem=problem)


@blueprint.post("/batches")
@requires(Permission.MAKE_BATCHES)
def create() -> Response | tuple[str, int]:
    session, actor = current_session(), current_actor()
    standard_id = request.form.get("standard_id", type=uuid.UUID)
    if standard_id is None:
        return _choose_standard(gettext("Choose the design first.")), 422
    standard = standards.get_open_standard(session, standard_id)
    # Who went back and chose again, or clicked twice, goes on with the same batch.
    batch = batches.find_empty_batch(session, actor.organisation_id, standard.id, actor.person_id)
    if batch is None:
        batch = batches.add_batch(session, actor.organisation_id, standard, BatchSource.WEB, person_id=actor.person_id)
    return redirect(url_for("batches.take_photos", batch_id=batch.id), 303)


@blueprint.get("/batches/<uuid:batch_id>/photos")
@requires(Permission.MAKE_BATCHES)
def take_photos(batch_id: uuid.UUID) -> str:
    batch = get_own_batch(batch_id)
    known = batches.image_keys(current_session(), batch.id)
    settings = current_parts().settings
    return render_template(
        "batches/take_photos.html",
        batch=batch,
        known=known,
        most=settings.max_batch_photos,
        most_mb=settings.max_photo_mb,
    )


@blueprint.post("/batches/<uuid:batch_id>/photos")
@requires(Permission.MAKE_BATCHES)
def add_photo(batch_id: uuid.UUID) -> Response | tuple[Response, int]:
    """One photo from the page's script; or all of a form's at once, where scripts do not run."""
    batch = get_own_batch(batch_id)
    files = [file for file in request.files.getlist("photo") if file.filename]
    if not wants_json():
        return _add_photos_of_form(batch, files)
    if len(files) != 1:
        raise UnreadableImage("missing_file", "one photo a request, in the field photo")
    photo, is_new = _receive(batch, files[0])
    return jsonify(_photo_json(photo)), 201 if is_new else 200


def _receive(batch: Batch, file: FileStorage) -> tuple[BatchPhoto, bool]:
    return receive_photo(current_session(), current_parts(), batch.id, file.filename or "", file.read())


def _photo_json(photo: BatchPhoto) -> dict[str, Any]:
    return {
        "id": str(photo.id),
        "number": photo.position,
        "file_name": photo.file_name,
        "state": photo.state.value,
        "url": url_for("batches.piece", photo_id=photo.id),
    }


def _add_photos_of_form(batch: Batch, files: list[FileStorage]) -> Response:
    """Each photo is taken or refused by itself, and the page says which."""
    problems = []
    added = 0
    for file in files:
        try:
            added += _receive(batch, file)[1]
        except (RuleBroken, UnreadableImage, PhotoTooLarge) as error:
            problems.append(f"{file.filename}: {problem_of(error).message}")
    for problem in problems[:MOST_FLASHES]:
        flash(problem, "error")
    if len(problems) > MOST_FLASHES:
        flash(gettext("%(count)s more were not taken.", count=len(problems) - MOST_FLASHES), "error")
    if added:
        flash(ngettext("%(num)d photo received.", "%(num)d photos received.", added), "success")
    if not files:
        flash(gettext("No photo was chosen."), "error")
    target = "batches.show" if added else "batches.take_photos"
    return redirect(url_for(target, batch_id=batch.id), 303)


@blueprint.get("/batches/<uuid:batch_id>")
@requires(Permission.VIEW_BATCHES)
def show(batch_id: uuid.UUID) -> str:
    batch = get_visible_batch(batch_id)
    page = BatchPage.read(batch, read_filter(request.args))
    return render_template("batches/show.html", page=page, batch=batch, tag=page.tag())


@blueprint.get("/batches/<uuid:batch_id>/state")
@requires(Permission.VIEW_BATCHES)
def state(batch_id: uuid.UUID) -> Response:
    """How the batch stands, with the part of its page that changes; 304 when nothing has."""
    page = BatchPage.read(get_visible_batch(batch_id), read_filter(request.args))
    response = jsonify() if request.if_none_match.contains(page.tag()) else jsonify(page.to_dict())
    response.set_etag(page.tag())
    return response.make_conditional(request)


@blueprint.post("/batches/<uuid:batch_id>/retry")
@requires(Permission.MAKE_BATCHES)
def retry(batch_id: uuid.UUID) -> Response:
    """Inspect again what the service failed on."""
    session = current_session()
    batch = batches.get_batch(session, get_own_batch(batch_id).id, lock=True)
    for photo_id in batches.queue_failed_again(session, batch):
        current_parts().queue.inspect(session, photo_id)
    return redirect(url_for("batches.show", batch_id=batch.id), 303)


@blueprint.post("/batches/<uuid:batch_id>/remove")
@requires(Permission.MAKE_BATCHES)
def remove(batch_id: uuid.UUID) -> Response:
    """Take away a batch that was begun by mistake; one that has photos by now stays, and its page says why."""
    batch = get_own_batch(batch_id)
    title = title_of(batch)
    try:
        batches.remove_batch(current_session(), batch.id)
    except WrongState as error:
        flash(problem_of(error).message, "error")
        return redirect(url_for("batches.show", batch_id=batch.id), 303)
    flash(gettext("%(batch)s is removed.", batch=title), "success")
    return redirect(url_for("batches.index"), 303)


@blueprint.get("/batches/<uuid:batch_id>/results.csv")
@requires(Permission.VIEW_BATCHES)
def export(batch_id: uuid.UUID) -> Response:
    batch = get_visible_batch(batch_id)
    lines = results_csv(batches.photos_in_order(current_session(), batch.id))
    response = Response("".join(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="kriya-batch-{batch.number}.csv"'
    return response


@blueprint.get("/pieces/<uuid:photo_id>")
@requires(Permission.VIEW_BATCHES)
def piece(photo_id: uuid.UUID) -> str:
    session = current_session()
    photo = get_visible_photo(photo_id)
    batch = photo.batch
    owners = batches.ownership(session, batch)
    ids = batches.photo_ids_worst_first(session, batch.id)
    place = ids.index(photo.id)
    return render_template(
        "batches/piece.html",
        photo=photo,
        batch=batch,
        found=photo.inspection,
        place=place + 1,
        count=len(ids),
        previous_id=ids[place - 1] if place else None,
        next_id=ids[place + 1] if place + 1 < len(ids) else None,
        ramp=ramp_stops(),
        ramp_ends=(SHOWN_FROM, BRIGHTEST_AT),
        may_add=may_add_photos(current_actor(), owners),
        may_review=may_review(current_actor(), owners),
    )
