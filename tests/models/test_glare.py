"""A reflection that hides part of the piece, on drawn pieces with a highlight of their own."""

import cv2
import numpy as np
import pytest

import models
from models.alignment import sketch_photo
from models.glare import fit_glare
from models.view import choose_view, frame_photo
from tests.models.pieces import draw_piece, encode


def shine(picture: np.ndarray, centre: tuple[int, int], axes: tuple[int, int]) -> np.ndarray:
    """With a soft-edged, clipped spot."""
    spot = np.zeros(picture.shape[:2], np.float32)
    cv2.ellipse(spot, centre, axes, 30, 0, 360, 1, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), 1.5)[..., None]
    return np.clip(picture * (1 - spot) + 270 * spot, 0, 255).astype(np.uint8)


def draw_glazed(seed: int) -> np.ndarray:
    """The drawn disc with the highlight that every one has, a little elsewhere each time."""
    x, y = np.random.default_rng(seed + 900).integers(-3, 4, 2)
    return shine(draw_piece(seed), (95 + x, 95 + y), (16, 10))


@pytest.fixture(scope="module")
def is_hidden():
    pictures = [draw_glazed(seed) for seed in range(12)]
    view = choose_view([sketch_photo(picture) for picture in pictures])
    model = fit_glare([frame_photo(picture, view).rgb for picture in pictures], view)
    return lambda picture: model.is_hidden(frame_photo(picture, view).rgb)


def test_the_highlight_that_every_reference_has_hides_nothing(is_hidden):
    assert not any(is_hidden(draw_glazed(seed)) for seed in range(100, 108))


def test_a_large_reflection_elsewhere_hides_part_of_the_piece(is_hidden):
    assert all(is_hidden(shine(draw_glazed(seed), (150, 150), (26, 18))) for seed in range(110, 114))


def test_a_spot_too_small_to_hide_anything_is_left_alone(is_hidden):
    assert not is_hidden(shine(draw_glazed(120), (150, 150), (6, 4)))


def test_a_white_stain_that_is_not_clipped_is_no_reflection(is_hidden):
    picture = draw_glazed(121)
    cv2.circle(picture, (150, 150), 22, (225, 222, 215), -1)
    assert not is_hidden(picture)


def test_a_photo_with_a_reflection_is_to_be_taken_again(piece_standard):
    inspection = models.Inspector(piece_standard).inspect(encode(shine(draw_piece(130), (140, 150), (22, 14))))
    assert (inspection.verdict, inspection.reasons[0].code) == ("retake", "glare")
