"""GET /designs: what everyone may browse. GET /standards: what a batch can be held against."""

from __future__ import annotations

from typing import Any

from catalog.errors import NotFound
from catalog.permissions import Permission
from catalog.store import designs, standards
from catalog.store.tables import DesignVersion
from service.api import schemas
from service.api.operations import URL_PREFIX, Blueprint, in_path, open_to, page_of
from service.database import current_session
from service.language import current_language

blueprint = Blueprint("api-designs", __name__, url_prefix=URL_PREFIX)


@blueprint.route("/designs", tags=["Designs"])
@blueprint.arguments(schemas.DesignQuery, location="query")
@blueprint.response(200, schemas.DesignPage)
@open_to(Permission.BROWSE_CATALOG)
def list_designs(query: dict[str, Any]) -> dict[str, Any]:
    """List published designs

    The best match first, or the newest where no words are given.
    """
    found = designs.search_published(
        current_session(),
        words=query["q"].replace("\0", " "),
        craft=query.get("craft"),
        language=current_language(),
        page=query["page"],
        size=query["page_size"],
    )
    return page_of(found.versions, query, found.total)


@blueprint.route("/designs/<slug>", tags=["Designs"], parameters=in_path("slug", "The `slug` of a design."))
@blueprint.response(200, schemas.Design)
@open_to(Permission.BROWSE_CATALOG)
def get_design(slug: str) -> DesignVersion:
    """Read one design

    Its newest published version, with the standards that a batch of it can be held against.
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
