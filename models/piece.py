"""The piece apart from the table it lies on.

The table is what the photo's border shows: a smooth surface is fitted to the border's colours (so a light that
falls off to one side is still the same table), and the piece is what differs from it. A shadow is the same table
with less light, so each pixel is held against the nearest of the table's colours from deep shadow to full light. What
the piece throws back of the light tints its shadow; where leaving that out too makes a ragged outline whole, it
is left out. A piece that is itself a darker shade of the table
(an iron casting on grey cloth) would be lost that way: where less than half of it is left, darker counts too, if
less than lighter or coloured. A texture that fills the frame differs from its own border nowhere: then there is no
piece to find, and `Piece.is_found` says so.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.colour_difference import linearise_srgb

SEARCH_SIDE_PX = 160
BORDER_SHARE = 0.05
DARKER_WEIGHT = 0.45
CHROMA_WEIGHT = 1.41
LEAST_CONTRAST = 3.0
LEAST_SPREAD = 1.5  # of the table, in CIELAB units
OTSU_SHARE = 0.9
SHADES = (0.12, 1.08)  # of the table's light: from deep shadow to a little more than at the border
LEAST_LEFT = 0.5  # of the piece's area, once shadow is told apart
DARK_LIGHT, LEAST_LIGHT = 0.004, 0.002  # linear; keeps noise in the dark from ruling the fit
MOST_GLOW = 0.15  # as a share of the table's light
MOST_RAGGED, LEAST_GAIN = 0.97, 0.01  # share of its convex hull that an outline fills
TABLE_ROUNDS = 5
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
    border = np.ones(small.shape[:2], bool)
    margin = max(2, round(BORDER_SHARE * min(small.shape[:2])))
    border[margin:-margin, margin:-margin] = False
    light = linearise_srgb(small).astype(np.float32)
    table, weights = _fit_table(light, border)
    lit = _cut(_contrast_with_shaded(light, table, border, weights), border)
    if lit.is_found and _solidity(lit.mask) < MOST_RAGGED:
        glow = _find_glow(light, table, lit.mask)
        glowless = _cut(_contrast_with_shaded(light, table, border, weights, glow), border)
        if glowless.is_found and _solidity(glowless.mask) > _solidity(lit.mask) + LEAST_GAIN:
            lit = glowless
    dark = _cut(_contrast_with_lit(light, table, border, weights), border)
    return dark if dark.is_found and not (lit.is_found and lit.area_share > LEAST_LEFT * dark.area_share) else lit


def _fit_table(light: np.ndarray, border: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The table's light (h, w, 3) everywhere, and how far each border pixel (N,) can be trusted to be table."""
    height, width = light.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)  # (h, w, 6)
    at_border, levels = terms[border], np.log(light[border] + DARK_LIGHT)
    distance = np.abs(levels - np.median(levels, axis=0)).sum(axis=1)
    for _ in range(TABLE_ROUNDS):  # a piece that touches the border is outvoted: least squares, reweighted
        weights = 1 / (1 + (distance / (2 * np.median(distance) + 1e-3)) ** 2)
        weighted = at_border * (weights * weights)[:, None]
        surface = np.linalg.solve(weighted.T @ at_border + RIDGE * np.eye(6), weighted.T @ levels)  # (6, 3)
        distance = np.sqrt(((levels - at_border @ surface) ** 2).sum(axis=1))
    return np.maximum(np.exp(terms @ surface) - DARK_LIGHT, LEAST_LIGHT).astype(np.float32), weights


def _find_glow(light: np.ndarray, table: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The table's light (h, w, 3) if the piece's colour alone lit it, as bright as the table is."""
    glow = table * np.median(light[mask > 0], axis=0)
    return glow * (table.sum(axis=-1, keepdims=True) / np.maximum(glow.sum(axis=-1, keepdims=True), LEAST_LIGHT))


def _contrast_with_shaded(
    light: np.ndarray, table: np.ndarray, border: np.ndarray, weights: np.ndarray, glow: np.ndarray | None = None
) -> np.ndarray:
    """How far each pixel (h, w) is from the table in whatever shadow and glow, in the table's own spreads."""
    if glow is None:
        nearest = np.clip(_dot(light, table) / _dot(table, table), *SHADES) * table
    else:
        shade, glowing = _mix(light, table, glow)
        nearest = shade * table + glowing * glow
    difference = _lab(light) - _lab(nearest)
    return _in_spreads(np.hypot(difference[..., 0], _chroma(difference)), border, weights)


def _mix(light: np.ndarray, table: np.ndarray, glow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much of each of two lights comes nearest to each pixel: least squares, each within its bounds, (h, w, 1)."""
    table_table, glow_glow, table_glow = _dot(table, table), _dot(glow, glow), _dot(table, glow)
    light_table, light_glow = _dot(light, table), _dot(light, glow)
    alike = np.maximum(table_table * glow_glow - table_glow**2, 1e-9)
    glowing = np.clip((table_table * light_glow - table_glow * light_table) / alike, 0, MOST_GLOW)
    shade = np.clip((light_table - glowing * table_glow) / table_table, *SHADES)
    return shade, np.clip((light_glow - shade * table_glow) / glow_glow, 0, MOST_GLOW)


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one * other).sum(axis=-1, keepdims=True)


def _solidity(mask: np.ndarray) -> float:
    """The mask's area as a share of its convex hull's; 0 where there is nothing."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return 0.0
    hull = cv2.contourArea(cv2.convexHull(np.concatenate(outlines)))
    return sum(map(cv2.contourArea, outlines)) / max(hull, 1.0)


def _contrast_with_lit(
    light: np.ndarray, table: np.ndarray, border: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """The same, but a shadow counts as a difference, if a lesser one."""
    difference = _lab(light) - _lab(table)
    lighter = np.where(difference[..., 0] < 0, DARKER_WEIGHT * difference[..., 0], difference[..., 0])
    return _in_spreads(np.hypot(lighter, _chroma(difference)), border, weights)


def _lab(light: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.minimum(light, 1.0), cv2.COLOR_LRGB2LAB)  # float32 0..1 to L* 0..100, a*, b*


def _chroma(difference: np.ndarray) -> np.ndarray:
    return CHROMA_WEIGHT * np.hypot(difference[..., 1], difference[..., 2])


def _in_spreads(distance: np.ndarray, border: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return distance / (np.sqrt(np.average(distance[border] ** 2, weights=weights)) + LEAST_SPREAD)


def _cut(contrast: np.ndarray, border: np.ndarray) -> Piece:
    levels = np.clip(contrast * 4, 0, 255).astype(np.uint8)
    threshold = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)[0] / 4
    mask = _clean((contrast > max(OTSU_SHARE * threshold, LEAST_CONTRAST)).astype(np.uint8))
    return Piece(mask, float(mask.mean()), float(mask[border].mean()), float(threshold))


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
