"""The catalog's fixed choices in the reader's language."""

from __future__ import annotations

from flask_babel import format_decimal, ngettext
from flask_babel import lazy_gettext as _l

from catalog.families import families, find_family
from service.language import current_language

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
    family = find_family(str(craft))
    return family.name.get(current_language()) if family else str(craft)


def craft_names() -> list[tuple[str, str]]:
    """Every craft with its name, as a form offers them."""
    return [(code, craft_name(code)) for code in families()]


def count_of_pieces(count: int) -> str:
    """"1,200 pieces", grouped as the reader's language does."""
    return ngettext("%(count)s piece", "%(count)s pieces", count, count=format_decimal(count))


def dimension_name(dimension: str) -> str:
    return str(DIMENSIONS[dimension])


def view_label(view: str) -> str:
    return str(VIEWS[str(view)])
