"""Control charts: which batch differs from the others by more than chance."""

from __future__ import annotations

import math

CHART_CHANCE = 0.00135  # beyond three standard deviations, on one side


def least_accepted(pieces: int, share: float) -> int:
    """The lower limit of a p-chart: fewer accepted than this in a batch is no chance, at CHART_CHANCE.

    Binomial, not normal: batches are small and shares near 1. A batch below it had something of its own.
    Source: D. C. Montgomery, Introduction to Statistical Quality Control, 7.2; limits by probability.
    """
    if share in (0.0, 1.0):
        return round(pieces * share)
    chance = 0.0
    for accepted in range(pieces + 1):
        failed = pieces - accepted
        log_ways = math.lgamma(pieces + 1) - math.lgamma(accepted + 1) - math.lgamma(failed + 1)
        chance += math.exp(log_ways + accepted * math.log(share) + failed * math.log1p(-share))
        if chance > CHART_CHANCE:
            return accepted
    return pieces
