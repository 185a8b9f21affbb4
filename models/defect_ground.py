"""What a defect is painted on: where there is room on it, and how much its colours change."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from models.errors import NoRoomForDefect

MARGIN_PX = 4
TRIES = 24
LEAST_WITHIN = 0.92  # share of a line that must lie on the piece
DARK_L = 28.0  # ground of less L* than this cannot get much darker: defects there are lighter
SOFT_PX = 0.5  # standard deviation of the blur that a phone's lens would give the sharpest edge

Box = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Ground:
    """The picture that is painted on, and where there is room."""

    rgb: np.ndarray
    inside: np.ndarray

    @cached_property
    def depth(self) -> np.ndarray:
        """Distance of each pixel to the rim of the piece or the edge of the picture, (H, W) float32."""
        padded = cv2.copyMakeBorder(self.inside.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        return cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]

    def depth_at(self, place: np.ndarray) -> float:
        """The depth at x, y; 0 beyond the picture."""
        column, row = np.rint(place).astype(int)
        height, width = self.inside.shape
        return float(self.depth[row, column]) if 0 <= row < height and 0 <= column < width else 0.0

    def inwards(self, place: np.ndarray) -> np.ndarray:
        """A unit vector (2,) x, y from near the rim to the inside of the piece."""
        box, (seen,) = self.box(place[None], 8)
        rows, columns = np.nonzero(self.inside[box])
        way = np.array([columns.mean() - seen[0], rows.mean() - seen[1]])
        return way / max(float(np.hypot(*way)), 1e-6)

    def pick(self, where: np.ndarray, kind: str, size_px: float, rng: np.random.Generator) -> np.ndarray:
        """A random pixel (2,) x, y of those where (H, W) bool. Raises: NoRoomForDefect."""
        places = np.flatnonzero(where)
        if not len(places):
            raise NoRoomForDefect(kind, size_px)
        row, column = divmod(int(places[rng.integers(len(places))]), where.shape[1])
        return np.array([column, row], np.float64)

    def lay(self, line: np.ndarray, kind: str, size_px: float, rng: np.random.Generator) -> np.ndarray:
        """A line (N, 2) around the origin, moved to where nearly all of it is on the piece."""
        height, width = self.inside.shape
        for _ in range(TRIES):
            moved = line + self.pick(self.inside, kind, size_px, rng)
            columns, rows = np.rint(moved).astype(int).T
            seen = (columns >= 0) & (rows >= 0) & (columns < width) & (rows < height)
            if seen.all() and self.inside[rows, columns].mean() >= LEAST_WITHIN:
                return moved
        raise NoRoomForDefect(kind, size_px)

    def box(self, points: np.ndarray, margin_px: float = MARGIN_PX) -> tuple[Box, np.ndarray]:
        """Slices around points (N, 2), and the points as seen from their corner."""
        height, width = self.inside.shape
        low = np.maximum(np.floor(points.min(axis=0) - margin_px).astype(int), 0)
        high = np.minimum(np.ceil(points.max(axis=0) + margin_px).astype(int) + 1, (width, height))
        return (slice(low[1], high[1]), slice(low[0], high[0])), points - low

    def lab(self, box: Box) -> np.ndarray:
        """CIELAB (h, w, 3) float32 of a box."""
        return cv2.cvtColor(self.rgb[box].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)

    def put(self, box: Box, lab: np.ndarray, touched: np.ndarray) -> None:
        """Writes colours (h, w, 3) where touched (h, w); every other pixel stays exactly as it is."""
        rgb = np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255 + 0.5, 0, 255).astype(np.uint8)
        self.rgb[box] = np.where(touched[..., None] > 0.02, rgb, self.rgb[box])


def shift_colour(lab: np.ndarray, alpha: np.ndarray, strength: float, change: tuple[float, float, float]) -> None:
    """Adds a change of L*, a*, b* where alpha (h, w), and as much of it as the strength says.

    What gets darker loses colour in proportion, as in a shadow.
    """
    before = lab[..., :1].copy()
    lab[..., 0] = np.clip(lab[..., 0] + strength * alpha * change[0], 2, 99)
    lab[..., 1:] *= np.minimum(lab[..., :1] / np.maximum(before, 1e-3), 1)
    lab[..., 1:] += (strength * alpha)[..., None] * np.array(change[1:], np.float32)


def sign_of_change(lab: np.ndarray, where: np.ndarray, rng: np.random.Generator, darker: float) -> float:
    """-1 to darken, 1 to lighten: a chance of `darker`, unless the ground leaves only one of the two."""
    level = float((lab[..., 0] * where).sum() / max(float(where.sum()), 1e-6))
    chance = rng.random()
    if level < DARK_L:
        return 1.0
    return -1.0 if level > 100 - DARK_L or chance < darker else 1.0


def opacity(strength: float) -> float:
    """How much of what was there is covered: where something is gone, hardly anything of it shines through."""
    return min(1.0, 1.2 * float(np.sqrt(strength)))


def light_side(rng: np.random.Generator) -> np.ndarray:
    """A unit vector (2,) x, y: where light from above would fall on the far edge of a groove."""
    angle = rng.uniform(0.15, 0.85) * np.pi
    return np.array([np.cos(angle), np.sin(angle)])


def soften(alpha: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(alpha, (0, 0), SOFT_PX)
