import math

import numpy as np
import pytest

from models.calibration import (
    ACCEPT_SCORE,
    COLOUR_RATE,
    FALSE_REJECT_RATE,
    REJECT_SCORE,
    SHAPE_RATE,
    fit_factor,
    fit_limit,
    score_of,
    verdict_of,
    wilson_interval,
)


@pytest.mark.parametrize("count", [8, 16, 40])
@pytest.mark.parametrize("spread", [0.1, 0.5])
def test_stated_share_of_good_pieces_is_rejected_on_average(count, spread):
    rng = np.random.default_rng(3)
    rejected = []
    for _ in range(600):
        limit = fit_limit(np.exp(rng.normal(1.0, spread, count)))
        rejected.append(np.mean(np.exp(rng.normal(1.0, spread, 200)) > limit.value))
    assert 0.6 * FALSE_REJECT_RATE < np.mean(rejected) < 1.2 * FALSE_REJECT_RATE


def test_more_references_tighten_the_limit_and_the_interval():
    rng = np.random.default_rng(4)
    few, many = ([fit_limit(np.exp(rng.normal(1, 0.3, count))) for _ in range(200)] for count in (8, 40))
    assert np.mean([limit.value for limit in many]) < np.mean([limit.value for limit in few])
    assert many[0].false_reject_interval[1] < few[0].false_reject_interval[1]


def test_one_odd_reference_widens_the_limit_by_little():
    scores = np.exp(np.random.default_rng(6).normal(1, 0.2, 16))
    odd = np.append(scores[:-1], 4 * scores.max())
    logs = np.log(odd)
    naive = math.exp(logs.mean() + 1.753 * logs.std(ddof=1))
    limit = fit_limit(odd).value
    assert fit_limit(scores).value < limit < 0.8 * naive
    assert limit < odd[-1]


def test_limit_scales_with_the_scores():
    scores = np.random.default_rng(5).uniform(1, 2, 12)
    assert fit_limit(10 * scores).value == pytest.approx(10 * fit_limit(scores).value)


def test_aspects_that_share_the_rate_reject_the_stated_share_together_on_average():
    rng = np.random.default_rng(7)
    spreads = np.array([[0.3], [0.5], [0.15]])
    rates = (FALSE_REJECT_RATE - SHAPE_RATE - COLOUR_RATE, SHAPE_RATE, COLOUR_RATE)
    rejected = []
    for _ in range(400):
        aspects = np.exp(rng.normal(0, spreads, (3, 16)))
        limits = np.array([fit_limit(aspect, rate).value for aspect, rate in zip(aspects, rates, strict=True)])
        new = np.exp(rng.normal(0, spreads, (3, 300))) / limits[:, None]
        rejected.append(np.mean(new.max(axis=0) > 1))
    assert 0.6 * FALSE_REJECT_RATE < np.mean(rejected) < 1.3 * FALSE_REJECT_RATE


def test_a_rarer_rate_raises_a_limit_and_what_was_not_measured_raises_none():
    scores = np.random.default_rng(8).lognormal(0, 0.3, 16)
    deviations = scores / fit_limit(scores).value
    assert fit_factor(deviations, SHAPE_RATE) > 1.05
    assert fit_factor(np.zeros(16), SHAPE_RATE) == 1.0


def test_score_falls_strictly_from_100_through_the_limits():
    deviations = np.linspace(0, 30, 400)
    scores = np.array([score_of(deviation) for deviation in deviations])
    assert scores[0] == 100
    assert np.all(np.diff(scores) < 0)
    assert scores[-1] > 0
    assert score_of(1.0) == pytest.approx(ACCEPT_SCORE)


def test_verdict_follows_the_score():
    assert [verdict_of(score) for score in (100, ACCEPT_SCORE, ACCEPT_SCORE - 0.01, REJECT_SCORE, 29.9, 0)] == [
        "accept", "accept", "rework", "rework", "reject", "reject"]  # fmt: skip


def test_wilson_interval_matches_its_formula_at_the_edges():
    z = 1.6449
    low, high = wilson_interval(0.0, 10)
    assert low == 0
    assert high == pytest.approx(z * z / (10 + z * z), abs=1e-6)
    low, high = wilson_interval(0.5, 1000)
    assert high - low == pytest.approx(2 * z * math.sqrt(0.25 / 1000), rel=0.01)
