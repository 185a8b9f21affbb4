"""The form with which a designer says where the piece is in every photo: a rectangle, in percent of the photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import format_decimal

from catalog.errors import InvalidFields
from catalog.inspections import Region
from catalog.numbers import parse_number
from catalog.standards import check_region
from service.messages import field_sentences

# The form's names for the sides of a region.
SIDES = {"left": "x", "top": "y", "width": "width", "height": "height"}
# What is offered where nothing was drawn yet: the middle, with a little room around it.
OFFERED = Region(0.1, 0.1, 0.8, 0.8)


@dataclass(frozen=True)
class RegionForm:
    """What stands in the fields, the rectangle to draw, and what is wrong, by the form's names."""

    values: Mapping[str, str]
    drawn: Region
    errors: Mapping[str, str] = field(default_factory=dict)


def show_region(kept: Mapping[str, float] | None) -> RegionForm:
    """The form of a standard as it stands."""
    region = OFFERED if kept is None else Region(**kept)
    values = {name: format_decimal(100 * getattr(region, side), "0.#") for name, side in SIDES.items()}
    return RegionForm(values, region)


def read_region(sent: Mapping[str, str]) -> Region:
    """Raises: InvalidFields, by the form's names."""
    numbers, wrong = {}, {}
    for name, side in SIDES.items():
        try:
            numbers[side] = parse_number(sent.get(name, "")) / 100
        except ValueError as error:
            wrong[name] = str(error) if sent.get(name, "").strip() else "required"
    if wrong:
        raise InvalidFields(wrong)
    try:
        return check_region(**numbers)
    except InvalidFields as error:
        names = {side: name for name, side in SIDES.items()}
        raise InvalidFields({names[side]: code for side, code in error.fields.items()}) from error


def show_refused(sent: Mapping[str, str], error: InvalidFields) -> RegionForm:
    """The form with what was typed and what is wrong with it."""
    return RegionForm({name: sent.get(name, "") for name in SIDES}, OFFERED, field_sentences(error))
