"""What search engines, link previews and feed readers ask for: robots.txt, the sitemap and the feeds.

They bring no cookies and everyone gets the same, so any cache on the way may keep it. A sitemap of 100,000 designs
is written while it is read: nothing here holds all of them at once.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template, request, stream_with_context, url_for
from markupsafe import Markup

from catalog.designs import clean_text
from catalog.errors import NotFound
from catalog.families import find_family
from catalog.permissions import Permission
from catalog.store import listing
from service.addresses import address, list_address
from service.context import current_parts
from service.database import current_session
from service.language import current_language
from service.picture_sources import picture_address
from service.security import requires
from service.sitemaps import BOTTOM, TOP, entry
from service.visible import get_public_studio
from service.words import craft_name

# A sitemap may list 50,000 addresses in 50 MB; a design has one for each language, with its pictures.
DESIGNS_IN_A_FILE = 15_000
FEED_ENTRIES = 30
KEEP = "public, max-age=3600"
PICTURE_PX = 1600
FEED_PICTURE_PX = 960

blueprint = Blueprint("machines", __name__)


@blueprint.get("/robots.txt")
@requires(Permission.BROWSE_CATALOG)
def robots() -> Response:
    return _answer(render_template("machines/robots.txt"), "text/plain")


@blueprint.get("/sitemap.xml")
@requires(Permission.BROWSE_CATALOG)
def sitemap() -> Response:
    """The list of the sitemaps: one of the pages, and one of each share of the designs."""
    shares = listing.shares(current_session(), DESIGNS_IN_A_FILE)
    return _answer(render_template("machines/sitemaps.xml", shares=shares), "application/xml")


@blueprint.get("/sitemaps/pages.xml")
@requires(Permission.BROWSE_CATALOG)
def sitemap_of_pages() -> Response:
    session = current_session()
    paths = [url_for("catalog.home"), url_for("catalog.browse")]
    paths += [url_for("catalog.browse", craft=craft) for craft in listing.count_by_craft(session)]
    entries = [entry(path) for path in paths]
    entries += [entry(url_for("studios.show", studio_id=key), at) for key, at in listing.studios(session).items()]
    entries += [
        entry(url_for("workshops.show", workshop_id=key), at) for key, at in listing.workshops(session).items()
    ]
    return _answer(Markup("").join([TOP, *entries, BOTTOM]), "application/xml")


@blueprint.get("/sitemaps/designs.xml", defaults={"prefix": ""})
@blueprint.get("/sitemaps/designs-<string(maxlength=4):prefix>.xml")
@requires(Permission.BROWSE_CATALOG)
def sitemap_of_designs(prefix: str) -> Response:
    if not re.fullmatch(r"[0-9a-f]*", prefix):
        abort(404)
    response = Response(stream_with_context(_write_designs(prefix)), mimetype="application/xml")
    response.headers["Cache-Control"] = KEEP
    return response


def _write_designs(prefix: str) -> Iterator[str]:
    parts = current_parts()
    yield TOP
    # A session of its own: the request's is closed before the first line leaves.
    with parts.database.session() as session:
        for design in listing.stream_share(session, prefix):
            images = [picture_address(key, PICTURE_PX) for key in design.image_keys]
            page = list_address("catalog.design", "slug", design.slug)
            yield entry(page, design.published_at, images)
    yield BOTTOM


@blueprint.get("/feeds/designs.atom")
@requires(Permission.BROWSE_CATALOG)
def feed() -> Response:
    return _feed("", address("catalog.browse", lang=current_language()))


@blueprint.get("/feeds/crafts/<craft>.atom")
@requires(Permission.BROWSE_CATALOG)
def feed_of_craft(craft: str) -> Response:
    if find_family(craft) is None:
        raise NotFound("not_found")
    return _feed(craft_name(craft), address("catalog.browse", craft=craft, lang=current_language()), craft=craft)


@blueprint.get("/feeds/studios/<uuid:studio_id>.atom")
@requires(Permission.BROWSE_CATALOG)
def feed_of_studio(studio_id: uuid.UUID) -> Response:
    studio = get_public_studio(studio_id)
    page = address("studios.show", studio_id=studio_id, lang=current_language())
    return _feed(studio.name, page, studio_id=studio_id)


def _feed(title: str, page: str, **which) -> Response:
    """The newest designs as Atom (RFC 4287), in the language of the address."""
    versions = listing.newest(current_session(), **which, limit=FEED_ENTRIES)
    never = datetime.datetime.fromtimestamp(0, datetime.UTC)
    updated = max((version.published_at for version in versions), default=never)
    feed = render_template(
        "machines/feed.atom.xml",
        title=title,
        page=page,
        versions=versions,
        updated=updated,
        picture_px=FEED_PICTURE_PX,
    )
    # Names that were saved before theirs were cleaned may hold what no XML may.
    return _answer(clean_text(feed), "application/atom+xml")


def _answer(text: str, mimetype: str) -> Response:
    response = Response(text, mimetype=mimetype)
    response.headers["Cache-Control"] = KEEP
    response.add_etag()
    return response.make_conditional(request)
