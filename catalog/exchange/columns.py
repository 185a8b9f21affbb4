"""The columns of a spreadsheet of designs, and whether a file's are the right ones. Their names never change.

What a family asks has a column for each attribute: `attribute_CODE`, or one for each language where it is a text.
A column that a file leaves out leaves what a design says there as it is; an empty cell takes it away.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from catalog.designs import DIMENSIONS
from catalog.exchange.cells import Cell
from catalog.families import Attribute, Kind, families, field_of
from catalog.text import LANGUAGES

REFERENCE, STUDIO, FAMILY = "reference", "studio", "family"
PICTURES = "pictures"
DERIVED_FROM = "derived_from"
TECH_PACK = "tech_pack"  # names a folder of the archive
REQUIRED = (REFERENCE, FAMILY)
# At least one of these: a design has a title in one language from its first day.
TITLES = ("title_id", "title_en")
# What an export calls a version, celadon-bowl@2: so other rows of the same file name it.
SLUG, VERSION = "slug", "version"
CALLED = (SLUG, VERSION)
# What an export tells besides; an import passes over it.
TOLD = ("state", "published_at")
# A column whose name begins so is the studio's own note.
OWN_NOTE = "#"


@dataclass(frozen=True)
class Problem:
    """What is wrong, as a stable code with details; `column` where it is about one."""

    code: str
    column: str = ""
    details: dict[str, object] = field(default_factory=dict)

    def to_plain(self) -> dict[str, object]:
        return {"code": self.code, "column": self.column, "details": self.details}


def _both(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{language}" for language in LANGUAGES)


@cache
def attribute_columns() -> tuple[str, ...]:
    """The columns of every attribute of every family, each once, in the order of the families."""
    names = [name for family in families().values() for each in family.attributes for name in columns_of(each)]
    return tuple(dict.fromkeys(names))


def columns_of(attribute: Attribute) -> tuple[str, ...]:
    if attribute.kind == Kind.TEXT:
        return tuple(field_of(attribute.code, language) for language in LANGUAGES)
    return (field_of(attribute.code),)


@cache
def all_columns() -> tuple[str, ...]:
    """Every column that an import reads, in the order of an export."""
    return (
        *(REFERENCE, STUDIO, FAMILY),
        *(*_both("title"), *_both("description"), *_both("story"), *_both("technique")),
        *(*_both("materials"), *(f"{name}_mm" for name in DIMENSIONS)),
        *attribute_columns(),
        *("colours_hex", *_both("colours"), *_both("care"), *_both("photo_note")),
        *("licence", "royalty_amount", "royalty_currency", "credit", DERIVED_FROM),
        *("price_amount", "price_currency", "lead_time_days", "minimum_order", "origin"),
        *(PICTURES, *_both("picture_texts")),
        TECH_PACK,
    )


@cache
def template_columns() -> tuple[str, ...]:
    """Those that somebody fills in: a tech pack is written in the studio, and named by exports alone."""
    return tuple(column for column in all_columns() if column != TECH_PACK)


def clean_name(cell: Cell) -> str:
    """A column's name as we write it: "Title ID " is title_id."""
    return "_".join(str(cell).strip().lower().replace("-", "_").split()) if isinstance(cell, str) else ""


def read_names(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The columns of a file; "" for one without a name, or of the studio's own notes, or told by an export."""
    names = [clean_name(cell) for cell in cells]
    return tuple("" if name.startswith(OWN_NOTE) or name in TOLD else name for name in names)


def name_problems(names: Sequence[str]) -> Iterator[Problem]:
    """What keeps a file with these columns from being read."""
    known = {*all_columns(), *CALLED}
    here = [name for name in names if name]
    if len(here) == 1 and {*REQUIRED} <= {*re.split("[,;]", here[0])}:  # a CSV opened where another sign divides
        yield Problem("columns_in_one")
        return
    for name in REQUIRED:
        if name not in here:
            yield Problem("missing_column", name)
    if not set(TITLES) & set(here):
        yield Problem("missing_column", TITLES[0])
    for name in dict.fromkeys(here):
        if name not in known:
            yield from _unknown(name)
        elif here.count(name) > 1:
            yield Problem("duplicate_column", name)


def _unknown(name: str) -> Iterator[Problem]:
    meant = difflib.get_close_matches(name, all_columns(), n=1, cutoff=0.7)
    if meant:
        yield Problem("unknown_column_meant", name[:60], {"meant": meant[0]})
    else:
        yield Problem("unknown_column", name[:60])
