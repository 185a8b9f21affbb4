"""Facets as sets: what is counted and in which order designs come, against counting them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog.colours import hex_to_lab, pack_shade
from catalog.search_index import Row, SearchIndex, count_values, narrow, near_colour, order_key, page_of, relevance_key
from catalog.text import Text

VALUES = ("craft:wood", "craft:metal", "colour:red", "colour:blue", "size:to_10")


def make_row(number: int, *facets: str, is_shown: bool = True, **values) -> Row:
    usual = {"origin": "", "published_s": number, "price_idr": None, "lead_time_days": None, "proven": 0}
    return Row(number, is_shown, facets, **(usual | values))


ROWS = st.lists(
    st.builds(
        lambda number, facets, shown: make_row(number, *sorted(facets), is_shown=shown),
        st.integers(1, 40),
        st.sets(st.sampled_from(VALUES)),
        st.booleans(),
    ),
    unique_by=lambda row: row.number,
)
CHOSEN = st.fixed_dictionaries(
    {},
    optional={"craft": st.sampled_from([("wood",), ("metal", "wood")]), "colour": st.just(("red", "gone"))},
)


@settings(max_examples=60)
@given(ROWS, ROWS, CHOSEN)
def test_counts_are_those_of_counting_one_by_one_whatever_changed_before(before, after, chosen):
    index = SearchIndex().with_rows(before).with_rows(after)
    rows = {row.number: row for row in [*before, *after]}
    shown = {number: set(row.facets) for number, row in rows.items() if row.is_shown}

    def fits(facets: set[str], but: str = "") -> bool:
        return all(name == but or any(f"{name}:{code}" in facets for code in codes) for name, codes in chosen.items())

    narrowed = narrow(index, index.shown, chosen)
    assert set(narrowed.found) == {number for number, facets in shown.items() if fits(facets)}
    for facet in ("craft", "colour", "size"):
        expected = {
            value.partition(":")[2]: count
            for value in VALUES
            if value.startswith(facet)
            and (count := sum(value in facets and fits(facets, facet) for facets in shown.values()))
        }
        assert count_values(index, narrowed, facet) == expected


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 7))
def test_pages_put_together_are_the_whole_list_in_order(keys, size):
    numbers = np.arange(len(keys))
    pages = [page_of(numbers, np.array(keys, np.int64), first, size) for first in range(0, len(keys), size)]
    expected = sorted(range(len(keys)), key=lambda number: (-keys[number], -number))
    assert [number for page in pages for number in page] == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", [3, 2, 1]),
        ("price", [2, 1, 3]),
        ("price_down", [1, 2, 3]),
        ("lead_time", [3, 1, 2]),
        ("proven", [1, 3, 2]),
    ],
)
def test_each_order_puts_what_is_not_said_last(sort, expected):
    index = SearchIndex().with_rows(
        [
            make_row(1, price_idr=900, lead_time_days=30, proven=2),
            make_row(2, price_idr=100),
            make_row(3, lead_time_days=7),
        ]
    )
    numbers = np.array([1, 2, 3])
    assert page_of(numbers, order_key(index.columns, numbers, sort), 0, 3) == expected


def test_what_fits_better_comes_first_then_what_more_workshops_are_proven_at_then_the_newest():
    rows = [make_row(1, proven=9), make_row(2), make_row(3, proven=1), make_row(4)]
    index = SearchIndex().with_rows(rows)
    numbers = np.array([1, 2, 3, 4])
    keys = relevance_key(index.columns, numbers, np.array([1, 5, 5, 5]))
    assert page_of(numbers, keys, 0, 4) == [3, 4, 2, 1]


def test_an_index_is_never_changed():
    first = SearchIndex().with_rows([make_row(1, "craft:wood")])
    second = first.with_rows([make_row(1, "craft:metal", is_shown=False), make_row(2, "craft:wood")])
    assert (set(first.shown), set(first.sets["craft"]["wood"])) == ({1}, {1})
    assert (set(second.shown), second.sets["craft"]) == ({2}, {"wood": BitMap([2])})


def test_a_place_is_called_as_the_designs_from_there_call_it():
    index = SearchIndex().with_rows([make_row(1, "origin:kota-gede", origin="Kota Gedé")])
    assert index.places == {"kota-gede": "Kota Gedé"}


def test_designs_near_a_colour_are_found_by_their_nearest_one():
    def lightness(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.abs(first - second)[..., 0]

    shades = [f"shade:{pack_shade(value)}" for value in ("#1F3A5F", "#FFFFFF", "#24406A")]
    index = SearchIndex().with_rows([make_row(1, shades[0], shades[1]), make_row(2, shades[1]), make_row(3, shades[2])])
    numbers, off = near_colour(index, hex_to_lab("#1F3A5F"), 12, lightness)
    assert set(numbers) == {1, 3}
    assert off[1] < off[3] < 12
    assert np.isinf(off[2])


def test_an_empty_catalog_has_no_colours_and_no_pages():
    numbers, _ = near_colour(SearchIndex(), (50, 0, 0), 12, lambda first, second: first)
    assert not numbers
    assert page_of(np.array([], np.int64), np.array([], np.int64), 0, 24) == []


def test_values_are_called_by_their_names_and_places_as_designs_call_them():
    index = SearchIndex().with_rows([make_row(1, "origin:klaten-jawa-tengah", origin="Klaten, Jawa Tengah")])
    assert index.name_of("craft", "wood").en == "Wood"
    assert index.name_of("origin", "klaten-jawa-tengah") == Text("Klaten, Jawa Tengah", "Klaten, Jawa Tengah")
    assert index.name_of("craft", "glass") == Text("glass", "glass")
