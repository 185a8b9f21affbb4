"""Words held in memory, asked as PostgreSQL writes its queries."""

import pytest
from pyroaring import BitMap

from catalog.search_lexicon import Lexicon, parse_query

LEXICON = Lexicon(
    watermark=1,
    anywhere={"bowl": BitMap([1, 2]), "bowler": BitMap([3]), "mangkuk": BitMap([2, 4]), "o'clock": BitMap([5])},
    in_keys={"bowl": BitMap([2])},
    in_title={"mangkuk": BitMap([4])},
    words=["bowl", "bowler", "mangkuk", "o'clock"],
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("'bowl'", [("bowl", False)]),
        ("'bowl' | 'bowl' | 'bowls':*", [("bowl", False), ("bowls", True)]),
        ("'o''clock':*", [("o'clock", True)]),
        ("", []),
        ("'a' & 'b'", None),
        ("'a' <-> 'b'", None),
        ("!'a'", None),
    ],
)
def test_a_query_of_one_word_is_read_and_any_other_is_not(query, found):
    assert parse_query(query) == found


def test_a_beginning_has_all_that_begins_so_and_keys_and_titles_the_whole_word_as_well():
    match = LEXICON.find("'bowl' | 'mangkuk'", "'bowl':* | 'mangkuk':*")
    assert (set(match.anywhere), set(match.in_keys), set(match.in_title)) == ({1, 2, 3, 4}, {2}, {4})
    match = LEXICON.find("'bow'", "'bow':*")
    assert (set(match.anywhere), set(match.in_keys), set(match.begun_in_keys)) == ({1, 2, 3}, set(), {2})
    match = LEXICON.find("'mang'", "'mang':*")
    assert (set(match.in_title), set(match.begun_in_title)) == (set(), {4})


def test_a_word_that_nothing_has_finds_nothing():
    match = LEXICON.find("'vase'", "'vase':*")
    assert (set(match.anywhere), set(match.in_keys), set(match.in_title)) == (set(), set(), set())


def test_what_asks_for_several_words_is_left_to_the_database():
    assert LEXICON.find("'a' & 'b'", "'a'") is None
