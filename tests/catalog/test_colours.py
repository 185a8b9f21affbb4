"""Colours by CIELAB: the formula against the engine's, and groups that people would file a colour under."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.colours import GROUP_HEX, GROUPS, colour_group, hex_to_lab, pack_shade
from models.colour_difference import srgb_to_lab

CHANNEL = st.integers(0, 255)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_a_hex_value_has_the_coordinates_that_the_engine_gives_its_pixel(red, green, blue):
    expected = srgb_to_lab(np.array([red, green, blue], np.uint8))
    assert hex_to_lab(f"#{red:02X}{green:02x}{blue:02x}") == pytest.approx(expected, abs=1e-3)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_every_colour_belongs_to_a_group(red, green, blue):
    assert colour_group(f"#{red:02x}{green:02x}{blue:02x}") in GROUPS


def test_the_colour_that_shows_a_group_belongs_to_it():
    assert {code: colour_group(GROUP_HEX[code]) for code in GROUPS} == {code: code for code in GROUPS}


@pytest.mark.parametrize(
    ("hex_colour", "group"),
    [
        ("#1F3A5F", "blue"),  # indigo
        ("#8A5A2B", "brown"),  # sogan
        ("#8FB09A", "green"),  # celadon
        ("#A23325", "red"),  # brick
        ("#D69A1E", "yellow"),  # turmeric
        ("#D9772B", "orange"),
        ("#E3A2AE", "pink"),
        ("#4C2A4F", "purple"),  # aubergine
        ("#F4F0E6", "white"),  # bone
        ("#E8D9B8", "cream"),
        ("#7E7B76", "grey"),  # stone
        ("#1E1B19", "black"),
    ],
)
def test_dyes_and_materials_are_filed_as_people_name_them(hex_colour, group):
    assert colour_group(hex_colour) == group


def test_a_packed_colour_keeps_its_rounded_coordinates():
    packed = pack_shade("#1F3A5F")
    coordinates = (packed >> 16, (packed >> 8 & 0xFF) - 128, (packed & 0xFF) - 128)
    assert coordinates == tuple(round(each) for each in hex_to_lab("#1F3A5F"))
