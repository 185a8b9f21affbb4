"""The craft families: the file that ships, and what is asked of a design's attributes."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from catalog.families import (
    MAX_ATTRIBUTE_TEXT,
    Facet,
    Kind,
    attribute_problems,
    facet_codes,
    facet_names,
    families,
    from_plain,
    is_said,
    missing_attributes,
    read_families,
    to_plain,
)
from catalog.text import Text

NEW_FAMILY = """
[lacquer]
name = { id = "Lak", en = "Lacquer" }
attributes = [
  { code = "coats", name = { id = "Lapis", en = "Coat" }, required = true, kind = "number", minimum = 1, maximum = 40 },
]
"""


def test_every_craft_of_the_mission_has_its_family():
    crafts = {"ceramics", "wood", "rattan_bamboo", "metal", "textile_batik", "leather", "silver", "stone", "other"}
    assert crafts <= set(families())


def test_a_family_is_added_by_writing_it_down():
    [family] = read_families(NEW_FAMILY).values()
    assert (family.name.en, family.attributes[0].maximum, family.attributes[0].is_required) == ("Lacquer", 40, True)


def test_everything_in_the_file_has_a_name_in_both_languages():
    attributes = [attribute for family in families().values() for attribute in family.attributes]
    choices = [choice for attribute in attributes for choice in attribute.choices]
    named = [*families().values(), *attributes, *choices]
    assert [each.code for each in named if not each.name.is_complete] == []


def test_numbers_have_a_unit_and_a_range_that_holds_something():
    numbers = [each for family in families().values() for each in family.attributes if each.kind == Kind.NUMBER]
    assert [each.code for each in numbers if not each.unit or not each.minimum < each.maximum] == []


def test_the_same_code_means_the_same_in_every_family():
    """Within a filter that is: there the values of all families stand in one list."""
    for facet in Facet:
        names = defaultdict(set)
        for family in families().values():
            for attribute in family.attributes:
                for choice in attribute.choices if attribute.facet == facet else ():
                    names[choice.code].add(choice.name)
        assert [code for code, found in names.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    "broken",
    [
        NEW_FAMILY.replace('"number"', '"colour"'),
        NEW_FAMILY.replace('"number"', '"choice"'),
        NEW_FAMILY.replace("]\n", NEW_FAMILY.splitlines()[4] + "\n]\n"),
        NEW_FAMILY.replace("maximum", "most"),
    ],
)
def test_a_file_that_is_not_as_described_is_refused(broken: str):
    with pytest.raises((ValueError, TypeError)):
        read_families(broken)


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"body": "stoneware", "forming": ("thrown", "coil"), "food_safe": False}, {}),
        ({"firing_temperature": 1240.0}, {}),
        ({"firing_temperature": 1451}, {"attribute_firing_temperature": "out_of_range"}),
        ({"firing_temperature": math.nan}, {"attribute_firing_temperature": "out_of_range"}),
        ({"firing_temperature": True}, {"attribute_firing_temperature": "not_a_number"}),
        ({"firing_temperature": "1240"}, {"attribute_firing_temperature": "not_a_number"}),
        ({"body": "teak"}, {"attribute_body": "unknown_choice"}),
        ({"forming": ("thrown", "knitted")}, {"attribute_forming": "unknown_choice"}),
        ({"forming": "thrown"}, {"attribute_forming": "unknown_choice"}),
        ({"food_safe": "yes"}, {"attribute_food_safe": "unknown_choice"}),
        ({"species": "teak"}, {"attribute_species": "unknown_field"}),
    ],
)
def test_values_are_held_against_their_attributes(values: dict, problems: dict):
    assert dict(attribute_problems("ceramics", values)) == problems


def test_a_text_has_a_limit_in_each_language():
    long = "a" * (MAX_ATTRIBUTE_TEXT + 1)
    for text, told in ((Text(long, "a"), ["id"]), (Text("", long), ["en"]), (Text(long, long), ["id", "en"])):
        problems = dict(attribute_problems("textile_batik", {"motif": text}))
        assert problems == {f"attribute_motif_{language}": "too_long" for language in told}
    assert dict(attribute_problems("textile_batik", {"motif": "parang"})) == {"attribute_motif": "not_text"}


def test_what_is_required_and_not_said_is_missing():
    assert missing_attributes("ceramics", {}) == ("attribute_body",)
    assert missing_attributes("rattan_bamboo", {"fibre": ()}) == ("attribute_fibre",)
    assert missing_attributes("ceramics", {"body": "stoneware"}) == ()


def test_no_and_zero_say_something():
    assert [is_said(value) for value in (False, 0.0, "", (), None, Text(" ", ""))] == [True, True] + [False] * 4


def test_filters_take_what_the_attributes_chose():
    values = {"body": "stoneware", "forming": ("thrown",), "decoration": ("carved", "fluted"), "glaze": "celadon"}
    assert facet_codes("ceramics", values, Facet.MATERIAL) == ("stoneware",)
    assert facet_codes("ceramics", values, Facet.TECHNIQUE) == ("thrown", "carved", "fluted")
    assert facet_names(Facet.MATERIAL)["teak"] == Text("Jati", "Teak")


def test_values_come_back_from_json_as_they_were():
    values = {"body": "stoneware", "forming": ("thrown",), "motif": Text("parang", ""), "food_safe": False, "h": 3.5}
    assert from_plain(to_plain(values)) == values
    assert to_plain({"body": "", "forming": ()}) == {}
