"""The piece apart from the table it lies on.

The table is what the photo's border shows: a smooth surface is fitted to the border's colours (so a light that
falls off to one side is still the same table), and the piece is what differs from it. A shadow only darkens, so
darker counts less than lighter or coloured. A texture that fills the frame differs from its own border nowhere:
then there is no piece to find, and `Piece.is_found` says so.
"""

from dataclasses import dataclass

import cv2
import numpy as np

SEARCH_SIDE_PX = 160
BORDER_SHARE = 0.05
DARKER_WEIGHT = 0.45
CHROMA_WEIGHT = 1.41
LEAST_CONTRAST = 3.0
AREA_SHARES = (0.03, 0.85)
MOST_BORDER_TOUCHED = 0.15
RIDGE = 1e-4  # keeps the normal equations solvable on a tiny photo
SIDE_PIECE_SHARE = 0.15  # separate parts smaller than this share of the largest are crumbs on the table


@dataclass(frozen=True)
class Piece:
    """Mask (h, w) uint8 of 0 and 1 over the whole photo, small; shares are of the photo's area and border."""

    mask: np.ndarray
    area_share: float
    border_share: float
    contrast: float

    @property
    def is_found(self) -> bool:
        """Whether this is one piece on a table, rather than a picture that is all surface."""
        least, most = AREA_SHARES
        return (
            least < self.area_share < most
            and self.border_share < MOST_BORDER_TOUCHED
            and self.contrast >= LEAST_CONTRAST
        )


def find_piece(rgb: np.ndarray) -> Piece:
    """The piece in a photo (H, W, 3) uint8 of any size."""
    scale = SEARCH_SIDE_PX / max(rgb.shape[:2])
    size = tuple(max(8, round(side * scale)) for side in rgb.shape[1::-1])
    small = cv2.GaussianBlur(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)  # (h, w, 3)
    border = np.ones(lab.shape[:2], bool)
    margin = max(2, round(BORDER_SHARE * min(lab.shape[:2])))
    border[margin:-margin, margin:-margin] = False
    contrast = _contrast_with_table(lab, border)
    levels = np.clip(contrast * 4, 0, 255).astype(np.uint8)
    threshold = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)[0] / 4
    mask = _clean((contrast > max(0.8 * threshold, LEAST_CONTRAST)).astype(np.uint8))
    return Piece(mask, float(mask.mean()), float(mask[border].mean()), float(threshold))


def _contrast_with_table(lab: np.ndarray, border: np.ndarray) -> np.ndarray:
    """How far each pixel (h, w) is from the table's colour there, in units of the table's own spread."""
    height, width = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)  # (h, w, 6)
    at_border, colours = terms[border], lab[border]
    weights = np.ones(len(at_border), np.float32)
    for _ in range(4):  # a piece that touches the border is outvoted: least squares, reweighted
        weighted = at_border * (weights * weights)[:, None]
        surface = np.linalg.solve(weighted.T @ at_border + RIDGE * np.eye(6), weighted.T @ colours)  # (6, 3)
        residual = colours - at_border @ surface
        distance = np.sqrt((residual**2).sum(axis=1))
        weights = 1 / (1 + (distance / (2 * np.median(distance) + 1e-3)) ** 2)
    spread = np.sqrt(np.average(residual**2, axis=0, weights=weights)) + np.array([1.5, 0.8, 0.8])
    difference = lab - terms @ surface
    lighter = np.where(difference[..., 0] < 0, DARKER_WEIGHT * difference[..., 0], difference[..., 0])
    chroma = CHROMA_WEIGHT * np.hypot(difference[..., 1], difference[..., 2])
    return np.hypot(lighter, chroma) / np.sqrt((spread**2).mean())


def _clean(mask: np.ndarray) -> np.ndarray:
    """Without specks, crumbs and holes."""
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(mask)
    if count > 1:
        areas = boxes[1:, cv2.CC_STAT_AREA]
        mask = np.isin(labels, 1 + np.flatnonzero(areas > SIDE_PIECE_SHARE * areas.max())).astype(np.uint8)
    outside = cv2.copyMakeBorder(1 - mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    cv2.floodFill(outside, None, (0, 0), 0)
    return mask | outside[1:-1, 1:-1]
