import cv2
import numpy as np
import pytest

from models.alignment import sketch_photo
from models.view import choose_view, frame_photo
from tests.models.pieces import draw_piece, draw_texture


@pytest.fixture(scope="module")
def piece_view():
    return choose_view([sketch_photo(draw_piece(seed)) for seed in range(8)])


def test_pieces_on_a_table_are_compared_spot_by_spot(piece_view):
    assert piece_view.by_piece
    assert piece_view.is_registered


def test_only_the_piece_is_judged(piece_view):
    share = piece_view.judged.mean()
    x0, y0, x1, y1 = piece_view.box
    disc_share = np.pi / 4  # of the square around a disc
    assert share == pytest.approx(disc_share / 1.12**2, abs=0.08)  # the view has a margin
    assert not piece_view.judged[0, 0]
    assert (x1 - x0) == pytest.approx(y1 - y0, rel=0.1)


def test_printed_cloth_at_a_fixed_station_is_compared_spot_by_spot():
    cloth = draw_texture(1, side_px=320)
    rng = np.random.default_rng(4)
    for place in rng.integers(0, 320, (90, 2)):
        cv2.circle(cloth, tuple(int(value) for value in place), 14, rng.uniform(20, 235, 3), -1, cv2.LINE_AA)
    photos = [np.ascontiguousarray(cloth[y : y + 280, x : x + 280]) for x, y in
              ((20, 20), (22, 19), (18, 21), (20, 23), (24, 20), (19, 17), (21, 22), (17, 20))]  # fmt: skip
    view = choose_view([sketch_photo(photo) for photo in photos])
    assert not view.by_piece
    assert view.is_registered
    assert view.judged.all()
    difference = np.abs(frame_photo(photos[0], view).rgb.astype(float) - frame_photo(photos[3], view).rgb)
    assert difference[16:-16, 16:-16].mean() < 8


def test_cloth_that_fills_the_frame_is_judged_everywhere():
    view = choose_view([sketch_photo(draw_texture(seed)) for seed in range(8)])
    assert not view.by_piece
    assert view.judged.all()


def test_parts_at_any_angle_are_not_compared_spot_by_spot():
    rng = np.random.default_rng(1)
    photos = []
    for angle in rng.uniform(0, 360, 8):
        photo = np.full((256, 256, 3), 180, np.uint8)
        box = cv2.boxPoints(((128, 128), (150, 50), angle)).round().astype(np.int32)
        cv2.fillPoly(photo, [box], (90, 60, 50))
        cv2.circle(photo, tuple(int(value) for value in box[:2].mean(axis=0)), 18, (220, 200, 60), -1)
        photos.append(photo)
    view = choose_view([sketch_photo(photo) for photo in photos])
    assert view.by_piece
    assert not view.is_registered


def test_moved_and_enlarged_piece_fills_the_view_as_before(piece_view):
    photo = draw_piece(30, side_px=512)
    matrix = cv2.getRotationMatrix2D((256, 256), 0, 1.2)
    matrix[:, 2] += (20, -14)
    moved = cv2.warpAffine(photo, matrix, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    seen, again = frame_photo(photo, piece_view), frame_photo(moved, piece_view)
    assert again.rgb.shape == (piece_view.height_px, piece_view.width_px, 3)
    difference = np.abs(seen.rgb.astype(float) - again.rgb).mean(axis=2)
    judged = cv2.resize(piece_view.judged.astype(np.uint8), difference.shape[::-1]) > 0
    assert difference[judged].mean() < 6


def test_share_that_lies_outside_the_photo_is_told(piece_view):
    photo = draw_piece(31)
    assert frame_photo(photo, piece_view).outside_share == 0
    cut = np.ascontiguousarray(photo[:, 70:])
    framed = frame_photo(cut, piece_view)
    assert framed.border_share > 0.05
