"""GET /designs: what everyone may browse. GET /standards: what a batch can be held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, current_app, jsonify

from catalog.errors import NotFound
from catalog.permissions import Permission
from catalog.search import FACETS, SearchQuery, read_query
from catalog.search_index import SearchIndex
from catalog.store import designs, standards
from catalog.store.tables import DesignVersion
from catalog.text import Text
from service.addresses import base_address, list_address
from service.api import schemas
from service.api.operations import DESIGN_SLUG, URL_PREFIX, Blueprint, count_pages, open_to, page_of
from service.api.photo_body import PHOTO_BODY, photo_of_request
from service.context import current_parts
from service.database import current_session
from service.photo_search import remember_photo
from service.picture_sources import picture_address
from service.search import Search

MOST_VALUES = 100

blueprint = Blueprint("api-designs", __name__, url_prefix=URL_PREFIX)


@blueprint.route("/designs", tags=["Designs"])
@blueprint.arguments(schemas.SearchQuery, location="query")
@blueprint.response(200, schemas.FoundPage)
@open_to(Permission.BROWSE_CATALOG)
def list_designs(query: dict[str, Any]) -> Response:
    """Search the published designs

    By words in either language, by filters, by a colour, by likeness. The best match first, or the newest where
    nothing is asked.
    """
    return jsonify(_found(_question(query), query["page_size"]))


@blueprint.route("/designs/search-by-photo", methods=["POST"], tags=["Designs"])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.PhotoFoundPage)
@blueprint.doc(requestBody=PHOTO_BODY)
@open_to(Permission.BROWSE_CATALOG)
def search_by_photo(query: dict[str, Any]) -> Response:
    """Search with a photo

    The published designs whose first picture looks most like the photo, the most alike first. The photo itself is
    not kept; `photo` in the answer stands for it in `GET /designs`, where filters and pages go on from here.
    """
    parts = current_parts()
    _, photo = photo_of_request()
    key = remember_photo(current_session(), photo, parts.settings.max_photo_mb)
    return jsonify(_found(SearchQuery(photo=key, page=query["page"]), query["page_size"]) | {"photo": key})


def _question(given: dict[str, Any]) -> SearchQuery:
    """The checked arguments of an operation as the catalog reads an address."""
    pairs = [(name, given[name]) for name in ("q", "shade", "like", "photo", "sort") if given.get(name)]
    chosen = [(facet, code) for facet in FACETS for code in given.get(facet, ())]
    return replace(read_query([*pairs, *chosen]), page=given["page"])


def _found(query: SearchQuery, size: int) -> dict[str, Any]:
    """A page of results. The cards are what the answer's schema says but for the addresses: no need to go over all."""
    search: Search = current_app.extensions["search"]
    found = search.find(current_session(), query, size)
    base = base_address()
    return {
        "items": [_with_addresses(card, base) for card in found.cards],
        "page": query.page,
        "page_size": size,
        "total": found.total,
        "pages": count_pages(found.most, size),
        "facets": {facet: _counted(facet, counts, found.index) for facet, counts in found.counts.items()},
    }


def _with_addresses(card: Mapping[str, Any], base: str) -> dict[str, Any]:
    pictures = [
        {
            "url": base + picture_address(picture["image_key"], 1600),
            "width_px": picture["width_px"],
            "height_px": picture["height_px"],
            "alt": picture["alt"],
        }
        for picture in card["pictures"]
    ]
    return {**card, "pictures": pictures, "url": base + list_address("catalog.design", "slug", card["slug"])}


def _counted(facet: str, counts: Mapping[str, int], index: SearchIndex) -> list[dict[str, Any]]:
    most_first = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_VALUES]
    return [{"code": code, "name": _plain(index.name_of(facet, code)), "count": count} for code, count in most_first]


def _plain(name: Text) -> dict[str, str]:
    return {"id": name.id, "en": name.en}


@blueprint.route("/designs/<slug>", tags=["Designs"], parameters=DESIGN_SLUG)
@blueprint.response(200, schemas.Design)
@open_to(Permission.BROWSE_CATALOG)
def get_design(slug: str) -> DesignVersion:
    """Read one design

    Its newest published version: all that its designer says of it, and the standards that a batch of it can be held
    against.
    """
    design = designs.get_design(current_session(), slug)
    version = designs.published_version(design)
    if version is None:
        raise NotFound("design_not_found")
    return version


@blueprint.route("/standards", tags=["Standards"])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.StandardPage)
@open_to(Permission.VIEW_STANDARDS)
def list_standards(query: dict[str, Any]) -> dict[str, Any]:
    """List the standards in use

    The active reference standards of published designs, newest first.
    """
    return page_of(standards.active_standards(current_session()), query)
