"""What changed from one version to the next, as people read it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.designs import Colour, DesignDraft
from catalog.money import Money
from catalog.text import Text
from catalog.version_difference import (
    FIELDS,
    Entry,
    EntryKind,
    ListChange,
    Picture,
    PictureChange,
    PictureKind,
    TextChange,
    ValueChange,
    VersionDifference,
    compare_pictures,
    compare_versions,
)
from catalog.word_difference import RunKind
from tests.factories import make_draft

CLAY, GLAZE, WAX = Text("tanah liat", "clay"), Text("glasir seladon", "celadon glaze"), Text("malam", "wax")
GREEN = Colour(Text("hijau", "green"), "#8FB09A")


def compare(before: DesignDraft, **changed: object) -> VersionDifference:
    return compare_versions(before, replace(before, **changed), (), ())


def pictures(*keys: str) -> list[Picture]:
    return [Picture(key) for key in keys]


def test_a_version_that_says_the_same_differs_in_nothing():
    draft = make_draft()
    difference = compare_versions(draft, draft, pictures("a", "b"), pictures("a", "b"))
    assert difference.is_empty
    assert difference.fields == ()


def test_a_text_is_compared_in_each_language_by_itself():
    draft = make_draft(description=Text("Mangkuk kecil.", "A small green bowl."))
    (change,) = compare(draft, description=Text("Mangkuk kecil.", "A large green bowl.")).changes
    assert isinstance(change, TextChange)
    assert (change.field, change.language) == ("description", "en")
    assert [run.words.strip() for run in change.runs if run.kind != RunKind.SAME] == ["small", "large"]


def test_changes_come_in_the_order_of_the_form():
    difference = compare(
        make_draft(),
        credit="Ratna Wulandari",
        title=Text("Mangkuk", "Bowl"),
        lead_time_days=21,
        materials=(WAX,),
        dimensions_mm={"diameter": 150, "height": 60},
    )
    named = ["title", "materials", "diameter", "lead_time_days", "credit"]
    assert list(difference.fields) == named
    ranks = [FIELDS.index("dimensions_mm" if name == "diameter" else name) for name in named]
    assert ranks == sorted(ranks)


def test_every_field_of_a_version_is_compared():
    assert set(FIELDS) == set(DesignDraft.__dataclass_fields__)


def test_sizes_come_went_and_changed_in_millimetres():
    draft = make_draft(dimensions_mm={"diameter": 140, "height": 60})
    assert compare(draft, dimensions_mm={"diameter": 150, "thickness": 5}).changes == (
        ValueChange("diameter", 140, 150, "mm"),
        ValueChange("height", 60, None, "mm"),
        ValueChange("thickness", None, 5, "mm"),
    )


def test_prices_and_times_keep_their_units():
    before, after = Money(Decimal(185000), "IDR"), Money(Decimal(210000), "IDR")
    draft = make_draft(price=before, lead_time_days=21, minimum_order=None)
    assert compare(draft, price=after, lead_time_days=28, minimum_order=12).changes == (
        ValueChange("lead_time_days", 21, 28, "days"),
        ValueChange("minimum_order", None, 12, "pieces"),
        ValueChange("price", before, after),
    )


def test_a_price_that_is_only_written_otherwise_is_the_same():
    draft = make_draft(price=Money(Decimal("185000"), "IDR"))
    assert compare(draft, price=Money(Decimal("185000.00"), "IDR")).is_empty


def test_entries_of_a_list_come_and_go():
    (change,) = compare(make_draft(materials=(CLAY, GLAZE)), materials=(CLAY, WAX)).changes
    assert change == ListChange(
        "materials", (Entry(EntryKind.ADDED, None, WAX), Entry(EntryKind.REMOVED, GLAZE, None)), is_reordered=False
    )


def test_an_entry_said_in_other_words_is_the_same_entry_changed():
    other = Text("glasir seladon (besi)", "celadon (iron) glaze")
    (change,) = compare(make_draft(materials=(CLAY, GLAZE)), materials=(CLAY, other)).changes
    assert change.entries == (Entry(EntryKind.CHANGED, GLAZE, other),)


def test_another_order_of_a_list_is_a_change_too():
    (change,) = compare(make_draft(materials=(CLAY, GLAZE, WAX)), materials=(GLAZE, CLAY, WAX)).changes
    assert change == ListChange("materials", (), is_reordered=True)


@pytest.mark.parametrize("other", [replace(GREEN, hex="#7FA08A"), replace(GREEN, name=Text("seladon", "celadon"))])
def test_a_colour_with_another_shade_or_another_name_is_the_same_colour_changed(other: Colour):
    (change,) = compare(make_draft(colours=(GREEN,)), colours=(other,)).changes
    assert change.entries == (Entry(EntryKind.CHANGED, GREEN, other),)


def test_what_a_version_is_derived_from_is_compared():
    origin = uuid.uuid4()
    assert compare(make_draft(), derived_from_id=origin).changes == (ValueChange("derived_from_id", None, origin),)


def test_pictures_come_go_and_move():
    assert compare_pictures(pictures("a", "b", "c", "d"), pictures("d", "a", "e", "b")) == (
        PictureChange(PictureKind.MOVED, "d", 4, 1),
        PictureChange(PictureKind.ADDED, "e", None, 3),
        PictureChange(PictureKind.REMOVED, "c", 3, None),
    )


def test_a_picture_whose_place_only_shifted_has_not_moved():
    assert compare_pictures(pictures("a", "b"), pictures("new", "a", "b")) == (
        PictureChange(PictureKind.ADDED, "new", None, 1),
    )


def test_another_text_for_the_same_picture_is_told_but_not_to_buyers():
    before, after = [Picture("a", Text("mangkuk", "bowl"))], [Picture("a", Text("mangkuk", "a green bowl"))]
    difference = compare_versions(make_draft(), make_draft(), before, after)
    (change,) = difference.pictures
    assert (change.kind, [text.language for text in change.texts]) == (PictureKind.DESCRIBED, ["en"])
    assert difference.for_buyers().is_empty


def test_attributes_are_compared_in_the_order_of_the_family():
    draft = make_draft(attributes={"body": "stoneware", "forming": ("thrown",), "firing_temperature": 1240})
    changed = {"firing_temperature": 1260, "forming": ("thrown", "slab"), "body": "stoneware", "food_safe": False}
    found = [(each.attribute.code, each.before, each.after) for each in compare(draft, attributes=changed).changes]
    assert found == [
        ("forming", ("thrown",), ("thrown", "slab")),
        ("firing_temperature", 1240, 1260),
        ("food_safe", None, False),
    ]


def test_an_attribute_that_is_a_text_is_compared_word_by_word():
    draft = make_draft(craft="textile_batik", attributes={"motif": Text("ceplok", "small rosettes")})
    (change,) = compare(draft, attributes={"motif": Text("ceplok", "large rosettes")}).changes
    (text,) = change.texts
    assert text.language == "en"
    assert [run.words.strip() for run in text.runs] == ["small", "large", "rosettes"]


def test_after_a_change_of_craft_the_attributes_of_the_former_one_went():
    draft = make_draft(craft="ceramics", attributes={"body": "stoneware", "food_safe": True})
    craft, *attributes = compare(draft, craft="wood", attributes={"species": "teak", "food_safe": True}).changes
    assert craft == ValueChange("craft", "ceramics", "wood")
    assert [(each.attribute.code, each.before, each.after) for each in attributes] == [
        ("species", None, "teak"),
        ("food_safe", None, True),  # it may not mean the same in another craft
        ("body", "stoneware", None),
        ("food_safe", True, None),
    ]
