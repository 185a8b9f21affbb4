"""Collections: made, filled, put in order, shared by a link and handed over as a lookbook."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from catalog.collections import MAX_COMPARED, MAX_DESIGNS, CollectionWords, clean_words
from catalog.designs import clean_line, make_slug
from catalog.errors import InvalidFields, NotFound, RuleBroken
from catalog.permissions import Permission
from catalog.store import collections as records
from catalog.store import designs
from catalog.store.tables import Collection, Design
from catalog.text import LANGUAGES, Text
from service.accounts import is_switched_off
from service.context import current_parts
from service.database import current_session
from service.downloads import send_as_file
from service.language import current_language, in_language
from service.lookbooks import LookbookChoice, default_contact, make_collection_lookbook
from service.messages import field_sentences, sentence
from service.security import current_actor, requires
from service.visible import get_published_design

STRIP = 4  # favourites shown above the collections
TYPED = (*(f"{name}_{language}" for name in ("title", "note") for language in LANGUAGES), "contact")

blueprint = Blueprint("collections", __name__)


def own_collection(collection_id: uuid.UUID, *, lock: bool = False) -> Collection:
    """Raises: NotFound, also for those of others."""
    return records.get_collection(current_session(), collection_id, current_actor().person_id, lock=lock)


@blueprint.app_template_global()
def own_collections() -> list[Collection]:
    """The reader's collections, for the box beside a design."""
    return records.collections_of(current_session(), current_actor().person_id)


@blueprint.get("/collections")
@requires(Permission.KEEP_COLLECTIONS)
def index() -> str:
    session, person_id = current_session(), current_actor().person_id
    favourites = records.entries_of(records.favourites_of(session, person_id, limit=STRIP))
    shown = [(each, records.entries_of(each.items)) for each in records.collections_of(session, person_id)]
    return render_template("collections/index.html", collections=shown, favourites=favourites)


@blueprint.route("/collections/new", methods=["GET", "POST"])
@requires(Permission.KEEP_COLLECTIONS)
def new_collection() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _form({})
    try:
        made = records.add_collection(current_session(), current_actor().person_id, _sent_words())
    except InvalidFields as error:
        return _form(request.form, error=error), 422
    _tell_made(made)
    return redirect(url_for("collections.show", collection_id=made.id), 303)


def _tell_made(made: Collection) -> None:
    flash(gettext("The collection “%(title)s” is made.", title=in_language(made.title)), "success")


def _form(typed: Mapping[str, str], of: Collection | None = None, error: InvalidFields | None = None) -> str:
    return render_template("collections/form.html", typed=typed, of=of, errors=field_sentences(error))


def _sent_words() -> CollectionWords:
    sent = {name: request.form.get(name, "") for name in TYPED}
    texts = {name: Text(sent[f"{name}_id"], sent[f"{name}_en"]) for name in ("title", "note")}
    return clean_words(CollectionWords(contact=sent["contact"], **texts))


@blueprint.get("/collections/<uuid:collection_id>")
@requires(Permission.KEEP_COLLECTIONS)
def show(collection_id: uuid.UUID) -> str:
    collection = own_collection(collection_id)
    return render_template(
        "collections/show.html",
        collection=collection,
        entries=records.entries_of(collection.items),
        most=MAX_DESIGNS,
        most_compared=MAX_COMPARED,
    )


@blueprint.route("/collections/<uuid:collection_id>/edit", methods=["GET", "POST"])
@requires(Permission.KEEP_COLLECTIONS)
def edit(collection_id: uuid.UUID) -> Response | str | tuple[str, int]:
    collection = own_collection(collection_id)
    if request.method == "GET":
        texts = {f"{name}_{key}": text for name in ("title", "note") for key, text in getattr(collection, name).items()}
        return _form({**texts, "contact": collection.contact or default_contact(collection)}, of=collection)
    try:
        records.change_collection(current_session(), collection, _sent_words())
    except InvalidFields as error:
        return _form(request.form, of=collection, error=error), 422
    flash(gettext("Saved."), "success")
    return redirect(url_for("collections.show", collection_id=collection.id), 303)


@blueprint.post("/collections/<uuid:collection_id>/delete")
@requires(Permission.KEEP_COLLECTIONS)
def delete(collection_id: uuid.UUID) -> Response:
    collection = own_collection(collection_id)
    title = in_language(collection.title)
    records.remove_collection(current_session(), collection)
    flash(gettext("The collection “%(title)s” is deleted.", title=title), "success")
    return redirect(url_for("collections.index"), 303)


@blueprint.post("/designs/<slug>/collections")
@requires(Permission.KEEP_COLLECTIONS)
def place_design(slug: str) -> Response:
    """Put a design into the collections that are ticked, take it out of the others shown, make a new one if named."""
    design = get_published_design(slug)
    shown, ticked = set(request.form.getlist("shown")), set(request.form.getlist("collection"))
    back = redirect(url_for("catalog.design", slug=slug), 303)
    try:
        for each in records.collections_of(current_session(), current_actor().person_id):
            if str(each.id) in shown:
                _place(own_collection(each.id, lock=True), design, str(each.id) in ticked)
        if title := clean_line(request.form.get("new_title", "")):
            _collect_in_new(title, slug)
    except RuleBroken as error:
        current_session().rollback()
        flash(field_sentences(error)["title_id"] if isinstance(error, InvalidFields) else _said(error), "error")
        return back
    flash(gettext("Saved."), "success")
    return back


def _place(collection: Collection, design: Design, is_ticked: bool) -> None:
    if is_ticked:
        records.add_design(current_session(), collection, design)
    else:
        records.remove_design(current_session(), collection, design.id)


def _said(error: RuleBroken) -> str:
    return sentence(error.code, error.details)


def _collect_in_new(title: str, slug: str) -> None:
    """A new collection, its title in the language that the page was read in."""
    words = CollectionWords(Text(**{current_language(): title}))
    made = records.add_collection(current_session(), current_actor().person_id, words)
    records.add_design(current_session(), made, get_published_design(slug))


@blueprint.post("/collections/<uuid:collection_id>/designs/<slug>")
@requires(Permission.KEEP_COLLECTIONS)
def change_design(collection_id: uuid.UUID, slug: str) -> Response:
    """Move a design within a collection by `move` places, or take it out."""
    collection = own_collection(collection_id, lock=True)
    design = designs.get_design(current_session(), slug)
    by = request.form.get("move", type=int)
    if by is None:
        records.remove_design(current_session(), collection, design.id)
        flash(gettext("The design is taken out."), "success")
    else:
        records.move_design(current_session(), collection, design.id, max(-MAX_DESIGNS, min(MAX_DESIGNS, by)))
    anchor = None if by is None else f"design-{slug}"
    return redirect(url_for("collections.show", collection_id=collection.id, _anchor=anchor), 303)


@blueprint.post("/collections/<uuid:collection_id>/share")
@requires(Permission.KEEP_COLLECTIONS)
def share(collection_id: uuid.UUID) -> Response:
    """Make the link, or revoke it with `stop`."""
    collection = own_collection(collection_id, lock=True)
    if request.form.get("stop"):
        records.stop_sharing(current_session(), collection)
        flash(gettext("The link is revoked: it leads nowhere now."), "success")
    else:
        records.share(current_session(), collection)
        flash(gettext("Whoever has the link can look at this collection now."), "success")
    return redirect(url_for("collections.show", collection_id=collection.id, _anchor="share"), 303)


@blueprint.get("/shared/<share_token>")
@requires(Permission.BROWSE_CATALOG)
def shared(share_token: str) -> Response:
    """A collection as whoever has its link sees it: to look at, not to be found by search engines."""
    collection = records.get_shared(current_session(), share_token.replace("\0", ""))
    if is_switched_off(current_session(), collection.person_id):
        raise NotFound("collection_not_found")
    entries = records.entries_of(collection.items)
    page = render_template(
        "collections/shared.html", collection=collection, entries=entries, most_compared=MAX_COMPARED
    )
    response = Response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/collections/<uuid:collection_id>/lookbook.pdf")
@requires(Permission.KEEP_COLLECTIONS)
def lookbook(collection_id: uuid.UUID) -> Response:
    collection = own_collection(collection_id)
    language = request.args.get("language", current_language())
    if language not in LANGUAGES:
        abort(404)
    choice = LookbookChoice(language, with_prices=request.args.get("prices") == "1")
    now = datetime.datetime.now(datetime.UTC)
    copies = current_parts().derivatives
    pdf = make_collection_lookbook(current_session(), copies, collection, choice, now)
    name = make_slug(collection.title.get(language) or in_language(collection.title))
    return send_as_file(pdf, "application/pdf", f"{name}-{language}.pdf")
