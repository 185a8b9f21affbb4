"""The catalog's choices in the words that people read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from catalog.designs import Craft
from catalog.standards import View

CRAFTS: Mapping[Any, Any] = {
    Craft.CERAMICS: _l("Ceramics"),
    Craft.WOOD: _l("Wood"),
    Craft.RATTAN_BAMBOO: _l("Rattan and bamboo"),
    Craft.METAL: _l("Metal"),
    Craft.TEXTILE_BATIK: _l("Textile and batik"),
    Craft.LEATHER: _l("Leather"),
    Craft.SILVER: _l("Silver"),
    Craft.STONE: _l("Stone"),
    Craft.OTHER: _l("Other crafts"),
}
DIMENSIONS: Mapping[Any, Any] = {
    "diameter": _l("Diameter"),
    "width": _l("Width"),
    "length": _l("Length"),
    "height": _l("Height"),
    "depth": _l("Depth"),
    "thickness": _l("Thickness"),
}
VIEWS: Mapping[Any, Any] = {
    View.FROM_ABOVE: _l("From above"),
    View.FRONT: _l("Front"),
    View.SIDE: _l("Side"),
    View.BACK: _l("Back"),
    View.INSIDE: _l("Inside"),
    View.UNDERSIDE: _l("Underside"),
    View.DETAIL: _l("Detail"),
}


def craft_label(craft: str) -> str:
    return str(CRAFTS[craft])


def dimension_label(name: str) -> str:
    return str(DIMENSIONS[name])


def view_label(view: str) -> str:
    return str(VIEWS[view])


def attach(app: Flask) -> None:
    """Give templates `craft|craft_label`, `name|dimension_label` and `view|view_label`."""
    app.jinja_env.filters.update(craft_label=craft_label, dimension_label=dimension_label, view_label=view_label)
