"""The catalog's facets as sets of numbers: which designs have which value, and how they are put in order.

PostgreSQL holds the catalog and finds words, pictures and records; counting ten filters over a hundred thousand
designs on every page is what it is slow at. Sets of whole numbers (roaring bitmaps, arXiv:1709.07821) intersect and
count in microseconds. An index is never changed: a change makes another one that shares what stayed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np
from pyroaring import BitMap

from catalog.search import origin_code, value_name
from catalog.sign_codes import SignCodes
from catalog.text import Text

NO_PRICE = np.iinfo(np.int64).max
# Keys of an order are 64 bits: relevance above, then workshops proven, then the moment of publishing.
_SECONDS_BITS = 36
_PROVEN_BITS = 8
# Filled up with unused numbers by this much, so that not every new design copies every column.
SPARE = 1024


@dataclass(frozen=True)
class Match:
    """The entries that have one word: anywhere, among their key words, in their title; also by its beginning."""

    anywhere: BitMap  # by its beginning as well
    in_keys: BitMap
    in_title: BitMap
    begun_in_keys: BitMap  # these and those that have a longer word
    begun_in_title: BitMap

    def with_changes(self, changed: BitMap, now: Match) -> Match:
        """The same after some entries changed, by what is so `now` of those."""
        pairs = ((getattr(self, each.name), getattr(now, each.name)) for each in fields(self))
        return Match(*(before - changed | after for before, after in pairs))


@dataclass(frozen=True)
class Row:
    """What the index keeps of one design, by the number of its entry."""

    number: int
    is_shown: bool
    facets: Sequence[str]  # "craft:wood"; a colour of its own is "shade:" and catalog.colours.pack_shade
    origin: str
    published_s: int  # seconds since 1970
    price_idr: int | None
    lead_time_days: int | None
    proven: int
    sign_code: bytes | None = None  # of its first picture, once that was looked at


@dataclass(frozen=True)
class Columns:
    """What designs are put in order by, at the place of their number."""

    published_s: np.ndarray  # (N,) int64
    price_idr: np.ndarray  # (N,) int64, NO_PRICE where none is given
    lead_time_days: np.ndarray  # (N,) int64, NO_PRICE where none is given
    proven: np.ndarray  # (N,) int64

    def with_rows(self, rows: Sequence[Row]) -> Columns:
        most = max((row.number for row in rows), default=0)
        columns = [_grown(column, most) for column in self._all()]
        numbers = [row.number for row in rows]
        values = [
            [row.published_s for row in rows],
            [NO_PRICE if row.price_idr is None else row.price_idr for row in rows],
            [NO_PRICE if row.lead_time_days is None else row.lead_time_days for row in rows],
            [row.proven for row in rows],
        ]
        for column, given in zip(columns, values, strict=True):
            column[numbers] = given
        return Columns(*columns)

    def _all(self) -> tuple[np.ndarray, ...]:
        return self.published_s, self.price_idr, self.lead_time_days, self.proven


def _grown(column: np.ndarray, most: int) -> np.ndarray:
    """A copy in which `most` is a place."""
    size = len(column) if most < len(column) else most + SPARE
    grown = np.zeros(size, np.int64)
    grown[: len(column)] = column
    return grown


def empty_columns() -> Columns:
    return Columns(*(np.zeros(0, np.int64) for _ in range(4)))


@dataclass(frozen=True)
class SearchIndex:
    """The designs shown, by number. `sets` holds for each facet the designs of each value."""

    shown: BitMap = field(default_factory=BitMap)
    sets: Mapping[str, Mapping[str, BitMap]] = field(default_factory=dict)
    columns: Columns = field(default_factory=empty_columns)
    places: Mapping[str, str] = field(default_factory=dict)  # what the origins are called, by their code
    signs: SignCodes = field(default_factory=SignCodes)

    @cached_property
    def labs(self) -> np.ndarray:
        """(S, 3) CIELAB of each value of the facet "shade", in its order."""
        packed = np.array([int(code) for code in self.sets.get("shade", {})], np.int64)
        return np.stack([packed >> 16, (packed >> 8 & 0xFF) - 128, (packed & 0xFF) - 128], axis=-1).astype(float)

    def name_of(self, facet: str, code: str) -> Text:
        """What a value is called: places as their designs call them, and what no design has as it was asked for."""
        place = self.places.get(code, code)
        return value_name(facet, code) or Text(place, place)

    def with_rows(self, rows: Sequence[Row]) -> SearchIndex:
        """An index in which these rows stand as they are now."""
        changed = BitMap(row.number for row in rows)
        shown = (self.shown - changed) | BitMap(row.number for row in rows if row.is_shown)
        return SearchIndex(
            shown=shown,
            sets=_with_values(self.sets, changed, rows),
            columns=self.columns.with_rows(rows),
            places={**self.places, **{origin_code(row.origin): row.origin for row in rows if row.origin}},
            signs=self.signs.with_changes({row.number: row.sign_code for row in rows}),
        )


def _with_values(
    sets: Mapping[str, Mapping[str, BitMap]], changed: BitMap, rows: Iterable[Row]
) -> dict[str, dict[str, BitMap]]:
    added: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        for value in row.facets if row.is_shown else ():
            facet, _, code = value.partition(":")
            added.setdefault(facet, {}).setdefault(code, []).append(row.number)
    made = {}
    for facet in sets.keys() | added.keys():
        values = {code: old - changed if old.intersect(changed) else old for code, old in sets.get(facet, {}).items()}
        for code, numbers in added.get(facet, {}).items():
            values[code] = values.get(code, BitMap()) | BitMap(numbers)
        made[facet] = {code: numbers for code, numbers in values.items() if numbers}
    return made


@dataclass(frozen=True)
class Narrowed:
    """The designs that all filters leave, and for each facet those that all *other* filters leave."""

    found: BitMap
    others: Mapping[str, BitMap]

    def of(self, facet: str) -> BitMap:
        return self.others.get(facet, self.found)


def narrow(index: SearchIndex, base: BitMap, chosen: Mapping[str, Sequence[str]]) -> Narrowed:
    """Within a facet any of the values chosen is enough; between facets all must hold."""
    unions = {facet: _union(index.sets.get(facet, {}), codes) for facet, codes in chosen.items()}
    others = {facet: BitMap.intersection(base, *_but(unions, facet)) for facet in unions}
    return Narrowed(BitMap.intersection(base, *unions.values()), others)


def _union(values: Mapping[str, BitMap], codes: Sequence[str]) -> BitMap:
    return BitMap.union(BitMap(), *(values[code] for code in codes if code in values))


def _but(unions: Mapping[str, BitMap], facet: str) -> list[BitMap]:
    return [numbers for name, numbers in unions.items() if name != facet]


def count_values(index: SearchIndex, narrowed: Narrowed, facet: str) -> dict[str, int]:
    """How many designs choosing a value of this facet gives, under the other filters; values of none are left out."""
    base = narrowed.of(facet)
    values = index.sets.get(facet, {})
    if len(base) == len(index.shown):  # nothing is asked yet
        return {code: len(numbers) for code, numbers in values.items()}
    counted = {code: base.intersection_cardinality(numbers) for code, numbers in values.items()}
    return {code: count for code, count in counted.items() if count}


# How far apart two colours are: CIELAB (..., 3) twice to (...).
Difference = Callable[[np.ndarray, np.ndarray], np.ndarray]


def near_colour(
    index: SearchIndex, lab: tuple[float, float, float], most: float, difference: Difference
) -> tuple[BitMap, np.ndarray]:
    """The designs with a colour that differs by at most `most`: (numbers, differences by number, float32).

    Differences are those of a design's nearest colour, and infinite where none is near.
    """
    differences = difference(index.labs, np.asarray(lab)) if len(index.labs) else np.zeros(0)
    sets = list(index.sets.get("shade", {}).values())
    near = [place for place in np.argsort(-differences, kind="stable") if differences[place] <= most]
    off = np.full(len(index.columns.published_s), np.inf, np.float32)
    for place in near:  # the nearest last, over all others
        off[np.asarray(sets[place].to_array(), np.int64)] = differences[place]
    return BitMap.union(BitMap(), *(sets[place] for place in near)), off


def order_key(columns: Columns, numbers: np.ndarray, sort: str) -> np.ndarray:
    """(n,) int64: the higher the earlier in the list."""
    if sort == "price":
        return -columns.price_idr[numbers]
    if sort == "price_down":
        price = columns.price_idr[numbers]
        return np.where(price == NO_PRICE, -1, price)
    if sort == "lead_time":
        return -columns.lead_time_days[numbers]
    if sort == "proven":
        return _proven_then_newest(columns, numbers)
    return columns.published_s[numbers]


def relevance_key(columns: Columns, numbers: np.ndarray, relevance: np.ndarray) -> np.ndarray:
    """By relevance, then by workshops proven, then the newest. `relevance`: small whole numbers, (n,)."""
    return relevance.astype(np.int64) << (_SECONDS_BITS + _PROVEN_BITS) | _proven_then_newest(columns, numbers)


def _proven_then_newest(columns: Columns, numbers: np.ndarray) -> np.ndarray:
    proven = np.minimum(columns.proven[numbers], (1 << _PROVEN_BITS) - 1)
    return proven << _SECONDS_BITS | np.maximum(columns.published_s[numbers], 0)


def page_of(numbers: np.ndarray, keys: np.ndarray, first: int, count: int) -> list[int]:
    """`count` numbers from place `first` on, the highest keys first.

    Of equal keys the later number comes first, always, so that pages never mix.
    """
    until = first + count
    if until < len(numbers):
        # The keys of the best `until`; all that tie with the last of them stay in, to be put in order below.
        least = np.partition(keys, len(keys) - until)[len(keys) - until]
        kept = keys >= least
        numbers, keys = numbers[kept], keys[kept]
    order = np.lexsort((-numbers, -keys))
    return numbers[order][first:until].tolist()
