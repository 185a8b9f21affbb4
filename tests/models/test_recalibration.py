import math

import numpy as np
import pytest

import models
from models.calibration import FALSE_REJECT_RATE, deviation_of, fit_limit, score_of
from models.recalibration import LEAST_CORRECTIONS, STANDING_ALONE, propose_limit, replay_score
from tests.models.pieces import encode_piece


def draw_good(rng, count: int, spread: float = 0.3) -> np.ndarray:
    return np.exp(rng.normal(-0.5, spread, count))


@pytest.fixture
def references() -> np.ndarray:
    """Held-out deviations of 16 references, so that the limit of the fit is 1.0."""
    scores = draw_good(np.random.default_rng(1), 16)
    return scores / fit_limit(scores).value


def test_score_and_deviation_are_each_other_s_inverse():
    for deviation in (0.0, 0.3, 1.0, 4.7):
        assert deviation_of(score_of(deviation)) == pytest.approx(deviation)


def test_too_few_corrections_change_nothing_and_say_how_many_lack(references):
    found = propose_limit(references, [0.4] * 2, [1.4] * (LEAST_CORRECTIONS - 3), current=0.9)
    assert (found.limit, found.is_change, found.missing) == (0.9, False, 1)
    assert propose_limit(references, [0.4] * 2, [1.4] * (LEAST_CORRECTIONS - 2)).missing == 0


def test_more_good_pieces_like_the_references_tighten_limit_and_interval(references):
    rng = np.random.default_rng(2)
    found = [propose_limit(references, rng.permutation(np.tile(references, 4)), []) for _ in range(3)]
    assert all(0.9 < each.limit < 1.0 and each.is_change for each in found)
    alone = propose_limit(references, [], [])
    assert found[0].false_reject_interval[1] < alone.false_reject_interval[1]
    assert (alone.sample_count, found[0].sample_count) == (16, 64)


def test_enough_good_pieces_speak_for_themselves_where_the_references_spread_further(references):
    good = np.exp(np.random.default_rng(7).normal(-0.45, 0.05, STANDING_ALONE))
    few, enough = propose_limit(references, good[:-1], [3.0]), propose_limit(references, good, [3.0])
    assert np.median(good) < enough.limit < 0.8 < few.limit
    assert (few.sample_count, enough.sample_count) == (16 + STANDING_ALONE - 1, STANDING_ALONE)


def test_good_pieces_that_were_rejected_widen_the_limit(references):
    found = propose_limit(references, [1.1, 1.2, 0.9, 1.05, 1.15], [])
    assert found.limit > 1.0
    assert found.false_rejects == (4, 1)


def test_the_limit_widens_no_further_than_good_pieces_reach(references):
    found = propose_limit(references, [1.3] * 12, [1.4])
    assert 1.3 < found.limit < 1.35
    assert found.caught == (1, 1)


@pytest.mark.parametrize("count", [0, 3, 24, 60])
def test_defects_never_widen_the_limit(references, count):
    good = draw_good(np.random.default_rng(3), count) / 2
    plain = propose_limit(references, good, [9.0] * LEAST_CORRECTIONS)
    for defect in np.geomspace(0.05, 5, 25):
        assert propose_limit(references, good, [defect, *[9.0] * LEAST_CORRECTIONS]).limit <= plain.limit


def test_a_defect_between_the_good_pieces_and_the_limit_is_caught(references):
    good = np.linspace(0.4, 0.7, 40)
    references = np.minimum(references, 0.75)
    defect = 0.8 * fit_limit([*references, *good]).value + 0.2 * 0.75
    found = propose_limit(references, good, [defect, 3.0])
    assert found.caught == (1, 2)
    assert max(*references, *good) < found.limit < defect
    assert found.false_rejects == (0, 0)
    assert found.alike == ()


def test_a_defect_that_looks_like_a_good_piece_is_told_and_pulls_nothing(references):
    good = draw_good(np.random.default_rng(4), 30, 0.2)
    usual = float(np.median(good))
    found = propose_limit(references, good, [3.0, usual, 4.0])
    assert found.alike == (1,)
    assert found.limit == propose_limit(references, good, [3.0, 4.0]).limit
    assert found.caught == (2, 2)


@pytest.mark.parametrize("corrected", [4, 20, 60])
@pytest.mark.parametrize("pulled", [False, True])
def test_the_stated_share_of_good_pieces_is_still_rejected_on_average(corrected, pulled):
    rng = np.random.default_rng(5)
    defects = np.geomspace(0.2, 3, 60) if pulled else [99.0] * LEAST_CORRECTIONS  # one at every step: pulled always
    rejected = []
    for _ in range(400):
        references = draw_good(rng, 16)
        unit = fit_limit(references).value
        limit = propose_limit(references / unit, draw_good(rng, corrected) / unit, np.divide(defects, unit)).limit
        rejected.append(np.mean(draw_good(rng, 200) / unit > limit))
    assert 0.6 * FALSE_REJECT_RATE < np.mean(rejected) < 1.2 * FALSE_REJECT_RATE


def test_the_same_evidence_gives_the_same_limit_in_any_order(references):
    good, defective = draw_good(np.random.default_rng(6), 30), [0.9, 1.3, 2.0]
    first = propose_limit(references, good, defective)
    assert propose_limit(references[::-1], good[::-1], defective[::-1]).limit == pytest.approx(first.limit)


def test_a_limit_that_hardly_moves_stays(references):
    found = propose_limit(references, [], [3.0] * LEAST_CORRECTIONS)
    assert (found.limit, found.is_change) == (1.0, False)


def test_replay_moves_the_score_as_the_limit_moves():
    assert replay_score(score_of(0.9), 1.0, 1.0) == pytest.approx(score_of(0.9))
    assert replay_score(score_of(0.9), 1.0, 0.75) == pytest.approx(score_of(1.2))
    assert replay_score(score_of(0.9), 0.8, 1.6) == pytest.approx(score_of(0.45))


@pytest.fixture(scope="module")
def derived(piece_standard):
    return piece_standard.with_limit(0.8, 0.05, (0.01, 0.11))


def test_a_derived_standard_is_another_one_and_names_the_one_it_comes_from(piece_standard, derived):
    assert derived.derived_from == piece_standard.hash != derived.hash
    again = models.load(derived.to_bytes())
    assert (again.hash, again.derived_from) == (derived.hash, piece_standard.hash)
    assert again.report.false_reject_interval == (0.01, 0.11)


def test_the_same_limit_gives_the_same_derived_standard(piece_standard, derived):
    assert piece_standard.with_limit(0.8, 0.05, (0.01, 0.11)).to_bytes() == derived.to_bytes()


def test_a_derived_standard_judges_as_the_replay_says(piece_standard, derived):
    photo = encode_piece(70, stain=0.03)
    before, after = (models.Inspector(standard).inspect(photo) for standard in (piece_standard, derived))
    assert after.anomaly_score == pytest.approx(before.anomaly_score)
    assert after.score == pytest.approx(replay_score(before.score, 1.0, 0.8))
    assert math.isclose(after.surface, before.surface / 0.8, rel_tol=1e-6)
    assert math.isclose(after.shape, before.shape / 0.8, rel_tol=1e-6)
    for was, now in zip(piece_standard.report.references, derived.report.references, strict=True):
        assert deviation_of(now.score) == pytest.approx(deviation_of(was.score) / 0.8)
