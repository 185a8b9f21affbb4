"""Figures and their intervals, from judgements made up for the purpose."""

from pathlib import Path

import numpy as np
import pytest

from training.datasets import LabelledPhoto, PhotoSet
from training.figures import Figure, mean_figures, resample_counts, set_figures
from training.trial import CLEAN, Judgement, SetResult, Trial


def _result(good: list, defective: list, draws: int = 1) -> SetResult:
    """A set from (verdict, score) pairs."""
    photos = [LabelledPhoto(Path(f"g{i}")) for i in range(len(good))]
    photos += [LabelledPhoto(Path(f"d{i}"), "crack") for i in range(len(defective))]
    said = tuple(Judgement(verdict, score, (), ms=20.0) for verdict, score in [*good, *defective])
    result = SetResult(PhotoSet("set", (), tuple(photos)), fit_seconds=[1.0, 3.0], peak_mb=100.0)
    result.trials[CLEAN] = [Trial(said, None)] * draws
    return result


GOOD = [("accept", 90.0), ("accept", 80.0), ("rework", 55.0), ("reject", 20.0), ("retake", None)]
DEFECTIVE = [("reject", 10.0), ("accept", 85.0), ("rework", 50.0), ("retake", None)]


def test_rates_are_shares_of_the_pieces_judged_and_retakes_stand_apart():
    figures = set_figures(_result(GOOD, DEFECTIVE), CLEAN, rounds=10)
    assert figures["false_rejects"].value == pytest.approx(2 / 4)
    assert figures["good_rejected"].value == pytest.approx(1 / 4)
    assert figures["misses"].value == pytest.approx(1 / 3)
    assert figures["retakes_good"].value == pytest.approx(1 / 5)
    assert figures["retakes_defective"].value == pytest.approx(1 / 4)


def test_auroc_takes_low_scores_as_anomalous_and_a_retake_as_the_worst():
    good = [("accept", 90.0), ("retake", None)]
    defective = [("reject", 10.0), ("retake", None)]
    # pairs: 90-10 right, 90-retake right, retake-10 wrong, retake-retake tied
    assert set_figures(_result(good, defective), CLEAN, rounds=10)["auroc"].value == pytest.approx(2.5 / 4)


def test_times_and_memory_are_reported_as_measured():
    figures = set_figures(_result(GOOD, DEFECTIVE), CLEAN, rounds=10)
    assert figures["ms"].value == 20.0
    assert figures["fit_seconds"].value == 2.0
    assert figures["peak_mb"].value == 100.0


def test_figures_without_defective_photos_or_masks_are_unknown():
    figures = set_figures(_result(GOOD, []), CLEAN, rounds=10)
    for name in ("auroc", "misses", "pixel_auroc", "aupro"):
        assert np.isnan(figures[name].value)
        assert np.isnan(figures[name].interval).all()


def test_identical_draws_give_the_figures_of_one():
    one, three = (set_figures(_result(GOOD, DEFECTIVE, draws), CLEAN, rounds=10) for draws in (1, 3))
    assert one["auroc"].value == pytest.approx(three["auroc"].value)


def test_a_resample_keeps_the_number_of_good_and_of_defective_photos():
    defective = np.array([True] * 4 + [False] * 9)
    counts = resample_counts(defective, rounds=50)
    assert (counts[0] == 1).all()
    assert (counts[:, defective].sum(axis=1) == 4).all()
    assert (counts[:, ~defective].sum(axis=1) == 9).all()


def test_the_interval_of_a_rate_is_that_of_the_binomial():
    good = [("reject", 0.0)] * 20 + [("accept", 90.0)] * 80
    low, high = set_figures(_result(good, DEFECTIVE), CLEAN, rounds=2000)["false_rejects"].interval
    assert low == pytest.approx(0.20 - 1.96 * 0.04, abs=0.015)
    assert high == pytest.approx(0.20 + 1.96 * 0.04, abs=0.015)


def test_the_mean_leaves_out_sets_where_a_figure_is_unknown():
    sets = [set_figures(_result(GOOD, side), CLEAN, rounds=10) for side in (DEFECTIVE, [])]
    mean = mean_figures(sets)
    assert mean["misses"].value == pytest.approx(1 / 3)
    assert mean["false_rejects"].value == pytest.approx(1 / 2)
    assert np.isnan(mean["aupro"].value)


def test_the_drop_of_a_figure_from_itself_is_nothing_with_no_spread():
    figure = Figure(0.9, np.array([0.85, 0.9, 0.95]))
    drop = figure - figure
    assert drop.value == 0
    assert drop.interval == (0.0, 0.0)
