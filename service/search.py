"""The use case of searching: an index in this process, checked against the database on every question.

The index (catalog.search_index) is made from the rows of catalog_entry at the first question and follows what was
written since at each further one, so what has been published is found at once by every process. Which designs have
a word that was asked for is remembered, and follows the catalog as well.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from pyroaring import BitMap
from rapidfuzz import process
from sqlalchemy.orm import Session

from catalog import search_index
from catalog.colours import hex_to_lab
from catalog.errors import NotFound
from catalog.search import FACETS, SearchQuery
from catalog.search_index import Match, Narrowed, SearchIndex
from catalog.store import search as store
from models.colour_difference import delta_e_2000
from service.word_memory import WordMemory

PAGE_SIZE = 24
# Whoever searches by likeness sees the most alike of all; the hundredth page of them is alike no more.
MOST_ALIKE = 240
# ΔE00 up to which a colour is near: the same colour to most people, in another shade.
NEAR_COLOUR = 12.0
MOST_REMEMBERED = 512
# More changes at once than these, and the words are looked up anew.
MOST_FOLLOWED = 50
# Reading an entry from the HNSW index costs as much as comparing the signs of so many.
COMPARED_FOR_ONE = 400
# Of those whose signs differ least, whatever page is looked at: nearly all of the most alike are among them.
MOST_MEASURED = 600
SIMILAR_FROM = 70  # of 100, rapidfuzz's ratio
MOST_CORRECTIONS = 3
# Relevance of one word of a search, by where it stands: what an entry has of these adds up. A title with the word
# itself comes first, then a title with a longer word that begins so, a key word, a longer one, any other text.
RELEVANCE = {"anywhere": 1, "begun_in_keys": 1, "in_keys": 2, "begun_in_title": 4, "in_title": 2}


@dataclass(frozen=True)
class Dropped:
    """A way on when nothing is found: the same without one filter, and how many designs that gives."""

    query: SearchQuery
    facet: str  # or "words", "colour"
    code: str
    count: int


@dataclass(frozen=True)
class Correction:
    """Other words that the catalog has, and how many designs they give."""

    query: SearchQuery
    words: str
    count: int
    is_shorter: bool  # some of those that were typed, and no others


@dataclass(frozen=True)
class Found:
    """One page of results. `counts` holds for each facet {code: designs}; `total` is of all pages."""

    query: SearchQuery
    cards: Sequence[Mapping[str, Any]]
    total: int
    most: int  # how many of them can be paged through
    counts: Mapping[str, Mapping[str, int]]
    index: SearchIndex
    like_title: Mapping[str, str] | None = None  # of the design whose likes were asked for
    dropped: Sequence[Dropped] = ()
    corrections: Sequence[Correction] = ()

    @property
    def pages(self) -> int:
        return max(1, -(-self.most // PAGE_SIZE))


@dataclass
class _State:
    """An index and what was found with it. Replaced as a whole."""

    watermark: int
    index: SearchIndex
    applied: Mapping[int, int] = field(default_factory=dict)  # number -> transaction, for rows that come twice
    matches: OrderedDict[str, Match] = field(default_factory=OrderedDict)
    vocabulary: list[str] | None = None


class Search:
    """One for each application. Threads share it: an index is never changed, only replaced."""

    def __init__(self, words: WordMemory | None = None) -> None:
        """`words`: what large catalogs are searched by; without one the database is asked for every new word."""
        self._state: _State | None = None
        self._lock = threading.Lock()
        self._words = words or WordMemory()

    def current(self, session: Session) -> _State:
        """The index as the database is now."""
        state = self._state
        if state is None:
            with self._lock:
                if self._state is None:
                    self._state = _State(*store.read_index(session))
                state = self._state
        changes = store.read_changes(session, state.watermark)
        self._words.note(changes)
        self._words.keep(len(state.index.shown))
        if any(state.applied.get(row.number) != changed_in for changed_in, row in changes.rows):
            with self._lock:
                # Another thread may have come first; then these rows are written over themselves.
                state = self._state = _follow(session, self._state, changes)
        else:
            state.watermark = changes.watermark
        return state

    def count(self, session: Session) -> int:
        """How many designs the catalog shows."""
        return len(self.current(session).index.shown)

    def find(self, session: Session, query: SearchQuery, size: int = PAGE_SIZE) -> Found:
        """One page of what a query finds, with the counts of every facet.

        Raises: NotFound for the likeness of a design or a photo that is not there.
        """
        state = self.current(session)
        index = state.index
        likeness = _likeness(session, query) if query.is_by_likeness else None
        matches = self._matches(session, state, query.tokens)
        base = BitMap.intersection(index.shown, *(match.anywhere for match in matches))
        near = _near_colour(index, query.colour) if query.colour else None
        if near is not None:
            base &= near.numbers
        if likeness is not None:
            base = base - BitMap([likeness.number])
        narrowed = search_index.narrow(index, base, query.chosen)
        first = (query.page - 1) * size
        if likeness is not None and query.sort == "best":
            most = min(len(narrowed.found & index.signs.known), MOST_ALIKE)
            alike = nearest(session, likeness.embedding, index, narrowed.found, min(first + size, MOST_ALIKE))
            numbers = alike[first : first + size]
        else:
            most = len(narrowed.found)
            numbers = _in_order(index, query, narrowed.found, matches, near, first, size)
        found = Found(
            query=query,
            cards=store.read_cards(session, numbers) if numbers else (),
            total=len(narrowed.found),
            most=most,
            counts={facet: search_index.count_values(index, narrowed, facet) for facet in FACETS},
            index=index,
            like_title=likeness.title if likeness is not None else None,
        )
        if found.total or not query.is_narrowed:
            return found
        return replace(found, **self._ways_on(session, state, query, matches, near, narrowed))

    def _matches(self, session: Session, state: _State, tokens: Sequence[str]) -> list[Match]:
        remembered = state.matches
        unknown = [token for token in tokens if token not in remembered]
        found = dict(zip(unknown, self._words.find(session, unknown), strict=True)) if unknown else {}
        matches = [found.get(token) or remembered.get(token) for token in tokens]
        if None in matches:  # another thread has just made room
            return store.find_tokens(session, tokens)
        remembered.update(found)
        while len(remembered) > MOST_REMEMBERED:
            remembered.popitem(last=False)
        return matches

    def _ways_on(
        self,
        session: Session,
        state: _State,
        query: SearchQuery,
        matches: Sequence[Match],
        near: _Near | None,
        narrowed: Narrowed,
    ) -> dict[str, Any]:
        index = state.index
        by_words = BitMap.intersection(index.shown, *(match.anywhere for match in matches))
        by_colour = near.numbers if near is not None else index.shown
        dropped = []
        for facet, codes in query.chosen.items():
            count = len(narrowed.of(facet))
            dropped += [Dropped(query.without(facet), facet, codes[0], count)] if count else []
        if query.colour:
            count = len(search_index.narrow(index, by_words, query.chosen).found)
            dropped += [Dropped(replace(query, colour="", page=1), "colour", query.colour, count)] if count else []
        if query.words:
            count = len(search_index.narrow(index, by_colour & index.shown, query.chosen).found)
            dropped += [Dropped(replace(query, words="", page=1), "words", query.words, count)] if count else []
        corrections = []
        if matches and not by_words:
            corrections = list(self._corrections(session, state, query, matches))
        dropped.sort(key=lambda way: -way.count)
        return {"dropped": dropped, "corrections": corrections}

    def _corrections(
        self, session: Session, state: _State, query: SearchQuery, matches: Sequence[Match]
    ) -> list[Correction]:
        """The likeliest other words that find something."""
        if state.vocabulary is None:
            state.vocabulary = store.known_words(session)
        typed = [token.rstrip("*") for token in query.tokens]
        is_known = [bool(match.anywhere) for match in matches]
        found = []
        for words in dict.fromkeys(" ".join(each) for each in _reworded(typed, is_known, state.vocabulary) if each):
            again = replace(query, words=words, page=1)
            corrected = self._matches(session, state, again.tokens)
            base = BitMap.intersection(state.index.shown, *(match.anywhere for match in corrected))
            count = len(search_index.narrow(state.index, base, query.chosen).found)
            if count:
                found.append(Correction(again, words, count, is_shorter=set(words.split()) <= set(typed)))
            if len(found) == MOST_CORRECTIONS:
                break
        return found


def _follow(session: Session, state: _State, changes: store.Changes) -> _State:
    rows = {row.number: row for _, row in changes.rows}
    applied = {row.number: changed_in for changed_in, row in changes.rows}
    index = state.index.with_rows(list(rows.values()))
    matches: OrderedDict[str, Match] = OrderedDict()
    if len(rows) <= MOST_FOLLOWED:
        remembered = dict(state.matches)
        changed, now = BitMap(rows), store.find_tokens(session, list(remembered), list(rows))
        pairs = zip(remembered.items(), now, strict=True)
        matches.update((token, match.with_changes(changed, new)) for (token, match), new in pairs)
    return _State(changes.watermark, index, applied, matches)


@dataclass(frozen=True)
class _Near:
    numbers: BitMap
    differences: np.ndarray  # by number


def _near_colour(index: SearchIndex, colour: str) -> _Near:
    return _Near(*search_index.near_colour(index, hex_to_lab(colour), NEAR_COLOUR, delta_e_2000))


def _in_order(
    index: SearchIndex,
    query: SearchQuery,
    found: BitMap,
    matches: Sequence[Match],
    near: _Near | None,
    first: int,
    size: int,
) -> list[int]:
    """The numbers of one page."""
    numbers = np.asarray(found.to_array(), np.int64)
    return search_index.page_of(numbers, _keys(index, query, numbers, matches, near), first, size)


def _keys(
    index: SearchIndex, query: SearchQuery, numbers: np.ndarray, matches: Sequence[Match], near: _Near | None
) -> np.ndarray:
    """(n,) int64, the higher the earlier: by what the query asks, or by how well it fits."""
    if query.sort != "best" or not (near or matches):
        return search_index.order_key(index.columns, numbers, query.sort)
    if near is not None:
        closeness = np.round(10 * (NEAR_COLOUR - near.differences[numbers]))
        return search_index.relevance_key(index.columns, numbers, closeness)
    relevance = np.zeros(len(index.columns.published_s), np.int16)
    for match in matches:
        for where, weight in RELEVANCE.items():
            relevance[np.asarray(getattr(match, where).to_array(), np.int64)] += weight
    return search_index.relevance_key(index.columns, numbers, relevance[numbers])


@dataclass(frozen=True)
class _Likeness:
    """What designs are to be alike to. `number` is 0 for a photo, and of no design."""

    embedding: Any
    number: int = 0
    title: Mapping[str, str] | None = None


def _likeness(session: Session, query: SearchQuery) -> _Likeness:
    """Raises: NotFound."""
    if query.photo:
        embedding = store.photo_likeness(session, query.photo)
        if embedding is None:
            raise NotFound("photo_query_not_found")
        return _Likeness(embedding)
    found = store.likeness_of(session, query.like)
    if found is None:
        raise NotFound("design_not_found")
    return _Likeness(found.embedding, found.number, found.title)


def nearest(session: Session, embedding: Any, index: SearchIndex, found: BitMap, count: int) -> list[int]:
    """By the HNSW index as long as most of what it gives is wanted; else those are measured whose signs are closest."""
    if not found or count < 1:
        return []
    share = len(found) / max(1, len(index.shown))
    needed = int(count / share * 1.5) + 8
    if len(found) > COMPARED_FOR_ONE * needed:
        alike = [number for number in store.nearest(session, embedding, needed) if number in found]
        if len(alike) >= count:
            return alike[:count]
    closest = index.signs.closest(embedding, found, MOST_MEASURED)
    return store.nearest_of(session, embedding, count, closest)


def _similar(word: str, vocabulary: Sequence[str]) -> list[str]:
    """Words of the catalog that somebody may have meant; none where nothing comes near."""
    near = [known for known in vocabulary if abs(len(known) - len(word)) <= 2]
    return [found for found, _, _ in process.extract(word, near, limit=MOST_CORRECTIONS, score_cutoff=SIMILAR_FROM)]


def _reworded(words: list[str], is_known: Sequence[bool], vocabulary: Sequence[str]) -> Iterator[list[str]]:
    """Other words for those that no design has together, the likeliest first.

    Two written as one; each that nothing has put right; those left out; at last each of them left out in turn.
    """
    for place, pair in enumerate(pairwise(words)):
        if (joined := "".join(pair)) in vocabulary:
            yield [*words[:place], joined, *words[place + 2 :]]
    options = [[word] if is_one else _similar(word, vocabulary) for word, is_one in zip(words, is_known, strict=True)]
    yield from _combinations(options)
    known = [word for word, is_one in zip(words, is_known, strict=True) if is_one]
    yield known
    for best in ([word for each in options for word in each[:1]], known):
        yield from (best[:place] + best[place + 1 :] for place in range(len(best)))


def _combinations(options: Sequence[Sequence[str]]) -> list[list[str]]:
    """The likeliest word at each place, and each place's others one at a time."""
    best = [words[:1] for words in options]
    tried = [best]
    for place, words in enumerate(options):
        tried += [[*best[:place], [word], *best[place + 1 :]] for word in words[1:]]
    return [[word for words in each for word in words] for each in tried]
