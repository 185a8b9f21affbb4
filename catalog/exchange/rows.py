"""A row's cells over what a design says already: what it says then, or what is wrong, by column."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from catalog.designs import (
    DIMENSIONS,
    EMPTY_DRAFT,
    MAX_PICTURES,
    MAX_REFERENCE,
    TEXTS,
    Colour,
    DesignDraft,
    check_alt,
    check_draft,
    clean_draft,
    clean_reference,
)
from catalog.errors import InvalidFields
from catalog.exchange.cells import Cell
from catalog.exchange.columns import DERIVED_FROM, FAMILY, PICTURES, REFERENCE, TECH_PACK, Problem, columns_of
from catalog.exchange.row_cells import RowCells, RowRefused
from catalog.families import Attribute, Family, Kind, Value, families, field_of, find_family, is_said
from catalog.licences import Licence
from catalog.money import CURRENCIES, Money, make_money
from catalog.numbers import parse_money, parse_whole
from catalog.text import LANGUAGES, Text

YES = frozenset({"yes", "ya", "true", "benar", "y", "1"})
NO = frozenset({"no", "tidak", "false", "salah", "n", "t", "0"})
# Where the rules name a field otherwise than the spreadsheet names its column.
COLUMN_OF_FIELD = {
    "craft": FAMILY,
    "materials": "materials_id",
    "colours": "colours_hex",
    "dimensions_mm": "diameter_mm",
    "price": "price_amount",
    "royalty": "royalty_amount",
    "derived_from_id": DERIVED_FROM,
    **{name: f"{name}_mm" for name in DIMENSIONS},
}

# The version that a name such as celadon-bowl@2 means; None where there is none. Raises: RowRefused.
FindVersion = Callable[[str], uuid.UUID | None]


@dataclass(frozen=True)
class TakenRow:
    """What a row means. `pictures`, `alts` and `tech_pack` are None where the file has no such column."""

    draft: DesignDraft
    pictures: tuple[str, ...] | None = None
    alts: tuple[Text, ...] | None = None
    tech_pack: str | None = None  # the name of its folder in the archive


def read_reference(cells: Mapping[str, Cell]) -> str:
    """The studio's own code of the design. Raises: RowRefused."""
    row = RowCells(cells)
    reference = clean_reference(row.text(REFERENCE))
    if not row.problems and not reference:
        row.refuse(REFERENCE, "required")
    if len(reference) > MAX_REFERENCE:
        row.refuse(REFERENCE, "too_long", most=MAX_REFERENCE)
    if row.problems:
        raise RowRefused(row.problems)
    return reference


def take_row(cells: Mapping[str, Cell], before: DesignDraft | None, find_version: FindVersion) -> TakenRow:
    """What a design says after this row. `before` is what it says now, None for a new design.

    Raises: RowRefused with everything that is wrong with the row.
    """
    row = RowCells(cells)
    draft = before or EMPTY_DRAFT
    draft = replace(draft, craft=_craft(row, draft.craft))
    draft = replace(draft, **{name: row.pair(name, getattr(draft, name)) for name in TEXTS})
    draft = replace(draft, **_lists(row, draft), dimensions_mm=_sizes(row, draft), attributes=_attributes(row, draft))
    draft = replace(draft, **_trade(row, draft), derived_from_id=_derived_from(row, draft, find_version))
    draft = clean_draft(draft)
    pictures, alts = _pictures(row)
    tech_pack = row.text(TECH_PACK) if row.has(TECH_PACK) else None
    row.problems += _draft_problems(draft, {problem.column for problem in row.problems})
    if row.problems:
        raise RowRefused(row.problems)
    return TakenRow(draft, pictures, alts, tech_pack)


def column_problems(error: InvalidFields) -> list[Problem]:
    """What is wrong with fields, told of their columns."""
    return [
        Problem(code, COLUMN_OF_FIELD.get(name, name), dict(error.about.get(name, {})))
        for name, code in error.fields.items()
    ]


def _draft_problems(draft: DesignDraft, told: set[str]) -> Iterator[Problem]:
    """What the rules say of the draft, except of columns that something was said of already."""
    try:
        check_draft(draft)
    except InvalidFields as error:
        yield from (problem for problem in column_problems(error) if problem.column not in told)


def _craft(row: RowCells, before: str) -> str:
    if not row.has(FAMILY):
        return before
    typed = row.text(FAMILY)
    if not typed:
        row.refuse(FAMILY, "required")
        return before
    names = {family.code: family.name for family in families().values()}
    code = _chosen(typed, names)
    if code is None:
        row.refuse(FAMILY, "unknown_family", known=", ".join(names))
    return code or before


def _chosen(typed: str, names: Mapping[str, Text]) -> str | None:
    """The code of what was typed: a code, or its name in either language."""
    said = typed.casefold().replace(" ", "_").replace("-", "_")
    if said in names:
        return said
    wanted = typed.casefold()
    return next((code for code, name in names.items() if wanted in (name.id.casefold(), name.en.casefold())), None)


def _lists(row: RowCells, draft: DesignDraft) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if row.has("materials_id", "materials_en"):
        found["materials"] = _texts(row, "materials", draft.materials)
    if row.has("colours_hex"):
        codes = tuple(_hex(each) for each in row.items("colours_hex"))
        names = _pairs(row, "colours", tuple(colour.name for colour in draft.colours))
        if len(names) > len(codes) and row.has("colours_id", "colours_en"):
            row.refuse("colours_hex", "fewer_than_names")
        found["colours"] = tuple(Colour(name or Text(), code) for code, name in zip_longest(codes, names) if code)
    elif row.has("colours_id", "colours_en"):
        row.refuse("colours_hex", "required_with_names")
    return found


def _hex(typed: str) -> str:
    return typed.upper() if typed.startswith("#") else f"#{typed.upper()}"


def _texts(row: RowCells, name: str, before: Sequence[Text]) -> tuple[Text, ...]:
    """A list in both languages, item by item, without what is empty in both."""
    return tuple(text for text in _pairs(row, name, before) if text.id or text.en)


def _pairs(row: RowCells, name: str, before: Sequence[Text]) -> tuple[Text, ...]:
    """A list in both languages that keeps step with another; a language without a column stays as it was."""
    columns = [
        row.items(f"{name}_{language}")
        if row.has(f"{name}_{language}")
        else tuple(getattr(text, language) for text in before)
        for language in LANGUAGES
    ]
    return tuple(Text(*pair) for pair in zip_longest(*columns, fillvalue=""))


def _sizes(row: RowCells, draft: DesignDraft) -> dict[str, float]:
    sizes = dict(draft.dimensions_mm)
    for name in DIMENSIONS:
        column = f"{name}_mm"
        if row.has(column):
            size_mm = row.size(column)
            sizes.pop(name, None)
            if size_mm is not None:
                sizes[name] = size_mm
    return sizes


def _attributes(row: RowCells, draft: DesignDraft) -> dict[str, Value]:
    """The family's attributes; of another family's columns nothing may be filled in."""
    family = find_family(draft.craft)
    if family is None:
        return dict(draft.attributes)
    own = {attribute.code: attribute for attribute in family.attributes}
    values = {code: value for code, value in draft.attributes.items() if code in own}
    for attribute in own.values():
        if row.has(*columns_of(attribute)):
            value = _value(row, attribute, values.get(attribute.code))
            values.pop(attribute.code, None)
            if is_said(value):
                values[attribute.code] = value
    _refuse_strangers(row, family)
    return values


def _refuse_strangers(row: RowCells, family: Family) -> None:
    own = {column for attribute in family.attributes for column in columns_of(attribute)}
    for column in row.cells:
        if column.startswith("attribute_") and column not in own and row.text(column):
            row.refuse(column, "other_family", family=family.code)


def _value(row: RowCells, attribute: Attribute, before: Value | None) -> Value | None:
    column = field_of(attribute.code)
    match attribute.kind:
        case Kind.NUMBER:
            return row.size(column, attribute.minimum, attribute.maximum)
        case Kind.YES_NO:
            return _yes_no(row, column)
        case Kind.TEXT:
            return row.pair(column, before if isinstance(before, Text) else Text())
        case Kind.CHOICE:
            typed = row.text(column)
            return _choice(row, column, attribute, typed) if typed else None
    chosen = [_choice(row, column, attribute, typed) for typed in row.items(column) if typed]
    return tuple(dict.fromkeys(code for code in chosen if code))


def _choice(row: RowCells, column: str, attribute: Attribute, typed: str) -> str | None:
    names = {choice.code: choice.name for choice in attribute.choices}
    code = _chosen(typed, names)
    if code is None:
        row.refuse(column, "unknown_choice_of", known=", ".join(names))
    return code


def _yes_no(row: RowCells, column: str) -> bool | None:
    typed = row.text(column).casefold()
    if typed in YES:
        return True
    if typed in NO:
        return False
    if typed:
        row.refuse(column, "not_yes_or_no")
    return None


def _trade(row: RowCells, draft: DesignDraft) -> dict[str, Any]:
    found: dict[str, Any] = {name: row.text(name) for name in ("origin", "credit") if row.has(name)}
    if row.has("licence"):
        found["licence"] = _licence(row)
    for name in ("lead_time_days", "minimum_order"):
        if row.has(name):
            found[name] = row.number(name, parse_whole)
    for name in ("price", "royalty"):
        if row.has(f"{name}_amount", f"{name}_currency"):
            found[name] = _money(row, name, getattr(draft, name))
    return found


def _licence(row: RowCells) -> str:
    """The code of a licence, also of CC BY-SA 4.0."""
    typed = row.text("licence")
    code = typed.casefold().removesuffix("4.0").strip().replace(" ", "_").replace("-", "_")
    if code and code not in set(Licence):
        row.refuse("licence", "unknown_choice_of", known=", ".join(Licence))
        return ""
    return code


def _money(row: RowCells, name: str, before: Money | None) -> Money | None:
    amount, currency = f"{name}_amount", f"{name}_currency"
    code = row.text(currency).upper() if row.has(currency) else (before.currency if before else "")
    if not row.has(amount):
        return Money(before.amount, code) if before and code else before
    if not row.text(amount):
        return None
    if code not in CURRENCIES:
        row.refuse(currency, "unknown_choice_of" if code else "required", known=", ".join(CURRENCIES))
        return None
    if row.is_number(amount):
        return row.number(amount, lambda typed: make_money(typed, code))
    return row.number(amount, lambda typed: parse_money(typed, code))


def _derived_from(row: RowCells, draft: DesignDraft, find_version: FindVersion) -> uuid.UUID | None:
    if not row.has(DERIVED_FROM):
        return draft.derived_from_id
    typed = row.text(DERIVED_FROM)
    if not typed:
        return None
    try:
        found = find_version(typed)
    except RowRefused as error:
        row.problems += error.problems
        return None
    if found is None:
        row.refuse(DERIVED_FROM, "not_a_published_design")
    return found


def _pictures(row: RowCells) -> tuple[tuple[str, ...] | None, tuple[Text, ...] | None]:
    names = row.items(PICTURES) if row.has(PICTURES) else None
    alts = None
    if row.has(*(f"picture_texts_{language}" for language in LANGUAGES)):
        columns = [row.items(f"picture_texts_{language}") for language in LANGUAGES]
        alts = tuple(Text(*pair) for pair in zip_longest(*columns, fillvalue=""))
        for alt in alts:
            _check_alt(row, alt)
    if names is not None:
        _check_names(row, names, alts)
    return names, alts


def _check_alt(row: RowCells, alt: Text) -> None:
    try:
        check_alt(alt)
    except InvalidFields as error:
        for name, code in error.fields.items():
            row.refuse(name.replace("alt_", "picture_texts_"), code, **error.about.get(name, {}))


def _check_names(row: RowCells, names: Sequence[str], alts: Sequence[Text] | None) -> None:
    if len(names) > MAX_PICTURES:
        row.refuse(PICTURES, "too_many", most=MAX_PICTURES)
    if any(not name for name in names):
        row.refuse(PICTURES, "empty_item")
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            row.refuse(PICTURES, "picture_twice", name=name)
    if alts is not None and len(alts) > len(names):
        row.refuse("picture_texts_id", "more_than_pictures")
