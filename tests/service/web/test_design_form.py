"""The form of a design: numbers as people write them, rows, and what a stale form differs in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from catalog.designs import Colour
from catalog.errors import InvalidFields
from catalog.money import Money
from catalog.text import Text
from service.web.design_form import DesignForm, read_form, show_draft, take
from service.web.stale_form import Change, Opened, Said, changes_of_others, opened_on
from tests.factories import make_draft

FULL = {
    "dimensions_mm": {"diameter": 142.5, "height": 60.0},
    "story": Text("Dari tepi kali.", "From the riverside."),
    "colours": (Colour(Text("hijau", "green"), "#8FB09A"),),
    "attributes": {
        "body": "stoneware",
        "forming": ("thrown", "slab"),
        "firing_temperature": 1240.0,
        "food_safe": True,
        "microwave_safe": False,
    },
    "lead_time_days": 28,
    "minimum_order": 12,
    "price": Money(Decimal(185000), "IDR"),
    "origin": "Bayat, Klaten",
    "licence": "royalty_per_piece",
    "royalty": Money(Decimal("1.5"), "EUR"),
    "credit": "Ratna Wulandari",
    "derived_from_id": uuid.uuid4(),
}


def send(form: DesignForm) -> MultiDict:
    """What a browser sends of a form that was left as it is."""
    sent = MultiDict(form.values)
    for name, typed in form.attributes.items():
        sent.setlist(name, list(typed))
    for column, name in enumerate(("material_id", "material_en")):
        sent.setlist(name, [row[column] for row in form.material_rows])
    for column, name in enumerate(("colour_id", "colour_en", "colour_hex")):
        sent.setlist(name, [row[column].lower() if name == "colour_hex" else row[column] for row in form.colour_rows])
    return sent


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("changed", [{}, FULL], ids=["little", "all"])
def test_a_draft_shown_and_sent_back_is_the_same_draft(app: Flask, language: str, changed: dict):
    draft = make_draft(**changed)
    with app.test_request_context(f"/?lang={language}"):
        form = show_draft(draft)
        assert take(form) == draft
        assert take(read_form(send(form))) == draft
        as_sent = Said(take(read_form(send(form))))
        assert opened_on(as_sent).marks == opened_on(Said(draft)).marks


def test_a_text_attribute_has_a_field_for_each_language(app: Flask):
    draft = make_draft(craft="textile_batik", attributes={"cloth": "cotton", "motif": Text("ceplok", "rosettes")})
    with app.test_request_context("/?lang=en"):
        form = show_draft(draft)
        assert form.attribute_pair("attribute_motif") == {"id": "ceplok", "en": "rosettes"}
        assert take(read_form(send(form))) == draft


def test_what_a_form_does_not_ask_stays_as_it_was_saved():
    saved = make_draft(**FULL)
    few = DesignForm(values={"craft": "ceramics", "title_id": "Baru", "title_en": "New"})
    taken = take(few, saved)
    assert taken.title == Text("Baru", "New")
    for name in ("story", "price", "lead_time_days", "licence", "royalty", "credit", "derived_from_id"):
        assert getattr(taken, name) == getattr(saved, name), name


def test_fields_that_were_emptied_are_empty():
    emptied = dict.fromkeys(("lead_time_days", "minimum_order", "price_amount", "origin", "derived_from_id"), "")
    taken = take(DesignForm(values={"craft": "wood", "title_id": "Baru"} | emptied), make_draft(**FULL))
    assert (taken.lead_time_days, taken.minimum_order, taken.price) == (None, None, None)
    assert (taken.origin, taken.derived_from_id) == ("", None)


def test_a_royalty_goes_with_the_licence_that_asks_for_it():
    form = DesignForm(values={"craft": "wood", "title_id": "Meja", "licence": "cc_by"})
    assert take(form, make_draft(**FULL)).royalty is None


def test_what_was_typed_for_another_craft_is_carried_along_and_not_taken():
    typed = {"attribute_body": ("stoneware",), "attribute_species": ("teak",)}
    form = DesignForm(values={"craft": "wood", "title_id": "Meja"}, attributes=typed)
    assert form.of_other_families == [("attribute_body", "stoneware")]
    assert take(form).attributes == {"species": "teak"}


def test_rows_without_a_word_are_left_out_and_spare_ones_offered():
    sent = MultiDict([("material_id", " "), ("material_en", ""), ("material_id", "kayu"), ("material_en", "")])
    form = read_form(sent)
    assert form.materials == (("kayu", ""),)
    assert form.material_rows[0] == ("kayu", "")
    assert form.material_rows[1:] == [("", "")] * 2


def test_columns_of_different_length_are_read_as_far_as_they_pair():
    sent = MultiDict([("colour_id", "biru"), ("colour_id", "merah"), ("colour_en", "blue"), ("colour_hex", "#0000ff")])
    assert read_form(sent).colours == (("biru", "blue", "#0000FF"),)


def test_a_colour_that_was_there_stays_though_it_is_the_one_that_waiting_rows_have():
    sent = MultiDict([("colour_id", ""), ("colour_id", ""), ("colour_en", ""), ("colour_en", "")])
    sent.setlist("colour_hex", ["#8a5a2b", "#8a5a2b"])
    sent.setlist("colour_was", ["#8A5A2B", ""])
    assert read_form(sent).colours == (("", "", "#8A5A2B"),)


def test_a_colour_without_a_name_stays_and_the_row_that_waits_does_not():
    sent = MultiDict([("colour_id", ""), ("colour_id", ""), ("colour_en", ""), ("colour_en", "")])
    sent.setlist("colour_hex", ["#ff0000", "#8a5a2b"])
    assert read_form(sent).colours == (("", "", "#FF0000"),)


def test_every_problem_of_a_form_is_told_at_once():
    form = DesignForm(
        values={
            "craft": "glass",
            "width": "lebar",
            "height": "1.200",
            "depth": "-1",
            "lead_time_days": "sebulan",
            "price_amount": "murah",
            "derived_from_id": "somewhere",
        },
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
        "lead_time_days": "not_a_whole_number",
        "price": "not_a_number",
        "derived_from_id": "not_a_published_design",
        "colours": "not_a_colour",
    }


def test_every_problem_of_an_attribute_stands_by_its_field():
    typed = {
        "attribute_body": ("gold",),
        "attribute_forming": ("thrown", "printed"),
        "attribute_firing_temperature": ("hot",),
        "attribute_water_absorption": ("45",),
        "attribute_food_safe": ("perhaps",),
    }
    with pytest.raises(InvalidFields) as raised:
        take(DesignForm(values={"craft": "ceramics", "title_id": "Mangkuk"}, attributes=typed))
    assert raised.value.fields == {
        "attribute_body": "unknown_choice",
        "attribute_forming": "unknown_choice",
        "attribute_firing_temperature": "not_a_number",
        "attribute_water_absorption": "out_of_range",
        "attribute_food_safe": "unknown_choice",
    }


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


THEIRS = make_draft(
    title=Text("Milik mereka", "Mine"),
    licence="cc_by_sa",
    attributes={"body": "stoneware", "forming": ("thrown", "slab"), "food_safe": True},
    materials=(Text("tanah liat", "stoneware"), Text("abu", "ash")),
    price=Money(Decimal(185000), "IDR"),
)
MINE = make_draft(title=Text("Milik saya", "Mine"), licence="cc_by", attributes={"body": "porcelain"})


@pytest.mark.usefixtures("english")
def test_a_stale_form_is_told_in_words_what_the_other_changed_and_what_both_did():
    before = make_draft(
        title=Text("Mangkuk", "Mine"), licence="cc_by", attributes={"body": "porcelain", "food_safe": True}
    )
    ours = replace(MINE, origin="Klaten")  # a place and no safety are changes of ours alone
    assert changes_of_others(Said(ours, "M-1"), Said(THEIRS, "M-1"), opened_on(Said(before))) == {
        "title_id": Change("Title (Bahasa Indonesia)", "Milik mereka", is_ours_too=True),
        "licence": Change("Licence", "CC BY-SA 4.0 (Attribution, share alike)", is_ours_too=False),
        "price": Change("Indicative price", "185,000 IDR", is_ours_too=False),
        "attribute_body": Change("Clay body", "Stoneware", is_ours_too=False),
        "attribute_forming": Change("Forming", "Thrown on the wheel, Slab-built", is_ours_too=False),
        "materials": Change("Materials", "tanah liat · stoneware\nabu · ash", is_ours_too=False),
    }


@pytest.mark.usefixtures("english")
def test_what_the_other_emptied_is_told_and_what_both_wrote_alike_is_not():
    before = make_draft(origin="Bayat", credit="Ratna", price=Money(Decimal(185000), "IDR"))
    theirs = replace(before, origin="", credit="Ratna W.")
    ours = replace(before, credit="Ratna W.", price=Money(Decimal("185000.00"), "IDR"))
    assert changes_of_others(Said(ours), Said(theirs), opened_on(Said(before))) == {
        "origin": Change("Made in", "", is_ours_too=False)
    }


@pytest.mark.usefixtures("english")
def test_what_the_other_says_of_another_craft_is_called_as_that_craft_calls_it():
    before = make_draft(attributes={"body": "stoneware"})
    theirs = replace(before, craft="wood", attributes={"species": "teak"})
    changes = changes_of_others(Said(before), Said(theirs), opened_on(Said(before)))
    assert {name: change.words for name, change in changes.items()} == {
        "craft": "Wood",
        "attribute_species": "Teak",
        "attribute_body": "",
    }
    assert changes["attribute_species"].label != "attribute_species"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("marks", ["", " ", "= =", "title_id", "nothing=0"])
def test_of_a_form_whose_marks_say_nothing_all_that_differs_is_told(marks: str):
    changes = changes_of_others(Said(MINE), Said(THEIRS), Opened("", marks))
    assert set(changes) == {
        "title_id", "licence", "price", "attribute_body", "attribute_forming", "attribute_food_safe", "materials"
    }  # fmt: skip


def test_marks_are_the_same_whichever_language_the_reader_writes_numbers_in(app: Flask):
    said, opened = Said(make_draft(**FULL)), set()
    for language in ("id", "en"):
        with app.test_request_context(f"/?lang={language}"):
            opened.add(opened_on(said))
    assert len(opened) == 1
