"""The catalog that everyone may browse."""

from flask import Blueprint

from catalog.permissions import Permission
from service.security import requires

blueprint = Blueprint("catalog", __name__)


@blueprint.get("/")
@requires(Permission.BROWSE_CATALOG)
def home() -> str:
    return "Kriya"
