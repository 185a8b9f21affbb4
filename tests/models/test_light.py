from itertools import pairwise

import numpy as np
import pytest

from models.light import MOST_GAIN, common_colours, differ_in_table, find_gain, hide_table, remove_gain

JUDGED = np.ones((16, 16), bool)


def draw_glaze(seed: int = 0) -> np.ndarray:
    """A mottled surface (128, 128, 3) uint8."""
    levels = np.random.default_rng(seed).uniform(70, 130, (16, 16, 3))
    return np.kron(levels, np.ones((8, 8, 1))).astype(np.uint8)


def test_gain_of_a_warm_lamp_is_found_and_removed():
    glaze = draw_glaze()
    common = common_colours([glaze] * 8, JUDGED)
    warm = np.clip(glaze * np.array([1.25, 1.0, 0.75]), 0, 255).astype(np.uint8)
    gain = find_gain(warm, common, JUDGED)
    assert gain[0] > 0.15
    assert abs(gain[1]) < 0.02
    assert gain[2] < -0.2
    assert np.abs(remove_gain(warm, gain).astype(float) - glaze).mean() < 2.0


def test_stain_on_a_quarter_of_the_piece_does_not_move_the_gain():
    glaze = draw_glaze()
    common = common_colours([glaze] * 8, JUDGED)
    stained = glaze.copy()
    stained[:64, :64] //= 3
    assert np.abs(find_gain(stained, common, JUDGED)).max() < 0.01


def test_table_outside_the_piece_does_not_move_the_gain():
    judged = np.zeros((16, 16), bool)
    judged[4:12, 4:12] = True
    glaze = draw_glaze()
    common = common_colours([glaze] * 8, judged)
    elsewhere = glaze.copy()
    elsewhere[:28], elsewhere[100:] = 255, 0
    assert np.abs(find_gain(elsewhere, common, judged)).max() < 0.01


def test_common_colours_do_not_depend_on_the_lamp_of_a_reference():
    glaze = draw_glaze()
    lamps = [0.8, 0.9, 1.0, 1.1, 1.2]
    views = [np.clip(glaze * lamp, 0, 255).astype(np.uint8) for lamp in lamps]
    gains = [find_gain(view, common_colours(views, JUDGED), JUDGED) for view in views]
    assert np.mean(gains) == pytest.approx(0, abs=0.02)
    assert all(later.mean() > former.mean() for former, later in pairwise(gains))


def test_gain_is_bounded():
    common = common_colours([draw_glaze()] * 8, JUDGED)
    night = np.zeros((128, 128, 3), np.uint8)
    assert find_gain(night, common, JUDGED) == pytest.approx(-np.log(MOST_GAIN))


def test_table_is_replaced_by_the_references_own():
    opacity = np.zeros((128, 128, 1), np.float32)
    opacity[32:96, 32:96] = 1.0
    glaze = draw_glaze()
    common = common_colours([glaze] * 8, JUDGED)
    marked = glaze.copy()
    marked[:20, :20] = 255
    hidden = hide_table(marked, opacity, common)
    np.testing.assert_array_equal(hidden[32:96, 32:96], glaze[32:96, 32:96])
    np.testing.assert_array_equal(hidden, hide_table(glaze, opacity, common))


def test_another_table_is_told_from_another_lamp():
    rng = np.random.default_rng(1)
    opacity = np.zeros((128, 128, 1), np.float32)
    opacity[32:96, 32:96] = 1
    judged = opacity[4::8, 4::8, 0] > 0
    photo = np.where(opacity > 0, draw_glaze(), rng.normal(170, 4, (128, 128, 1))).astype(np.uint8)
    common = common_colours([photo] * 8, judged)
    lit = np.clip(photo * np.array([1.2, 1.0, 0.7]), 0, 255).astype(np.uint8)
    moved = np.where(opacity > 0, photo, np.array([90, 110, 80])).astype(np.uint8)
    assert differ_in_table(lit, common, opacity, judged) < 0.1
    assert differ_in_table(moved, common, opacity, judged) > 0.4
