"""From a row's cells to what a design says, and what is wrong by column."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.designs import DesignDraft
from catalog.exchange.cells import CellProblem, guard, join_list, split_list, unguard
from catalog.exchange.columns import name_problems, read_names
from catalog.exchange.row_cells import RowRefused
from catalog.exchange.rows import read_reference, take_row
from catalog.exchange.showing import show_row
from catalog.money import Money
from catalog.text import Text

ROW = {"reference": "B-1", "family": "ceramics", "title_id": "Mangkuk"}
ORIGINAL = uuid.uuid4()


def take(before: DesignDraft | None = None, **cells) -> DesignDraft:
    return take_row({**ROW, **cells}, before, {"bowl@2": ORIGINAL}.get).draft


def problems(before: DesignDraft | None = None, **cells) -> list[tuple[str, str]]:
    with pytest.raises(RowRefused) as caught:
        take_row({**ROW, **cells}, before, {}.get)
    return [(problem.column, problem.code) for problem in caught.value.problems]


def test_what_a_row_says_is_taken():
    draft = take(
        title_en="Bowl",
        materials_id="tanah liat; glasir",
        materials_en="stoneware",
        diameter_mm="12,5",
        attribute_body="Stoneware",
        attribute_forming="Putar; slab; thrown",
        attribute_firing_temperature=1240,
        attribute_food_safe="ya",
        colours_hex="#1f3a5f; 8fb3a0; #ffffff",
        colours_en="; green",
        price_amount="185.000",
        price_currency="idr",
        lead_time_days="30",
        licence="CC BY-SA",
        derived_from="bowl@2",
    )
    assert draft.materials == (Text("tanah liat", "stoneware"), Text("glasir", ""))
    assert draft.dimensions_mm == {"diameter": 12.5}
    assert draft.attributes == {
        "body": "stoneware",
        "forming": ("thrown", "slab"),
        "firing_temperature": 1240,
        "food_safe": True,
    }
    assert [(colour.name.en, colour.hex) for colour in draft.colours] == [
        ("", "#1F3A5F"),
        ("green", "#8FB3A0"),
        ("", "#FFFFFF"),
    ]
    assert draft.price == Money(Decimal(185000), "IDR")
    assert (draft.lead_time_days, draft.licence, draft.derived_from_id) == (30, "cc_by_sa", ORIGINAL)


@pytest.mark.parametrize("typed", ["cc_by_nc_sa", "CC BY-NC-SA", "CC BY-NC-SA 4.0", "cc by nc sa 4.0"])
def test_a_licence_is_known_by_its_name_as_well(typed: str):
    assert take(licence=typed).licence == "cc_by_nc_sa"


def test_a_column_that_is_not_there_leaves_what_is_said_and_an_empty_cell_takes_it_away():
    before = take(title_en="Bowl", care_en="Wipe", diameter_mm="140", price_amount="5", price_currency="EUR")
    after = take(before, care_en="", height_mm="60")
    assert (after.title, after.care) == (Text("Mangkuk", "Bowl"), Text())
    assert after.dimensions_mm == {"diameter": 140, "height": 60}
    assert after.price == Money(Decimal(5), "EUR")
    assert take(before, price_amount="").price is None
    assert take(before, diameter_mm="").dimensions_mm == {}


def test_another_family_leaves_the_attributes_of_the_old_one_behind():
    before = take(attribute_body="stoneware", attribute_food_safe="yes")
    after = take(before, family="wood", attribute_species="teak")
    assert after.attributes == {"species": "teak", "food_safe": True}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"family": "keramic"}, ("family", "unknown_family")),
        ({"family": ""}, ("family", "required")),
        ({"title_id": ""}, ("title_id", "required")),
        ({"title_id": "x" * 200}, ("title_id", "too_long")),
        ({"title_id": CellProblem("formula")}, ("title_id", "formula")),
        ({"diameter_mm": "1.200"}, ("diameter_mm", "ambiguous_number")),
        ({"diameter_mm": "enam"}, ("diameter_mm", "not_a_number")),
        ({"diameter_mm": -1}, ("diameter_mm", "out_of_range")),
        ({"diameter_mm": True}, ("diameter_mm", "not_a_number")),
        ({"attribute_glaze": "blue"}, ("attribute_glaze", "unknown_choice_of")),
        ({"attribute_species": "teak"}, ("attribute_species", "other_family")),
        ({"attribute_food_safe": "maybe"}, ("attribute_food_safe", "not_yes_or_no")),
        ({"attribute_firing_temperature": "5000"}, ("attribute_firing_temperature", "out_of_range")),
        ({"colours_hex": "green"}, ("colours_hex", "not_a_colour")),
        ({"colours_hex": "", "colours_en": "green"}, ("colours_hex", "fewer_than_names")),
        ({"colours_en": "green"}, ("colours_hex", "required_with_names")),
        ({"price_amount": "5"}, ("price_currency", "required")),
        ({"price_amount": "5", "price_currency": "XYZ"}, ("price_currency", "unknown_choice_of")),
        ({"price_amount": float(10**15), "price_currency": "EUR"}, ("price_amount", "out_of_range")),
        ({"lead_time_days": "2.5"}, ("lead_time_days", "not_a_whole_number")),
        ({"licence": "free"}, ("licence", "unknown_choice_of")),
        ({"derived_from": "nothing@1"}, ("derived_from", "not_a_published_design")),
        ({"pictures": "a.jpg;;b.jpg"}, ("pictures", "empty_item")),
        ({"pictures": "a.jpg; a.jpg"}, ("pictures", "picture_twice")),
        ({"pictures": ";".join("abcdefghijklm")}, ("pictures", "too_many")),
        ({"pictures": "a.jpg", "picture_texts_id": "x; y"}, ("picture_texts_id", "more_than_pictures")),
        ({"picture_texts_en": "x" * 300}, ("picture_texts_en", "too_long")),
    ],
)
def test_what_is_wrong_is_said_of_its_column_once(cells, found):
    assert problems(**cells) == [found]


@pytest.mark.parametrize(
    ("column", "cell", "limits"),
    [
        ("title_en", "x" * 121, {"most": 120}),
        ("diameter_mm", "30000", {"most": 20_000}),
        ("lead_time_days", "0", {"most": 730}),
        ("attribute_firing_temperature", "5000", {"least": 600, "most": 1450}),
        ("materials_id", ";".join("abcdefghijklm"), {"most": 12}),
        ("pictures", ";".join("abcdefghijklm"), {"most": 12}),
        ("picture_texts_id", "x" * 251, {"most": 250}),
    ],
)
def test_a_limit_is_named_where_it_is_passed(column: str, cell: str, limits: dict):
    with pytest.raises(RowRefused) as caught:
        take_row({**ROW, "pictures": "a.jpg", column: cell}, None, {}.get)
    assert caught.value.problems[0].details == limits


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    assert problems(family="wood", diameter_mm="x", attribute_body="stoneware", licence="?") == [
        ("diameter_mm", "not_a_number"),
        ("attribute_body", "other_family"),
        ("licence", "unknown_choice_of"),
    ]


@pytest.mark.parametrize(
    ("cell", "code"), [("", "required"), ("x" * 100, "too_long"), (CellProblem("formula"), "formula")]
)
def test_a_design_needs_a_reference(cell, code):
    with pytest.raises(RowRefused) as caught:
        read_reference({"reference": cell})
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_number_is_a_reference_too():
    assert read_reference({"reference": 1200}) == "1200"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["reference", "family", "title_id"], []),
        (["Reference", "FAMILY", "Title EN", "#my note", "", "slug"], []),
        (["reference", "title_id"], [("missing_column", "family")]),
        (["reference", "family"], [("missing_column", "title_id")]),
        (["reference", "family", "title_id", "tilte_en"], [("unknown_column_meant", "tilte_en")]),
        (["reference", "family", "title_id", "zzz"], [("unknown_column", "zzz")]),
        (["reference", "family", "title_id", "title id"], [("duplicate_column", "title_id")]),
        (["reference,studio,family,title_id"], [("columns_in_one", "")]),
        (["", "reference;family"], [("columns_in_one", "")]),
    ],
)
def test_columns_that_are_wrong_missing_or_there_twice_are_named(names, found):
    assert [(problem.code, problem.column) for problem in name_problems(read_names(names))] == found


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc"]), min_size=1), min_size=1, max_size=5))
def test_any_list_comes_back_as_it_was(items):
    assert split_list(join_list(items)) == tuple(items)


@given(st.text(max_size=8))
def test_a_guarded_text_comes_back_as_it_was_and_begins_no_formula(text):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_design_shown_as_cells_is_taken_as_the_same_design():
    draft = take(
        description_id="Satu; dua",
        attribute_firing_temperature="1240",
        attribute_water_absorption=0.125,
        attribute_food_safe="no",
        royalty_amount="1,25",
        royalty_currency="EUR",
        minimum_order="1.200",
        derived_from="bowl@2",
        thickness_mm="4.5",
    )
    assert take(**show_row(draft, {ORIGINAL: "bowl@2"}.__getitem__)) == draft
