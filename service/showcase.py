"""What the start page shows of the catalog: its crafts, what is new, and what workshops make consistently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from catalog.families import families
from catalog.search import SearchQuery
from service.search import Search

NEWEST = 8
PROVEN = 4

Card = Mapping[str, Any]


@dataclass(frozen=True)
class CraftShown:
    """A craft that has designs; `card` is of the newest of them."""

    code: str
    count: int
    card: Card


@dataclass(frozen=True)
class Showcase:
    total: int
    crafts: Sequence[CraftShown]  # in the order of the families
    newest: Sequence[Card]
    proven: Sequence[Card]  # made by workshops that are proven to make them consistently


def show_catalog(session: Session, search: Search) -> Showcase:
    newest = search.find(session, SearchQuery(sort="newest"), NEWEST)
    counts = newest.counts["craft"]
    crafts = [_show_craft(session, search, code, counts[code]) for code in families() if counts.get(code)]
    proven = search.find(session, SearchQuery(chosen={"proven": ("from_1",)}, sort="proven"), PROVEN)
    return Showcase(newest.total, [craft for craft in crafts if craft is not None], newest.cards, proven.cards)


def _show_craft(session: Session, search: Search, code: str, count: int) -> CraftShown | None:
    found = search.find(session, SearchQuery(chosen={"craft": (code,)}, sort="newest"), 1)
    return CraftShown(code, count, found.cards[0]) if found.cards else None
