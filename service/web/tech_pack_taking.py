"""From the form of a tech pack to the pack that it means, with every field that cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.errors import InvalidFields
from catalog.numbers import parse_whole, parse_within
from catalog.tech_pack import (
    CARTON_SIDES,
    MAX_AMOUNT,
    MAX_CARTON_MM,
    MAX_WEIGHT_KG,
    Drawing,
    DrawingKind,
    MaterialLine,
    Packaging,
    ProcessStep,
    StepPicture,
    TechPack,
    Tolerance,
    check_pack,
)
from catalog.text import LANGUAGES, Text
from service.web.tech_pack_form import PackForm, read_file


def take(form: PackForm) -> TechPack:
    """The pack that the form means.

    Raises: InvalidFields with every field that cannot be taken.
    """
    problems: dict[str, str] = {}
    makers: dict[str, Callable[[_Reader], Any]] = {
        "materials": _take_material,
        "steps": _take_step,
        "tolerances": _take_tolerance,
        "drawings": _take_drawing,
    }
    lists = {
        name: tuple(
            make(_Reader(row, f"{name}.{place}.", problems)) for place, row in enumerate(form.rows[name], start=1)
        )
        for name, make in makers.items()
    }
    # A drawing is its file: a row whose word was not signed here is nothing.
    lists["drawings"] = tuple(drawing for drawing in lists["drawings"] if drawing is not None)
    pack = TechPack(**lists, packaging=_take_packaging(_Reader(form.packaging, "packaging.", problems)))
    try:
        check_pack(pack)
    except InvalidFields as error:
        problems = error.fields | problems
    if problems:
        raise InvalidFields(problems)
    return pack


@dataclass(frozen=True)
class _Reader:
    """The fields of one row; what cannot be read is noted under its name in the form."""

    row: Mapping[str, str]
    prefix: str
    problems: dict[str, str]

    def text(self, name: str) -> Text:
        return Text(*(self.row.get(f"{name}_{language}", "") for language in LANGUAGES))

    def number(self, name: str, most: float) -> float | None:
        return self._read(name, lambda typed: parse_within(typed, 0, most))

    def whole(self, name: str) -> int | None:
        return self._read(name, parse_whole)

    def _read(self, name: str, parse: Callable[[str], Any]) -> Any:
        typed = self.row.get(name, "")
        if not typed:
            return None
        try:
            return parse(typed)
        except ValueError as error:
            self.problems[f"{self.prefix}{name}"] = str(error)
            return None

    def needed(self, name: str, most: float) -> float:
        """A number that must be there; what is missing is noted, and read as nothing."""
        value = self.number(name, most)
        if value is None:
            self.problems.setdefault(f"{self.prefix}{name}", "required")
        return value or 0.0


def _take_material(row: _Reader) -> MaterialLine:
    amount = row.number("amount", MAX_AMOUNT)
    unit = row.row.get("unit", "") if amount is not None else ""
    return MaterialLine(row.text("name"), amount, unit, row.text("note"))


def _take_step(row: _Reader) -> ProcessStep:
    facts = read_file(row.row.get("file", ""))
    picture = StepPicture(**(facts | {"alt": row.text("alt")})) if facts else None
    return ProcessStep(row.text("title"), row.text("instruction"), row.whole("minutes"), picture)


def _take_tolerance(row: _Reader) -> Tolerance:
    numbers = {name: row.needed(name, MAX_AMOUNT) for name in ("nominal", "minus", "plus")}
    if f"{row.prefix}nominal" in row.problems:  # nothing is more than a target that is not there
        numbers["minus"] = 0.0
    return Tolerance(row.text("feature"), **numbers, unit=row.row.get("unit", ""), method=row.text("method"))


def _take_drawing(row: _Reader) -> Drawing | None:
    facts = read_file(row.row.get("file", ""))
    if not facts:
        return None
    known = {"kind": DrawingKind(facts["kind"]), "preview_px": tuple(facts["preview_px"]), "title": row.text("title")}
    return Drawing(**(facts | known))


def _take_packaging(row: _Reader) -> Packaging:
    sides = {side: row.number(side, MAX_CARTON_MM) for side in CARTON_SIDES}
    return Packaging(
        instruction=row.text("instruction"),
        pieces_per_carton=row.whole("pieces_per_carton"),
        carton_mm={side: size_mm for side, size_mm in sides.items() if size_mm is not None},
        gross_weight_kg=row.number("gross_weight_kg", MAX_WEIGHT_KG),
    )
