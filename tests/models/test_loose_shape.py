import cv2
import numpy as np
import pytest

from models.loose_shape import find_silhouette, fit_loose_shape
from models.piece import find_piece

MIDDLE = np.array([110.0, 90.0])


def draw_photo(seed: int, *, cut: str = "", angle: float | None = None, other: bool = False, scale: float = 1.0):
    """(180, 220, 3) uint8: a lump shaped by hand at any angle, whole, with a bite, broken in half, or with a tail."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi) if angle is None else angle
    around = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    radius = 48 * scale * (1 + sum(rng.normal(0, 0.02) * np.cos(k * around + rng.uniform(0, 7)) for k in range(2, 5)))
    points = radius[:, None] * np.stack([np.cos(around + angle), np.sin(around + angle)], axis=1) + MIDDLE
    mask = np.zeros((180, 220), np.float32)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 1.0)
    towards = np.array([np.cos(angle), np.sin(angle)])
    if cut == "bite":
        cv2.circle(mask, tuple(int(v) for v in MIDDLE + 44 * towards), 20, 0.0, -1)
    if cut == "half":
        y, x = np.mgrid[:180, :220]
        mask[(x - MIDDLE[0]) * towards[0] + (y - MIDDLE[1]) * towards[1] > 0] = 0
    if cut == "tail":
        cv2.line(mask, tuple(int(v) for v in MIDDLE), tuple(int(v) for v in MIDDLE + 74 * towards), 1.0, 5)
    if other:
        cv2.circle(mask, (4, 174), 14, 1.0, -1)
    photo = 60 + cv2.GaussianBlur(mask, (0, 0), 0.7)[..., None] * (120, 80, 40) + rng.normal(0, 2, (180, 220, 3))
    return np.clip(photo, 0, 255).astype(np.uint8), towards


@pytest.fixture(scope="module")
def model():
    return fit_loose_shape([find_piece(draw_photo(seed)[0]) for seed in range(12)])[0]


def measure(model, **options):
    photo, towards = draw_photo(options.pop("seed", 50), **options)
    return model.measure(find_piece(photo)), (MIDDLE + 40 * towards) / (220, 180)


@pytest.mark.parametrize("seed", range(50, 58))
def test_whole_piece_at_any_angle_is_within_the_limit(model, seed):
    assert measure(model, seed=seed)[0].strength < 1.0


@pytest.mark.parametrize("scale", [0.8, 1.2])
def test_nearer_and_further_pieces_are_within_the_limit(model, scale):
    assert measure(model, scale=scale)[0].strength < 1.0


@pytest.mark.parametrize("angle", [0.3, 2.0, 4.0])
def test_bite_is_a_missing_part_where_it_is(model, angle):
    found, (x, y) = measure(model, cut="bite", angle=angle)
    assert found.strength > 1.0
    assert found.code == "missing_part"
    assert found.box[0] < x < found.box[0] + found.box[2]
    assert found.box[1] < y < found.box[1] + found.box[3]


@pytest.mark.parametrize("angle", [0.3, 2.0, 4.0])
def test_half_a_piece_is_found(model, angle):
    found, _ = measure(model, cut="half", angle=angle)
    assert found.strength > 1.0
    assert (found.code, found.box) == ("shape", None)


def test_tail_is_an_extra_part(model):
    found, _ = measure(model, cut="tail", angle=1.0)
    assert found.strength > 1.0
    assert found.code == "extra_part"


def test_another_piece_at_the_edge_of_the_photo_changes_nothing(model):
    alone, beside = (measure(model, other=other)[0].strength for other in (False, True))
    assert beside == pytest.approx(alone, abs=0.05)


def test_photo_without_a_piece_has_no_silhouette(model):
    plain = np.full((180, 220, 3), 90, np.uint8)
    assert find_silhouette(find_piece(plain)) is None
    assert model.measure(find_piece(plain)) is None


def test_reference_that_shows_no_piece_is_left_out():
    pieces = [find_piece(draw_photo(seed)[0]) for seed in range(8)]
    pieces[3] = find_piece(np.full((180, 220, 3), 90, np.uint8))
    model, held_out = fit_loose_shape(pieces)
    assert held_out[3] == 0
    assert np.all(np.delete(held_out, 3) > 0)
    np.testing.assert_array_equal(model.limits, fit_loose_shape(pieces[:3] + pieces[4:])[0].limits)


def test_too_few_whole_pieces_have_no_model():
    pieces = [find_piece(draw_photo(seed)[0]) for seed in range(5)]
    assert fit_loose_shape(pieces + [find_piece(np.full((180, 220, 3), 90, np.uint8))] * 3) is None
