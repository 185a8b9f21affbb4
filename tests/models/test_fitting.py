from dataclasses import replace

import numpy as np
import pytest

import models
from models.errors import (
    BrokenArtifact,
    TooFewReferences,
    TooManyReferences,
    UnlikeReferences,
    UnreadableReferences,
)
from models.fitting import MAX_REFERENCES, MIN_REFERENCES
from tests.models.pieces import draw_texture, encode, encode_piece


@pytest.fixture(scope="module")
def photos():
    return [encode_piece(seed) for seed in range(MIN_REFERENCES)]


def test_too_few_references_say_how_many_are_needed(photos):
    with pytest.raises(TooFewReferences) as caught:
        models.fit(photos[:-1])
    assert (caught.value.given, caught.value.needed) == (MIN_REFERENCES - 1, MIN_REFERENCES)


def test_too_many_references_say_how_many_are_allowed(photos):
    with pytest.raises(TooManyReferences) as caught:
        models.fit(photos * 6)
    assert (caught.value.given, caught.value.allowed) == (6 * MIN_REFERENCES, MAX_REFERENCES)


def test_every_unreadable_reference_is_named_with_its_code(photos, tmp_path):
    given = [*photos, b"", photos[0][:3000], tmp_path / "none.jpg"]
    with pytest.raises(UnreadableReferences) as caught:
        models.fit(given)
    assert caught.value.names == ("reference 9", "reference 10", "none.jpg")
    assert caught.value.codes == ("empty", "truncated", "missing_file")


def test_references_of_something_else_are_named(photos):
    with pytest.raises(UnlikeReferences) as caught:
        models.fit([*photos, encode(draw_texture(3))], names=[*"abcdefgh", "cloth"])
    assert caught.value.names == ("cloth",)


def test_progress_rises_to_the_whole(photos):
    shares = []
    models.fit(photos, progress=shares.append, self_test=False)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_same_references_give_the_same_standard_but_for_the_time(photos):
    first, second = (models.fit(photos, self_test=False) for _ in range(2))
    assert first.limits == second.limits
    assert [reference.score for reference in first.report.references] == [
        reference.score for reference in second.report.references]  # fmt: skip


def test_report_names_the_reference_that_differs(photos):
    report = models.fit([*photos, encode_piece(50, crack=True)], self_test=False).report
    assert [reference.is_outlier for reference in report.references] == [False] * MIN_REFERENCES + [True]
    assert set(report.notes) == {"outlier_found", "few_references", "not_self_tested"} < models.NOTE_CODES


def test_standard_comes_back_from_its_bytes(piece_standard, tmp_path):
    piece_standard.save(tmp_path / "piece.standard")
    again = models.load(tmp_path / "piece.standard")
    assert again.hash == piece_standard.hash
    assert again.limits == piece_standard.limits
    assert again.report == piece_standard.report
    np.testing.assert_array_equal(again.view.judged, piece_standard.view.judged)
    photo = encode_piece(60)
    score, same = (models.Inspector(standard).inspect(photo).score for standard in (piece_standard, again))
    assert score == pytest.approx(same, abs=1e-3)


def test_standard_of_before_shapes_were_judged_is_read_and_judges_none(piece_standard):
    before = replace(piece_standard, shape=None)
    again = models.load(before.to_bytes())
    assert again.shape is None
    inspection = models.Inspector(again).inspect(encode_piece(60))
    assert inspection.shape is None
    assert inspection.verdict == "accept"


def test_texture_that_fills_the_frame_has_no_shape():
    standard = models.fit([encode(draw_texture(seed)) for seed in range(MIN_REFERENCES)], self_test=False)
    assert standard.shape is None
    assert models.Inspector(standard).inspect(encode(draw_texture(20))).shape is None


def test_damaged_standard_is_refused(piece_standard):
    data = bytearray(piece_standard.to_bytes())
    data[len(data) // 2] ^= 1
    with pytest.raises(BrokenArtifact):
        models.load(bytes(data))


def test_standard_is_small(piece_standard):
    assert len(piece_standard.to_bytes()) < 5_000_000
