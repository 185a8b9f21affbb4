"""What every operation of the API has in common: who may call it, and pages of items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Request, abort
from flask_smorest import Blueprint as LibraryBlueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser

from catalog.organisations import Role
from catalog.permissions import ROLES_OF, Permission
from service.api.schemas.basics import MAX_PAGE
from service.security import requires

URL_PREFIX = "/api/v1"
TAGS = {
    "Designs": "What everyone may browse, with or without a token.",
    "Standards": "What a batch can be held against.",
    "Batches": "The main job: make a batch, send its photos, read what was found.",
    "Reviews": "People agree or disagree with verdicts, and a studio decides what that makes of its standard.",
    "Collections": "Designs that a person puts together, to share by a link or to hand over as a lookbook.",
    "Import and export": "A studio's designs in bulk: from a spreadsheet with pictures, and back into one.",
    "Inquiries": "Requests for quotation, as threads between a buyer, a studio and the workshops they invite.",
    "Token": "Who a token acts for.",
}
TOKEN = "token"  # noqa: S105, the name of the scheme in the document


class Parser(FlaskParser):
    """webargs, except that a body that is no JSON is said to be none, and not taken for one without fields."""

    def load_json(self, req: Request, schema: object) -> Any:
        if not req.is_json:
            abort(415)
        return super().load_json(req, schema)


class Blueprint(LibraryBlueprint):
    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: type[Schema], **options: Any) -> Callable:
        """The library's, with one schema for all requests: making one takes longer than reading most of them."""
        return super().arguments(schema(), **options)


def in_path(name: str, description: str) -> list[dict[str, Any]]:
    """What a part of the path means, for the document; its type is the route's."""
    return [{"name": name, "in": "path", "description": description}]


def open_to(permission: Permission) -> Callable:
    """Declare who may call an operation, to the service and in the document."""
    schemes: list[dict] = [{TOKEN: []}]
    if Role.VISITOR in ROLES_OF[permission]:
        schemes.append({})  # or without

    def mark(view: Callable) -> Callable:
        return Blueprint.doc(security=schemes, operationId=view.__name__)(requires(permission)(view))

    return mark


DESIGN_SLUG = in_path("slug", "The `slug` of a design.")


def page_of(items: Sequence[Any], query: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    """One page of a list: cut from all the items, or, where `total` is known, the items of the page themselves."""
    page, size = query["page"], query["page_size"]
    if total is None:
        total, items = len(items), items[(page - 1) * size : page * size]
    return {"items": items, "page": page, "page_size": size, "total": total, "pages": count_pages(total, size)}


def count_pages(count: int, size: int) -> int:
    """How many pages so many items fill, of those that may be asked for."""
    return min(-(-count // size), MAX_PAGE)
