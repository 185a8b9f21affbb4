"""One photo judged against one standard: what was measured and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPT = "accept"
    REWORK = "rework"
    REJECT = "reject"
    RETAKE = "retake"


# Worst first: what a workshop must look at stands on top; a photo to take again is not a bad piece.
SEVERITY = (Verdict.REJECT, Verdict.REWORK, Verdict.RETAKE, Verdict.ACCEPT)


@dataclass(frozen=True)
class Region:
    """A rectangle in fractions of the upright photo, 0..1."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Reason:
    """Why a piece was not accepted: a stable code, where (if it has a place), and how strongly."""

    code: str
    region: Region | None = None
    strength: float | None = None


@dataclass(frozen=True)
class Measurements:
    """What the engine measured on one photo; plain numbers. `can_be_judged` is false on a photo to retake."""

    can_be_judged: bool
    score: float | None
    surface: float | None
    colour_delta_e: float | None
    shape: float | None
    reasons: tuple[Reason, ...] = ()
