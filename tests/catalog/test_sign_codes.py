"""Codes of signs: which differ least, against counting one by one, and whether the most alike are among those."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog.sign_codes import SignCodes, sign_code

SIZE = 472

CODES = st.dictionaries(st.integers(1, 40), st.none() | st.binary(min_size=3, max_size=3))


def count_differing(first: bytes, second: bytes) -> int:
    return (int.from_bytes(first) ^ int.from_bytes(second)).bit_count()


@given(CODES, CODES, st.sets(st.integers(1, 50)), st.lists(st.sampled_from((-1.0, 1.0)), min_size=24, max_size=24))
def test_the_closest_are_those_of_counting_one_by_one_whatever_changed_before(before, after, asked, embedding):
    signs = SignCodes().with_changes(before).with_changes(after)
    differing = {
        number: count_differing(code, sign_code(embedding))
        for number, code in (before | after).items()
        if code is not None and number in asked
    }
    for count in (1, 3, 60):
        found = signs.closest(embedding, BitMap(asked), count)
        assert sorted(differing[number] for number in found) == sorted(differing.values())[:count]


def test_nothing_is_close_where_no_picture_was_looked_at():
    signs = SignCodes().with_changes({1: None, 2: None})
    assert not signs.closest(np.ones(SIZE), BitMap([1, 2, 3]), 5)


def test_codes_are_never_changed():
    first = SignCodes().with_changes({1: b"\x01\x02"})
    second = first.with_changes({1: b"\xff\xff", 2: b"\x03\x04"})
    assert (set(first.known), set(second.known)) == ({1}, {1, 2})
    assert first.table[1].tobytes()[:2] == b"\x01\x02"


def test_nearly_all_of_the_most_alike_are_among_the_closest():
    chance = np.random.default_rng(0)
    things = chance.normal(size=(40, SIZE))
    embeddings = things[chance.integers(40, size=8000)] + 0.8 * chance.normal(size=(8000, SIZE))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    signs = SignCodes().with_changes({number: sign_code(each) for number, each in enumerate(embeddings)})
    shares = []
    for photo in embeddings[:50] + 0.01 * chance.normal(size=(50, SIZE)):
        most_alike = np.argsort(-embeddings @ photo)[:24].tolist()
        shares.append(len(signs.closest(photo, BitMap(range(8000)), 600) & BitMap(most_alike)) / 24)
    assert np.mean(shares) > 0.99
