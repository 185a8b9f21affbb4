"""The catalog that everyone may browse: the front page, the search and one design."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from sqlalchemy.orm import Session

from catalog.batches import BatchCounts
from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.families import find_family
from catalog.permissions import Permission, may, may_edit_design, may_see_design
from catalog.standards import StandardState
from catalog.store import batches, designs, makers
from catalog.store.tables import Batch, Design, DesignVersion, ReferenceStandard
from service.database import current_session
from service.dimensions import draw_dimensions
from service.language import current_language
from service.security import current_actor, requires
from service.structured_data import design_data, site_data
from service.words import craft_name, dimension_name

PAGE_SIZE = 24
NEWEST = 8
MAX_WORDS = 200
MAX_PAGE = 10_000  # beyond what PostgreSQL can skip

blueprint = Blueprint("catalog", __name__)
blueprint.add_app_template_filter(craft_name, "craft_name")
blueprint.add_app_template_filter(dimension_name, "dimension_name")
blueprint.add_app_template_filter(designs.newer_version, "newer_version")
blueprint.add_app_template_global(design_data, "design_data")
blueprint.add_app_template_global(site_data, "site_data")


@dataclass(frozen=True)
class Unfinished:
    """What a signed-in person was doing last: batches with their counts, and drafts."""

    batches: list[tuple[Batch, BatchCounts]]
    drafts: list[DesignVersion]


@blueprint.get("/")
@requires(Permission.BROWSE_CATALOG)
def home() -> str:
    session = current_session()
    found = designs.search_published(session, language=current_language(), size=NEWEST)
    return render_template(
        "catalog/home.html",
        newest=found.versions,
        total=found.total,
        makers=makers.count_makers(session, [version.design_id for version in found.versions]),
        unfinished=_find_unfinished(session),
    )


def _find_unfinished(session: Session) -> Unfinished:
    actor = current_actor()
    recent = batches.batches_for(session, actor, limit=3) if may(actor, Permission.VIEW_BATCHES) else []
    own = designs.designs_of(session, actor.organisation_id) if actor.role == "designer" else []
    drafts = [version for version in own if version.state == VersionState.DRAFT]
    return Unfinished(recent, drafts[:3])


@blueprint.get("/designs")
@requires(Permission.BROWSE_CATALOG)
def browse() -> str:
    words = request.args.get("q", "").strip()[:MAX_WORDS].replace("\0", "")
    craft = request.args.get("craft", "")
    if craft and find_family(craft) is None:
        abort(404)
    page = min(max(1, request.args.get("page", 1, type=int)), MAX_PAGE)
    session = current_session()
    found = designs.search_published(
        session, words=words, craft=craft or None, language=current_language(), page=page, size=PAGE_SIZE
    )
    pages = max(1, -(-found.total // PAGE_SIZE))
    if page > pages:
        abort(404)
    return render_template(
        "catalog/browse.html",
        found=found,
        words=words,
        craft=craft,
        page=page,
        pages=pages,
        makers=makers.count_makers(session, [version.design_id for version in found.versions]),
    )


@blueprint.get("/designs/<slug>")
@requires(Permission.BROWSE_CATALOG)
def design(slug: str) -> str:
    session = current_session()
    found = designs.get_design(session, slug)
    version = _choose_version(found, request.args.get("version", type=int))
    visible = [other for other in found.versions if _may_see(found, other)]
    alike = designs.alike(session, version)
    return render_template(
        "catalog/design.html",
        version=version,
        versions=visible,
        newest=designs.published_version(found),
        drawing=draw_dimensions(version.dimensions_mm),
        standards=_active_standards(version),
        makers=makers.makers_of(session, found.id),
        alike=alike,
        alike_makers=makers.count_makers(session, [other.design_id for other in alike]),
        is_own=may_edit_design(current_actor(), found.studio_id),
    )


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
