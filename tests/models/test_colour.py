"""The piece's colour apart from the lamp's, on drawn pieces."""

import cv2
import numpy as np
import pytest

from models.alignment import sketch_photo
from models.colour import fit_colour
from models.colour_difference import delta_e_2000, linearise_srgb, srgb_to_lab
from models.surround import see_surround
from models.view import choose_view, frame_photo
from tests.models.pieces import draw_piece, draw_texture

TABLE, OTHER_TABLE = (188, 176, 160), (112, 128, 134)
WARM_LAMP = np.array([1.18, 1.0, 0.74])  # in linear light
GREENER = np.array([0.90, 1.06, 0.84])
CARD = (150, 150, 150)


def relight(picture: np.ndarray, gain: np.ndarray, where: np.ndarray | None = None) -> np.ndarray:
    """The picture (H, W, 3) uint8 with its linear light multiplied by a gain, (3,) or (H, W, 1), where it is told."""
    light = np.clip(linearise_srgb(picture) * gain, 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    lit = encoded.round().astype(np.uint8)
    return lit if where is None else np.where(where[..., None], lit, picture)


def find_drawn(picture: np.ndarray) -> np.ndarray:
    """Where the drawn disc is, (H, W) bool: it is much darker than its table."""
    return cv2.medianBlur(picture[..., 0], 5) < 135


def lay_on(picture: np.ndarray, table: tuple[int, int, int]) -> np.ndarray:
    """The drawn disc on a table of another colour and grain."""
    grain = np.random.default_rng(5).normal(0, 9, (*picture.shape[:2], 1))
    return np.where(find_drawn(picture)[..., None], picture, np.clip(table + grain, 0, 255).astype(np.uint8))


def put_card(picture: np.ndarray) -> np.ndarray:
    shown = picture.copy()
    cv2.rectangle(shown, (8, 200), (40, 244), CARD, -1)
    return shown


def fit_on(pictures: list[np.ndarray]):
    """How a photo's colour is measured by a model of these."""
    sketches = [sketch_photo(picture) for picture in pictures]
    view = choose_view(sketches)
    framed = [frame_photo(picture, view) for picture in pictures]
    surrounds = [see_surround(picture, seen, view) for picture, seen in zip(pictures, framed, strict=True)]
    model, deviations = fit_colour([seen.rgb for seen in framed], view, surrounds)
    assert deviations.max() < 1.3

    def measure(picture: np.ndarray):
        seen = frame_photo(picture, view)
        return model.measure(seen.rgb, see_surround(picture, seen, view))

    return measure


@pytest.fixture(scope="module")
def measure():
    return fit_on([draw_piece(seed) for seed in range(12)])


@pytest.fixture(scope="module")
def measure_with_card():
    return fit_on([put_card(draw_piece(seed)) for seed in range(12)])


def test_good_pieces_are_within_the_limit(measure):
    found = [measure(draw_piece(seed)) for seed in range(100, 108)]
    assert sum(colour.deviation <= 1 for colour in found) >= 7
    assert all(colour.whole_is_judged for colour in found)


def test_a_warm_lamp_over_piece_and_table_changes_the_difference_by_less_than_the_uncertainty(measure):
    plain, warm = measure(draw_piece(110)), measure(relight(draw_piece(110), WARM_LAMP))
    assert abs(warm.delta_e - plain.delta_e) < warm.uncertainty
    assert warm.deviation <= 1


def test_light_that_falls_off_to_one_side_is_no_difference_of_the_piece(measure):
    falling = np.linspace(1.0, 0.5, 256)[None, :, None]
    assert measure(relight(draw_piece(111), falling)).deviation <= 1


def test_a_drift_of_the_piece_alone_is_found_with_its_difference_within_the_uncertainty(measure):
    picture = draw_piece(112)
    where = find_drawn(picture)
    drifted = relight(picture, GREENER, where)
    was, now = (srgb_to_lab(np.median(shown[where], axis=0)) for shown in (picture, drifted))
    found = measure(drifted)
    assert abs(found.delta_e - delta_e_2000(was, now)) < found.uncertainty
    assert found.deviation > 1
    assert found.limit < found.delta_e
    assert found.cells.sum() > 0.5 * (32 * 32)


def test_another_table_widens_the_uncertainty_and_rejects_nothing(measure):
    for seed in range(120, 124):
        plain, moved = measure(draw_piece(seed)), measure(lay_on(draw_piece(seed), OTHER_TABLE))
        assert moved.uncertainty > 2 * plain.uncertainty
        assert moved.deviation <= 1


def test_a_grey_card_beats_the_table(measure, measure_with_card):
    picture = draw_piece(130)
    drifted = lay_on(relight(picture, GREENER, find_drawn(picture)), OTHER_TABLE)
    by_table, by_card = measure(drifted), measure_with_card(put_card(drifted))
    assert by_table.deviation <= 1 < by_card.deviation
    assert by_card.uncertainty < by_table.uncertainty


def test_a_card_under_a_warm_lamp_tells_of_the_lamp_and_not_of_the_piece(measure_with_card):
    shown = relight(put_card(lay_on(draw_piece(131), OTHER_TABLE)), WARM_LAMP)
    assert measure_with_card(shown).deviation <= 1


def test_the_region_lies_over_the_patch_of_another_colour(measure):
    picture = draw_piece(140)
    cv2.circle(picture, (150, 110), 16, (120, 90, 90), -1)
    found = measure(picture)
    rows, columns = np.nonzero(found.cells)
    assert found.deviation > 1
    assert found.cells.mean() < 0.1
    # The view shows the disc and a little around it: 3/4 of the photo, from 1/8 on.
    middle = np.array([columns.mean(), rows.mean()]) / found.cells.shape[::-1] * 0.8 + 0.1
    assert np.abs(middle - (150 / 256, 110 / 256)).max() < 0.06


def test_a_texture_that_fills_the_frame_is_judged_by_its_parts_alone():
    measure = fit_on([draw_texture(seed) for seed in range(12)])
    plain = measure(draw_texture(50))
    assert not plain.whole_is_judged
    assert plain.deviation <= 1
    warm = measure(relight(draw_texture(50), WARM_LAMP))
    assert warm.deviation <= 1
    assert warm.uncertainty > plain.uncertainty + 2
    stained = draw_texture(51)
    stained[60:110, 80:130] = relight(stained[60:110, 80:130], np.array([1.3, 0.8, 0.6]))
    assert measure(stained).deviation > 1
