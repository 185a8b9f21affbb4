"""A stand-in for the engine, and photo sets on disk small enough for it."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np

from models.errors import TooFewReferences, UnreadableImage


@dataclass(frozen=True)
class DifferenceInspector:
    """Judges a photo by its largest difference from the mean reference, in levels of 255."""

    mean: np.ndarray
    retake_below: float

    def inspect(self, photo, *, with_map: bool = False):
        try:
            rgb = decode(photo if isinstance(photo, bytes) else Path(photo).read_bytes())
        except UnreadableImage as error:
            return _said("retake", None, (error.code,), None, (0, 0))
        difference = np.abs(rgb.astype(np.float32) - self.mean).max(axis=-1)
        worst = float(difference.max())
        verdict = "accept" if worst < 40 else "rework" if worst < 80 else "reject"
        is_dark = rgb.mean() < self.retake_below
        if is_dark:
            return _said("retake", None, ("too_dark",), None, rgb.shape[:2])
        return _said(verdict, 100 - worst / 2.56, (), difference if with_map else None, rgb.shape[:2])


def _said(verdict, score, codes, anomaly_map, size_px):
    """What an Inspection has, as far as the evaluation reads it."""
    return SimpleNamespace(
        verdict=verdict,
        score=score,
        reasons=tuple(SimpleNamespace(code=code) for code in codes),
        anomaly_map=anomaly_map,
        height_px=size_px[0],
        width_px=size_px[1],
    )


@dataclass(frozen=True)
class DifferenceEngine:
    """The face of `models` over DifferenceInspector; refuses fewer than two references."""

    retake_below: float = 0.0

    def fit(self, photos):
        if len(photos) < 2:
            raise TooFewReferences(len(photos), 2)
        return np.mean([decode(Path(photo).read_bytes()) for photo in photos], axis=0)

    def Inspector(self, standard):  # noqa: N802
        return DifferenceInspector(standard, self.retake_below)

    @staticmethod
    def decode(data: bytes) -> np.ndarray:
        return decode(data)


def decode(data: bytes) -> np.ndarray:
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        raise UnreadableImage("not_an_image", "The file is not a photo.")
    return bgr[..., ::-1]


def make_set(folder: Path, *, references: int = 4, good: int = 3, defective: int = 3, side_px: int = 48) -> Path:
    """A set in the MVTec layout: a grey disc on a light table; defective pieces have a dark blot, with mask."""
    rng = np.random.default_rng(len(folder.name))
    for i in range(references):
        _save(folder / "train" / "good" / f"{i}.png", draw_piece(rng, side_px))
    for i in range(good):
        _save(folder / "test" / "good" / f"{i}.png", draw_piece(rng, side_px))
    for i in range(defective):
        photo, mask = draw_piece(rng, side_px), np.zeros((side_px, side_px), np.uint8)
        top, bottom, left, right = (round(at * side_px / 48) for at in (20, 26, 18 + 2 * i, 26 + 2 * i))
        mask[top:bottom, left:right] = 255  # on the disc: a mark on the table is no defect
        photo[mask > 0] = 10
        _save(folder / "test" / "blot" / f"{i}.png", photo)
        _save(folder / "ground_truth" / "blot" / f"{i}_mask.png", mask)
    return folder


def draw_piece(rng: np.random.Generator, side_px: int) -> np.ndarray:
    """(side_px, side_px, 3) uint8: a reddish disc on a light table, with noise."""
    y, x = np.mgrid[:side_px, :side_px]
    disc = np.hypot(y - side_px / 2, x - side_px / 2) < 0.35 * side_px
    photo = np.where(disc[..., None], [150, 80, 60], [205, 205, 200])
    return np.clip(photo + rng.normal(0, 2, photo.shape), 0, 255).round().astype(np.uint8)


def _save(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture[..., ::-1] if picture.ndim == 3 else picture)
