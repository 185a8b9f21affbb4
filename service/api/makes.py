"""GET /designs/{slug}/makers and /makes: who makes a design, how consistently, and what they show of it."""

from __future__ import annotations

from typing import Any

from catalog.permissions import Permission
from catalog.store import makers, makes
from catalog.store.makers import Makers
from service.api import schemas
from service.api.operations import DESIGN_SLUG, URL_PREFIX, Blueprint, open_to, page_of
from service.database import current_session
from service.visible import get_published_design

TAG = "Designs"

blueprint = Blueprint("api-makes", __name__, url_prefix=URL_PREFIX)


@blueprint.route("/designs/<slug>/makers", tags=[TAG], parameters=DESIGN_SLUG)
@blueprint.response(200, schemas.Makers)
@open_to(Permission.BROWSE_CATALOG)
def list_makers(slug: str) -> Makers:
    """List who makes a design

    The workshops that show it, the surest first, each with what its inspected batches come to.
    """
    return makers.makers_of(current_session(), get_published_design(slug).id)


@blueprint.route("/designs/<slug>/makes", tags=[TAG], parameters=DESIGN_SLUG)
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.MakePage)
@open_to(Permission.BROWSE_CATALOG)
def list_makes(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """List what workshops show of a design

    Photos of accepted pieces, the newest first. A workshop may take each back at any time: ask anew before showing one.
    """
    session, design = current_session(), get_published_design(slug)
    first, size = (query["page"] - 1) * query["page_size"], query["page_size"]
    shown = makes.makes_of_design(session, design.id, limit=size, offset=first)
    return page_of(shown, query, makes.count_makes_of_design(session, design.id))
