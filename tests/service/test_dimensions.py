"""The drawing of a piece's sizes keeps their proportions and names them."""

from __future__ import annotations

import pytest

from service.dimensions import LONGEST, SHORTEST, draw_dimensions


def test_a_bowl_is_drawn_from_the_side_in_proportion():
    drawing = draw_dimensions({"height": 61, "diameter": 180})
    assert drawing.shape == "dish"
    assert drawing.outline_width == LONGEST
    assert drawing.outline_height / drawing.outline_width == pytest.approx(61 / 180, abs=0.001)
    assert (drawing.across, drawing.up) == (("diameter", 180), ("height", 61))


def test_a_cloth_is_drawn_flat():
    drawing = draw_dimensions({"width": 260, "length": 260})
    assert drawing.shape == "rectangle"
    assert drawing.outline_width == drawing.outline_height == LONGEST


def test_a_diameter_alone_is_a_circle():
    assert draw_dimensions({"diameter": 90}).shape == "circle"


def test_a_tall_piece_stays_within_the_drawing():
    drawing = draw_dimensions({"diameter": 60, "height": 600})
    assert drawing.outline_height == LONGEST
    assert drawing.outline_width == pytest.approx(LONGEST / 10)
    assert drawing.height > drawing.outline_height


def test_a_very_flat_piece_is_still_seen():
    assert draw_dimensions({"width": 2000, "thickness": 1, "height": 1}).outline_height == SHORTEST


@pytest.mark.parametrize("sizes_mm", [{}, {"height": 20}, {"width": 30}])
def test_too_few_sizes_are_not_drawn(sizes_mm):
    assert draw_dimensions(sizes_mm) is None
