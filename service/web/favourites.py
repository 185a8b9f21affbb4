"""Favourites: the heart on every design, and the comparison of two to four designs side by side."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_security import user_authenticated

from catalog.collections import MAX_COMPARED
from catalog.errors import NotFound, RuleBroken
from catalog.permissions import Permission, may
from catalog.store import collections as records
from catalog.store import designs
from catalog.store.tables import DesignVersion
from service.accounts import Account
from service.audience import wants_json
from service.comparison import compare_designs
from service.database import current_session
from service.security import current_actor, requires
from service.visible import get_published_design

# Of an address, so that nobody has thousands of designs looked up.
MOST_ASKED = 100

blueprint = Blueprint("favourites", __name__)


@blueprint.app_template_global()
def is_favourite(slug: str) -> bool:
    """Whether the reader has marked a design; asked once a request, however many hearts a page has."""
    if "favourites" not in g:
        person_id = current_actor().person_id
        g.favourites = records.favourite_slugs(current_session(), person_id) if person_id else frozenset()
    return slug in g.favourites


def _wanted() -> dict[str, DesignVersion | None]:
    """The design whose heart led to the sign-in page. Signing in, a form that is sent on purpose, marks it."""
    slug = _wanted_slug()
    found = records.find_published(current_session(), [slug]) if slug else []
    return {"wanted": next(iter(found), None)}


def _wanted_slug() -> str:
    return request.values.get("favourite", "").replace("\0", "")


def _mark_wanted(_app: Flask, user: Account, **_details: object) -> None:
    slug = _wanted_slug()
    if slug and may(user.actor, Permission.KEEP_COLLECTIONS):
        with suppress(NotFound, RuleBroken):  # one that has left the catalog, or one too many, keeps nobody out
            records.set_favourite(current_session(), user.person_id, get_published_design(slug), True)


@blueprint.record
def _listen(state: BlueprintSetupState) -> None:
    user_authenticated.connect(_mark_wanted, state.app)
    state.app.extensions["security"].login_context_processor(_wanted)


@blueprint.get("/favourites")
@requires(Permission.KEEP_COLLECTIONS)
def index() -> str:
    session, person_id = current_session(), current_actor().person_id
    entries = records.entries_of(records.favourites_of(session, person_id))
    return render_template("collections/favourites.html", entries=entries, most_compared=MAX_COMPARED)


@blueprint.post("/favourites/<slug>")
@requires(Permission.KEEP_COLLECTIONS)
def mark(slug: str) -> Response:
    """Mark a design, or take the mark away with `keep` 0: that is possible when it has left the catalog, too."""
    keep = request.form.get("keep", "1") == "1"
    design = get_published_design(slug) if keep else designs.get_design(current_session(), slug)
    records.set_favourite(current_session(), current_actor().person_id, design, keep)
    if wants_json():
        return jsonify({"is_favourite": keep})
    return redirect(_page_it_stood_on(), 303)


def _page_it_stood_on() -> str:
    """Back to the page of ours that the heart was on."""
    came_from = request.referrer or ""
    return came_from if came_from.startswith(request.host_url) else url_for("favourites.index")


@blueprint.get("/compare")
@requires(Permission.BROWSE_CATALOG)
def compare() -> str:
    """Designs side by side; the address carries them, so that it can be handed on."""
    slugs = [slug.replace("\0", "") for slug in request.args.getlist("design")[:MOST_ASKED]]
    found = records.find_published(current_session(), slugs)
    return render_template(
        "collections/compare.html",
        comparison=compare_designs(current_session(), found[:MAX_COMPARED]),
        most_compared=MAX_COMPARED,
        left_out=len(found[MAX_COMPARED:]),
    )
