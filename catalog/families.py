"""The craft families and the attributes that each asks of a design, read from families.toml beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from catalog.text import LANGUAGES, Text, is_visible

FILE = Path(__file__).with_name("families.toml")
MAX_ATTRIBUTE_TEXT = 500

# What a design says of one attribute, by its kind: a number, the code of a choice, several of them, a text, yes or no.
Value = float | str | tuple[str, ...] | Text | bool


class Kind(StrEnum):
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    YES_NO = "yes_no"


class Facet(StrEnum):
    """The filters of the catalog that attributes fill."""

    MATERIAL = "material"
    TECHNIQUE = "technique"


@dataclass(frozen=True)
class Choice:
    code: str
    name: Text


@dataclass(frozen=True)
class Attribute:
    """One thing that a family asks of its designs. `minimum` and `maximum` are in `unit`."""

    code: str
    name: Text
    kind: Kind
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    facet: Facet | None = None

    def choice_name(self, code: str) -> Text | None:
        return next((choice.name for choice in self.choices if choice.code == code), None)


@dataclass(frozen=True)
class Family:
    code: str
    name: Text
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, code: str) -> Attribute | None:
        return next((attribute for attribute in self.attributes if attribute.code == code), None)


@cache
def families() -> Mapping[str, Family]:
    """Every family by its code, in the order of the file."""
    return read_families(FILE.read_text(encoding="utf-8"))


def find_family(code: str) -> Family | None:
    return families().get(code)


def read_families(source: str) -> dict[str, Family]:
    """Families as families.toml writes them.

    Raises: tomllib.TOMLDecodeError, KeyError, TypeError or ValueError for a file that is not as described there.
    """
    return {code: _read_family(code, given) for code, given in tomllib.loads(source).items()}


def _read_family(code: str, given: Mapping[str, Any]) -> Family:
    attributes = tuple(_read_attribute(dict(each)) for each in given["attributes"])
    codes = [attribute.code for attribute in attributes]
    if len(set(codes)) < len(codes):
        raise ValueError(f"{code}: an attribute stands there twice")
    return Family(code, Text(**given["name"]), attributes)


def _read_attribute(given: dict[str, Any]) -> Attribute:
    choices = tuple(Choice(each["code"], Text(each["id"], each["en"])) for each in given.pop("choices", ()))
    kind = Kind(given.pop("kind"))
    if (kind in (Kind.CHOICE, Kind.CHOICES)) != bool(choices):
        raise ValueError(f"{given['code']}: choices belong to kinds that choose")
    return Attribute(
        code=given.pop("code"),
        name=Text(**given.pop("name")),
        kind=kind,
        choices=choices,
        is_required=given.pop("required", False),
        facet=Facet(given.pop("facet")) if "facet" in given else None,
        **given,
    )


def field_of(code: str, language: str = "") -> str:
    """What the field of an attribute is called in forms, errors and spreadsheets."""
    return f"attribute_{code}_{language}" if language else f"attribute_{code}"


def attribute_problems(craft: str, values: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """What is wrong with the values given, as (field, code). Values of no attribute of the family are unknown."""
    family = find_family(craft)
    for code, value in values.items():
        attribute = family.attribute(code) if family else None
        if attribute is None:
            yield field_of(code), "unknown_field"
        else:
            yield from _value_problems(attribute, value)


def _value_problems(attribute: Attribute, value: Value) -> Iterator[tuple[str, str]]:
    name = field_of(attribute.code)
    known = {choice.code for choice in attribute.choices}
    match attribute.kind:
        case Kind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield name, "not_a_number"
            elif not _is_within(attribute, value):
                yield name, "out_of_range"
        case Kind.CHOICE:
            if value not in known:
                yield name, "unknown_choice"
        case Kind.CHOICES:
            if not isinstance(value, tuple) or not set(value) <= known:
                yield name, "unknown_choice"
        case Kind.YES_NO:
            if not isinstance(value, bool):
                yield name, "unknown_choice"
        case Kind.TEXT:
            if not isinstance(value, Text):
                yield name, "not_text"
            for language in LANGUAGES if isinstance(value, Text) else ():
                if len(getattr(value, language)) > MAX_ATTRIBUTE_TEXT:
                    yield field_of(attribute.code, language), "too_long"


def attribute_limits(family: Family) -> Iterator[tuple[str, dict[str, float]]]:
    """(field, {"least": ..., "most": ...}) of each number that has both, and ("most": ...) of each text."""
    for attribute in family.attributes:
        if attribute.kind == Kind.TEXT:
            yield from ((field_of(attribute.code, each), {"most": MAX_ATTRIBUTE_TEXT}) for each in LANGUAGES)
        elif attribute.minimum is not None and attribute.maximum is not None:
            yield field_of(attribute.code), {"least": attribute.minimum, "most": attribute.maximum}


def _is_within(attribute: Attribute, value: float) -> bool:
    at_least = attribute.minimum if attribute.minimum is not None else float("-inf")
    at_most = attribute.maximum if attribute.maximum is not None else float("inf")
    return at_least <= value <= at_most


def missing_attributes(craft: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    """The fields of what the family requires and the design does not say yet."""
    family = find_family(craft)
    required = [attribute for attribute in family.attributes if attribute.is_required] if family else []
    return tuple(field_of(attribute.code) for attribute in required if not is_said(values.get(attribute.code)))


def is_said(value: Value | None) -> bool:
    """Whether a value says anything: `False` and 0 do, an empty text or list does not."""
    if isinstance(value, Text):
        return is_visible(value.id) or is_visible(value.en)
    return value is not None and value not in ("", ())


def facet_codes(craft: str, values: Mapping[str, Value], facet: Facet) -> tuple[str, ...]:
    """What a design brings into a filter of the catalog: the codes that its attributes chose, in their order."""
    family = find_family(craft)
    found = []
    for attribute in family.attributes if family else ():
        if attribute.facet == facet and is_said(values.get(attribute.code)):
            value = values[attribute.code]
            found += value if isinstance(value, tuple) else [value]
    return tuple(dict.fromkeys(found))


@cache
def facet_names(facet: Facet) -> Mapping[str, Text]:
    """Every value of a filter with its name, whichever families know it."""
    attributes = [each for family in families().values() for each in family.attributes if each.facet == facet]
    return {choice.code: choice.name for attribute in attributes for choice in attribute.choices}


def to_plain(values: Mapping[str, Value]) -> dict[str, Any]:
    """Values as JSON keeps them."""
    return {code: _plain(value) for code, value in values.items() if is_said(value)}


def _plain(value: Value) -> Any:
    if isinstance(value, Text):
        return {"id": value.id, "en": value.en}
    return list(value) if isinstance(value, tuple) else value


def from_plain(values: Mapping[str, Any]) -> dict[str, Value]:
    """The way back from `to_plain`."""
    return {code: _value(value) for code, value in values.items()}


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return Text(**value)
    return tuple(value) if isinstance(value, list) else value
