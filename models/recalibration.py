"""A standard's limit, reconsidered once people have said which inspected pieces are good and which are not.

Everything here is a deviation, of the worst aspect, in limits of the fit: 1.0 is where the standard, as it was fitted,
stops accepting. A new limit moves the limits of all aspects alike.

Good pieces. The references' held-out deviations and those of pieces a reviewer called good are samples of one thing,
so the limit is that of models.calibration.fit_limit on all of them, over what it gives for the references alone:
more samples, a smaller margin. From
STANDING_ALONE good pieces on the references are left out: they were scored by models of fewer photos than a standard
has, and on some sets spread twice as far as the pieces of later. All that holds as long as the good ones are not
picked for having been accepted; who collects them has to see to it. If they are picked for having been rejected, as
people do, the limit would come out too wide: beyond the limit of the references alone it goes no further than the
farthest good piece. That costs 0.2 to 0.6 % of good pieces with few of them, by simulation.

Defective pieces. They never widen the limit. They may tighten it, down to where all defects that can be caught are
caught, and no further than to the split-conformal limit of the good ones, which rejects at most TIGHTENED_RATE of
new good pieces whatever their distribution (Vovk, Gammerman & Shafer 2005, 10.1007/b106715). That rate is below
FALSE_REJECT_RATE because the lower of two limits rejects more than either: by simulation 5.2 to 5.6 % of log-normal
good pieces where defects always pull, 5.1 to 5.4 % where they never do. A defect below that limit looks like a good
piece: no limit tells them apart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.calibration import FALSE_REJECT_RATE, deviation_of, fit_limit, score_of, wilson_interval

LEAST_CORRECTIONS = 5
STANDING_ALONE = 12
TIGHTENED_RATE = 0.03
ROOM = 1.02  # beyond the farthest good piece, so that rounding does not reject it
SAME_LIMIT = 1e-3  # a limit that moves by less has not moved


@dataclass(frozen=True)
class LimitProposal:
    """What corrections make of a limit. Pairs are (before, after): with the limit in force, with the proposed one.

    limit: in limits of the fit. sample_count: good pieces behind it, and references while they are needed.
    false_rejects, caught: how many pieces called good, and called defective, are not accepted.
    alike: which of the defective pieces, by index, pass and lie within the range of good ones: no limit tells
    them apart. missing: how many more corrections it takes before anything is proposed.
    """

    limit: float
    is_change: bool
    expected_false_reject_rate: float
    false_reject_interval: tuple[float, float]
    sample_count: int
    false_rejects: tuple[int, int]
    caught: tuple[int, int]
    alike: tuple[int, ...]
    missing: int


def propose_limit(
    references: Sequence[float], good: Sequence[float], defective: Sequence[float], *, current: float = 1.0
) -> LimitProposal:
    """The limit that references and corrections together ask for; the current one while there are too few.

    Args:
        references, good, defective: deviations >= 0 in limits of the fit; references held out, 8 or more.
        current: the limit in force, in limits of the fit.
    """
    missing = max(0, LEAST_CORRECTIONS - len(good) - len(defective))
    samples = np.array(good if len(good) >= STANDING_ALONE else [*references, *good], dtype=np.float64)
    limit = current if missing else _tighten(_fit(references, samples), samples, defective)
    if abs(limit / current - 1) < SAME_LIMIT:
        limit = current
    return LimitProposal(
        limit=limit,
        is_change=limit != current,
        expected_false_reject_rate=FALSE_REJECT_RATE,
        false_reject_interval=wilson_interval(FALSE_REJECT_RATE, len(samples)),
        sample_count=len(samples),
        false_rejects=(_count_beyond(good, current), _count_beyond(good, limit)),
        caught=(_count_beyond(defective, current), _count_beyond(defective, limit)),
        alike=tuple(i for i, value in enumerate(defective) if value <= min(limit, samples.max())),
        missing=missing,
    )


def replay_score(score: float, old_limit: float, new_limit: float) -> float:
    """The 0..100 score that a photo would have had under another limit; both in limits of the fit."""
    return score_of(deviation_of(score) * old_limit / new_limit)


def _fit(references: Sequence[float], samples: np.ndarray) -> float:
    """The limit of the good samples, so that the references alone give 1; beyond that no further than they reach.

    The fit may have settled above what the rule makes of the references' worst aspects: each keeps its own limit.
    """
    alone = fit_limit(np.asarray(references, dtype=np.float64)).value
    return min(fit_limit(samples).value / alone, max(1.0, ROOM * float(samples.max())))


def _tighten(limit: float, good: np.ndarray, defective: Sequence[float]) -> float:
    """The limit, lowered to halfway (in logs) between the least defect it can catch and the good one below that."""
    floor = _conformal_limit(good)
    within_reach = [value for value in defective if floor < value <= limit]
    if not within_reach:
        return limit
    least = min(within_reach)
    below = max((value for value in good if value < least), default=floor)
    return max(floor, math.sqrt(least * below))


def _conformal_limit(good: np.ndarray) -> float:
    """The limit that at most TIGHTENED_RATE of new good pieces exceed; infinite with too few of them (below 33)."""
    rank = math.ceil((len(good) + 1) * (1 - TIGHTENED_RATE))
    return float(np.sort(good)[rank - 1]) if rank <= len(good) else math.inf


def _count_beyond(deviations: Sequence[float], limit: float) -> int:
    return int(sum(value > limit for value in deviations))
