import cv2
import numpy as np
import pytest

import models
from models.errors import InvalidRegion
from models.image import decode
from models.region_of_interest import check_region, cut_out, side_to_decode
from tests.models.pieces import draw_piece, encode

REGION = (0.1, 0.2, 0.5, 0.5)
PHOTO_PX = 512
PIECE_PX = 256


def draw_photo(seed: int, *, dot_outside: bool = False, **options) -> np.ndarray:
    """The drawn disc at REGION of a table on which no piece stands out: stripes as strong as the disc."""
    rows = np.arange(PHOTO_PX)[:, None, None] // 6 % 2
    photo = np.broadcast_to(np.where(rows, 60, 180), (PHOTO_PX, PHOTO_PX, 3)).astype(np.uint8)
    x, y = round(REGION[0] * PHOTO_PX), round(REGION[1] * PHOTO_PX)
    photo[y : y + PIECE_PX, x : x + PIECE_PX] = draw_piece(seed, side_px=PIECE_PX, **options)
    if dot_outside:
        cv2.circle(photo, (420, 130), 60, (10, 10, 10), -1)
        cv2.circle(photo, (350, 300), 20, (250, 20, 20), -1)
    return photo


def encode_photo(seed: int, **options) -> bytes:
    return encode(draw_photo(seed, **options), "PNG")


@pytest.fixture(scope="module")
def standard():
    return models.fit([encode_photo(seed) for seed in range(12)], region=REGION, self_test=False)


@pytest.fixture(scope="module")
def inspector(standard):
    return models.Inspector(models.load(standard.to_bytes()))


def test_the_region_is_the_piece_and_is_kept_with_the_standard(standard, inspector):
    assert not standard.view.by_piece
    assert inspector.standard.region == REGION
    assert inspector.standard.hash == standard.hash


def test_a_mark_outside_the_region_changes_nothing(inspector):
    plain, marked = (inspector.inspect(encode_photo(30, dot_outside=dot), with_map=True) for dot in (False, True))
    assert plain.verdict == "accept"
    assert marked.score == plain.score
    assert marked.anomaly_score == plain.anomaly_score
    np.testing.assert_array_equal(marked.anomaly_map, plain.anomaly_map)


def test_a_mark_inside_it_is_found_in_its_place(inspector):
    found = inspector.inspect(encode_photo(30, stain=0.07), with_map=True)
    assert found.verdict in ("rework", "reject")
    box = found.reasons[0].region
    centre = (box.x + box.width / 2, box.y + box.height / 2)
    stain = (REGION[0] + 0.58 * REGION[2], REGION[1] + 0.44 * REGION[3])
    assert centre == pytest.approx(stain, abs=0.06)
    rows, columns = np.unravel_index(found.anomaly_map.argmax(), found.anomaly_map.shape)
    height, width = found.anomaly_map.shape
    assert (columns / width, rows / height) == pytest.approx(stain, abs=0.06)


def test_a_piece_that_lies_elsewhere_in_the_region_is_judged_all_the_same(inspector):
    photo = draw_photo(30)
    x, y = round(REGION[0] * PHOTO_PX), round(REGION[1] * PHOTO_PX)
    inside = photo[y : y + PIECE_PX, x : x + PIECE_PX]
    inside[:] = np.roll(inside, 28, axis=1)  # more than a tenth of its side; what comes round is table
    found = inspector.inspect(encode(photo, "PNG"))
    assert found.verdict != "retake"


def test_nothing_is_mapped_outside(inspector):
    found = inspector.inspect(encode_photo(30, stain=0.07), with_map=True)
    inside = np.zeros(found.anomaly_map.shape, bool)
    height, width = inside.shape
    x, y, w, h = REGION
    inside[round(y * height) : round((y + h) * height), round(x * width) : round((x + w) * width)] = True
    assert found.anomaly_map[~inside].max() == 0


def test_a_photo_of_something_else_in_the_region_is_not_accepted(inspector):
    photo = draw_photo(30)
    photo[:, : PHOTO_PX // 2] = photo[:, PHOTO_PX // 2 :]
    assert inspector.inspect(encode(photo, "PNG")).verdict != "accept"


def test_a_standard_without_a_region_says_nothing_of_one(piece_standard):
    assert piece_standard.region is None
    assert b'"region": [' not in piece_standard.to_bytes()


def test_the_cut_out_keeps_the_pixels_that_the_engine_needs():
    assert side_to_decode(600, None) == 600
    assert side_to_decode(600, (0.0, 0.0, 0.5, 1.0)) == 1200
    picture = decode(encode_photo(1))
    assert cut_out(picture, None) is picture
    assert cut_out(picture, REGION).shape == (PIECE_PX, PIECE_PX, 3)


@pytest.mark.parametrize(
    "region",
    [(0, 0, 1.2, 1), (-0.1, 0, 0.5, 0.5), (0.8, 0, 0.3, 0.5), (0, 0, 0.05, 0.5), (0, 0, 0.5), "none", (0, 0, "a", 1),
     (float("nan"), 0, 0.5, 0.5), (0, 0, float("nan"), 0.5), None],
)  # fmt: skip
def test_what_is_no_region_is_refused(region):
    with pytest.raises(InvalidRegion):
        check_region(region)


def test_fit_refuses_it_before_any_photo_is_read():
    with pytest.raises(InvalidRegion):
        models.fit([b""] * 8, region=(0, 0, 2, 2))
