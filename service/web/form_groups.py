"""The groups of a design's form: which are open, and where what is missing is filled in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from catalog.designs import DIMENSIONS, TEXTS
from catalog.errors import InvalidFields
from catalog.store.tables import DesignVersion
from catalog.text import LANGUAGES
from service.web.attribute_form import PREFIX
from service.web.design_form import DesignForm

# What a group holds, by the names that errors and completeness give; attributes belong to the craft.
FIELDS = {
    "what": ("title", "description", "story", "reference"),
    "craft": ("craft", "attributes", "technique", "materials"),
    "measures": ("dimensions_mm", *DIMENSIONS, "colours"),
    "trade": ("origin", "lead_time_days", "minimum_order", "price", "care"),
    "rights": ("derived_from_id", "licence", "royalty", "credit", "photo_note"),
}
LABELS = {
    "what": _l("What it is"),
    "craft": _l("How it is made"),
    "measures": _l("Sizes and colours"),
    "trade": _l("For buyers and workshops"),
    "rights": _l("Licence and credit"),
}
# Which group the answer to a question of the form stands in.
ANSWERED_IN = {"family": "craft", "origin": "rights", "price": "trade"}


@dataclass(frozen=True)
class Group:
    name: str
    label: LazyString
    is_open: bool

    @property
    def fields(self) -> tuple[str, ...]:
        return FIELDS[self.name]


def group_of(field: str) -> str:
    """The group in which a field stands; the first for one that is in none."""
    base = next((field.removesuffix(f"_{each}") for each in LANGUAGES if field.endswith(f"_{each}")), field)
    if field.startswith(PREFIX):
        return "craft"
    return next((name for name, fields in FIELDS.items() if base in fields or field in fields), "what")


def groups_of(form: DesignForm, error: InvalidFields | None, asked: str) -> list[Group]:
    """A form begins with its first group open; where something is wrong or was asked for, that is open instead."""
    opened = {group_of(name) for name in error.fields} if error else set()
    if asked in ANSWERED_IN:
        opened.add(ANSWERED_IN[asked])
    if not form.values.get("craft"):
        opened.add("craft")
    return [Group(name, label, name in (opened or {"what"}) or name == "what") for name, label in LABELS.items()]


def missing_link(version: DesignVersion, name: str, missing_attributes: tuple[str, ...] = ()) -> str:
    """The address of the field in which something missing is filled in."""
    if name.startswith("picture"):
        return url_for("studio.pictures", version_id=version.id, _anchor="pictures")
    field = f"{name}_{LANGUAGES[0]}" if name in TEXTS else name
    if name == "attributes" and missing_attributes:
        field = missing_attributes[0]
    return url_for("studio.edit_design", version_id=version.id, _anchor=f"field-{field}")
