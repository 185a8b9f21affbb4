"""The piece apart from the table it lies on.

The table is what the photo's border shows: a smooth surface is fitted to the border's colours (so a light that
falls off to one side is still the same table). A shadow is the same table with less light, so each pixel is held
against the nearest of the table's colours from deep shadow to full light: what differs most from all of them is
surely piece, what is like the lit table is surely table. Between the two lie shadows, tinted by what the piece
throws back of the light, and parts of the piece that mirror the table; there the outline runs along the strongest
edge (a watershed), since shadows end softly and pieces do not. A piece that is itself a darker shade of the table
(an iron casting on grey cloth) would be lost that way: where less than half of what is not lit table is left,
darker counts too, if less than lighter or coloured. A texture that fills the frame differs from its own border
nowhere: then there is no piece to find, and `Piece.is_found` says so.
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
SHADES = (0.12, 1.08)  # of the table's light: from deep shadow to a little more than at the border
LEAST_LEFT = 0.5  # of what is not lit table: a piece and its shadow
DARK_LIGHT, LEAST_LIGHT = 0.004, 0.002  # linear; keeps noise in the dark from ruling the fit
SURE_SHARE = 1.4  # of the level that parts table from piece: what is surely piece
SURE_TABLE = 1.5  # spreads from the lit table
EDGE_BLUR_PX = 0.7
TABLE, PIECE = 1, 2  # markers
TABLE_ROUNDS = 5
LIGHT_OF_LEVEL = linearise_srgb(np.arange(256, dtype=np.float64)).astype(np.float32)
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
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    scene = _see(cv2.GaussianBlur(small, (0, 0), 1.0))
    edges = cv2.GaussianBlur(small, (0, 0), EDGE_BLUR_PX)
    from_lit = scene.lab - _lab(scene.table)
    contrast = _in_spreads(scene, _length(from_lit))
    is_table = contrast < SURE_TABLE
    lit = _cut(scene, _differ_from_shaded(scene), is_table, edges)
    if lit.is_found and lit.area_share > LEAST_LEFT * np.mean(contrast > LEAST_CONTRAST):
        return lit
    from_lit[..., 0] = np.where(from_lit[..., 0] < 0, DARKER_WEIGHT, 1) * from_lit[..., 0]
    dark = _cut(scene, _length(from_lit), is_table, edges)
    return dark if dark.is_found else lit


@dataclass(frozen=True, eq=False)
class _Scene:
    """The photo, small, as linear light and as CIELAB (h, w, 3); the border (h, w) bool; the table's light (h, w, 3)
    everywhere; and how far each border pixel (N,) can be trusted to be table."""

    light: np.ndarray
    lab: np.ndarray
    border: np.ndarray
    table: np.ndarray
    weights: np.ndarray


def _see(small: np.ndarray) -> _Scene:
    border = np.ones(small.shape[:2], bool)
    margin = max(2, round(BORDER_SHARE * min(small.shape[:2])))
    border[margin:-margin, margin:-margin] = False
    light = LIGHT_OF_LEVEL[small]
    table, weights = _fit_table(light, border)
    return _Scene(light, _lab(light), border, table, weights)


def _fit_table(light: np.ndarray, border: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The table's light (h, w, 3) everywhere, and the weights of the border pixels (N,)."""
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
    table = np.exp(terms @ surface.astype(np.float32)) - DARK_LIGHT
    return np.maximum(table, LEAST_LIGHT), weights


def _differ_from_shaded(scene: _Scene) -> np.ndarray:
    """How far each pixel (h, w) is from the table in whatever shadow."""
    light, table = scene.light, scene.table
    shade = (light * table).sum(axis=-1) / (table * table).sum(axis=-1)
    return _length(scene.lab - _lab(np.clip(shade, *SHADES)[..., None] * table))


def _lab(light: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.minimum(light, np.float32(1)), cv2.COLOR_LRGB2LAB)  # 0..1 to L* 0..100, a*, b*, float32


def _length(difference: np.ndarray) -> np.ndarray:
    """Of differences in CIELAB (h, w, 3), chroma counting for more."""
    chroma = CHROMA_WEIGHT * np.hypot(difference[..., 1], difference[..., 2])
    return np.hypot(difference[..., 0], chroma)


def _in_spreads(scene: _Scene, distance: np.ndarray) -> np.ndarray:
    """Distances (h, w) from the table in units of the table's own spread."""
    return distance / (np.sqrt(np.average(distance[scene.border] ** 2, weights=scene.weights)) + LEAST_SPREAD)


def _cut(scene: _Scene, distance: np.ndarray, is_table: np.ndarray, edges: np.ndarray) -> Piece:
    """The piece, from distances (h, w) to the table and the photo, small, whose edges it ends at."""
    contrast = _in_spreads(scene, distance)
    levels = np.clip(contrast * 4, 0, 255).astype(np.uint8)
    threshold = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)[0] / 4
    neighbours = np.ones((3, 3), np.uint8)
    surely = _clean(cv2.erode((contrast > max(SURE_SHARE * threshold, LEAST_CONTRAST)).astype(np.uint8), neighbours))
    markers = np.where(_reach_border(cv2.erode(is_table.astype(np.uint8), neighbours)), TABLE, 0).astype(np.int32)
    markers[surely > 0] = PIECE
    mask = _clean((cv2.watershed(edges, markers) == PIECE).astype(np.uint8))
    return Piece(mask, float(mask.mean()), float(mask[scene.border].mean()), float(threshold))


def _reach_border(mask: np.ndarray) -> np.ndarray:
    """The parts of a mask (h, w) uint8 that touch the picture's edge, bool: a dark hollow in a piece is no table."""
    _, labels = cv2.connectedComponents(mask)
    at_edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return np.isin(labels, at_edge[at_edge > 0])


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
