"""What the batches of a workshop come to. Days are counted from one Monday on."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from catalog.consistency import (
    EVIDENCE_DAYS,
    MIN_BATCHES,
    MIN_PIECES,
    PROVEN_SHARE,
    RECENT_DAYS,
    BatchTally,
    Level,
    Missing,
    estimate_dispersion,
    fisher_chance,
    judge_consistency,
    lead_of_versions,
    lead_of_views,
    merge_same_day,
    share_interval,
    t_quantile,
)
from tests.consistency_table import simulate

START = datetime.date(2026, 1, 5)


def on(day: int) -> datetime.date:
    return START + datetime.timedelta(day)


def tallies(*counts: tuple[int, int], every: int = 21) -> list[BatchTally]:
    """(accepted, pieces) of one batch after the other; what was not accepted was rejected."""
    return [
        BatchTally(on(every * number), accepted, rejected=pieces - accepted)
        for number, (accepted, pieces) in enumerate(counts)
    ]


def judge(*counts: tuple[int, int], after: int = 0):
    batches = tallies(*counts)
    return judge_consistency(batches, batches[-1].begun_on + datetime.timedelta(after))


def test_one_batch_is_too_little_and_it_is_said_what_is_missing():
    found = judge((11, 18))
    assert found.level == Level.NEW
    assert found.missing == Missing(pieces=MIN_PIECES - 18, batches=MIN_BATCHES - 1, days=28)
    assert (found.share, found.lower, found.upper) == (pytest.approx(11 / 18), None, None)


def test_nothing_at_all_is_new_and_has_no_share():
    found = judge_consistency([], START)
    assert (found.level, found.pieces, found.batches, found.share) == (Level.NEW, 0, 0, None)
    assert (found.first_on, found.last_on, found.review_on) == (None, None, None)


def test_pieces_enough_in_batches_of_one_week_are_still_too_early():
    found = judge_consistency(tallies((20, 20), (20, 20), (20, 20), every=3), on(6))
    assert found.level == Level.NEW
    assert found.missing == Missing(days=22)


def test_a_lot_sent_in_parts_on_one_day_is_one_batch():
    parts = [BatchTally(START, 5, 1), BatchTally(START, 4, 0, 2, retaken=1), BatchTally(on(1), 3)]
    assert merge_same_day(parts) == [BatchTally(START, 9, 1, 2, retaken=1), BatchTally(on(1), 3)]


def test_nearly_all_accepted_in_six_batches_over_months_is_proven():
    found = judge((19, 20), (20, 20), (19, 20), (18, 20), (20, 20), (19, 20))
    assert found.level == Level.PROVEN
    assert found.lower >= PROVEN_SHARE
    assert (found.accepted, found.pieces, found.batches) == (115, 120, 6)


def test_a_faultless_start_of_thirty_pieces_is_not_proven_yet():
    assert judge((10, 10), (10, 10), (10, 10)).level == Level.FORMING
    assert judge((20, 20), (20, 20), (20, 20)).level == Level.PROVEN


def test_the_same_share_is_less_sure_when_it_comes_and_goes_with_the_batch():
    even = judge((18, 20), (18, 20), (18, 20), (18, 20))
    uneven = judge((20, 20), (20, 20), (12, 20), (20, 20))
    assert even.share == uneven.share
    assert (even.dispersion, uneven.dispersion) == (1.0, pytest.approx(8 * 8 / (20 * 0.9 * 0.1) * 0.25, rel=0.01))
    assert even.lower > uneven.lower + 0.1


def test_batches_that_fall_behind_the_earlier_ones_are_slipping():
    found = judge((20, 20), (19, 20), (20, 20), (20, 20), (12, 20), (13, 20))
    assert found.level == Level.SLIPPING
    assert (found.earlier, found.recent) == ((79, 80), (25, 40))


def test_one_piece_more_turned_back_than_usual_is_not_slipping():
    assert judge((20, 20), (19, 20), (20, 20), (20, 20), (18, 20), (19, 20)).level == Level.PROVEN


def test_a_workshop_that_gets_better_is_not_slipping():
    assert judge((10, 20), (14, 20), (17, 20), (20, 20), (20, 20), (20, 20)).level == Level.FORMING


def test_good_batches_after_a_bad_one_end_the_slipping():
    counts = [(20, 20)] * 5 + [(12, 20)] + [(20, 20)] * 4
    assert judge(*counts[:6]).level == Level.SLIPPING
    assert judge(*counts).level != Level.SLIPPING


def test_small_last_batches_are_joined_by_those_before_until_there_is_something_to_compare():
    found = judge((20, 20), (20, 20), (6, 6), (3, 3), (2, 2))
    assert (found.earlier, found.recent) == ((40, 40), (11, 11))


def test_what_was_proven_rests_when_no_batch_has_come_for_long_and_the_day_is_known_beforehand():
    counts = [(20, 20)] * 4
    fresh = judge(*counts)
    assert fresh.level == Level.PROVEN
    assert fresh.review_on == fresh.last_on + datetime.timedelta(RECENT_DAYS + 1)
    assert judge(*counts, after=RECENT_DAYS).level == Level.PROVEN
    assert judge(*counts, after=RECENT_DAYS + 1).level == Level.RESTING


def test_batches_older_than_three_years_are_history():
    counts = [(2, 20), (20, 20), (20, 20), (20, 20)]
    late = EVIDENCE_DAYS - 3 * 21
    assert judge(*counts, after=late).pieces == 80
    found = judge(*counts, after=late + 1)
    assert (found.pieces, found.first_on) == (60, on(21))


def test_photos_to_take_again_are_no_pieces():
    batches = [*tallies((20, 20), (20, 20), (20, 20)), BatchTally(on(70), retaken=9)]
    found = judge_consistency(batches, on(70))
    assert (found.pieces, found.batches, found.retaken, found.last_on) == (60, 3, 9, on(42))


def test_the_bound_of_independent_batches_is_wilsons_with_students_t():
    lower, upper = share_interval(57, 60, 6, 1.0)
    published = stats.binomtest(57, 60).proportion_ci(0.90, "wilson")
    assert lower < published.low < 57 / 60 < upper
    many = share_interval(570, 600, 10_000, 1.0)
    published = stats.binomtest(570, 600).proportion_ci(0.90, "wilson")
    assert many == (pytest.approx(published.low, abs=1e-4), pytest.approx(published.high, abs=1e-4))


@pytest.mark.parametrize("degrees", [*range(1, 31), 31, 50, 400])
def test_the_t_table_is_students(degrees):
    assert t_quantile(degrees) == pytest.approx(stats.t.ppf(0.95, degrees), abs=0.002)


@pytest.mark.parametrize("counts", [(8, 20, 3, 60), (1, 20, 0, 80), (0, 5, 4, 30), (30, 40, 2, 3), (5, 5, 2, 2)])
def test_the_chance_of_a_fall_is_fishers(counts):
    failed, count, before, count_before = counts
    table = [[failed, count - failed], [before, count_before - before]]
    assert fisher_chance(*counts) == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue)


def test_the_dispersion_is_pearsons():
    batches = tallies((18, 20), (25, 30), (9, 20))
    table = np.array([[each.accepted, each.rejected] for each in batches])
    chi_square = stats.chi2_contingency(table, correction=False).statistic
    assert estimate_dispersion(batches) == pytest.approx(chi_square / 2)


batches_of = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(any), min_size=1, max_size=9)


@given(batches_of, st.randoms())
@settings(max_examples=60)
def test_counts_and_bounds_hold_for_any_batches_in_any_order(counts, random):
    batches = tallies(*((accepted, accepted + failed) for accepted, failed in counts))
    found = judge_consistency(batches, batches[-1].begun_on)
    shuffled = random.sample(batches, len(batches))
    assert judge_consistency(shuffled, batches[-1].begun_on) == found
    assert found.pieces == sum(sum(each) for each in counts)
    if found.lower is not None:
        assert 0 <= found.lower <= found.share <= found.upper <= 1


@given(batches_of)
@settings(max_examples=60)
def test_one_more_piece_turned_back_never_proves_a_workshop(counts):
    counts = [(accepted, accepted + failed) for accepted, failed in counts]
    better, last = judge(*counts), counts[-1]
    worse = judge(*counts[:-1], (last[0], last[1] + 1))
    if better.dispersion == worse.dispersion == 1 and better.level == Level.FORMING:
        assert worse.level != Level.PROVEN


def test_the_weakest_view_with_enough_evidence_speaks_for_a_version():
    proven = judge(*[(20, 20)] * 4)
    forming = judge(*[(16, 20)] * 4)
    barely_begun = judge((1, 3))
    assert lead_of_views([proven, forming, barely_begun]) == forming
    assert lead_of_views([proven, barely_begun]) == proven
    assert lead_of_views([barely_begun, judge((4, 5))]).pieces == 5


def test_the_newest_version_with_enough_evidence_speaks_for_a_workshop():
    assert lead_of_versions([(1, Level.PROVEN), (2, Level.NEW)]) == 1
    assert lead_of_versions([(1, Level.PROVEN), (2, Level.SLIPPING), (3, Level.NEW)]) == 2
    assert lead_of_versions([(1, Level.NEW), (2, Level.NEW)]) == 2


def test_a_workshop_below_the_share_is_hardly_ever_called_proven_and_one_far_above_nearly_always():
    """A small draw of what tests/consistency_table.py prints: 20 pieces a batch, six batches, correlation 0.05."""
    random = np.random.default_rng(7)
    low, high = (simulate(random, [share] * 6, 20, 0.05, 60) for share in (0.80, 0.99))
    assert low.ever_proven <= 5
    assert high.proven >= 85


def test_hardly_anybody_is_called_slipping_who_does_not_and_most_are_who_fall_far():
    random = np.random.default_rng(8)
    steady, fallen = (simulate(random, [0.95] * 6 + [share] * 2, 20, 0.0, 60).slipping for share in (0.95, 0.60))
    assert steady <= 5
    assert fallen >= 85
