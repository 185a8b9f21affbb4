"""A place of a piece that differs, and what is said once where two measures see the same place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

Box = tuple[float, float, float, float]
SAME_PLACE = 0.3  # of the smaller box
MUCH_STRONGER = 4.0


@dataclass(frozen=True)
class Finding:
    """What (a code of models.inspection), where (x, y, width, height in fractions of the photo), how strong.

    box: None where the piece as a whole is meant.
    """

    code: str
    box: Box | None
    strength: float


def say_once(specific: Sequence[Finding], general: Sequence[Finding]) -> list[Finding]:
    """All findings, worst first, each place said once.

    The more specific kind names the place, with the strength of whichever is stronger there; unless the general one
    is so much stronger that the specific one is a side effect of it.
    """
    said, left = list(specific), []
    for found in general:
        same = [other for other in said if is_same_place(found.box, other.box)]
        if not same or found.strength > MUCH_STRONGER * max(other.strength for other in same):
            said = [other for other in said if other not in same]
            left.append(found)
        else:
            named = max(same, key=lambda other: other.strength)
            stronger = replace(named, strength=max(named.strength, found.strength))
            said[said.index(named)] = stronger
    return sorted(said + left, key=lambda found: -found.strength)


def is_same_place(one: Box | None, other: Box | None) -> bool:
    """Whether two boxes share so much of the smaller that they show one thing; the whole is no place."""
    if one is None or other is None:
        return False
    width = _overlap(one[0], one[2], other[0], other[2])
    height = _overlap(one[1], one[3], other[1], other[3])
    return width * height > SAME_PLACE * min(one[2] * one[3], other[2] * other[3])


def box_on_photo(
    low: Sequence[float], high: Sequence[float], matrix: np.ndarray, photo_size: tuple[int, int]
) -> Box:
    """Box round what lies between two corners (x, y) of the view, on a photo of a size (width, height).

    Args:
        matrix: (3, 3), from view pixels to photo pixels.
    """
    corners = np.array([[low, (high[0], low[1]), high, (low[0], high[1])]], np.float64)
    on_photo = np.clip(cv2.perspectiveTransform(corners, matrix)[0] / photo_size, 0.0, 1.0)
    (left, top), (right, bottom) = on_photo.min(axis=0), on_photo.max(axis=0)
    return float(left), float(top), float(right - left), float(bottom - top)


def _overlap(start: float, length: float, other_start: float, other_length: float) -> float:
    return max(0.0, min(start + length, other_start + other_length) - max(start, other_start))
