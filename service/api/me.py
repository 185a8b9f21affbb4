"""GET /me: whose token this is."""

from __future__ import annotations

from flask import g

from catalog.permissions import Permission
from service.accounts import ApiToken
from service.api import schemas
from service.api.operations import URL_PREFIX, Blueprint, open_to

blueprint = Blueprint("api-me", __name__, url_prefix=URL_PREFIX)


@blueprint.route("/me", tags=["Token"])
@blueprint.response(200, schemas.Me)
@open_to(Permission.USE_ACCOUNT)
def get_me() -> ApiToken:
    """Try the token

    Who it acts for, and so what it may do.
    """
    return g.token
