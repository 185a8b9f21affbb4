"""What designs look like, shortened to one bit for each number of an embedding: its sign.

The wider the angle between two embeddings, the more of their signs differ, as with hyperplanes at random (Charikar
2002, doi:10.1145/509907.509965). So those that differ least hold nearly all of the most alike: who looks for these
measures a few hundred instead of every one. A code takes 64 bytes, and a hundred thousand are compared in 5 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from pyroaring import BitMap

from catalog.bitmaps import bitmap_of

WORDS = 8  # of 64 bits; what an embedding of fewer numbers leaves over is 0


def sign_code(embedding: Iterable[float]) -> bytes:
    """The signs of an embedding's numbers, eight to a byte and the first one highest, as PostgreSQL packs bits."""
    return np.packbits(np.fromiter(embedding, float) > 0).tobytes()


@dataclass(frozen=True)
class SignCodes:
    """The codes of the designs whose picture has been looked at, by number. Never changed, only replaced."""

    known: BitMap = field(default_factory=BitMap)
    table: np.ndarray = field(default_factory=lambda: np.zeros((0, WORDS), np.uint64))  # (N, WORDS)

    def with_codes(self, numbers: np.ndarray, codes: np.ndarray) -> SignCodes:
        """With those of `numbers` (n,) int64 as they are now: (n, bytes of a code) uint8."""
        table = np.zeros((max(len(self.table), int(numbers.max(initial=-1)) + 1), WORDS), np.uint64)
        table[: len(self.table)] = self.table
        table.view(np.uint8)[numbers, : codes.shape[1]] = codes
        return SignCodes(self.known | bitmap_of(numbers), table)

    def with_changes(self, changed: Mapping[int, bytes | None]) -> SignCodes:
        """With these as they are now; None is for a design without a picture, or with one not looked at yet."""
        without = SignCodes(self.known - BitMap(changed), self.table)
        given = {number: code for number, code in changed.items() if code is not None}
        if not given:
            return without
        codes = np.frombuffer(b"".join(given.values()), np.uint8).reshape(len(given), -1)
        return without.with_codes(np.fromiter(given, np.int64), codes)

    def closest(self, embedding: Iterable[float], numbers: BitMap, count: int) -> BitMap:
        """The `count` of these numbers whose signs differ least from the embedding's, or all whose signs are known."""
        asked = numbers & self.known
        if len(asked) <= count:
            return asked
        places = np.asarray(asked.to_array(), np.int64)
        code = np.zeros(WORDS, np.uint64)
        signs = np.frombuffer(sign_code(embedding), np.uint8)
        code.view(np.uint8)[: len(signs)] = signs
        differing = np.bitwise_count(self.table[places] ^ code).sum(axis=1, dtype=np.uint16)
        return bitmap_of(places[np.argpartition(differing, count)[:count]])
