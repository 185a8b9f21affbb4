"""GET /families: the crafts, and what each asks of its designs."""

from __future__ import annotations

from typing import Any

from catalog.families import families
from catalog.permissions import Permission
from service.api import schemas
from service.api.operations import URL_PREFIX, Blueprint, open_to, page_of

blueprint = Blueprint("api-families", __name__, url_prefix=URL_PREFIX)


@blueprint.route("/families", tags=["Designs"])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.FamilyPage)
@open_to(Permission.BROWSE_CATALOG)
def list_families(query: dict[str, Any]) -> dict[str, Any]:
    """List the craft families

    Each with its attributes, in the order in which they are shown: what the `attributes` of a design mean.
    """
    return page_of(list(families().values()), query)
