"""A place of a piece that differs, and what is said once where two measures see the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
SAME_PLACE = 0.3  # of the smaller box


@dataclass(frozen=True)
class Finding:
    """What (a code of models.inspection), where (x, y, width, height in fractions of the photo), how strong.

    box: None where the piece as a whole is meant.
    """

    code: str
    box: Box | None
    strength: float


def say_once(specific: Sequence[Finding], general: Sequence[Finding]) -> list[Finding]:
    """All findings, worst first, without general ones at the place of a specific one."""
    said = list(specific)
    said += [found for found in general if not any(is_same_place(found.box, other.box) for other in specific)]
    return sorted(said, key=lambda found: -found.strength)


def is_same_place(one: Box | None, other: Box | None) -> bool:
    """Whether two boxes share so much of the smaller that they show one thing; the whole is no place."""
    if one is None or other is None:
        return False
    width = _overlap(one[0], one[2], other[0], other[2])
    height = _overlap(one[1], one[3], other[1], other[3])
    return width * height > SAME_PLACE * min(one[2] * one[3], other[2] * other[3])


def _overlap(start: float, length: float, other_start: float, other_length: float) -> float:
    return max(0.0, min(start + length, other_start + other_length) - max(start, other_start))
