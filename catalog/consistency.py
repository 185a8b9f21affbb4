"""Consistency: how surely a workshop makes one design to its standard, over several batches and over time.

What is reckoned is the share of pieces that were accepted, as the inspector or, where one spoke, a reviewer said.

**One day is one lot.** Pieces of one batch share their clay, their kiln and their maker's day, so sixty pieces of
one batch say less than sixty of six. The batch is the unit that was drawn at random, as in a cluster sample, and
batches begun on the same day count as one: a lot does not become three by being sent in three parts.

**The bound.** Wilson's interval on the effective sample: the number of pieces is divided by the dispersion found
between batches (never by less than 1). Franco, Little, Louis & Slud (2019) recommend it, of eight intervals, for
clustered samples, and warn that all of them promise too much where clusters are few. So Student's t with one degree of
freedom less than there are batches stands for the normal quantile. With every piece accepted it still gives a bound
below 1. The dispersion is Pearson's chi-square over its degrees of freedom.

**Good pieces that the inspector turns back** are not put back by arithmetic. A standard turns back about one good
piece in twenty, by the rate it states, and that cannot be told from a workshop's own failures without a second,
better inspection; the correction of Rogan & Gladen (1978) would also need the rate of defects that pass, which nobody
knows for real defects. So a share is always "accepted", never "good": a reviewer who says that a piece is good is
what puts it back. PROVEN_SHARE leaves room for the rate instead: nine good pieces in ten, of which 95 % pass,
are 0.855.

**What it does not know.** Workshops photograph their own pieces: pieces nobody photographed are in no figure, and
defects the inspector does not see count as accepted.

Sources: E. B. Wilson (1927), doi:10.1080/01621459.1927.10502953. C. Franco, R. J. A. Little, T. A. Louis &
E. V. Slud (2019), Comparative study of confidence intervals for proportions in complex sample surveys, J. Surv. Stat.
Methodol. 7(3), 334-364, PMC6690503. P. McCullagh & J. A. Nelder (1989), Generalized Linear Models, 4.5 (dispersion).
J. N. K. Rao & A. J. Scott (1992), Biometrics 48, 577-585 (counts divided by the dispersion). W. J. Rogan &
B. Gladen (1978), Am. J. Epidemiol. 107, 71-76. What the levels come to, by simulation: tests/consistency_table.py.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from statistics import NormalDist

# Another number whenever the same pieces can come to another level: what is stored is then reckoned anew.
RULES = 1

CONFIDENCE = 0.95  # one-sided: the true share lies above the lower bound with this confidence
PROVEN_SHARE = 0.85  # 0.90 good pieces x 0.95 that the inspector lets pass, rounded down
MIN_PIECES = 30  # fewer leave the bound of even a faultless workshop below PROVEN_SHARE
MIN_BATCHES = 3  # with two, the variation between batches has one degree of freedom: no estimate
MIN_SPAN_DAYS = 28  # "consistent" means again: another clay, another kiln load, another month
RECENT_DAYS = 548  # a year and a half: a yearly order may come half a year late
EVIDENCE_DAYS = 1096  # three years: hands, tools and materials change; older batches are history
# The last two batches, and as many before them as it takes to have so many pieces, are held against all earlier ones.
RECENT_BATCHES = 2
RECENT_PIECES = 10
EARLIER_PIECES = 20
SLIP_SHARE = 0.05  # a fall by less is of no use to a buyer, however sure it is
SLIP_CHANCE = 0.01  # it is looked at anew after each batch, so a false alarm must be rare at each look

# Student's t exceeded with probability 0.05, by degrees of freedom from 1 (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
T_QUANTILES = (
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753,
    1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
)  # fmt: skip


class Level(StrEnum):
    """How sure the evidence is.

    NEW: too little of it. FORMING: enough, and the bound is below PROVEN_SHARE. PROVEN: the bound reaches it, and a
    batch is recent. SLIPPING: the last batches are clearly worse than those before. RESTING: proven, but not recent.
    """

    NEW = "new"
    FORMING = "forming"
    PROVEN = "proven"
    SLIPPING = "slipping"
    RESTING = "resting"


# From the least to the most that a buyer can count on; NEW says nothing either way.
STRENGTH = (Level.NEW, Level.SLIPPING, Level.FORMING, Level.RESTING, Level.PROVEN)


@dataclass(frozen=True)
class BatchTally:
    """How many pieces of one batch were accepted, reworked and rejected in the end.

    retaken: photos that could not be judged; they are no pieces. overruled: of the pieces, those where a reviewer said
    otherwise than the inspector; a piece with a defect that the inspector had accepted stands under rejected.
    """

    begun_on: datetime.date
    accepted: int = 0
    reworked: int = 0
    rejected: int = 0
    retaken: int = 0
    overruled: int = 0

    @property
    def pieces(self) -> int:
        return self.accepted + self.reworked + self.rejected

    @property
    def share(self) -> float:
        return self.accepted / self.pieces


@dataclass(frozen=True)
class Missing:
    """What it takes until a level can be told: so many more pieces and batches, the last so many days later."""

    pieces: int = 0
    batches: int = 0
    days: int = 0

    def __bool__(self) -> bool:
        return any((self.pieces, self.batches, self.days))


@dataclass(frozen=True)
class Consistency:
    """The evidence of one workshop, one design version and one view, and what it comes to.

    tallies: one for each day with judged pieces, oldest first. share, lower, upper: of the pieces, None without any;
    the bounds None while there is one batch. earlier, recent: (accepted, pieces) of the last batches and those before,
    None where there is not enough to compare. review_on: the day on which the calendar alone may change the level.
    """

    level: Level
    tallies: tuple[BatchTally, ...]
    accepted: int
    reworked: int
    rejected: int
    retaken: int
    overruled: int
    share: float | None
    lower: float | None
    upper: float | None
    dispersion: float
    earlier: tuple[int, int] | None
    recent: tuple[int, int] | None
    missing: Missing
    review_on: datetime.date | None

    @property
    def pieces(self) -> int:
        return self.accepted + self.reworked + self.rejected

    @property
    def batches(self) -> int:
        return len(self.tallies)

    @property
    def first_on(self) -> datetime.date | None:
        return self.tallies[0].begun_on if self.tallies else None

    @property
    def last_on(self) -> datetime.date | None:
        return self.tallies[-1].begun_on if self.tallies else None


def judge_consistency(batches: Iterable[BatchTally], today: datetime.date) -> Consistency:
    """What the batches of one workshop for one view of one design version come to on a day."""
    batches = [each for each in batches if (today - each.begun_on).days <= EVIDENCE_DAYS]
    tallies = tuple(each for each in merge_same_day(batches) if each.pieces)
    accepted, pieces = _count(tallies)
    dispersion = estimate_dispersion(tallies)
    lower, upper = share_interval(accepted, pieces, len(tallies), dispersion)
    earlier, recent = split_recent(tallies)
    missing = find_missing(tallies)
    level = _choose_level(missing, lower, has_slipped(earlier, recent))
    if level == Level.PROVEN and (today - tallies[-1].begun_on).days > RECENT_DAYS:
        level = Level.RESTING
    return Consistency(
        level=level,
        tallies=tallies,
        accepted=accepted,
        reworked=sum(each.reworked for each in tallies),
        rejected=sum(each.rejected for each in tallies),
        retaken=sum(each.retaken for each in batches),
        overruled=sum(each.overruled for each in tallies),
        share=accepted / pieces if pieces else None,
        lower=lower,
        upper=upper,
        dispersion=dispersion,
        earlier=_count(earlier) if earlier else None,
        recent=_count(recent) if earlier else None,
        missing=missing,
        review_on=_next_review(level, tallies),
    )


def merge_same_day(batches: Iterable[BatchTally]) -> list[BatchTally]:
    """One tally a day, oldest first."""
    by_day = groupby(sorted(batches, key=lambda each: each.begun_on), key=lambda each: each.begun_on)
    counted = ("accepted", "reworked", "rejected", "retaken", "overruled")
    return [
        BatchTally(day, **{name: sum(getattr(each, name) for each in group) for name in counted})
        for day, group in ((day, list(group)) for day, group in by_day)
    ]


def find_missing(tallies: Sequence[BatchTally]) -> Missing:
    """What these days, oldest first, lack before anything can be said."""
    days = (tallies[-1].begun_on - tallies[0].begun_on).days if tallies else 0
    return missing_for(_count(tallies)[1], len(tallies), days)


def missing_for(pieces: int, batches: int, days: int) -> Missing:
    """What so many pieces and batches, the last so many days after the first, lack."""
    return Missing(max(0, MIN_PIECES - pieces), max(0, MIN_BATCHES - batches), max(0, MIN_SPAN_DAYS - days))


def estimate_dispersion(tallies: Sequence[BatchTally]) -> float:
    """How many times as much the batches vary as independent pieces would; 1 where they vary less, or cannot."""
    accepted, pieces = _count(tallies)
    if len(tallies) < 2 or accepted in (0, pieces):
        return 1.0
    share = accepted / pieces
    squares = ((each.accepted - each.pieces * share) ** 2 / (each.pieces * share * (1 - share)) for each in tallies)
    return max(1.0, sum(squares) / (len(tallies) - 1))


def share_interval(accepted: int, pieces: int, batches: int, dispersion: float) -> tuple[float | None, float | None]:
    """Lower and upper bound of the share, each with CONFIDENCE on its own side; None while there is one batch."""
    if batches < 2:
        return None, None
    t, count, share = t_quantile(batches - 1), pieces / dispersion, accepted / pieces
    centre = (share + t**2 / (2 * count)) / (1 + t**2 / count)
    half = t / (1 + t**2 / count) * math.sqrt(share * (1 - share) / count + t**2 / (4 * count**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def t_quantile(degrees: int) -> float:
    """Student's t that is exceeded with probability 1 - CONFIDENCE.

    Beyond the table to 0.002, by the first term of Abramowitz & Stegun (1964), 26.7.5.
    """
    if degrees <= len(T_QUANTILES):
        return T_QUANTILES[degrees - 1]
    z = NormalDist().inv_cdf(CONFIDENCE)
    return z + (z**3 + z) / (4 * degrees)


def split_recent(tallies: Sequence[BatchTally]) -> tuple[Sequence[BatchTally], Sequence[BatchTally]]:
    """(earlier, recent) days, oldest first; the earlier ones empty where they are too few to compare with."""
    cut = max(0, len(tallies) - RECENT_BATCHES)
    while cut > 0 and _count(tallies[cut:])[1] < RECENT_PIECES:
        cut -= 1
    if _count(tallies[:cut])[1] < EARLIER_PIECES:
        cut = 0
    return tallies[:cut], tallies[cut:]


def has_slipped(earlier: Sequence[BatchTally], recent: Sequence[BatchTally]) -> bool:
    """Whether the recent days are worse than the earlier ones, by SLIP_SHARE and by more than chance.

    Fisher's exact test, one-sided, on the counts divided by the dispersion (Rao & Scott): that of the earlier days,
    since a drop would make the dispersion of all of them large and hide behind it.
    """
    if not earlier:
        return False
    (passed, pieces), (passed_before, pieces_before) = _count(recent), _count(earlier)
    if passed_before / pieces_before - passed / pieces < SLIP_SHARE:
        return False
    dispersion = estimate_dispersion(earlier)
    failed, count = _scale(pieces - passed, dispersion), _scale(pieces, dispersion)
    failed_before, count_before = _scale(pieces_before - passed_before, dispersion), _scale(pieces_before, dispersion)
    return fisher_chance(failed, count, failed_before, count_before) < SLIP_CHANCE


def fisher_chance(failed: int, count: int, failed_before: int, count_before: int) -> float:
    """How often at least `failed` of `count` fail by chance, when so many of all of them fail."""
    all_failed = failed + failed_before
    of_all = _log_ways(count + count_before, all_failed)
    return sum(
        math.exp(_log_ways(count, each) + _log_ways(count_before, all_failed - each) - of_all)
        for each in range(max(failed, all_failed - count_before), min(all_failed, count) + 1)
    )


def _log_ways(of: int, chosen: int) -> float:
    """The logarithm of the binomial coefficient: whole numbers would have thousands of digits."""
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)


def _scale(count: int, dispersion: float) -> int:
    return round(count / dispersion)


def lead_of_views(views: Sequence[Consistency]) -> Consistency:
    """Which view speaks for a version: the weakest with enough evidence, else the one with the most pieces.

    A piece is as good as its worst side. Views are not added up: the same piece would count once for each.
    """
    sure = [each for each in views if each.level != Level.NEW]
    if not sure:
        return max(views, key=lambda each: each.pieces)
    return min(sure, key=lambda each: (STRENGTH.index(each.level), each.lower))


def lead_of_versions(levels: Sequence[tuple[int, Level]]) -> int:
    """Which version's number speaks for a workshop and a design: the newest with enough evidence, else the newest."""
    sure = [number for number, level in levels if level != Level.NEW]
    return max(sure or [number for number, _ in levels])


def _choose_level(missing: Missing, lower: float | None, slipped: bool) -> Level:
    if missing or lower is None:
        return Level.NEW
    if slipped:
        return Level.SLIPPING
    return Level.PROVEN if lower >= PROVEN_SHARE else Level.FORMING


def _count(tallies: Sequence[BatchTally]) -> tuple[int, int]:
    """(accepted, pieces)."""
    return sum(each.accepted for each in tallies), sum(each.pieces for each in tallies)


def _next_review(level: Level, tallies: Sequence[BatchTally]) -> datetime.date | None:
    """The first day on which a batch is no longer recent, or no longer evidence."""
    if not tallies:
        return None
    days = [tallies[0].begun_on + datetime.timedelta(EVIDENCE_DAYS + 1)]
    if level == Level.PROVEN:
        days.append(tallies[-1].begun_on + datetime.timedelta(RECENT_DAYS + 1))
    return min(days)
