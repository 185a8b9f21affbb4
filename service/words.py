"""The catalog's fixed choices in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

CRAFTS = {
    "ceramics": _l("Ceramics"),
    "wood": _l("Wood"),
    "rattan_bamboo": _l("Rattan and bamboo"),
    "metal": _l("Metal"),
    "textile_batik": _l("Textile and batik"),
    "leather": _l("Leather"),
    "silver": _l("Silver"),
    "stone": _l("Stone"),
    "other": _l("Other crafts"),
}

DIMENSIONS = {
    "diameter": _l("Diameter"),
    "width": _l("Width"),
    "length": _l("Length"),
    "height": _l("Height"),
    "depth": _l("Depth"),
    "thickness": _l("Thickness"),
}

VIEWS = {
    "from_above": _l("From above"),
    "front": _l("Front"),
    "side": _l("Side"),
    "back": _l("Back"),
    "inside": _l("Inside"),
    "underside": _l("Underside"),
    "detail": _l("Detail"),
}


def craft_name(craft: str) -> str:
    return str(CRAFTS[str(craft)])


def dimension_name(dimension: str) -> str:
    return str(DIMENSIONS[dimension])


def view_label(view: str) -> str:
    return str(VIEWS[str(view)])
