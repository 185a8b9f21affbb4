"""The API's document, and a page that shows it in the look of the rest."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from catalog.permissions import Permission
from service.addresses import base_address
from service.api.operations import TAGS, URL_PREFIX
from service.security import requires

blueprint = Blueprint("api", __name__, url_prefix=URL_PREFIX)

METHODS = ("get", "post", "put", "patch", "delete")


def document() -> dict[str, Any]:
    """The OpenAPI document, with this service's address in it."""
    tags = [{"name": name, "description": description} for name, description in TAGS.items()]
    return {**current_app.extensions["api"].spec.to_dict(), "servers": [{"url": base_address()}], "tags": tags}


@blueprint.get("/openapi.json")
@requires(Permission.BROWSE_CATALOG)
def openapi() -> Response:
    return jsonify(document())


@blueprint.get("/docs")
@requires(Permission.BROWSE_CATALOG)
def docs() -> str:
    found = document()
    return render_template("api/docs.html", document=found, groups=operations_by_tag(found), schema_name=schema_name)


def operations_by_tag(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Each tag's operations, as the document orders them, each with its method and path."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in found["paths"].items():
        for method in METHODS:
            if method in item:
                shared = item.get("parameters", [])
                operation = {**item[method], "method": method.upper(), "path": path}
                operation["parameters"] = [*shared, *item[method].get("parameters", [])]
                groups.setdefault(operation["tags"][0], []).append(operation)
    return groups


def schema_name(schema: dict[str, Any]) -> str:
    """In short what a schema is: the name of a component, or a type."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"[{schema_name(schema['items'])}]"
    if "anyOf" in schema or "allOf" in schema:
        return " | ".join(schema_name(each) for each in schema.get("anyOf", schema.get("allOf")))
    kinds = schema.get("type", "any")
    name = " | ".join(kinds) if isinstance(kinds, list) else kinds
    return f"{name} ({schema['format']})" if "format" in schema else name
