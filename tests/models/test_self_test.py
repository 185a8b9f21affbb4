from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

import models
from models.self_test import (
    CAUGHT,
    SIZES,
    HeldOutPiece,
    KindTested,
    SelfTest,
    SizeTested,
    caught_curve,
    choose_pieces,
    find_smallest,
    run_self_test,
)
from models.synthetic_defect import KINDS
from tests.models.pieces import draw_piece, encode_piece

SIDE_PX = 192
LONGER_PX = 139  # of the disc


def make_piece(measure, deviation=0.5, seed=0) -> HeldOutPiece:
    """A drawn disc, measured by a function of the picture and of the picture as it was."""
    rgb = draw_piece(seed, side_px=SIDE_PX)
    inside = np.zeros(rgb.shape[:2], np.uint8)
    cv2.circle(inside, (SIDE_PX // 2, SIDE_PX // 2), LONGER_PX // 2, 1, -1)
    return HeldOutPiece(rgb, inside.astype(bool), deviation, lambda picture: measure(picture, rgb))


def longest_change(picture, rgb) -> float:
    """The longer side of what differs, in pixels."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - rgb).max(axis=-1) > 12)
    return 0.0 if not len(rows) else float(max(np.ptp(rows), np.ptp(columns)) + 1)


def sees_from(size_px):
    """Measures like an engine that catches whatever is at least so many pixels long."""
    return lambda picture, rgb: longest_change(picture, rgb) / size_px


def test_the_smallest_size_is_about_where_the_measure_begins_to_see():
    tested, _ = run_self_test([make_piece(sees_from(20), seed=seed) for seed in range(3)], of_piece=True)
    found = {kind.kind: kind.smallest_share for kind in tested.kinds}
    for kind in ("crack", "scratch", "stain", "displaced"):
        assert 0.6 * 20 / LONGER_PX < found[kind] < 2.2 * 20 / LONGER_PX


def test_a_sharper_eye_is_reported_with_smaller_defects():
    sharp, dull = (
        run_self_test([make_piece(sees_from(size_px))], of_piece=True)[0] for size_px in (10, 30)
    )
    for small, large in zip(sharp.kinds, dull.kinds, strict=True):
        assert small.smallest_share < (large.smallest_share or 1)


def test_a_blind_standard_says_so_and_shows_the_largest_it_missed():
    tested, pictures = run_self_test([make_piece(lambda picture, rgb: 0.4)], of_piece=True)
    assert [kind.smallest_share for kind in tested.kinds] == [None] * len(KINDS)
    assert [kind.pictured_share for kind in tested.kinds] == [kind.sizes[-1].share for kind in tested.kinds]
    assert set(pictures) == set(KINDS)
    assert set(tested.notes) == {"misses_small_cracks", "misses_kinds"} < models.NOTE_CODES


def test_a_standard_that_sees_everything_claims_no_more_than_the_smallest_tried():
    tested, _ = run_self_test([make_piece(lambda picture, rgb: 2.0)], of_piece=True)
    assert all(kind.smallest_share == pytest.approx(SIZES[kind.kind][0]) for kind in tested.kinds)
    assert all(kind.is_least for kind in tested.kinds)
    assert tested.notes == ()


def test_the_same_pieces_give_the_same_answer_whatever_the_threads():
    pieces = [make_piece(sees_from(25), seed=seed) for seed in range(2)]
    alone = run_self_test(pieces, of_piece=True)
    with ThreadPoolExecutor(2) as threads:
        assert run_self_test(pieces, of_piece=True, spread=threads.map) == alone


def test_only_few_pictures_are_measured():
    count = 0

    def measure(picture, rgb):
        nonlocal count
        count += 1
        return longest_change(picture, rgb) / 20

    run_self_test([make_piece(measure, seed=seed) for seed in range(4)], of_piece=True)
    assert 60 < count < 220


def test_rejected_references_take_no_part():
    deviations = [1.4, 0.3, 0.9, 0.6, 1.01]
    pieces = [make_piece(sees_from(9), deviation=deviation) for deviation in deviations]
    assert [piece.deviation for piece in choose_pieces(pieces)] == [0.3, 0.6, 0.9]


def test_references_in_which_no_piece_is_found_take_no_part():
    piece = make_piece(sees_from(9))
    nowhere = HeldOutPiece(piece.rgb, np.zeros_like(piece.inside), 0.5, piece.measure)
    assert choose_pieces([nowhere, piece]) == [piece]


def test_many_references_are_taken_from_the_whole_range():
    pieces = [make_piece(sees_from(9), deviation=deviation) for deviation in np.linspace(0.1, 0.99, 20)]
    chosen = [piece.deviation for piece in choose_pieces(pieces)]
    assert (len(chosen), chosen[0], chosen[-1]) == (8, 0.1, 0.99)


def test_with_no_accepted_reference_nothing_is_claimed():
    tested, pictures = run_self_test([make_piece(sees_from(9), deviation=1.5)], of_piece=True)
    assert all(kind.sizes == () and kind.smallest_share is None for kind in tested.kinds)
    assert pictures == {}
    assert "misses_small_cracks" in tested.notes


def test_a_narrow_piece_is_tried_with_what_it_has_room_for():
    piece = make_piece(lambda picture, rgb: 0.2)
    narrow = np.zeros_like(piece.inside)
    narrow[90:102, 20:170] = True
    tested, _ = run_self_test([HeldOutPiece(piece.rgb, narrow, 0.5, piece.measure)], of_piece=True)
    stain = next(kind for kind in tested.kinds if kind.kind == "stain")
    assert 0 < stain.sizes[-1].share < 0.2
    assert stain.smallest_share is None


def test_progress_rises_to_the_whole():
    shares = []
    run_self_test([make_piece(sees_from(20))], of_piece=True, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_pictures_are_square_and_the_box_shows_the_defect():
    tested, pictures = run_self_test([make_piece(sees_from(20))], of_piece=True)
    for kind in tested.kinds:
        picture = cv2.imdecode(np.frombuffer(pictures[kind.kind], np.uint8), cv2.IMREAD_COLOR)
        x, y, width, height = kind.box
        assert picture.shape == (320, 320, 3)
        assert len(pictures[kind.kind]) < 60_000
        assert 0 <= x < x + width <= 1.001
        assert 0 <= y < y + height <= 1.001


def sizes(*caught):
    """Sizes 0.1, 0.2, 0.4, ..., four tries each, so many of them caught."""
    return tuple(
        SizeTested(0.1 * 2**rung, (1.5,) * count + (0.5,) * (4 - count)) for rung, count in enumerate(caught)
    )


def test_the_curve_never_falls():
    assert caught_curve(sizes(0, 3, 1, 4)) == pytest.approx([0, 0.5, 0.5, 1], abs=2e-3)
    assert caught_curve(sizes(4, 4, 0)) == pytest.approx([2 / 3] * 3, abs=2e-3)


def test_a_try_at_the_limit_counts_by_half_and_close_to_it_in_part():
    assert SizeTested(0.1, (1.0,)).caught == 0.5
    assert 0.6 < SizeTested(0.1, (1.05,)).caught < 0.8
    assert SizeTested(0.1, (0.0, 1.5)).caught == pytest.approx(0.5, abs=2e-3)


def test_the_smallest_size_is_read_off_between_two_sizes():
    assert find_smallest(sizes(0, 4)) == pytest.approx(0.1 * 2**CAUGHT, rel=2e-3)
    assert find_smallest(sizes(4, 4)) == 0.1
    assert find_smallest(sizes(0, 1, 3)) is None
    assert find_smallest(()) is None


def test_a_tighter_limit_catches_smaller_defects():
    tries = (SizeTested(0.05, (0.8,) * 4), SizeTested(0.2, (1.3,) * 4))
    tested = SelfTest((KindTested("crack", tries, find_smallest(tries)),), 0.6, of_piece=True)
    tight = tested.with_limit(0.7)
    assert tight.kinds[0].smallest_share == 0.05
    assert (tested.notes, tight.notes) == (("misses_small_cracks",), ())


def test_self_test_comes_back_from_plain_json():
    tested, _ = run_self_test([make_piece(sees_from(20))], of_piece=False)
    assert SelfTest.from_dict(tested.to_dict()) == tested


@pytest.fixture(scope="module")
def tested_standard():
    """A standard of eight drawn discs, self-tested."""
    return models.fit([encode_piece(seed) for seed in range(8)])


def test_a_fitted_standard_knows_what_it_would_catch(tested_standard):
    report = tested_standard.report
    assert [kind.kind for kind in report.self_test.kinds] == list(KINDS)
    assert report.self_test.of_piece
    assert any(kind.smallest_share for kind in report.self_test.kinds)
    assert set(tested_standard.pictures) == set(KINDS)
    assert "not_self_tested" not in report.notes


def test_a_self_tested_standard_comes_back_from_its_bytes_pictures_and_all(tested_standard):
    again = models.load(tested_standard.to_bytes())
    assert again.hash == tested_standard.hash
    assert again.report == tested_standard.report
    assert again.pictures == tested_standard.pictures
    assert len(tested_standard.to_bytes()) < 5_000_000


def test_a_moved_limit_is_self_tested_again_from_the_same_tries(tested_standard):
    moved = tested_standard.with_limit(3.0, 0.05, (0.01, 0.1))
    pairs = zip(tested_standard.report.self_test.kinds, moved.report.self_test.kinds, strict=True)
    assert all((after.smallest_share or 1) >= (before.smallest_share or 1) for before, after in pairs)
    assert set(moved.report.self_test.notes) <= set(moved.report.notes)


def test_a_standard_that_is_not_self_tested_has_the_bytes_of_one_from_before(piece_standard):
    assert piece_standard.report.self_test is None
    assert "self_test" not in piece_standard.report.to_dict()
    assert models.load(piece_standard.to_bytes()).hash == piece_standard.hash
