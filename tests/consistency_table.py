"""How often a workshop is called proven, or slipping: the operating characteristics of catalog.consistency.

    python -m tests.consistency_table [--workshops 1000]

Simulates workshops whose share of accepted pieces is known. Each batch draws its own share around it from a beta
distribution with intraclass correlation rho (0: all pieces independent), then its pieces. Prints, for each true share,
in how many of 100 workshops the level is "proven" after so many batches, and in how many it ever was on the way there:
a workshop is looked at after every batch. Then the same for "slipping", for a share that falls before the last two
batches, and how often the bound of each look was kept.
"""

from __future__ import annotations

import argparse
import datetime
from dataclasses import dataclass

import numpy as np

from catalog.consistency import BatchTally, Consistency, Level, judge_consistency

SHARES = (0.80, 0.85, 0.90, 0.95, 0.99)
CORRELATIONS = (0.0, 0.05, 0.10, 0.20)
SIZES = (10, 20, 40)
BATCHES = (4, 6, 12)
FALLS = ((0.95, 0.95), (0.95, 0.85), (0.95, 0.75), (0.95, 0.60))
DAYS_BETWEEN = 21
FIRST_DAY = datetime.date(2026, 1, 5)


@dataclass(frozen=True)
class Simulated:
    """Of many workshops: how many of 100 are proven in the end, ever were, slip in the end, and lie above the bound."""

    proven: float
    ever_proven: float
    slipping: float
    covered: float


def draw_batches(random: np.random.Generator, shares: list[float], size: int, correlation: float) -> list[BatchTally]:
    """One workshop's batches, one for each true share."""
    tallies = []
    for number, share in enumerate(shares):
        if correlation:
            strength = (1 - correlation) / correlation
            share = random.beta(share * strength, (1 - share) * strength)
        accepted = int(random.binomial(size, share))
        day = FIRST_DAY + datetime.timedelta(DAYS_BETWEEN * number)
        tallies.append(BatchTally(day, accepted, rejected=size - accepted))
    return tallies


def simulate(
    random: np.random.Generator, shares: list[float], size: int, correlation: float, workshops: int
) -> Simulated:
    """So many workshops, each looked at after every batch."""
    looks = [_look_after_each(draw_batches(random, shares, size, correlation)) for _ in range(workshops)]
    last = [look[-1] for look in looks]
    return Simulated(
        proven=_per_hundred(each.level == Level.PROVEN for each in last),
        ever_proven=_per_hundred(any(each.level == Level.PROVEN for each in look) for look in looks),
        slipping=_per_hundred(each.level == Level.SLIPPING for each in last),
        covered=_per_hundred(each.lower <= shares[0] for each in last),
    )


def _look_after_each(tallies: list[BatchTally]) -> list[Consistency]:
    return [judge_consistency(tallies[: count + 1], tallies[count].begun_on) for count in range(len(tallies))]


def _per_hundred(happened) -> float:
    return 100 * float(np.mean(list(happened)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.consistency_table", description=__doc__.splitlines()[0])
    parser.add_argument("--workshops", type=int, default=1000)
    options = parser.parse_args()
    random = np.random.default_rng(20261125)
    print("pieces a batch, rho, batches | proven (ever), of 100, at a true share of " + ", ".join(map(str, SHARES)))
    for size in SIZES:
        for correlation in CORRELATIONS:
            for count in BATCHES:
                found = [simulate(random, [share] * count, size, correlation, options.workshops) for share in SHARES]
                cells = "  ".join(f"{each.proven:5.1f} ({each.ever_proven:5.1f})" for each in found)
                kept = "  ".join(f"{each.covered:5.1f}" for each in found)
                print(f"{size:3d} {correlation:.2f} {count:3d} | {cells} | bound kept {kept}", flush=True)
    print("slipping, of 100, after 8 batches, when the share of the last two is another")
    for size in SIZES:
        for correlation in CORRELATIONS:
            found = [
                simulate(random, [before] * 6 + [after] * 2, size, correlation, options.workshops)
                for before, after in FALLS
            ]
            cells = "  ".join(
                f"{before:.2f}->{after:.2f}: {each.slipping:5.1f}"
                for (before, after), each in zip(FALLS, found, strict=True)
            )
            print(f"{size:3d} {correlation:.2f} | {cells}", flush=True)


if __name__ == "__main__":
    main()
