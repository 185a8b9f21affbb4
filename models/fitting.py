"""References in, a standard out."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from models.anomaly_map import pool, smooth
from models.calibration import fit_limit, score_of
from models.coreset import select_coreset
from models.embedding import PATCH_CHANNELS
from models.errors import (
    TooFewReferences,
    TooManyReferences,
    UnlikeReferences,
    UnreadableImage,
    UnreadableReferences,
)
from models.framing import choose_frame, embed_framed
from models.image import decode, read_bytes
from models.memory_bank import nearest_distances
from models.photo_quality import measure_quality
from models.standard import FitReport, FittedStandard, ReferenceReport

MIN_REFERENCES, MAX_REFERENCES = 8, 40
BANK_SIZE = 4000
DECODED_SIDE_PX = 512
UNLIKE_RATIO = 2.5
OUTLIER_DEVIATION = 1.0


def fit(
    photos: Sequence[bytes | Path],
    *,
    names: Sequence[str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> FittedStandard:
    """A standard from 8 to 40 photos of good pieces in one view.

    Args:
        names: what to call the references in the report and in errors; their file names or numbers if None.
        progress: called with a rising share 0..1.
    Raises: TooFewReferences, TooManyReferences, UnreadableReferences, UnlikeReferences.
    """
    started = time.perf_counter()
    report_progress = progress or (lambda share: None)
    names = tuple(names) if names is not None else tuple(_name_of(photo, i) for i, photo in enumerate(photos))
    pictures = _read_references(photos, names)
    report_progress(0.2)
    frame = choose_frame(pictures)
    maps = []
    for index, picture in enumerate(pictures):
        maps.append(embed_framed(picture, frame))  # (h, w, D)
        report_progress(0.2 + 0.4 * (index + 1) / len(pictures))
    bank, bank_reference = _build_bank(maps)
    held_out = _score_held_out(maps, bank, bank_reference)  # (K, h, w)
    report_progress(0.9)
    standard = _assemble(pictures, names, frame, bank, bank_reference, held_out, started)
    report_progress(1.0)
    return standard


def _name_of(photo: bytes | Path, index: int) -> str:
    return f"reference {index + 1}" if isinstance(photo, bytes) else Path(photo).name


def _read_references(photos: Sequence[bytes | Path], names: Sequence[str]) -> list[np.ndarray]:
    if len(photos) < MIN_REFERENCES:
        raise TooFewReferences(len(photos), MIN_REFERENCES)
    if len(photos) > MAX_REFERENCES:
        raise TooManyReferences(len(photos), MAX_REFERENCES)
    pictures, bad_names, bad_codes = [], [], []
    for photo, name in zip(photos, names, strict=True):
        try:
            pictures.append(decode(read_bytes(photo), min_side_px=DECODED_SIDE_PX))
        except UnreadableImage as error:
            bad_names.append(name)
            bad_codes.append(error.code)
    if bad_names:
        raise UnreadableReferences(bad_names, bad_codes)
    return pictures


def _build_bank(maps: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """An equal share of well-spread patches of every reference: bank (M, D) float16, owners (M,) int32."""
    share = BANK_SIZE // len(maps)
    rows, owners = [], []
    for index, patches in enumerate(maps):
        points = patches.reshape(-1, PATCH_CHANNELS)
        chosen = select_coreset(points, share, seed=index)
        rows.append(points[chosen].astype(np.float16))
        owners.append(np.full(len(chosen), index, dtype=np.int32))
    return np.concatenate(rows), np.concatenate(owners)


def _score_held_out(maps: list[np.ndarray], bank: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Patch scores (K, h, w) of each reference against the patches of all the others."""
    wide = bank.astype(np.float32)
    held_out = []
    for index, patches in enumerate(maps):
        distances, _ = nearest_distances(patches.reshape(-1, PATCH_CHANNELS), wide[owners != index])
        held_out.append(smooth(distances.reshape(patches.shape[:2])))
    return np.stack(held_out)


def _assemble(pictures, names, frame, bank, owners, held_out, started) -> FittedStandard:
    scores = np.array([pool(patch_scores) for patch_scores in held_out])
    typical = np.array([float(np.median(patch_scores)) for patch_scores in held_out])
    strangers = [name for name, value in zip(names, typical, strict=True)
                 if value > UNLIKE_RATIO * np.median(typical)]  # fmt: skip
    if strangers:
        raise UnlikeReferences(strangers)
    limit = fit_limit(scores)
    references = tuple(
        ReferenceReport(name, score_of(score / limit.value), bool(score > OUTLIER_DEVIATION * limit.value))
        for name, score in zip(names, scores, strict=True)
    )
    agreement = float(np.mean([not reference.is_outlier for reference in references]))
    qualities = [measure_quality(picture) for picture in pictures]
    height_px, width_px = np.median([picture.shape[:2] for picture in pictures], axis=0).astype(int)
    report = FitReport(
        references, limit.expected_false_reject_rate, limit.false_reject_interval, agreement,
        _notes(references), time.perf_counter() - started, int(width_px), int(height_px),
    )  # fmt: skip
    return FittedStandard(
        frame_height_px=frame[0], frame_width_px=frame[1], limit=limit.value,
        patch_limit=float(np.quantile(held_out, 0.999)), stranger_limit=float(2.0 * typical.max()),
        least_sharpness=min(quality.sharpness for quality in qualities),
        darkest=min(quality.brightness for quality in qualities),
        brightest=max(quality.brightness for quality in qualities),
        bank=bank, bank_reference=owners, report=report,
    )  # fmt: skip


def _notes(references: Sequence[ReferenceReport]) -> tuple[str, ...]:
    notes = []
    if len(references) < 12:
        notes.append("few_references")
    if any(reference.is_outlier for reference in references):
        notes.append("outlier_found")
    return tuple(notes)
