import cv2
import numpy as np
import pytest

from models.defect_shapes import extent
from models.errors import NoRoomForDefect
from models.synthetic_defect import KINDS, paint
from tests.models.pieces import draw_piece

SIDE_PX = 256


@pytest.fixture(scope="module")
def piece():
    return draw_piece(0, side_px=SIDE_PX)


@pytest.fixture(scope="module")
def inside():
    """Where draw_piece puts its disc, less what it moves."""
    mask = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    cv2.circle(mask, (SIDE_PX // 2, SIDE_PX // 2), round(0.36 * SIDE_PX), 1, -1)
    return mask.astype(bool)


def paint_with(piece, inside, kind, seed, *, size_px=24.0, strength=0.8):
    return paint(piece, inside, kind, size_px, strength, np.random.default_rng(seed))


def change(piece, defect):
    """How much each pixel changed, (H, W) float."""
    return np.abs(defect.rgb.astype(float) - piece.astype(float)).max(axis=-1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_paints_the_same_defect_and_another_seed_another(piece, inside, kind):
    first, again, other = (paint_with(piece, inside, kind, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.rgb, again.rgb)
    assert np.array_equal(first.mask, again.mask)
    assert not np.array_equal(first.rgb, other.rgb)


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_changes_at_the_defect_and_nowhere_else(piece, inside, kind):
    for seed in range(8):
        defect = paint_with(piece, inside, kind, seed)
        near = cv2.dilate(defect.mask.astype(np.uint8), np.ones((25, 25))).astype(bool)
        assert defect.mask.any()
        assert change(piece, defect)[defect.mask].max() > 20
        assert not change(piece, defect)[~near].any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_lies_on_the_piece(piece, inside, kind):
    for seed in range(8):
        mask = paint_with(piece, inside, kind, seed).mask
        assert mask[inside].sum() >= 0.9 * mask.sum()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pinholes"])
def test_a_defect_is_about_as_long_as_asked(piece, inside, kind):
    for size_px in (12.0, 40.0):
        lengths = [extent(np.argwhere(paint_with(piece, inside, kind, seed, size_px=size_px).mask))
                   for seed in range(8)]  # fmt: skip
        assert 0.7 * size_px < np.median(lengths) < 1.3 * size_px + 2


def test_the_size_of_pinholes_is_the_diameter_of_the_largest_hole(piece, inside):
    mask = paint_with(piece, inside, "pinholes", 1, size_px=9.0).mask
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    assert count > 2
    assert abs(stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max() - 9) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_stronger_defect_differs_more(piece, inside, kind):
    faint, plain = (
        np.mean([change(piece, paint_with(piece, inside, kind, seed, strength=strength)).sum() for seed in range(6)])
        for strength in (0.2, 0.9)
    )
    assert plain > 1.3 * faint


@pytest.mark.parametrize("kind", KINDS)
def test_a_texture_that_fills_the_frame_can_be_damaged_too(piece, kind):
    everywhere = np.ones((SIDE_PX, SIDE_PX), bool)
    assert all(paint_with(piece, everywhere, kind, seed, size_px=30.0).mask.any() for seed in range(4))


@pytest.mark.parametrize("kind", KINDS)
def test_even_the_smallest_defect_leaves_a_mark(piece, inside, kind):
    defect = paint_with(piece, inside, kind, 5, size_px=1.5)
    assert defect.mask.any()
    assert change(piece, defect).any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_larger_than_the_piece_is_refused(piece, inside, kind):
    with pytest.raises(NoRoomForDefect, match=rf"no room for {kind}"):
        paint_with(piece, inside, kind, 0, size_px=240.0)


def test_missing_at_the_rim_shows_the_table(piece, inside):
    table = piece[4, 4].astype(float)
    bites = [paint_with(piece, inside, "missing", seed, strength=1.0) for seed in range(12)]
    like_table = [
        (np.abs(bite.rgb[bite.mask & inside].astype(float) - table).max(axis=-1) < 20).mean() for bite in bites
    ]
    assert max(like_table) > 0.3


def test_damage_to_a_dark_surface_is_visible(inside):
    dark = np.full((SIDE_PX, SIDE_PX, 3), 18, np.uint8)
    for kind in KINDS:
        assert change(dark, paint_with(dark, inside, kind, 2)).max() > 15


def test_the_picture_painted_on_is_left_as_it_was(piece, inside):
    before = piece.copy()
    paint_with(piece, inside, "stain", 0)
    assert np.array_equal(piece, before)


def test_an_unknown_kind_is_refused(piece, inside):
    with pytest.raises(ValueError, match="no defect is called dent"):
        paint_with(piece, inside, "dent", 0)
