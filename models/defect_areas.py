"""Defects with an area: stains, missing parts, displaced parts.

Each painter changes the ground and returns the box it changed and how much of each pixel there is defect.
"""

import cv2
import numpy as np

from models.defect_ground import MARGIN_PX, Box, Ground, light_side, opacity, shift_colour, sign_of_change, soften
from models.defect_shapes import blot, clouds, extent, fill

DEEPEST_BITE = 0.7  # of the piece's inner radius, the radius of a bite at the rim
PLAIN = 6.0  # CIELAB: a part moved that differs by less cannot be seen to have moved
UNLIKE_TABLE = 30.0  # CIELAB, summed: further from the table's colour it is something else


def paint_stain(ground: Ground, size_px: float, strength: float, rng: np.random.Generator) -> tuple[Box, np.ndarray]:
    centre = ground.pick(ground.depth > 0.42 * size_px, "stain", size_px, rng)
    box, outline = ground.box(centre + blot(size_px, rng.uniform(0.2, 0.5), rng), size_px / 8 + MARGIN_PX)
    within = ground.inside[box]
    alpha = fill(outline, within.shape)
    edge = np.clip(alpha - cv2.GaussianBlur(alpha, (0, 0), 0.06 * size_px + 0.7), 0, 1)  # dried at its edge
    alpha = cv2.GaussianBlur(alpha, (0, 0), max(0.6, rng.uniform(0.02, 0.07) * size_px))
    alpha = alpha * (1 + rng.uniform(0, 1.2) * edge)
    alpha *= np.clip(0.85 + 0.4 * clouds(within.shape, size_px / 4, rng), 0.3, 1.15) * within
    lab = ground.lab(box)
    hue, chroma = rng.uniform(0, 2 * np.pi), rng.uniform(14, 26)
    sign = sign_of_change(lab, alpha, rng, darker=0.85)
    shift_colour(lab, alpha, strength, (sign * rng.uniform(20, 32), chroma * np.cos(hue), chroma * np.sin(hue)))
    ground.put(box, lab, alpha)
    return box, alpha


def paint_missing(ground: Ground, size_px: float, strength: float, rng: np.random.Generator) -> tuple[Box, np.ndarray]:
    """A bite at the rim, or a bare patch where there is no rim (and in one case of three where there is one)."""
    rim = (ground.depth > 0.9) & (ground.depth < 2.5) & _away_from_edge(ground.inside.shape, 0.5 * size_px)
    has_room = size_px / 2 < DEEPEST_BITE * float(ground.depth.max())
    if has_room and rim.any() and rng.random() < 0.67:
        return _bite(ground, ground.pick(rim, "missing", size_px, rng), size_px, strength, rng)
    return _bare_patch(ground, size_px, strength, rng)


def _bite(
    ground: Ground, centre: np.ndarray, size_px: float, strength: float, rng: np.random.Generator
) -> tuple[Box, np.ndarray]:
    """What lies beside the piece shows in the bite, and a crescent of the raw body where it broke."""
    inwards = ground.inwards(centre)
    outline = centre + blot(size_px, 0.3, rng)
    deeper = outline + inwards * max(1.0, size_px * rng.uniform(0.08, 0.35))
    box, both = ground.box(np.concatenate([outline, deeper]), 3 + MARGIN_PX)
    within = cv2.GaussianBlur(ground.inside[box].astype(np.float32), (0, 0), 0.7)
    outline, deeper = np.split(both, 2)
    gone = soften(fill(outline, within.shape))
    broken = np.clip(soften(fill(deeper, within.shape)) - gone, 0, 1) * within
    lab = ground.lab(box)
    body = _raw_body(lab, within, rng)
    covering = opacity(strength)
    lab += (covering * broken)[..., None] * (body - lab)
    lab += (covering * gone)[..., None] * (_beside(ground, box, inwards, size_px) - lab)
    covered = np.maximum(gone, broken)
    ground.put(box, lab, covered)
    return box, covered * within


def _beside(ground: Ground, box: Box, inwards: np.ndarray, size_px: float) -> np.ndarray:
    """CIELAB of the table next to the rim, moved into the box along the way into the piece."""
    height, width = ground.inside[box].shape
    x, y = np.array([box[1].start, box[0].start]) - inwards * (1.1 * size_px + MARGIN_PX)
    shift = np.array([[1, 0, x], [0, 1, y]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(ground.rgb, shift, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    moved = cv2.cvtColor(moved.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    table = ground.lab(box)[~ground.inside[box]]
    usual = np.median(table if len(table) else moved.reshape(-1, 3), axis=0)
    is_table = np.abs(moved - usual).sum(axis=-1, keepdims=True) < UNLIKE_TABLE
    return np.where(is_table, moved, usual).astype(np.float32)


def _bare_patch(ground: Ground, size_px: float, strength: float, rng: np.random.Generator) -> tuple[Box, np.ndarray]:
    """The surface has come off: a smoother, duller ground lies a little deeper, in the shade of one edge."""
    centre = ground.pick(ground.depth > 0.42 * size_px, "missing", size_px, rng)
    box, outline = ground.box(centre + blot(size_px, 0.35, rng), 3 + MARGIN_PX)
    within = ground.inside[box]
    gone = soften(fill(outline, within.shape)) * within
    lab = ground.lab(box)
    body = _raw_body(lab, gone, rng)
    side = light_side(rng) * np.clip(size_px / 16, 0.8, 2.5)
    moved = soften(fill(outline - side, within.shape))
    lab += (opacity(strength) * gone)[..., None] * (body - lab)
    lab[..., 0] -= 26 * strength * gone * (1 - moved)
    ground.put(box, lab, gone)
    return box, gone


def _raw_body(lab: np.ndarray, where: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """CIELAB (h, w, 3) of what lies under a surface: even, duller, and clearly lighter or darker than it."""
    weights = where.astype(np.float32)[..., None] + 1e-3
    mean = (lab * weights).sum(axis=(0, 1)) / weights.sum(axis=(0, 1))
    sign = 1.0 if mean[0] < 45 else -1.0
    shift = np.array([sign * rng.uniform(22, 36), rng.uniform(0, 9), rng.uniform(0, 16)], np.float32)
    body = mean * np.array([1, 0.5, 0.5], np.float32) + shift
    grain = clouds(lab.shape[:2], 2.5, rng)
    return np.stack([body[0] + 4 * grain, *(np.full_like(grain, value) for value in body[1:])], axis=-1)


def paint_displaced(
    ground: Ground, size_px: float, strength: float, rng: np.random.Generator
) -> tuple[Box, np.ndarray]:
    """Turned about its middle or moved along by a share of itself; with a hard edge it stands off, in a shadow.

    Where nothing is drawn and nothing woven, so that a part moved looks the same, it stands off and catches the
    light in another way.
    """
    centre = ground.pick(ground.depth > 0.5 * size_px, "displaced", size_px, rng)
    outline = _strip(size_px, rng) if rng.random() < 0.5 else blot(size_px, 0.25, rng)
    box, outline = ground.box(centre + outline)
    within = ground.inside[box]
    lab, moved = ground.lab(box), _moved(ground, centre, box, size_px, rng)
    patch = soften(fill(outline, within.shape)) * within
    is_plain = _difference(lab, moved, patch) < PLAIN
    moved[..., 0] += sign_of_change(lab, patch, rng, darker=0.5) * rng.uniform(14, 20) * strength * is_plain
    shadow = np.zeros_like(patch)
    if is_plain or rng.random() < 0.6:
        side = light_side(rng) * np.clip(size_px / 20, 0.8, 2.0)
        shadow = np.clip(soften(fill(outline + side, within.shape)) - patch, 0, 1) * within
    else:
        patch = cv2.GaussianBlur(patch, (0, 0), np.clip(0.05 * size_px, 0.6, 3)) * within
    lab[..., 0] -= 26 * strength * shadow
    lab += (opacity(strength) * patch)[..., None] * (moved - lab)
    ground.put(box, lab, np.maximum(patch, shadow))
    return box, patch


def _difference(lab: np.ndarray, other: np.ndarray, where: np.ndarray) -> float:
    """Mean distance in CIELAB where weights (h, w) say."""
    apart = np.sqrt(((lab - other) ** 2).sum(axis=-1))
    return float((apart * where).sum() / max(float(where.sum()), 1e-6))


def _strip(size_px: float, rng: np.random.Generator) -> np.ndarray:
    """The four corners of a strand, around the origin."""
    long, narrow = size_px / 2, size_px / 2 * rng.uniform(0.2, 0.5)
    corners = np.array([[-long, -narrow], [long, -narrow], [long, narrow], [-long, narrow]])
    corners *= size_px / extent(corners)
    turn = rng.uniform(0, np.pi)
    return corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


def _moved(ground: Ground, centre, box: Box, size_px: float, rng: np.random.Generator) -> np.ndarray:
    """CIELAB of the box, turned about the centre or moved along."""
    height, width = ground.inside[box].shape
    if rng.random() < 0.5:
        turn, reach = rng.uniform(0.35, np.pi) * rng.choice([-1, 1]), 0.0
    else:
        turn, reach = rng.normal(0, 0.1), max(3.0, size_px * rng.uniform(0.3, 0.8))
    way = rng.uniform(0, 2 * np.pi)
    aside = reach * np.array([np.cos(way), np.sin(way)])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corner = np.array([box[1].start, box[0].start], np.float64)
    offset = centre + aside - rotation @ (centre - corner)
    matrix = np.hstack([rotation, offset[:, None]]).astype(np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(ground.rgb, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
    return cv2.cvtColor(seen.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _away_from_edge(shape: tuple[int, int], margin_px: float) -> np.ndarray:
    """Pixels (H, W) bool at least a margin from the picture's edge."""
    away, margin = np.zeros(shape, bool), int(margin_px) + 1
    away[margin : shape[0] - margin, margin : shape[1] - margin] = True
    return away
