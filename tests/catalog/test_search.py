"""What can be asked of the catalog, and how a design is filed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.designs import Colour
from catalog.money import Money
from catalog.search import (
    FACETS,
    NAMES,
    ORDERS,
    SearchQuery,
    facets_of,
    price_band,
    proven_codes,
    read_query,
    size_class,
    value_name,
)
from catalog.search_words import MAX_TOKENS, tokens_of
from catalog.text import Text
from tests.factories import make_draft

PAIRS = st.lists(st.tuples(st.sampled_from(["q", "sort", "page", "shade", "like", "photo", *FACETS, "x"]), st.text()))


@given(PAIRS)
def test_whatever_an_address_says_it_is_read_and_read_again_from_its_own_address(pairs):
    query = read_query(pairs)
    assert read_query(query.pairs(page=query.page)) == query


def test_the_same_choice_has_one_address():
    one = read_query([("colour", "red"), ("q", " bowl "), ("colour", "blue"), ("craft", "wood")])
    other = read_query([("craft", "wood"), ("colour", "blue"), ("colour", "red"), ("colour", "red"), ("q", "bowl")])
    assert one.pairs() == other.pairs()
    assert one.pairs() == [("q", "bowl"), ("craft", "wood"), ("colour", "blue"), ("colour", "red")]


def test_a_filter_is_taken_away_alone_and_the_list_begins_anew():
    query = read_query([("colour", "red"), ("colour", "blue"), ("craft", "wood"), ("page", "3")])
    assert query.without("colour", "red").pairs() == [("craft", "wood"), ("colour", "blue")]
    assert query.without("colour").chosen == {"craft": ("wood",)}
    assert query.without("craft", "wood").page == 1


@pytest.mark.parametrize(
    ("name", "value"), [("shade", "red"), ("shade", "12345"), ("sort", "rank"), ("page", "-1"), ("page", "²")]
)
def test_what_cannot_be_meant_is_left_out(name, value):
    assert read_query([(name, value)]) == SearchQuery()


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [
        ("Mangkuk dan sela", ("mangkuk", "sela*")),
        ("the bowl of the potter", ("bowl", "potter*")),
        ("késambi", ("kesambi*",)),
        ("teh", ("teh*",)),
        ("ab", ("ab",)),
        ("' OR 1=1 --:*&|!()", ("1",)),
        ("bowl bowl bowl", ("bowl*",)),
        ("the bowl's rim", ("bowl", "rim*")),
        ("plate 30 cm", ("plate", "300mm*")),
        ("30cm plate", ("300mm", "plate*")),
        ("15 x 20,5 cm", ("150mm", "205mm*")),
        ("Ø 2.5 m", ("2500mm*",)),
        ("1,240 °C", ("1", "240", "c")),
        ("", ()),
        ("dan the", ()),
        ("💥", ()),
    ],
)
def test_words_become_tokens_without_accents_marks_and_words_that_say_nothing(typed, tokens):
    assert tokens_of(typed) == tokens


@given(st.text())
def test_tokens_are_few_and_hold_letters_and_digits_alone(typed):
    tokens = tokens_of(typed)
    assert len(tokens) <= MAX_TOKENS
    assert all(token.rstrip("*").isalnum() and token.count("*") <= 1 for token in tokens)


@pytest.mark.parametrize(
    ("dimensions_mm", "code"),
    [
        ({}, None),
        ({"diameter": 99}, "to_10"),
        ({"diameter": 100}, "10_25"),
        ({"width": 30, "height": 499}, "25_50"),
        ({"length": 999.9}, "50_100"),
        ({"length": 1000}, "from_100"),
    ],
)
def test_a_design_is_as_large_as_its_longest_side(dimensions_mm, code):
    assert size_class(dimensions_mm) == code


@pytest.mark.parametrize(
    ("price_idr", "code"),
    [(None, None), (99_999, "to_100"), (100_000, "100_250"), (2_499_999, "1000_2500"), (2_500_000, "from_2500")],
)
def test_a_price_belongs_to_the_band_that_begins_with_it(price_idr, code):
    assert price_band(price_idr) == code


def test_what_three_workshops_are_proven_at_one_is_as_well():
    assert [proven_codes(count) for count in (0, 1, 2, 3, 9)] == [
        (),
        ("from_1",),
        ("from_1",),
        ("from_1", "from_3"),
        ("from_1", "from_3"),
    ]


def test_a_design_is_filed_under_every_facet():
    draft = make_draft(
        colours=(Colour(Text("nila", "indigo"), "#1F3A5F"), Colour(Text("laut", "sea"), "#2E6F95")),
        origin="Klaten, Jawa Tengah",
        licence="cc_by",
        price=Money(Decimal(180_000), "IDR"),
    )
    filed = facets_of(draft, 180_000, proven=1)
    assert filed["craft"] == ("ceramics",)
    assert filed["colour"] == ("blue",)
    assert filed["size"] == ("10_25",)
    assert filed["price"] == ("100_250",)
    assert filed["origin"] == ("klaten-jawa-tengah",)
    assert filed["licence"] == ("cc_by",)
    assert filed["proven"] == ("from_1",)
    assert len(filed["shade"]) == 2


def test_every_value_with_an_order_has_a_name_in_both_languages():
    for facet, codes in ORDERS.items():
        assert all(value_name(facet, code).is_complete for code in codes)
    assert all(name.is_complete for names in NAMES.values() for name in names.values())
