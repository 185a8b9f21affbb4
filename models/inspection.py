"""What an inspection says: verdict, score, measurements, and every reason with its place.

Reason codes, all of them stable names to translate:

    not judged (verdict retake)
        missing_file, empty, not_an_image, unsupported_format, truncated, too_many_pixels
                         the bytes are no photo
        too_small        fewer pixels than the standard needs
        too_dark, too_bright                                                                exposure
        blurred          out of focus or shaken, against the references
        glare            a reflection hides part of the piece
        wrong_piece      nothing in the photo looks like the references
        cut_off          the piece leaves the frame
        not_aligned      the piece cannot be brought into the references' view
    judged
        surface          the surface differs from every reference
        colour           the colour differs by more than the references do
        shape            the outline is bent, or as a whole of other proportions
        missing_part, extra_part   the outline lacks something, or has something more
"""

from dataclasses import dataclass

import numpy as np

from models.errors import IMAGE_ERROR_CODES

RETAKE_CODES = frozenset(
    {"too_small", "too_dark", "too_bright", "blurred", "glare", "wrong_piece", "cut_off", "not_aligned"}
)
FINDING_CODES = frozenset({"surface", "colour", "shape", "missing_part", "extra_part"})
REASON_CODES = IMAGE_ERROR_CODES | RETAKE_CODES | FINDING_CODES


@dataclass(frozen=True)
class Region:
    """A box in fractions of the upright photo, 0..1, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Reason:
    """One finding: what, where, and how strong (1.0 = the accept limit)."""

    code: str
    region: Region | None = None
    strength: float | None = None


@dataclass(frozen=True)
class Inspection:
    """One photo judged against one standard.

    surface, shape: deviations, 1.0 at the accept limit. colour_delta_e: ΔE00 of the region whose colour is furthest
    off, give or take colour_uncertainty; colour_limit: up to which it is accepted there under this light. None where
    the aspect was not judged.
    """

    verdict: str
    score: float | None
    anomaly_score: float | None
    surface: float | None
    colour_delta_e: float | None
    colour_uncertainty: float | None
    colour_limit: float | None
    shape: float | None
    reasons: tuple[Reason, ...]
    nearest_reference: int | None
    anomaly_map: np.ndarray | None
    width_px: int
    height_px: int
    ms: float
    engine_version: str
    standard_hash: str
