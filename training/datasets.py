"""Folders of inspection photos, read into sets of references and labelled test photos.

Two layouts are understood, each for one set or for a folder of sets:

MVTec AD                                  sample designs (samples.csv stands beside the designs)
  SET/train/good/*                          DESIGN/standard/*
  SET/test/good/*, SET/test/DEFECT/*        DESIGN/batch/*
  SET/ground_truth/DEFECT/STEM_mask.png     samples.csv: file, design, role, defect, severity
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

GOOD = "good"
PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"}


class LayoutError(ValueError):
    """A folder that is in neither of the layouts, or lacks a part of its own."""


@dataclass(frozen=True)
class LabelledPhoto:
    """One test photo and what is known of it; `mask_path` is None where no mask was drawn."""

    path: Path
    defect: str = GOOD
    mask_path: Path | None = None
    severity: float | None = None

    @property
    def is_defective(self) -> bool:
        return self.defect != GOOD


@dataclass(frozen=True)
class PhotoSet:
    """Photos of good pieces to fit a standard from, and photos to judge with it."""

    name: str
    references: tuple[Path, ...]
    photos: tuple[LabelledPhoto, ...]

    def draw_references(self, count: int, seed: int) -> list[Path]:
        """`count` references without repeats, the same for the same seed; all of them if there are fewer."""
        if count >= len(self.references):
            return list(self.references)
        chosen = np.random.default_rng(seed).choice(len(self.references), count, replace=False)
        return [self.references[i] for i in sorted(chosen)]

    def distinct_draws(self, count: int, seeds: int) -> list[list[Path]]:
        """Up to `seeds` draws; only one where every draw would take all references."""
        if count >= len(self.references):
            return [list(self.references)]
        return [self.draw_references(count, seed) for seed in range(seeds)]


def find_sets(folders: Sequence[Path]) -> list[PhotoSet]:
    """The sets that are, or stand directly in, the folders, in order of name.

    Raises:
        LayoutError: a folder holds no set, or a set without references or test photos.
    """
    return [photo_set for folder in folders for photo_set in _sets_at(Path(folder))]


def read_mask(path: Path) -> np.ndarray:
    """The defective pixels of one photo, bool (H, W).

    Raises:
        LayoutError: the file is missing or no picture.
    """
    # Not cv2.imread: it prints its own warning about a missing file.
    mask = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE) if path.is_file() else None
    if mask is None:
        raise LayoutError(f"{path} is no readable mask")
    return mask > 127 if mask.max() > 1 else mask > 0


def _sets_at(folder: Path) -> list[PhotoSet]:
    readers = ((_is_mvtec, _read_mvtec), (_is_design, _read_design))
    for is_layout, read in readers:
        if is_layout(folder):
            return [read(folder)]
    children = sorted(child for child in folder.iterdir() if child.is_dir()) if folder.is_dir() else []
    found = [read(child) for child in children for is_layout, read in readers if is_layout(child)]
    if not found:
        raise LayoutError(f"{folder} holds no SET/train/good and no DESIGN/standard")
    return found


def _is_mvtec(folder: Path) -> bool:
    return (folder / "train" / GOOD).is_dir() and (folder / "test").is_dir()


def _is_design(folder: Path) -> bool:
    return (folder / "standard").is_dir() and (folder / "batch").is_dir()


def _read_mvtec(folder: Path) -> PhotoSet:
    photos = [
        LabelledPhoto(path, kind.name, _find_mask(folder, kind.name, path.stem))
        for kind in sorted(child for child in (folder / "test").iterdir() if child.is_dir())
        for path in _photos_in(kind)
    ]
    return _checked(folder, _photos_in(folder / "train" / GOOD), photos)


def _find_mask(folder: Path, defect: str, stem: str) -> Path | None:
    path = folder / "ground_truth" / defect / f"{stem}_mask.png"
    return path if path.is_file() else None


def _read_design(folder: Path) -> PhotoSet:
    labels = _read_labels(folder.parent / "samples.csv")
    photos = []
    for path in _photos_in(folder / "batch"):
        key = path.relative_to(folder.parent).as_posix()
        if key not in labels:
            raise LayoutError(f"samples.csv beside {folder} does not tell what {key} shows")
        defect, severity = labels[key]
        photos.append(LabelledPhoto(path, defect, severity=severity))
    return _checked(folder, _photos_in(folder / "standard"), photos)


def _read_labels(path: Path) -> dict[str, tuple[str, float]]:
    if not path.is_file():
        raise LayoutError(f"{path} is missing: it tells which photos of the batches are good")
    with path.open(newline="", encoding="utf-8") as lines:
        return {row["file"]: (row["defect"], float(row["severity"])) for row in csv.DictReader(lines)}


def _checked(folder: Path, references: list[Path], photos: list[LabelledPhoto]) -> PhotoSet:
    if not references or not photos:
        raise LayoutError(f"{folder} has {len(references)} references and {len(photos)} test photos")
    return PhotoSet(folder.resolve().name, tuple(references), tuple(photos))


def _photos_in(folder: Path) -> list[Path]:
    found = (path for path in folder.iterdir() if path.suffix.lower() in PHOTO_SUFFIXES)
    return sorted(found, key=lambda path: _natural_key(path.name))


def _natural_key(name: str) -> list[tuple[int, int | str]]:
    """Sorts 2.jpg before 10.jpg."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts]
