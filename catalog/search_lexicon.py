"""Which entries have which word, in memory: what PostgreSQL's index says, without reading the rows it points to.

A word that stands in a fifth of a large catalog costs the database tens of milliseconds, for it looks into each row;
here it is a set that is there already. Words are lexemes: what the text search has made of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from catalog.search_index import Match

_LEXEME = re.compile(r"'((?:[^']|'')*)'(:\*)?")


@dataclass(frozen=True)
class Lexicon:
    """`anywhere`, `in_keys` and `in_title` give the entries of each lexeme; `words` are all of them, in order.

    What was written by transactions from `watermark` on may be in it or not.
    """

    watermark: int
    anywhere: Mapping[str, BitMap]
    in_keys: Mapping[str, BitMap]
    in_title: Mapping[str, BitMap]
    words: Sequence[str]

    def find(self, whole: str, sought: str) -> Match | None:
        """The entries that have a word, from its two queries as PostgreSQL writes them: `'bowl' | 'bowls':*`.

        None for a query that asks for more than one of several words.
        """
        exact, wide = parse_query(whole), parse_query(sought)
        if exact is None or wide is None:
            return None
        return Match(
            anywhere=self._union(self.anywhere, wide),
            in_keys=self._union(self.in_keys, exact),
            in_title=self._union(self.in_title, exact),
            begun_in_keys=self._union(self.in_keys, wide),
            begun_in_title=self._union(self.in_title, wide),
        )

    def _union(self, sets: Mapping[str, BitMap], wanted: Sequence[tuple[str, bool]]) -> BitMap:
        found = [
            sets[word]
            for lexeme, is_beginning in wanted
            for word in (self._beginning_with(lexeme) if is_beginning else (lexeme,))
            if word in sets
        ]
        return BitMap.union(*found) if found else BitMap()

    def _beginning_with(self, lexeme: str) -> Sequence[str]:
        first = bisect_left(self.words, lexeme)
        last = first
        while last < len(self.words) and self.words[last].startswith(lexeme):
            last += 1
        return self.words[first:last]


def parse_query(query: str) -> list[tuple[str, bool]] | None:
    """[(lexeme, whether it is a beginning), ...] of one or several joined by "or", each once; None for any other."""
    found = [(lexeme.replace("''", "'"), bool(star)) for lexeme, star in _LEXEME.findall(query)]
    rest = _LEXEME.sub("", query)
    return list(dict.fromkeys(found)) if not rest.replace("|", "").strip() else None
