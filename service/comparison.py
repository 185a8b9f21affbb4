"""Designs side by side: a table whose rows are what can be compared, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal, gettext, ngettext
from sqlalchemy.orm import Session

from catalog.store import makers
from catalog.store.makers import Makers
from catalog.store.money import newest_rates
from catalog.store.tables import DesignVersion, MakeRecord
from service.design_facts import attribute_facts, form_facts, trade_facts
from service.make_words import level_words
from service.words import craft_name


@dataclass(frozen=True)
class Row:
    """One thing compared: its name, and the words for each design; empty where nothing is known."""

    term: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


@dataclass(frozen=True)
class Comparison:
    versions: tuple[DesignVersion, ...]
    rows: tuple[Row, ...]


def compare_designs(session: Session, versions: Sequence[DesignVersion]) -> Comparison:
    """Rows in which nothing is known of any of the designs are left out."""
    rates = newest_rates(session)
    named = [[(gettext("Designed by"), each.design.studio.name), *_what(each), *form_facts(each)] for each in versions]
    traded = [
        [*trade_facts(each, rates), (gettext("Made by"), makers_in_words(makers.makers_of(session, each.design_id)))]
        for each in versions
    ]
    rows = [*_rows(named), *_attribute_rows(versions), *_rows(traded)]
    return Comparison(tuple(versions), tuple(row for row in rows if any(row.cells)))


def _what(version: DesignVersion) -> list[tuple[str, str]]:
    return [(gettext("Craft"), craft_name(version.craft))]


def _rows(columns: Sequence[Sequence[tuple[str, str]]]) -> list[Row]:
    """Columns whose cells are of the same things, as rows."""
    return [Row(cells[0][0], tuple(words for _, words in cells)) for cells in zip(*columns, strict=True)]


def _attribute_rows(versions: Sequence[DesignVersion]) -> list[Row]:
    """Every attribute that one of them has; families ask different things, so a cell may be empty."""
    columns = [attribute_facts(version) for version in versions]
    names = dict.fromkeys(name for column in columns for name in column)
    return [Row(name, tuple(column.get(name, "") for column in columns)) for name in names]


def makers_in_words(found: Makers) -> str:
    """Each workshop that shows it, with how consistently, one a line; then how many do not show it."""
    lines = [f"{record.workshop.name}: {maker_in_words(record)}" for record in found.shown]
    if found.unnamed:
        unnamed = ngettext("%(num)d workshop without figures", "%(num)d workshops without figures", found.unnamed)
        lines.append(unnamed)
    return "\n".join(lines)


def maker_in_words(record: MakeRecord) -> str:
    """'Proven consistent, 58 of 60 accepted'."""
    return gettext(
        "%(level)s, %(accepted)s of %(pieces)s accepted",
        level=level_words(record.level).word,
        accepted=format_decimal(record.accepted),
        pieces=format_decimal(record.pieces),
    )
