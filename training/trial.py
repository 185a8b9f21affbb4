"""Fit the product's engine on drawn references and let it judge a set's photos, clean and shifted."""

import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from models.errors import UnreadableImage
from training import memory
from training.datasets import LabelledPhoto, PhotoSet, read_mask
from training.metrics import choose_thresholds, pixel_curves
from training.shift import Shift

CLEAN = "clean"


class Engine(Protocol):
    """What is measured: the public face of `models`, or something that stands in for it in a test."""

    def fit(self, photos: Sequence[bytes | Path]) -> Any:
        """Raises: models.errors.FitError."""

    def Inspector(self, standard: Any) -> Any:  # noqa: N802 (a class, seen as its constructor)
        """An object whose inspect(photo, with_map=...) returns an Inspection."""

    def decode(self, data: bytes) -> np.ndarray:
        """The engine's own reading of a photo, (H, W, 3) uint8. Raises: models.errors.UnreadableImage."""


@dataclass(frozen=True)
class Judgement:
    """What the engine said of one photo."""

    verdict: str
    score: float | None
    reasons: tuple[str, ...]
    ms: float


@dataclass(frozen=True)
class Trial:
    """One standard's judgements of all photos of a set under one condition, in the set's order."""

    judgements: tuple[Judgement, ...]
    curves: np.ndarray | None  # (P, 3, T) of metrics.pixel_curves; None without masks
    peak_mb: float = 0.0  # before the curves, which only the measuring needs

    @property
    def anomaly(self) -> np.ndarray:
        """(P,) higher is worse. A retake ranks worst: it stops a good piece as surely as a reject does."""
        return np.array([np.inf if j.score is None else -j.score for j in self.judgements])


@dataclass
class SetResult:
    """All draws of one set; `trials[condition]` has one trial a draw."""

    photo_set: PhotoSet
    trials: dict[str, list[Trial]] = field(default_factory=dict)
    fit_seconds: list[float] = field(default_factory=list)
    reference_count: int = 0
    peak_mb: float = 0.0


def run_set(
    photo_set: PhotoSet,
    engine: Engine,
    *,
    references: int = 16,
    seeds: int = 3,
    shifts: Mapping[str, Shift] | None = None,
    on_step: Callable[[int], None] = lambda steps: None,
) -> SetResult:
    """Fit once a draw and inspect every photo, clean first, then under each shift.

    Args:
        on_step: told how many of `count_steps` are done since it was last told.
    Raises:
        models.errors.FitError: the references make no standard.
    """
    result = SetResult(photo_set)
    for paths in photo_set.distinct_draws(references, seeds):
        memory.reset_peak()
        started = time.perf_counter()
        standard = engine.fit(paths)
        result.fit_seconds.append(time.perf_counter() - started)
        result.reference_count = len(paths)
        on_step(len(paths))
        inspector = engine.Inspector(standard)
        for condition, shift in {CLEAN: None, **(shifts or {})}.items():
            trial = _judge(photo_set, engine, inspector, condition, shift, on_step)
            if condition == CLEAN:
                result.peak_mb = max(result.peak_mb, trial.peak_mb)
            result.trials.setdefault(condition, []).append(trial)
    return result


def count_steps(photo_set: PhotoSet, references: int, seeds: int, shifts: int) -> int:
    """How many steps `run_set` will report: photos fitted and photos inspected."""
    draws = photo_set.distinct_draws(references, seeds)
    return sum(len(paths) for paths in draws) + len(draws) * len(photo_set.photos) * (1 + shifts)


def _judge(
    photo_set: PhotoSet,
    engine: Engine,
    inspector: Any,
    condition: str,
    shift: Shift | None,
    on_step: Callable[[int], None],
) -> Trial:
    wants_maps = any(photo.mask_path for photo in photo_set.photos)
    judgements, maps, masks = [], [], []
    for photo in photo_set.photos:
        shown, mask = _show(photo, engine, condition, shift)
        started = time.perf_counter()
        inspection = inspector.inspect(shown, with_map=wants_maps)
        ms = (time.perf_counter() - started) * 1000
        codes = tuple(reason.code for reason in inspection.reasons)
        judgements.append(Judgement(inspection.verdict, inspection.score, codes, ms))
        maps.append(inspection.anomaly_map)
        masks.append(_truth(photo, mask, (inspection.height_px or 0, inspection.width_px or 0)))
        on_step(1)
    peak_mb = memory.peak_mb()
    return Trial(tuple(judgements), _curves(maps, masks) if wants_maps else None, peak_mb)


def _show(
    photo: LabelledPhoto, engine: Engine, condition: str, shift: Shift | None
) -> tuple[Path | bytes, np.ndarray | None]:
    """The photo as the engine gets it, and its mask if it has one."""
    mask = read_mask(photo.mask_path) if photo.mask_path else None
    if shift is None:
        return photo.path, mask
    try:
        rgb = engine.decode(photo.path.read_bytes())
    except UnreadableImage:  # there is nothing to shift; the engine says what it says of such a file
        return photo.path, mask
    seed = zlib.crc32(f"{condition}/{photo.path.parent.name}/{photo.path.name}".encode())
    rgb, mask = shift(rgb, mask, seed)
    # Lossless, so that a shift changes what it says and nothing else; level 1 because time is not measured.
    _, encoded = cv2.imencode(".png", rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return encoded.tobytes(), mask


def _truth(photo: LabelledPhoto, mask: np.ndarray | None, size: tuple[int, int]) -> np.ndarray | None:
    """The mask; empty for a good photo; None for a defective photo nobody has masked."""
    if mask is not None or photo.is_defective:
        return mask
    return np.zeros(size, bool)


def _curves(maps: list[np.ndarray | None], masks: list[np.ndarray | None]) -> np.ndarray:
    """(P, 3, T): zeros, which count for nothing, where the map or the mask is missing."""
    given = [anomaly_map for anomaly_map in maps if anomaly_map is not None]
    thresholds = choose_thresholds(given or [np.zeros((1, 1), np.float32)])
    curves = np.zeros((len(maps), 3, len(thresholds)))
    for i, (anomaly_map, mask) in enumerate(zip(maps, masks, strict=True)):
        if anomaly_map is not None and mask is not None:
            curves[i] = pixel_curves(anomaly_map, mask, thresholds)
    return curves
