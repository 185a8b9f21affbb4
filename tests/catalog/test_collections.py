"""What may be written of a collection, how much fits, and how its order changes."""

from __future__ import annotations

import pytest

from catalog.collections import (
    MAX_CONTACT,
    CollectionWords,
    check_room,
    check_words,
    clean_words,
    move,
    new_share_token,
)
from catalog.designs import MAX_TITLE
from catalog.errors import InvalidFields, RuleBroken
from catalog.text import Text


def test_a_title_in_one_language_is_enough():
    assert check_words(CollectionWords(Text(en="For the fair"))) is None


@pytest.mark.parametrize("typed", [" ", "\u200b"])
def test_a_collection_without_a_title_is_refused_at_the_field_of_the_title(typed: str):
    with pytest.raises(InvalidFields) as refused:
        check_words(CollectionWords(Text(typed, "")))
    assert refused.value.fields == {"title_id": "required"}


def test_each_text_that_is_too_long_is_named_with_its_language():
    words = CollectionWords(Text("a", "b" * (MAX_TITLE + 1)), Text("c" * 2000), "d" * (MAX_CONTACT + 1))
    with pytest.raises(InvalidFields) as refused:
        check_words(words)
    assert refused.value.fields == {"title_en": "too_long", "note_id": "too_long", "contact": "too_long"}


def test_a_title_is_one_line_and_a_note_keeps_its_lines():
    words = CollectionWords(Text("Untuk\tpameran", "For\nthe fair"), Text("satu\tdua\ntiga", ""), "Ratna\nKlaten")
    cleaned = CollectionWords(Text("Untuk pameran", "For the fair"), Text("satu dua\ntiga", ""), "Ratna\nKlaten")
    assert clean_words(words) == cleaned


def test_what_is_full_says_how_much_it_holds():
    check_room(59, 60, "collection_is_full")
    with pytest.raises(RuleBroken) as refused:
        check_room(60, 60, "collection_is_full")
    assert (refused.value.code, refused.value.details) == ("collection_is_full", {"most": 60})


@pytest.mark.parametrize(
    ("each", "by", "order"),
    [("b", -1, "bacd"), ("b", 1, "acbd"), ("a", -1, "abcd"), ("d", 5, "abcd"), ("d", -9, "dabc"), ("a", 2, "bcad")],
)
def test_a_design_moves_by_places_and_at_most_to_the_end(each, by, order):
    assert move("abcd", each, by) == list(order)


def test_no_two_shared_links_are_alike_and_none_is_short():
    tokens = {new_share_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 24
