"""From raw anomaly scores to a verdict: the limit, its false-reject rate, and the 0..100 score.

One rule for every standard. A photo's *deviation* is what was measured divided by the standard's limit, so that
1.0 is the limit. There is one for each aspect (surface, colour), and the worst counts. The score is a fixed,
strictly falling function of it:

    score = 100 / (1 + (100 / ACCEPT_SCORE - 1) * deviation ** STEEPNESS)

which is 100 at no deviation, ACCEPT_SCORE at the limit and approaches 0 without reaching it: two photos never
tie at an end of the scale.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

ACCEPT_SCORE = 60.0
REJECT_SCORE = 30.0
STEEPNESS = 2.0
FALSE_REJECT_RATE = 0.05
CONFIDENCE = 0.90
MAD_TO_SIGMA = 1.4826  # of normal samples


@dataclass(frozen=True)
class Limit:
    """The anomaly score at which a piece stops being accepted, and how sure that is."""

    value: float
    expected_false_reject_rate: float
    false_reject_interval: tuple[float, float]


def fit_limit(held_out_scores: np.ndarray) -> Limit:
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
    spread = _temper(float(logs.std(ddof=1)), np.abs(logs - centre), count)
    value = math.exp(centre + _margin(spread, count))
    return Limit(value, FALSE_REJECT_RATE, wilson_interval(FALSE_REJECT_RATE, count))


def fit_common_factor(held_out: Sequence[np.ndarray]) -> float:
    """How many times as high each aspect's limit must be, 1 or more, for all of them together to keep the rate.

    A piece is as good as its worst aspect (surface, shape, ...), and a good one may fail any of them: with each
    aspect rejecting FALSE_REJECT_RATE by itself, all together would reject more. The references' worst deviations
    are samples of what is judged. The worst of several leans upward, so its spread is also taken from the upper
    side alone, tempered as in fit_limit: by simulation 5.0 to 6.8 % of good pieces are then rejected with two
    aspects, up to 8 % with three and 8 references, for 10 and 15 % without this factor.

    Args:
        held_out: the references' deviations (K,) by each aspect, in limits of that aspect; 0 where not measured.
    """
    deviations = np.stack(list(held_out))  # (A, K)
    worst = deviations.max(axis=0)
    if len(np.unique(deviations.argmax(axis=0))) == 1:  # one aspect decides, and its own limit keeps the rate
        return 1.0
    logs = np.log(np.maximum(worst, 1e-12))
    centre = float(np.median(logs))
    above = np.maximum(logs - centre, 0.0)
    upper = _temper(math.sqrt(2 * float((above**2).sum()) / (len(logs) - 1)), above[logs > centre], len(logs))
    return max(1.0, fit_limit(worst).value, math.exp(centre + _margin(upper, len(logs))))


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


def _temper(deviation: float, distances: np.ndarray, count: int) -> float:
    """A spread between the standard deviation and that from the median distance, as fit_limit says."""
    if not distances.size:
        return max(deviation, 0.01)
    robust = MAD_TO_SIGMA * (1 + 0.8 / count) * float(np.median(distances))  # 0.8 / K: few are biased low
    trust = min(max((count - 8) / 16, 0.0), 0.5)
    return max(trust * robust + (1 - trust) * deviation, 0.01)


def _margin(spread: float, count: int) -> float:
    """From the centre of `count` samples to the upper end of the prediction interval for one new one."""
    return _student_t(1.0 - FALSE_REJECT_RATE, count - 1) * spread * math.sqrt(1.0 + 1.0 / count)


def _student_t(probability: float, degrees: int) -> float:
    """Quantile of Student's t by the Cornish-Fisher expansion; error below 0.01 for 7 degrees or more.

    Source: Abramowitz & Stegun (1964), 26.7.5.
    """
    z = {0.95: 1.6449}[probability]
    n = degrees
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
