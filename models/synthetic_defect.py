"""Defects painted on a picture of a good piece, to learn what a standard would see before anyone relies on it.

Six kinds, each with a natural variety of outline, course and colour:
    crack      a thin branching line, darker than its ground, with a lighter lip
    scratch    straighter, lighter or darker, fading in and out
    pinholes   a cluster of small round holes with a glint at one edge
    stain      a smooth-edged uneven blot of any hue, the ground still showing through
    missing    a bite out of the rim that shows the table or the raw body, or within the piece a bare patch
    displaced  a patch of the surface moved or turned: a strand out of its place, a misprint

The colours are differences in CIELAB, so that a strength means about as much on dark wood as on a pale glaze.
Nothing here is trained or fitted: the same generator paints the same defect.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.defect_areas import paint_displaced, paint_missing, paint_stain
from models.defect_ground import Box, Ground
from models.defect_lines import paint_crack, paint_pinholes, paint_scratch

KINDS = ("crack", "scratch", "pinholes", "stain", "missing", "displaced")
PAINTERS: dict[str, Callable[[Ground, float, float, np.random.Generator], tuple[Box, np.ndarray]]] = {
    "crack": paint_crack, "scratch": paint_scratch, "pinholes": paint_pinholes,
    "stain": paint_stain, "missing": paint_missing, "displaced": paint_displaced,
}  # fmt: skip
COVERED = 0.3  # of a pixel, to count as defect


@dataclass(frozen=True, eq=False)
class SyntheticDefect:
    """A picture (H, W, 3) uint8 with one defect, and where it is, (H, W) bool.

    size_px: the longest extent of the defect, for pinholes the diameter of the largest hole.
    """

    rgb: np.ndarray
    mask: np.ndarray
    kind: str
    size_px: float


def paint(
    rgb: np.ndarray, inside: np.ndarray, kind: str, size_px: float, strength: float, rng: np.random.Generator
) -> SyntheticDefect:
    """One defect at a random place of the piece.

    Args:
        rgb: the picture (H, W, 3) uint8, about 384 px a side. Left as it is.
        inside: where the piece is, (H, W) bool; all True for a texture that fills the frame.
        kind: one of KINDS.
        size_px: the longest extent, or the diameter of the largest of the pinholes.
        strength: 0..1, how far the defect differs from its surroundings: at 1 about 50 units of L*.
    Raises: NoRoomForDefect where the piece is too small for it; ValueError for a kind not in KINDS.
    """
    if kind not in KINDS:
        raise ValueError(f"no defect is called {kind}")
    ground = Ground(rgb.copy(), inside)
    mask = np.zeros(inside.shape, bool)
    box, covered = PAINTERS[kind](ground, float(size_px), float(strength), rng)
    mask[box] = covered > COVERED
    if not mask.any():  # thinner than a pixel, or all but cut off
        mask[box] = covered >= max(float(covered.max()), 1e-6)
    return SyntheticDefect(ground.rgb, mask, kind, float(size_px))
