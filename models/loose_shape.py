"""The silhouette of a piece that lies at any angle, or is shaped by hand: whole or not, whichever way it lies.

Four measures that no rotation, place or size changes, each 0 for a disc and larger for worse:
    notch        the deepest dent in the silhouette, from its convex hull, as a share of the piece's size
    hollow       the share of the convex hull that is not piece
    spike        how far the silhouette sticks out of its own opening by a disc
    elongation   the logarithm of the length over the width, by second moments
Each is divided by the limit that the references set for it, and by a floor below which the silhouette on a small
picture says nothing. A dent is a missing part, a spike an extra one, the rest is the shape.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.calibration import fit_limit
from models.finding import Finding
from models.piece import Piece

MEASURES = ("notch", "hollow", "spike", "elongation")
CODES = {"notch": "missing_part", "hollow": "missing_part", "spike": "extra_part", "elongation": "shape"}
FLOORS = np.array([0.06, 0.03, 0.06, 0.10])  # least limits: about 4 px of a piece of 70 px; 10 % longer than wide
NEAR_NOTHING = 1e-3
LEAST_REFERENCES = 6
ENLARGED, BLUR_PX = 2, 1.0
OPENING = 0.06  # radius of the disc, as a share of the size
BOX_MARGIN = 0.03


@dataclass(frozen=True)
class Silhouette:
    """The measures (4,), and boxes (x, y, width, height) in fractions of the photo."""

    measures: np.ndarray
    notch_box: tuple[float, float, float, float]
    spike_box: tuple[float, float, float, float]


@dataclass(frozen=True)
class LooseShape:
    """The limit of each measure, (4,)."""

    limits: np.ndarray

    def scaled(self, factor: float) -> "LooseShape":
        """The same with limits so many times as high."""
        return LooseShape(self.limits * factor)

    def measure(self, piece: Piece) -> Finding | None:
        """How far a found piece's silhouette is from the references'; None where no whole piece is found."""
        silhouette = find_silhouette(piece)
        if silhouette is None:
            return None
        shares = silhouette.measures / self.limits
        worst = int(shares.argmax())
        box = {"notch": silhouette.notch_box, "hollow": silhouette.notch_box, "spike": silhouette.spike_box}
        name = MEASURES[worst]
        return Finding(CODES[name], box.get(name), float(shares[worst]))


def fit_loose_shape(pieces: list[Piece]) -> tuple[LooseShape, np.ndarray] | None:
    """A LooseShape and the references' deviations (K,), each by the limits of the others; None where too few are whole.

    A reference whose piece is not found whole is left out, with a deviation of 0.
    """
    silhouettes = [find_silhouette(piece) for piece in pieces]
    found = [index for index, silhouette in enumerate(silhouettes) if silhouette is not None]
    if len(found) < LEAST_REFERENCES:
        return None
    measures = np.stack([silhouettes[index].measures for index in found])  # (F, 4)
    held_out = np.zeros(len(pieces))
    for row, index in enumerate(found):
        held_out[index] = (measures[row] / _limits(np.delete(measures, row, axis=0))).max()
    return LooseShape(_limits(measures)), held_out


def find_silhouette(piece: Piece) -> Silhouette | None:
    """The silhouette of the piece; None where it is not found, or not whole in the photo."""
    mask = _smooth_mask(piece.mask)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not piece.is_found or not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(contour)
    size = float(np.sqrt(area))
    mask = cv2.drawContours(np.zeros_like(mask), [contour], -1, 1, -1)
    notch, notch_at = _find_notch(contour)
    spike, spike_at = _find_spike(mask, size)
    hull = cv2.contourArea(cv2.convexHull(contour))
    measures = np.array([notch / size, 1 - area / hull, spike / size, _elongation(mask)])
    boxes = [_box_of(points, size, mask.shape) for points in (notch_at, spike_at)]
    return Silhouette(np.maximum(measures, NEAR_NOTHING), *boxes)


def _limits(measures: np.ndarray) -> np.ndarray:
    return np.maximum([fit_limit(column).value for column in measures.T], FLOORS)


def _smooth_mask(mask: np.ndarray) -> np.ndarray:
    """The mask enlarged, without the steps of its pixels."""
    large = cv2.resize(mask.astype(np.float32), None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_LINEAR)
    return (cv2.GaussianBlur(large, (0, 0), BLUR_PX) > 0.5).astype(np.uint8)


def _find_notch(contour: np.ndarray) -> tuple[float, np.ndarray]:
    """Depth in px of the deepest dent, and its two ends and bottom (3, 2)."""
    defects = cv2.convexityDefects(contour, cv2.convexHull(contour, returnPoints=False))
    if defects is None or not len(defects):
        return 0.0, contour.reshape(-1, 2)
    start, end, bottom, depth = max(defects.reshape(-1, 4), key=lambda defect: defect[3])
    return depth / 256, contour.reshape(-1, 2)[[start, end, bottom]]


def _find_spike(mask: np.ndarray, size: float) -> tuple[float, np.ndarray]:
    """How far in px the mask sticks out of its opening, and the points (N, 2) of the part that does so most."""
    radius = OPENING * size
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    core = (cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1] > radius).astype(np.uint8)
    distance = np.maximum(cv2.distanceTransform(1 - core, cv2.DIST_L2, 5) - radius, 0) * mask  # beyond the opening
    _, furthest, _, (x, y) = cv2.minMaxLoc(distance)
    _, labels = cv2.connectedComponents((distance > 0).astype(np.uint8))
    rows, columns = np.nonzero(labels == labels[y, x]) if furthest > 0 else ([y], [x])
    return float(furthest), np.stack([columns, rows], axis=1)


def _elongation(mask: np.ndarray) -> float:
    moments = cv2.moments(mask, binaryImage=True)
    spread = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]])
    little, large = np.linalg.eigvalsh(spread)
    return float(0.5 * np.log(max(large, 1e-9) / max(little, 1e-9)))


def _box_of(points: np.ndarray, size: float, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """The box round points (N, 2) in fractions of a picture of a shape (height, width), with a margin."""
    x0, y0 = np.maximum((points.min(axis=0) - BOX_MARGIN * size) / shape[::-1], 0.0)
    x1, y1 = np.minimum((points.max(axis=0) + 1 + BOX_MARGIN * size) / shape[::-1], 1.0)
    return (float(x0), float(y0), float(x1 - x0), float(y1 - y0))
