"""A design as cells, which `rows.take_row` takes for the same design."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence

from catalog.designs import TEXTS, DesignDraft
from catalog.exchange.cells import join_list
from catalog.exchange.columns import FAMILY, PICTURES
from catalog.families import Value, field_of
from catalog.text import LANGUAGES, Text

# What a version is called where another design names it, such as celadon-bowl@2.
ShowVersion = Callable[[uuid.UUID], str]
ShownCell = str | float | int


def show_row(draft: DesignDraft, show_version: ShowVersion) -> dict[str, ShownCell]:
    """The cells of a design by column; those that would say nothing are left out."""
    cells: dict[str, ShownCell] = {FAMILY: draft.craft}
    for name in TEXTS:
        cells |= _both(name, getattr(draft, name))
    cells |= _lists("materials", draft.materials)
    cells |= {f"{name}_mm": size_mm for name, size_mm in draft.dimensions_mm.items()}
    cells |= dict(_attributes(draft))
    cells |= {"colours_hex": join_list(colour.hex for colour in draft.colours)}
    cells |= _lists("colours", [colour.name for colour in draft.colours])
    cells |= dict(_trade(draft))
    if draft.derived_from_id is not None:
        cells["derived_from"] = show_version(draft.derived_from_id)
    return {column: cell for column, cell in cells.items() if cell not in ("", None)}


def show_pictures(names: Sequence[str], alts: Sequence[Text]) -> dict[str, ShownCell]:
    """The cells of a version's pictures, by the names of their files."""
    return {PICTURES: join_list(names), **_lists("picture_texts", alts)}


def _both(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_{language}": getattr(text, language) for language in LANGUAGES}


def _lists(name: str, texts: Sequence[Text]) -> dict[str, str]:
    return {f"{name}_{language}": join_list(getattr(text, language) for text in texts) for language in LANGUAGES}


def _attributes(draft: DesignDraft) -> Iterator[tuple[str, ShownCell]]:
    for code, value in draft.attributes.items():
        if isinstance(value, Text):
            yield from ((field_of(code, language), getattr(value, language)) for language in LANGUAGES)
        else:
            yield field_of(code), _plain(value)


def _plain(value: Value) -> ShownCell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return join_list(value) if isinstance(value, tuple) else value


def _trade(draft: DesignDraft) -> Iterator[tuple[str, ShownCell]]:
    for name, money in (("price", draft.price), ("royalty", draft.royalty)):
        if money is not None:
            yield f"{name}_amount", f"{money.amount.normalize():f}"
            yield f"{name}_currency", money.currency
    for name in ("lead_time_days", "minimum_order", "origin", "licence", "credit"):
        yield name, getattr(draft, name)
