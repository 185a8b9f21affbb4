"""From raw anomaly scores to a verdict: the limit, its false-reject rate, and the 0..100 score.

One rule for every standard. A photo's *deviation* is what was measured divided by the standard's limit, so that
1.0 is the limit. There is one for each aspect (surface, outline, colour), and the worst counts. The score is a fixed,
strictly falling function of it:

    score = 100 / (1 + (100 / ACCEPT_SCORE - 1) * deviation ** STEEPNESS)

which is 100 at no deviation, ACCEPT_SCORE at the limit and approaches 0 without reaching it: two photos never
tie at an end of the scale.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

ACCEPT_SCORE = 60.0
REJECT_SCORE = 30.0
STEEPNESS = 2.0
FALSE_REJECT_RATE = 0.05
# A piece is as good as its worst aspect, and a good one may fail any of them. So they share the rate: the surface
# has what the others leave. One odd reference then widens the limit of its own aspect alone.
SHAPE_RATE, COLOUR_RATE = 0.02, 0.01
NORMAL_QUANTILES = {  # by the rate at which they are exceeded
    0.05: 1.6449, 0.04: 1.7507, 0.03: 1.8808, 0.02: 2.0537, 0.01: 2.3263, 0.005: 2.5758,
}  # fmt: skip
LEAST_MEASURED = 4
CONFIDENCE = 0.90
MAD_TO_SIGMA = 1.4826  # of normal samples


@dataclass(frozen=True)
class Limit:
    """The anomaly score at which a piece stops being accepted, and how sure that is."""

    value: float
    expected_false_reject_rate: float
    false_reject_interval: tuple[float, float]


def fit_limit(held_out_scores: np.ndarray, rate: float = FALSE_REJECT_RATE) -> Limit:
    """The limit from the references' scores (K,), each scored by a standard made of the others.

    Scores of good pieces are taken as log-normal; the limit is the upper end of the one-sided prediction
    interval for one new piece, median + t(K - 1) * s * sqrt(1 + 1/K) on the logarithms, so it allows for K
    being small. From 16 references on, the spread s is half the standard deviation and half what the median
    absolute deviation makes of it: one odd reference then widens the limit for all pieces half as much. With 8 it
    is the standard deviation alone, since the other is too unsure; between them, in proportion. On normal scores
    5.0 to 5.5 % of new pieces lie beyond, by simulation.
    """
    scores = np.asarray(held_out_scores, dtype=np.float64)
    count = len(scores)
    logs = np.log(np.maximum(scores, 1e-12))
    centre = float(np.median(logs))
    robust = MAD_TO_SIGMA * (1 + 0.8 / count) * float(np.median(np.abs(logs - centre)))  # 0.8 / K: few are biased low
    trust = min(max((count - 8) / 16, 0.0), 0.5)
    spread = max(trust * robust + (1 - trust) * float(logs.std(ddof=1)), 0.01)
    value = math.exp(centre + _margin(spread, count, rate))
    return Limit(value, FALSE_REJECT_RATE, wilson_interval(FALSE_REJECT_RATE, count))


def fit_factor(held_out: np.ndarray, rate: float) -> float:
    """How many times as high, 1 or more, the limit of an aspect must be for it alone to reject no more than a rate.

    Args:
        held_out: the references' deviations (K,) by the aspect, in its limits; 0 where it was not measured.
    """
    measured = held_out[held_out > 0]
    return max(1.0, fit_limit(measured, rate).value) if len(measured) >= LEAST_MEASURED else 1.0


def overall(deviations: Iterable[float | None]) -> float:
    """A piece's deviation is that of its worst aspect; None is an aspect that was not judged."""
    return max(deviation for deviation in deviations if deviation is not None)


def score_of(deviation: float) -> float:
    """The 0..100 score of a deviation >= 0; see the module's docstring."""
    return 100.0 / (1.0 + (100.0 / ACCEPT_SCORE - 1.0) * max(deviation, 0.0) ** STEEPNESS)


def deviation_of(score: float) -> float:
    """The inverse of score_of: the deviation behind a score above 0 and up to 100."""
    return ((100.0 / score - 1.0) / (100.0 / ACCEPT_SCORE - 1.0)) ** (1.0 / STEEPNESS)


def verdict_of(score: float) -> str:
    """accept, rework or reject."""
    if score >= ACCEPT_SCORE:
        return "accept"
    return "rework" if score >= REJECT_SCORE else "reject"


def wilson_interval(rate: float, count: int) -> tuple[float, float]:
    """Bounds of a rate seen in `count` trials, at CONFIDENCE. Source: Wilson (1927), doi:10.2307/2276774."""
    z = 1.6449  # the normal quantile of (1 + CONFIDENCE) / 2
    centre = (rate + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def _margin(spread: float, count: int, rate: float) -> float:
    """From the centre of `count` samples to the upper end of the prediction interval for one new one."""
    return _student_t(rate, count - 1) * spread * math.sqrt(1.0 + 1.0 / count)


def _student_t(rate: float, degrees: int) -> float:
    """The value that Student's t exceeds at a rate, one of NORMAL_QUANTILES, by Cornish and Fisher.

    The error is below 0.01 for 7 degrees or more at the rates of 0.02 and above, below 0.2 at 0.005.

    Source: Abramowitz & Stegun (1964), 26.7.5.
    """
    z = NORMAL_QUANTILES[round(rate, 4)]
    n = degrees
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
