"""A reflection that hides part of the piece: clipped and colourless, where the references have none.

A glossy glaze always has a highlight, and it wanders with lamp and camera. So a highlight counts only away from
where any reference has one, only where the piece is not nearly white itself, and only if it is larger than what the
references, each held against the others, have in such places: large enough to hide a defect.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.embedding import CELL_PX
from models.view import View

CLIPPED = 244  # sRGB level that the darkest channel has in a clipped, colourless highlight
NEARLY_WHITE = 215  # sRGB level of the darkest channel from which a piece is too light to tell a highlight on it
COVERED = 0.6  # share of a cell that is clipped
WANDERS_CELLS = 4  # that a highlight may move
LEAST_SHARE, LEAST_CELLS = 0.008, 6  # of the judged cells: a smaller spot hides little
LEAST_WIDTH_CELLS = 3  # a bright scratch in metal glints too, and is a defect
TIMES_USUAL = 2.0


@dataclass(frozen=True, eq=False)
class GlareModel:
    """watched: (h, w) uint8, cells where no reference has a highlight; limit: cells that a new one may cover."""

    watched: np.ndarray
    limit: float

    def is_hidden(self, rgb: np.ndarray) -> bool:
        """Whether a reflection hides part of the piece in a view (H, W, 3) uint8."""
        return largest_patch(clipped_cells(rgb) & (self.watched > 0)) > self.limit


def fit_glare(views: list[np.ndarray], view: View) -> GlareModel | None:
    """The model of the references' views (K of (H, W, 3) uint8); None where photos do not agree spot by spot."""
    if not view.is_registered:
        return None
    clipped = np.stack([clipped_cells(rgb) for rgb in views])  # (K, h, w)
    darkest = np.median([_darkest_channel(rgb) for rgb in views], axis=0)  # (h, w)
    judged = view.judged & (darkest < NEARLY_WHITE)
    own = max(
        largest_patch(each & _watch(np.delete(clipped, index, axis=0), judged)) for index, each in enumerate(clipped)
    )
    limit = max(LEAST_CELLS, LEAST_SHARE * view.judged.sum(), TIMES_USUAL * own)
    return GlareModel(_watch(clipped, judged).astype(np.uint8), float(limit))


def clipped_cells(rgb: np.ndarray) -> np.ndarray:
    """Cells (h, w) bool of a view (H, W, 3) uint8 that are clipped and without colour."""
    clipped = (cv2.min(cv2.min(rgb[..., 0], rgb[..., 1]), rgb[..., 2]) >= CLIPPED).astype(np.float32)
    return cv2.resize(clipped, _grid_of(rgb), interpolation=cv2.INTER_AREA) > COVERED


def largest_patch(cells: np.ndarray) -> int:
    """How many cells the largest connected patch has, what is thinner than LEAST_WIDTH_CELLS left out."""
    side = (LEAST_WIDTH_CELLS, LEAST_WIDTH_CELLS)
    wide = cv2.morphologyEx(cells.astype(np.uint8), cv2.MORPH_OPEN, np.ones(side, np.uint8))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(wide)
    return int(boxes[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0


def _watch(clipped: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """The judged cells away from any highlight of the references (K, h, w)."""
    side = 2 * WANDERS_CELLS + 1
    return judged & (cv2.dilate(clipped.any(axis=0).astype(np.uint8), np.ones((side, side), np.uint8)) == 0)


def _darkest_channel(rgb: np.ndarray) -> np.ndarray:
    return cv2.resize(rgb, _grid_of(rgb), interpolation=cv2.INTER_AREA).min(axis=-1)


def _grid_of(rgb: np.ndarray) -> tuple[int, int]:
    """Cells across and down."""
    return rgb.shape[1] // CELL_PX, rgb.shape[0] // CELL_PX
