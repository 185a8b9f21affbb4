"""Figures of a set from its trials, with bootstrap intervals.

A resample draws photos anew, good and defective apart, the same ones for every draw of references and
every condition: the interval of a drop is that of the drop, not of two unrelated figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.metrics import aupro, auroc_of_wins, pair_wins, pixel_auroc, share
from training.trial import CLEAN, SetResult, Trial

LEVEL = 0.95

# name -> what it is; shares in [0, 1] but for `ms`, `fit_seconds` and `peak_mb`.
FIGURES = {
    "auroc": "image AUROC; a retake ranks worst",
    "pixel_auroc": "pixel AUROC, over photos with masks and good ones",
    "aupro": "per-region overlap up to a false positive rate of 0.3",
    "false_rejects": "good pieces judged rework or reject, of those judged",
    "good_rejected": "good pieces judged reject, of those judged",
    "misses": "defective pieces judged accept, of those judged",
    "retakes_good": "good pieces whose photo was sent back",
    "retakes_defective": "defective pieces whose photo was sent back",
    "ms": "milliseconds a photo, one after the other",
    "fit_seconds": "seconds to fit, engine loaded",
    "peak_mb": "peak memory of the process while fitting and inspecting, in MB",
}


@dataclass(frozen=True)
class Figure:
    """A value with its bootstrap replicates, (R,); both NaN where it cannot be known."""

    value: float
    replicates: np.ndarray

    @property
    def interval(self) -> tuple[float, float]:
        """The middle 95 % of the replicates."""
        if np.isnan(self.replicates).all():
            return np.nan, np.nan
        low, high = np.nanquantile(self.replicates, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)

    def __sub__(self, other: "Figure") -> "Figure":
        return Figure(self.value - other.value, self.replicates - other.replicates)


def set_figures(result: SetResult, condition: str, rounds: int = 500) -> dict[str, Figure]:
    """Every figure of one set under one condition, the mean over the draws of references."""
    defective = np.array([photo.is_defective for photo in result.photo_set.photos])
    counts = resample_counts(defective, rounds)
    each_draw = [_trial_figures(trial, defective, counts) for trial in result.trials[condition]]
    values = {name: np.mean([figures[name] for figures in each_draw], axis=0) for name in each_draw[0]}
    if condition != CLEAN:  # a shifted photo is handed over in another format: its time says nothing
        values["ms"] = np.full(rounds + 1, np.nan)
    values["fit_seconds"] = _resampled_mean(np.array(result.fit_seconds), rounds)
    values["peak_mb"] = np.full(rounds + 1, result.peak_mb)
    return {name: Figure(float(values[name][0]), values[name][1:]) for name in FIGURES}


def mean_figures(sets: Sequence[dict[str, Figure]]) -> dict[str, Figure]:
    """The mean over sets, each weighing the same; sets where a figure is unknown are left out of it."""
    return {name: _mean_of([figures[name] for figures in sets]) for name in FIGURES}


def resample_counts(defective: np.ndarray, rounds: int, seed: int = 0) -> np.ndarray:
    """How often each photo counts: first all once, then `rounds` resamples; (1 + R, P).

    Args:
        defective: bool (P,); good and defective photos are resampled apart and keep their numbers.
    """
    rng = np.random.default_rng(seed)
    counts = np.ones((1 + rounds, len(defective)))
    for side in (defective, ~defective):
        if side.any():
            counts[1:, side] = rng.multinomial(side.sum(), np.full(side.sum(), 1 / side.sum()), rounds)
    return counts


def _trial_figures(trial: Trial, defective: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """The figures of one draw for each row of counts, each (1 + R,)."""
    good = ~defective
    verdicts = np.array([judgement.verdict for judgement in trial.judgements])
    retake = verdicts == "retake"
    wins = pair_wins(trial.anomaly[good], trial.anomaly[defective])

    def rate(hit: np.ndarray, among: np.ndarray) -> np.ndarray:
        return share(counts @ (hit & among), counts @ among.astype(float))

    return {
        "auroc": auroc_of_wins(wins, counts[:, good], counts[:, defective]),
        **_pixel_figures(trial, counts),
        "false_rejects": rate(np.isin(verdicts, ("rework", "reject")), good & ~retake),
        "good_rejected": rate(verdicts == "reject", good & ~retake),
        "misses": rate(verdicts == "accept", defective & ~retake),
        "retakes_good": rate(retake, good),
        "retakes_defective": rate(retake, defective),
        "ms": counts @ np.array([judgement.ms for judgement in trial.judgements]) / counts.sum(axis=1),
    }


def _pixel_figures(trial: Trial, counts: np.ndarray) -> dict[str, np.ndarray]:
    if trial.curves is None:
        unknown = np.full(len(counts), np.nan)
        return {"pixel_auroc": unknown, "aupro": unknown}
    curves = np.tensordot(counts, trial.curves, axes=1)  # (1 + R, 3, T)
    return {"pixel_auroc": pixel_auroc(curves), "aupro": aupro(curves)}


def _resampled_mean(values: np.ndarray, rounds: int) -> np.ndarray:
    picks = np.random.default_rng(0).integers(0, len(values), (rounds, len(values)))
    return np.concatenate([[values.mean()], values[picks].mean(axis=1)])


def _mean_of(figures: Sequence[Figure]) -> Figure:
    known = [figure for figure in figures if not np.isnan(figure.value)]
    if not known:
        return Figure(np.nan, np.full(1, np.nan))
    return Figure(
        float(np.mean([figure.value for figure in known])),
        np.mean([figure.replicates for figure in known], axis=0),
    )
