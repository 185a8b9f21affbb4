"""Shifted photos: repeatable, of the same size, changed as they say, with their masks."""

import cv2
import numpy as np
import pytest

from models.colour_difference import linearise_srgb
from tests.training.fakes import draw_piece
from training.shift import SHIFTS, blackbody_rgb, dark_corner, moved, other_table, slight_blur, warm_light
from training.table import encode_srgb, find_piece

SIDE_PX = 160


@pytest.fixture(scope="module")
def photo():
    return draw_piece(np.random.default_rng(0), SIDE_PX)


@pytest.fixture(scope="module")
def disc():
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX]
    return np.hypot(y - SIDE_PX / 2, x - SIDE_PX / 2) < 0.35 * SIDE_PX


@pytest.mark.parametrize("name", SHIFTS)
def test_a_shift_is_pure_and_repeats_for_its_seed(photo, disc, name):
    before = photo.copy()
    first, first_mask = SHIFTS[name](photo, disc, 5)
    second, second_mask = SHIFTS[name](photo, disc, 5)
    np.testing.assert_array_equal(photo, before)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first_mask, second_mask)
    assert (first.shape, first.dtype, first_mask.shape, first_mask.dtype) == (
        photo.shape, np.uint8, disc.shape, bool,
    )  # fmt: skip
    assert (first != photo).any()


@pytest.mark.parametrize("name", SHIFTS)
def test_a_photo_without_a_mask_stays_without(photo, name):
    assert SHIFTS[name](photo, None, 1)[1] is None


def test_the_mask_moves_with_the_piece(photo, disc):
    shifted, mask = moved(photo, disc, 3)
    assert (mask != disc).any()
    is_piece = shifted[..., 2].astype(int) < 130  # the table is light in every channel
    assert (is_piece == mask).mean() > 0.99


def test_a_warm_lamp_makes_a_grey_table_redder_and_less_blue(photo, disc):
    table = warm_light(photo, None, 2)[0][~disc].mean(axis=0)
    red, green, blue = table / photo[~disc].mean(axis=0)
    assert red > green > blue


def test_a_dark_corner_darkens_one_end_and_leaves_the_other():
    grey = np.full((64, 64, 3), 180, np.uint8)
    corners = np.array([dark_corner(grey, None, 4)[0][y, x].mean() for y in (0, -1) for x in (0, -1)])
    assert corners.max() > 170
    assert corners.min() < 140


def test_another_table_changes_the_table_and_keeps_the_piece(photo, disc):
    shifted, _ = other_table(photo, None, 6)
    inside = cv2.erode(disc.astype(np.uint8), np.ones((9, 9))) > 0
    outside = cv2.dilate(disc.astype(np.uint8), np.ones((9, 9))) == 0
    assert np.abs(shifted[inside].astype(int) - photo[inside]).mean() < 1
    assert np.abs(shifted[outside].astype(int) - photo[outside]).mean() > 15


def test_a_photo_without_a_piece_is_tinted_as_a_whole():
    weave = np.random.default_rng(1).integers(90, 160, (80, 80, 3), dtype=np.uint8)
    assert find_piece(weave) is None
    shifted, _ = other_table(weave, None, 0)
    ratio = shifted.mean(axis=(0, 1)) / weave.mean(axis=(0, 1))
    assert (np.abs(ratio - 1) < 0.15).all()
    assert np.ptp(ratio) > 0.005


def test_the_piece_is_found_on_a_table_darker_at_one_side(photo, disc):
    shaded, _ = dark_corner(photo, None, 8)
    opacity = find_piece(shaded)
    assert opacity is not None
    assert ((opacity > 0.5) == disc).mean() > 0.97


def test_a_piece_cut_off_by_the_frame_is_not_laid_elsewhere(photo):
    assert find_piece(np.ascontiguousarray(photo[:, 60:])) is None


def test_blur_takes_detail_and_keeps_brightness():
    noise = np.random.default_rng(2).integers(0, 256, (600, 600, 3), dtype=np.uint8)
    blurred, _ = slight_blur(noise, None, 3)
    assert blurred.std() < 0.8 * noise.std()
    assert blurred.mean() == pytest.approx(noise.mean(), abs=1)


def test_daylight_is_neutral_and_a_candle_is_red():
    np.testing.assert_allclose(blackbody_rgb(6500), [1, 1, 1], atol=0.06)
    red, green, blue = blackbody_rgb(1900)
    assert red > 2 * green > 4 * blue


def test_encoding_inverts_the_decoding_of_every_level():
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(encode_srgb(linearise_srgb(levels)).round(), levels)
