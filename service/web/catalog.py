"""The catalog that everyone may browse: the front page, the search and one design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from catalog.batches import BatchCounts
from catalog.designs import VersionState
from catalog.entries import first_picture
from catalog.errors import NotFound
from catalog.permissions import Permission, may, may_edit_design, may_see_design
from catalog.search import read_query
from catalog.standards import StandardState
from catalog.store import batches, designs, makers, makes, search
from catalog.store.tables import Batch, Design, DesignVersion, ReferenceStandard
from models.errors import UnreadableImage
from service.context import current_parts
from service.database import current_session
from service.design_page import tell_design, tell_pack
from service.dimensions import draw_dimensions
from service.errors import problem_of
from service.inspection import PhotoTooLarge
from service.photo_search import remember_photo
from service.security import csrf, current_actor, requires
from service.showcase import show_catalog
from service.structured_data import design_data, site_data
from service.web import search_page
from service.words import count_of_pieces, craft_name, dimension_name

MOST_ALIKE = 4

blueprint = Blueprint("catalog", __name__)
blueprint.add_app_template_filter(craft_name, "craft_name")
blueprint.add_app_template_filter(dimension_name, "dimension_name")
blueprint.add_app_template_filter(count_of_pieces)
blueprint.add_app_template_filter(designs.newer_version, "newer_version")
blueprint.add_app_template_global(design_data, "design_data")
blueprint.add_app_template_global(site_data, "site_data")
blueprint.add_app_template_filter(first_picture, "first_picture")


@dataclass(frozen=True)
class Unfinished:
    """What a signed-in person was doing last: batches with their counts, and drafts."""

    batches: list[tuple[Batch, BatchCounts]]
    drafts: list[DesignVersion]


@blueprint.get("/")
@requires(Permission.BROWSE_CATALOG)
def home() -> str:
    session = current_session()
    return render_template(
        "catalog/home.html", showcase=show_catalog(session, search_page.search()), unfinished=_find_unfinished(session)
    )


def _find_unfinished(session: Session) -> Unfinished:
    actor = current_actor()
    recent = batches.batches_for(session, actor, limit=3) if may(actor, Permission.VIEW_BATCHES) else []
    own = designs.designs_of(session, actor.organisation_id) if actor.role == "designer" else []
    drafts = [version for version in own if version.state == VersionState.DRAFT]
    return Unfinished(recent, drafts[:3])


@blueprint.get("/designs")
@requires(Permission.BROWSE_CATALOG)
def browse() -> tuple[str, int]:
    return search_page.answer(read_query(request.args.items(multi=True)))


@blueprint.post("/designs/search-by-photo")
@csrf.exempt  # changes nothing of anybody's, and visitors carry no cookie
@requires(Permission.BROWSE_CATALOG)
def search_by_photo() -> Response | tuple[str, int]:
    """To the results for a photo, whose address works without it; or the page again with what is wrong with it.

    Words and filters that were in force stay.
    """
    parts = current_parts()
    query = replace(read_query(request.form.items(multi=True)), like="", photo="", page=1)
    file = request.files.get("photo")
    try:
        if file is None or not file.filename:
            raise UnreadableImage("missing_file", "no file in the field")
        key = remember_photo(current_session(), file.read(), parts.settings.max_photo_mb)
    except (UnreadableImage, PhotoTooLarge) as error:
        problem = problem_of(error)
        return search_page.answer(query, photo_error=problem.message, status=problem.status)
    return redirect(search_page.address_of(replace(query, photo=key)), 303)


@blueprint.get("/designs/<slug>")
@requires(Permission.BROWSE_CATALOG)
def design(slug: str) -> str:
    session = current_session()
    found = designs.get_design(session, slug)
    version = _choose_version(found, request.args.get("version", type=int))
    visible = [other for other in found.versions if _may_see(found, other)]
    made_by = makers.makers_of(session, found.id)
    return render_template(
        "catalog/design.html",
        version=version,
        versions=visible,
        newest=designs.published_version(found),
        told=tell_design(session, version),
        told_pack=tell_pack(session, version, current_actor()),
        drawing=draw_dimensions(version.dimensions_mm),
        standards=_active_standards(version),
        makers=made_by,
        # A make is a piece of somebody who makes the design: where nobody does, there is nothing to look for.
        makes=makes.makes_of_design(session, found.id) if made_by.count else [],
        makes_count=makes.count_makes_of_design(session, found.id) if made_by.count else 0,
        alike=_alike(version),
        is_own=may_edit_design(current_actor(), found.studio_id),
    )


def _alike(version: DesignVersion) -> list[Mapping[str, Any]]:
    """Cards of the designs that look most like this one's first picture; none while that is not read yet."""
    if not version.pictures:
        return []
    return search.alike(current_session(), version.design_id, version.pictures[0].id, MOST_ALIKE)


@blueprint.app_template_filter("version_address")
def version_address(version: DesignVersion) -> str:
    """The design's page with this version on it: links stay with the version they were made for."""
    number = version.number if designs.newer_version(version) else None
    return url_for("catalog.design", slug=version.design.slug, version=number)


def _choose_version(found: Design, number: int | None) -> DesignVersion:
    """The version asked for, else the published one, else whatever this person may see of it.

    Raises: NotFound, also for a draft of somebody else: nobody learns that it exists.
    """
    visible = [version for version in found.versions if _may_see(found, version)]
    if number is not None:
        visible = [version for version in visible if version.number == number]
    published = [version for version in visible if version.state == VersionState.PUBLISHED]
    if not visible:
        raise NotFound("design_not_found")
    return (published or visible)[0]


def _may_see(found: Design, version: DesignVersion) -> bool:
    return may_see_design(current_actor(), found.studio_id, version.state == VersionState.PUBLISHED)


def _active_standards(version: DesignVersion) -> list[ReferenceStandard]:
    """What pieces of this version can be held against; one for each view."""
    return [standard for standard in version.standards if standard.state == StandardState.ACTIVE]
