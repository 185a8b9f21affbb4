import cv2
import numpy as np
import pytest

from models.piece import SEARCH_SIDE_PX, find_piece
from tests.models.pieces import draw_texture


def draw_disc(*, fall_off: float = 0.0, crumb: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """A disc on a table whose light falls off to the right: photo (200, 240, 3) uint8, true mask (200, 240)."""
    photo = np.full((200, 240, 3), (170, 160, 150), np.float32)
    mask = np.zeros((200, 240), np.uint8)
    cv2.circle(mask, (115, 100), 62, 1, -1)
    photo[mask > 0] = (60, 110, 90)
    if crumb:
        cv2.circle(photo, (215, 30), 6, (60, 110, 90), -1)
    photo *= 1 - fall_off * np.linspace(0, 1, 240)[:, None]
    photo += np.random.default_rng(0).normal(0, 1.5, photo.shape)
    return np.clip(photo, 0, 255).astype(np.uint8), mask


def overlap(found: np.ndarray, truth: np.ndarray) -> float:
    truth = cv2.resize(truth, found.shape[::-1], interpolation=cv2.INTER_AREA)
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.parametrize("fall_off", [0.0, 0.25, 0.5])
def test_piece_is_found_on_a_table_whose_light_falls_off(fall_off):
    photo, truth = draw_disc(fall_off=fall_off)
    piece = find_piece(photo)
    assert piece.is_found
    assert overlap(piece.mask, truth) > 0.93
    assert piece.area_share == pytest.approx(truth.mean(), rel=0.07)


@pytest.mark.parametrize("seed", range(3))
def test_cloth_that_fills_the_frame_is_no_piece(seed):
    assert not find_piece(draw_texture(seed)).is_found


def test_plain_table_is_no_piece():
    noise = np.random.default_rng(0).normal(0, 2, (200, 240, 3))
    assert not find_piece((noise + 160).clip(0, 255).astype(np.uint8)).is_found


def test_crumb_on_the_table_is_not_part_of_the_piece():
    photo, truth = draw_disc(crumb=True)
    assert overlap(find_piece(photo).mask, truth) > 0.93


def test_hole_in_the_piece_belongs_to_it():
    photo, truth = draw_disc()
    cv2.circle(photo, (115, 100), 15, (170, 160, 150), -1)
    assert overlap(find_piece(photo).mask, truth) > 0.93


def test_piece_that_leaves_the_frame_touches_its_border():
    photo, _ = draw_disc()
    whole, cut = find_piece(photo), find_piece(np.ascontiguousarray(photo[:, 110:]))
    assert whole.border_share == 0
    assert cut.border_share > 0.05


def test_mask_covers_the_whole_photo_small():
    photo, _ = draw_disc()
    assert find_piece(photo).mask.shape == (round(200 * SEARCH_SIDE_PX / 240), SEARCH_SIDE_PX)


def test_cast_shadow_is_not_part_of_the_piece():
    photo, truth = draw_disc()
    shadow = cv2.GaussianBlur(np.roll(truth, (14, 18), (0, 1)).astype(np.float32), (0, 0), 4.0) * (truth == 0)
    shaded = (photo * (1 - 0.55 * shadow[..., None])).astype(np.uint8)
    assert overlap(find_piece(shaded).mask, truth) > 0.93


def test_shadow_that_the_piece_tints_is_not_part_of_it_either():
    photo, truth = draw_disc()
    shadow = cv2.GaussianBlur(np.roll(truth, (14, 18), (0, 1)).astype(np.float32), (0, 0), 4.0) * (truth == 0)
    tint = np.array([0.42, 0.5, 0.46])
    shaded = (photo * (1 - shadow[..., None] * (1 - tint))).astype(np.uint8)
    assert overlap(find_piece(shaded).mask, truth) > 0.9


def test_piece_that_is_a_darker_shade_of_its_table_is_found():
    photo, truth = draw_disc()
    noise = np.random.default_rng(1).normal(0, 1.5, photo.shape)
    photo[truth > 0] = (np.array((170, 160, 150)) * 0.5 + noise[truth > 0]).astype(np.uint8)
    piece = find_piece(photo)
    assert piece.is_found
    assert overlap(piece.mask, truth) > 0.9
