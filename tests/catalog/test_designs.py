"""The rules of a design: what a draft may say, and what publishing asks for."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.designs import (
    MAX_ALT,
    MAX_COLOURS,
    MAX_DIMENSION_MM,
    MAX_MATERIALS,
    MAX_MINIMUM_ORDER,
    MAX_TEXT,
    MAX_TITLE,
    MAX_WORDS,
    Colour,
    DesignDraft,
    check_alt,
    check_draft,
    clean_draft,
    clean_line,
    clean_reference,
    clean_text,
    make_slug,
    stamp_of,
)
from catalog.errors import InvalidFields
from catalog.money import Money
from catalog.text import Text
from tests.factories import make_draft

COMPLETE = make_draft()
ALT = Text("Mangkuk dari atas", "The bowl from above")


def problems_of(draft: DesignDraft) -> dict[str, str]:
    with pytest.raises(InvalidFields) as raised:
        check_draft(draft)
    return raised.value.fields


def test_a_draft_with_a_title_in_one_language_is_enough_to_begin_with():
    check_draft(DesignDraft(title=Text(id="Tampah"), description=Text(), craft="rattan_bamboo"))


def test_texts_are_cleaned_alike_wherever_they_come_from():
    draft = replace(
        COMPLETE,
        title=Text("Mangkuk  besar", "Big\nbowl "),
        story=Text("Satu\r\ndua  tiga", ""),
        materials=(Text("tanah\u00a0liat", ""),),
        colours=(Colour(Text("hijau  tua", ""), "#8FB3A0"),),
        attributes={"body": "stoneware", "motif": Text("ceplok  kawung", "")},
        origin=" Bayat,\u00a0Klaten",
        credit="Ratna  W.",
    )
    clean = clean_draft(draft)
    assert clean.title == Text("Mangkuk besar", "Big bowl")
    assert clean.story == Text("Satu\ndua  tiga", "")
    assert clean.materials == (Text("tanah liat", ""),)
    assert clean.colours == (Colour(Text("hijau tua", ""), "#8FB3A0"),)
    assert clean.attributes == {"body": "stoneware", "motif": Text("ceplok kawung", "")}
    assert (clean.origin, clean.credit) == ("Bayat, Klaten", "Ratna W.")
    assert clean_draft(clean) == clean


@pytest.mark.parametrize(
    ("typed", "code"), [("A  1", "A 1"), ("B\u00a02", "B 2"), ("# 12", "#12"), ("##  3", "##3"), ("#RT3", "#RT3")]
)
def test_a_code_has_single_blanks_and_none_after_a_hash(typed: str, code: str):
    assert clean_reference(typed) == code
    assert clean_reference(code) == code


@pytest.mark.parametrize("typed", ["  ", "\u200b\u200d", "\u202e\u2066", "\u3164", "\ufe0f", "\u00ad\u00a0"])
def test_a_title_of_nothing_that_is_seen_is_no_title(typed: str):
    assert problems_of(replace(COMPLETE, title=Text(typed, " "))) == {"title_id": "required"}
    assert clean_text(typed) == ""


@pytest.mark.parametrize("typed", ["👩\u200d🎨", "🏺\ufe0f", "ก\u200bข", "می\u200cخواهم", "é", "·"])
def test_signs_that_join_others_stay_where_something_is_seen(typed: str):
    assert clean_text(typed) == typed


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": Text("a", "b" * (MAX_TITLE + 1))}, {"title_en": "too_long"}),
        ({"description": Text("a" * (MAX_TEXT + 1), "b")}, {"description_id": "too_long"}),
        ({"care": Text("", "b" * (MAX_TEXT + 1))}, {"care_en": "too_long"}),
        ({"craft": "plastic"}, {"craft": "unknown_choice"}),
        ({"attributes": {"body": "plastic"}}, {"attribute_body": "unknown_choice"}),
        ({"licence": "mine"}, {"licence": "unknown_choice"}),
        ({"price": Money(Decimal(0), "IDR")}, {"price": "out_of_range"}),
        ({"royalty": Money(Decimal(5), "XXX")}, {"royalty": "unknown_choice"}),
        ({"lead_time_days": 0}, {"lead_time_days": "out_of_range"}),
        ({"minimum_order": MAX_MINIMUM_ORDER + 1}, {"minimum_order": "out_of_range"}),
        ({"credit": "a" * (MAX_TITLE + 1)}, {"credit": "too_long"}),
        ({"materials": (Text("kayu", "wood"),) * (MAX_MATERIALS + 1)}, {"materials": "too_many"}),
        ({"materials": (Text("k" * (MAX_WORDS + 1), ""),)}, {"materials": "too_long"}),
        ({"colours": (Colour(Text("biru", "blue"), "blue"),)}, {"colours": "not_a_colour"}),
        ({"colours": (Colour(Text("biru", "blue"), "#0000FF"),) * (MAX_COLOURS + 1)}, {"colours": "too_many"}),
        ({"colours": (Colour(Text("b" * (MAX_WORDS + 1)), "#0000FF"),)}, {"colours": "too_long"}),
        ({"dimensions_mm": {"weight": 3.0}}, {"dimensions_mm": "unknown_choice"}),
        ({"dimensions_mm": {"width": 0.0}}, {"width": "out_of_range"}),
        ({"dimensions_mm": {"width": -1.0, "height": 5.0}}, {"width": "out_of_range"}),
        ({"dimensions_mm": {"height": MAX_DIMENSION_MM + 1.0}}, {"height": "out_of_range"}),
        ({"dimensions_mm": {"height": math.nan}}, {"height": "out_of_range"}),
        ({"dimensions_mm": {"height": math.inf}}, {"height": "out_of_range"}),
    ],
)
def test_each_field_that_cannot_be_taken_is_named_with_its_reason(change: dict, problem: dict):
    assert problems_of(replace(COMPLETE, **change)) == problem


def test_all_problems_are_told_at_once():
    draft = replace(COMPLETE, title=Text(), craft="", dimensions_mm={"depth": -2.0})
    assert problems_of(draft) == {"title_id": "required", "craft": "unknown_choice", "depth": "out_of_range"}


def test_the_longest_texts_and_lists_are_taken():
    check_draft(
        replace(
            COMPLETE,
            title=Text("a" * MAX_TITLE, "b" * MAX_TITLE),
            description=Text("a" * MAX_TEXT, "b" * MAX_TEXT),
            materials=(Text("k" * MAX_WORDS, "w" * MAX_WORDS),) * MAX_MATERIALS,
            colours=(Colour(Text("biru", "blue"), "#0000fF"),) * MAX_COLOURS,
            dimensions_mm={"width": float(MAX_DIMENSION_MM)},
        )
    )


def test_the_text_of_a_picture_has_a_limit_in_each_language():
    check_alt(Text("a" * MAX_ALT, "b" * MAX_ALT))
    with pytest.raises(InvalidFields) as raised:
        check_alt(Text("a", "b" * (MAX_ALT + 1)))
    assert raised.value.fields == {"alt_en": "too_long"}


def test_the_stamp_changes_with_every_text_and_only_then():
    stamp = stamp_of(COMPLETE)
    assert stamp == stamp_of(make_draft())
    changes = ({"title": Text("a", "b")}, {"materials": ()}, {"dimensions_mm": {}}, {"photo_note": Text("x", "")})
    assert len({stamp, *(stamp_of(replace(COMPLETE, **change)) for change in changes)}) == len(changes) + 1


def test_a_text_keeps_its_paragraphs_and_loses_what_cannot_be_stored():
    assert clean_text("A\ttab\vB\u2028C\x85D") == "A tab\nB\nC\nD"
    assert clean_line("A\ttab\nB\u2029C") == "A tab B C"
    assert clean_text(" satu\r\ndua\x00\x07 \ud800\ufffe\ufffftiga\r ") == "satu\ndua tiga"


@given(st.text())
def test_every_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(typed: str):
    cleaned = clean_text(typed)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Mangkuk Seladon Beralur", "mangkuk-seladon-beralur"),
        ("Café  table, 2nd édition!", "cafe-table-2nd-edition"),
        ("碗", "design"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_an_address_is_made_of_the_title(title: str, slug: str):
    assert make_slug(title) == slug
