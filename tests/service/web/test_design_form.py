"""The form of a design: numbers as people write them, rows, and what a stale form differs in."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from catalog.designs import MAX_DIMENSION_MM
from catalog.errors import InvalidFields
from service.web.design_form import DesignForm, differences, format_size, parse_number, read_form, show_draft, take
from tests.factories import make_draft


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("180", 180.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        (" 12,50 ", 12.5),
        ("1 200", 1200.0),
        ("1\u00a0200,5", 1200.5),
        ("1.200,5", 1200.5),
        ("1,200.5", 1200.5),
        ("1.234.567", 1234567.0),
        ("0.25", 0.25),
        ("-3", -3.0),
    ],
)
def test_a_number_is_read_with_comma_or_point(typed: str, number: float):
    assert parse_number(typed) == number


@pytest.mark.parametrize("typed", ["1.200", "1,200", "12.500"])
def test_a_number_that_two_readers_read_differently_is_asked_for_again(typed: str):
    with pytest.raises(ValueError, match="ambiguous_number"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["", "lebar", "12cm", "1e3", "nan", "inf", "1,2,3", "--1", "1.2.3", "٣", "9" * 40])
def test_what_is_no_number_is_said_to_be_none(typed: str):
    with pytest.raises(ValueError, match="not_a_number"):
        parse_number(typed)


@given(st.integers(1, 100 * MAX_DIMENSION_MM))
def test_a_size_reads_back_as_it_was_written_in_either_language(hundredths: int):
    size_mm = hundredths / 100
    text = f"{size_mm:.2f}".rstrip("0").rstrip(".")
    assert parse_number(text) == size_mm
    assert parse_number(text.replace(".", ",")) == size_mm


@pytest.mark.parametrize(("language", "written"), [("id", "1234,5"), ("en", "1234.5")])
def test_a_size_is_written_without_grouping(app: Flask, language: str, written: str):
    with app.test_request_context(f"/?lang={language}"):
        assert format_size(1234.5) == written
        assert format_size(180) == "180"


def test_a_draft_shown_and_sent_back_is_the_same_draft(app: Flask):
    draft = make_draft(dimensions_mm={"diameter": 142.5, "height": 60.0})
    with app.test_request_context("/?lang=id"):
        form = show_draft(draft)
        assert take(form) == draft
        sent = MultiDict(form.values)
        sent.setlist("material_id", [row[0] for row in form.material_rows])
        sent.setlist("material_en", [row[1] for row in form.material_rows])
        assert take(read_form(sent)) == draft
        assert differences(read_form(sent), form) == {}


def test_rows_without_a_word_are_left_out_and_spare_ones_offered():
    sent = MultiDict([("material_id", " "), ("material_en", ""), ("material_id", "kayu"), ("material_en", "")])
    form = read_form(sent)
    assert form.materials == (("kayu", ""),)
    assert form.material_rows[0] == ("kayu", "")
    assert form.material_rows[1:] == [("", "")] * 2


def test_columns_of_different_length_are_read_as_far_as_they_pair():
    sent = MultiDict([("colour_id", "biru"), ("colour_id", "merah"), ("colour_en", "blue"), ("colour_hex", "#0000ff")])
    assert read_form(sent).colours == (("biru", "blue", "#0000FF"),)


def test_every_problem_of_a_form_is_told_at_once():
    form = DesignForm(
        values={"craft": "glass", "width": "lebar", "height": "1.200", "depth": "-1"},
        colours=(("biru", "blue", "blue"),),
    )
    with pytest.raises(InvalidFields) as raised:
        take(form)
    assert raised.value.fields == {
        "title_id": "required",
        "craft": "unknown_choice",
        "width": "not_a_number",
        "height": "ambiguous_number",
        "depth": "out_of_range",
        "colours": "not_a_colour",
    }


def test_a_stale_form_is_told_only_what_differs():
    mine = DesignForm(values={"title_id": "Milik saya", "craft": "wood"}, materials=(("kayu", "wood"),))
    theirs = DesignForm(values={"title_id": "Milik mereka", "craft": "wood"}, materials=(("rotan", "rattan"),))
    assert differences(mine, theirs) == {"title_id": "Milik mereka", "materials": "rotan · rattan"}
