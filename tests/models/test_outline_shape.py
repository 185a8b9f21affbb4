import numpy as np
import pytest

from models.finding import Finding
from models.outline import soften
from models.outline_motion import find_stretch
from models.outline_shape import NARROW_FLOOR, fit_outline_shape
from models.shape import find_places
from tests.models.silhouettes import MIDDLE, PIECE, RADIUS, SIDE_PX, draw_silhouette, likelihood, pear

NO_GAIN = np.zeros(3, np.float32)
REFERENCES = [draw_silhouette(seed, shadow=0.3) for seed in range(12)]


@pytest.fixture(scope="module")
def model():
    return fit_references()[0]


def fit_references():
    return fit_outline_shape([soften(view) for view in REFERENCES], [NO_GAIN] * 12, [np.eye(3)] * 12, likelihood())


def measure(model, **options):
    photo = draw_silhouette(seed=options.pop("seed", 99), shadow=0.3, **options)
    return model.measure(soften(photo), NO_GAIN, np.eye(3))


def places(deviations) -> tuple[Finding, ...]:
    return find_places(deviations, np.eye(3), (SIDE_PX, SIDE_PX))


def holds(box, angle: float) -> bool:
    """Whether a box in fractions holds the point of the outline at an angle."""
    x, y = (MIDDLE + pear(np.array(angle)) * np.array([np.cos(angle), np.sin(angle)])) / SIDE_PX
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def test_outline_lies_on_the_edge_of_the_piece_and_not_of_its_shadow(model):
    away = model.outline.points - MIDDLE
    truth = pear(np.arctan2(away[:, 1], away[:, 0]))
    assert np.abs(np.linalg.norm(away, axis=1) - truth).max() < 2.0
    assert model.habit.judged.mean() > 0.9


@pytest.mark.parametrize("seed", range(100, 106))
def test_another_good_piece_is_within_the_limit(model, seed):
    assert measure(model, seed=seed).deviation < 1.0


@pytest.mark.parametrize(
    "pose", [{"turn": 0.10}, {"shift": (7.0, -5.0)}, {"scale": 1.04}, {"turn": -0.08, "shift": (4, 4), "scale": 0.96}]
)
def test_turned_moved_or_nearer_good_piece_is_within_the_limit(model, pose):
    assert measure(model, **pose).deviation < 1.0


@pytest.mark.parametrize("angle", [0.6, 2.5, 4.2])
@pytest.mark.parametrize(("bump", "code"), [(-9.0, "missing_part"), (9.0, "extra_part")])
def test_chip_and_bump_are_found_where_they_are_and_told_apart(model, bump, code, angle):
    found = measure(model, bump=bump, at=angle)
    assert found.deviation > 1.0
    first = places(found)[0]
    assert first.code == code
    assert holds(first.box, angle)
    assert max(first.box[2:]) < 0.4


def test_deeper_chip_deviates_more(model):
    small, large = (measure(model, bump=bump).deviation for bump in (-6.0, -12.0))
    assert small < large


def test_long_bend_is_the_shape_and_no_part(model):
    bent = measure(model, bump=-12.0, wide=0.3)
    assert bent.deviation > 1.0
    assert places(bent)[0].code == "shape"
    assert holds(places(bent)[0].box, 0.6)


@pytest.mark.parametrize("turn", [0.0, 0.1])
def test_oval_is_the_shape_of_the_whole(model, turn):
    oval = measure(model, oval=0.2, turn=turn)
    assert oval.deviation == oval.stretch > 1.0
    assert places(oval)[0].code == "shape"
    assert places(oval)[0].box is None


def test_slightly_longer_piece_is_within_the_limit(model):
    assert measure(model, oval=0.05).deviation < 1.0


def test_stretch_is_that_of_the_piece_however_the_photo_is_turned_and_moved(model):
    turn, scale = 0.7, 3.0
    photo = np.array([[scale * np.cos(turn), -scale * np.sin(turn), 40.0],
                      [scale * np.sin(turn), scale * np.cos(turn), -9.0], [0.0, 0.0, 1.0]])  # fmt: skip
    squeeze = np.diag([1.1, 1 / 1.1, 1.0])
    for matrix in (squeeze, photo @ squeeze):
        np.testing.assert_allclose(find_stretch(matrix, np.zeros(8), model.outline), [np.log(1.1), 0.0], atol=1e-9)


def test_change_below_a_pixel_of_the_sketch_is_never_rejected(model):
    height_px = 0.7 * NARROW_FLOOR * model.outline.size_px
    assert measure(model, bump=-height_px).deviation < 1.0


def test_mark_and_ruler_beside_the_piece_change_nothing(model):
    plain, marked = (measure(model, mark=mark).deviation for mark in (False, True))
    assert marked == pytest.approx(plain, abs=0.1)


def test_good_piece_on_another_table_is_within_the_limit_and_a_large_chip_is_still_found(model):
    table = (60, 90, 70)
    assert measure(model, table=table).deviation < 1.0
    assert measure(model, table=table, bump=-30.0, wide=0.2).deviation > 1.0


def test_table_of_the_pieces_own_colour_tells_nothing(model):
    hidden = measure(model, table=tuple(value + 4 for value in PIECE), bump=-20.0)
    assert hidden.deviation < 1.0


def test_references_without_an_edge_have_no_outline():
    rng = np.random.default_rng(0)
    clouds = [soften(rng.integers(90, 110, (SIDE_PX, SIDE_PX, 3)).astype(np.uint8)) for _ in range(8)]
    assert fit_outline_shape(clouds, [NO_GAIN] * 8, [np.eye(3)] * 8, likelihood()) is None


def test_held_out_references_lie_below_the_limit_in_the_main():
    _, held_out = fit_references()
    assert held_out.shape == (12,)
    assert np.mean(held_out <= 1.0) >= 0.9


def test_size_is_the_root_of_the_area(model):
    assert model.outline.size_px == pytest.approx(np.sqrt(np.pi) * RADIUS * 1.02, rel=0.03)
