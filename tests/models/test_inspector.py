from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

import models
from tests.models.pieces import STAIN_PLACE, draw_piece, draw_texture, encode, encode_piece


@pytest.fixture(scope="module")
def inspector(piece_standard):
    return models.Inspector(piece_standard)


def retake_code(inspector, photo: bytes) -> str:
    inspection = inspector.inspect(photo)
    assert inspection.verdict == "retake"
    assert inspection.score is None
    (reason,) = inspection.reasons
    return reason.code


def test_good_pieces_are_accepted_without_reasons(inspector):
    inspections = list(inspector.inspect_many([encode_piece(seed) for seed in range(100, 112)]))
    accepted = [inspection for inspection in inspections if inspection.verdict == "accept"]
    assert len(accepted) >= 11
    assert all(inspection.reasons == () for inspection in accepted)


def test_crack_is_rejected_as_a_finding_of_the_surface(inspector):
    inspection = inspector.inspect(encode_piece(120, crack=True))
    assert inspection.verdict == "reject"
    assert inspection.reasons[0].code == "surface"
    assert inspection.reasons[0].strength > 1


def test_region_lies_over_the_stain(inspector):
    region = inspector.inspect(encode_piece(121, stain=0.04)).reasons[0].region
    x, y = STAIN_PLACE
    assert region.x < x < region.x + region.width
    assert region.y < y < region.y + region.height
    assert region.width < 0.35
    assert region.height < 0.35


def test_score_falls_strictly_while_a_stain_grows(inspector):
    sizes = (0.0, 0.003, 0.006, 0.01, 0.018)
    scores = [inspector.inspect(encode_piece(122, stain=size)).score for size in sizes]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(sizes)


def test_map_peaks_at_the_stain(inspector):
    anomaly_map = inspector.inspect(encode_piece(123, stain=0.04), with_map=True).anomaly_map
    row, column = np.unravel_index(anomaly_map.argmax(), anomaly_map.shape)
    peak = np.array([column / anomaly_map.shape[1], row / anomaly_map.shape[0]])
    assert np.abs(peak - STAIN_PLACE).max() < 0.08


def test_map_is_only_made_where_it_is_wanted(inspector):
    assert inspector.inspect(encode_piece(124)).anomaly_map is None


def test_same_photo_gets_the_same_score_in_any_thread(inspector):
    photo = encode_piece(125)
    with ThreadPoolExecutor(4) as threads:
        scores = set(threads.map(lambda _: inspector.inspect(photo).score, range(8)))
    assert len(scores) == 1


def test_answers_come_in_the_order_of_the_photos(inspector):
    photos = [encode_piece(seed, stain=0.05 * (seed % 2)) for seed in range(130, 138)]
    one_by_one = [inspector.inspect(photo).score for photo in photos]
    assert [inspection.score for inspection in inspector.inspect_many(photos)] == one_by_one


def test_shifted_and_darker_good_piece_is_still_good(inspector):
    matrix = np.array([[1.0, 0, 9], [0, 1.0, -7]])
    moved = cv2.warpAffine(draw_piece(140), matrix, (256, 256), borderMode=cv2.BORDER_REPLICATE)
    assert inspector.inspect(encode((moved * 0.9).astype(np.uint8))).verdict == "accept"


def lay_on_another_table(picture: np.ndarray) -> np.ndarray:
    """The drawn piece, cut out a little unevenly as its own edge is, on a dark green table."""
    distance = np.abs(picture.astype(float) - (188, 176, 160)).max(axis=-1)
    piece = cv2.morphologyEx((distance > 30).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9)))
    soft = cv2.GaussianBlur(piece.astype(np.float32), (0, 0), 0.8)[..., None]
    return (soft * picture + (1 - soft) * (60, 80, 55)).astype(np.uint8)


def test_good_piece_on_another_table_is_still_good(inspector):
    inspection = inspector.inspect(encode(lay_on_another_table(draw_piece(146))))
    assert inspection.verdict == "accept"


def test_stain_is_found_on_another_table_too(inspector):
    picture = draw_piece(146)
    cv2.circle(picture, (148, 113), 8, (35, 40, 40), -1, cv2.LINE_AA)
    inspection = inspector.inspect(encode(lay_on_another_table(picture)))
    assert inspection.verdict == "reject"
    assert inspection.reasons[0].code == "surface"


def test_mark_on_the_table_changes_no_verdict(inspector):
    picture = draw_piece(141)
    cv2.circle(picture, (18, 20), 7, (60, 40, 40), -1)
    marked, plain = inspector.inspect(encode(picture)), inspector.inspect(encode_piece(141))
    assert marked.verdict == plain.verdict == "accept"
    assert marked.score == pytest.approx(plain.score, abs=5)


def test_chip_of_the_rim_is_a_missing_part_and_is_said_once(inspector):
    picture = draw_piece(142)
    cv2.ellipse(picture, (128, 38), (9, 8), 0, 0, 360, (188, 176, 160), -1, cv2.LINE_AA)
    inspection = inspector.inspect(encode(picture))
    assert inspection.shape > 1
    assert inspection.verdict in ("rework", "reject")
    at_the_top = [reason for reason in inspection.reasons if reason.region.y < 0.25]
    assert [reason.code for reason in at_the_top] == ["missing_part"]
    region = at_the_top[0].region
    assert region.x < 0.5 < region.x + region.width
    assert region.width < 0.4


def test_good_piece_has_a_shape_within_the_limit(inspector):
    assert inspector.inspect(encode_piece(143)).shape < 1


def test_ruler_beside_the_piece_changes_no_verdict(inspector):
    picture = draw_piece(144)
    cv2.rectangle(picture, (236, 20), (247, 235), (225, 200, 70), -1)
    assert inspector.inspect(encode(picture)).verdict == "accept"


def test_photo_of_something_else_is_the_wrong_piece(inspector):
    assert retake_code(inspector, encode(draw_texture(1))) == "wrong_piece"
    other = np.full((256, 256, 3), (188, 176, 160), np.uint8)
    cv2.rectangle(other, (40, 90), (216, 166), (30, 30, 120), -1)
    assert retake_code(inspector, encode(other)) == "wrong_piece"


def test_dark_photo_is_too_dark(inspector):
    assert retake_code(inspector, encode((draw_piece(142) * 0.06).astype(np.uint8))) == "too_dark"


def test_burnt_out_photo_is_too_bright(inspector):
    white = np.clip(draw_piece(142).astype(int) * 3 + 90, 0, 255).astype(np.uint8)
    assert retake_code(inspector, encode(white)) == "too_bright"


def test_shaken_photo_is_blurred(inspector):
    blurred = cv2.GaussianBlur(draw_piece(143), (0, 0), 5.0)
    assert retake_code(inspector, encode(blurred)) == "blurred"


def test_piece_that_leaves_the_frame_is_cut_off(inspector):
    assert retake_code(inspector, encode(np.ascontiguousarray(draw_piece(144)[:, 110:]))) == "cut_off"


def test_tiny_photo_is_too_small(inspector):
    assert retake_code(inspector, encode(draw_piece(145, side_px=48))) == "too_small"


@pytest.mark.parametrize(("photo", "code"), [(b"", "empty"), (b"hello, this is text", "not_an_image")])
def test_what_is_no_photo_is_a_result_too(inspector, photo, code):
    assert retake_code(inspector, photo) == code


def test_inspection_names_engine_standard_nearest_reference_and_size(inspector, piece_standard):
    inspection = inspector.inspect(encode_piece(3, side_px=320))
    assert inspection.engine_version == models.ENGINE_VERSION
    assert inspection.standard_hash == piece_standard.hash
    assert 0 <= inspection.nearest_reference < 12
    assert (inspection.width_px, inspection.height_px) == (320, 320)
    assert inspection.ms > 0
