"""Lay a photographed piece on another table.

The piece is found here by its own simple means, not by the engine's: a table swap made with the engine's
own outline would flatter the engine.
"""

import cv2
import numpy as np

from models.colour_difference import delta_e_2000, linear_rgb_to_lab, linearise_srgb, srgb_to_lab

_WORK_SIDE_PX = 640
_RIM = 0.04  # what counts as certainly table: this share of the shorter side along the border
_AREA_LIMITS = (0.06, 0.80)
_MAX_BORDER_SHARE = 0.04  # a piece cut off by the frame cannot be laid elsewhere


def find_piece(rgb: np.ndarray) -> np.ndarray | None:
    """The piece on a plain-ish table, or None where there is none or it does not stand out.

    Args:
        rgb: (H, W, 3) uint8.
    Returns:
        Opacity of the piece, float32 in [0, 1] with a soft edge, (H, W).
    """
    small = _shrink(rgb)
    rim = _rim(small.shape[:2])
    difference = _difference_from_table(small, rim)  # (h, w), 1 is the edge of what the table itself shows
    if np.mean(difference[rim] > 2) > 0.2:
        return None
    piece = _cut_out(small, difference)
    if not _is_whole(piece, rim):
        return None
    opacity = cv2.GaussianBlur(piece.astype(np.float32), (0, 0), 1.0)
    opacity = np.clip((opacity - 0.35) / 0.5, 0, 1)  # drawn in a little: no halo of the old table
    return cv2.resize(opacity, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)


def lay_on_table(rgb: np.ndarray, opacity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The piece on a drawn table of another colour, in the light and shadow of the old one.

    Args:
        rgb: (H, W, 3) uint8.
        opacity: of the piece, (H, W).
    Returns:
        (H, W, 3) uint8.
    """
    colour = _choose_colour(rgb, opacity, rng)
    small, small_opacity = _shrink(rgb), _shrink(opacity)
    light = _table_grain(small.shape[:2], rng) * _shade_on_table(small, small_opacity)
    light = cv2.resize(light, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)[..., None]  # (H, W, 1)
    opacity = opacity[..., None]
    mixed = encode_srgb(opacity * linearise_srgb(rgb) + (1 - opacity) * light * linearise_srgb(colour))
    noise = rng.standard_normal(rgb.shape, np.float32) * (1 - opacity)  # a camera's, in levels of 255
    return np.clip(mixed + noise, 0, 255).round().astype(np.uint8)


def _shrink(picture: np.ndarray) -> np.ndarray:
    """To the size at which the table is worked out; a table has no detail worth 8 Mpx."""
    scale = min(1.0, _WORK_SIDE_PX / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def encode_srgb(linear: np.ndarray) -> np.ndarray:
    """Linear light in [0, 1], clipped, to the sRGB scale 0..255, float32. Source: IEC 61966-2-1:1999."""
    steps = np.clip(linear * 65535, 0, 65535).astype(np.uint16)  # finer than 1/20 of the darkest level
    return _LEVEL_OF_STEP[steps]


def _encode_exactly(linear: np.ndarray) -> np.ndarray:
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


_LEVEL_OF_STEP = _encode_exactly(np.arange(65536) / 65535).astype(np.float32)


def _rim(shape: tuple[int, int]) -> np.ndarray:
    width = max(2, round(_RIM * min(shape)))
    rim = np.ones(shape, bool)
    rim[width:-width, width:-width] = False
    return rim


def _difference_from_table(small: np.ndarray, rim: np.ndarray) -> np.ndarray:
    """How far each pixel is from the table, lit or in shadow, in multiples of the table's own variation."""
    light = linearise_srgb(small)
    y, x = np.mgrid[-1 : 1 : small.shape[0] * 1j, -1 : 1 : small.shape[1] * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2], axis=-1)  # (h, w, 6)
    use = rim.copy()
    for _ in range(3):  # fit, drop what is not table, fit again
        weights, *_ = np.linalg.lstsq(terms[use], light[use], rcond=None)
        distance = _distance_to_shaded(light, np.maximum(terms @ weights, 0.003))
        limit = max(2.0, 3.5 * np.median(distance[use]))
        use = rim & (distance < limit)
    return distance / limit


def _distance_to_shaded(light: np.ndarray, table: np.ndarray) -> np.ndarray:
    """CIELAB distance to the nearest of the table's colours from deep shadow to a little brighter; (h, w)."""
    shade = (light * table).sum(axis=-1) / (table**2).sum(axis=-1)
    shaded = np.clip(shade, 0.08, 1.15)[..., None] * table
    return np.linalg.norm(linear_rgb_to_lab(light) - linear_rgb_to_lab(shaded), axis=-1)


def _cut_out(small: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """The largest thing that is not table, its holes filled; bool (h, w)."""
    smooth = cv2.medianBlur(np.clip(difference, 0, 12).astype(np.float32), 5)
    levels = (smooth * 21).astype(np.uint8)
    cut = max(1.5, cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0] / 21)
    labels = np.where(smooth > cut, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[smooth < 0.7 * cut] = cv2.GC_BGD  # shadows tinted by the piece too; holes are filled below
    if np.any(labels == cv2.GC_PR_FGD) and np.any(labels == cv2.GC_BGD):
        cv2.setRNGSeed(0)  # grabCut starts from a random clustering
        colours = np.zeros((2, 1, 65))  # its models of table and piece, which it wants to be given
        cv2.grabCut(small, labels, None, colours[0], colours[1], 4, cv2.GC_INIT_WITH_MASK)
    piece = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    piece = cv2.morphologyEx(piece, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, regions, stats, _ = cv2.connectedComponentsWithStats(piece)
    if len(stats) < 2:
        return np.zeros(piece.shape, bool)
    largest = (regions == 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])).astype(np.uint8)
    outlines, _ = cv2.findContours(largest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.medianBlur(cv2.drawContours(largest, outlines, -1, 1, cv2.FILLED), 7) > 0


def _is_whole(piece: np.ndarray, rim: np.ndarray) -> bool:
    low, high = _AREA_LIMITS
    return low < piece.mean() < high and piece[rim].mean() < _MAX_BORDER_SHARE


def _shade_on_table(rgb: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """Light on the old table relative to its usual light, smooth, carried on under the piece; (H, W)."""
    light = linearise_srgb(rgb).mean(axis=-1)
    table = (opacity < 0.02).astype(np.float64)
    sigma = 0.012 * max(rgb.shape[:2])  # keeps the shadow, loses the grain of the old table
    weight = cv2.GaussianBlur(table, (0, 0), sigma)
    smooth = cv2.GaussianBlur(light * table, (0, 0), sigma) / np.maximum(weight, 1e-4)
    usual = np.median(light[table > 0])
    return np.clip(np.where(weight > 1e-3, smooth / max(usual, 1e-3), 1.0), 0.15, 2.0)


def _choose_colour(rgb: np.ndarray, opacity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A muted sRGB colour that is plainly another than the old table's and than the piece's; (3,)."""
    taken = np.stack(
        [np.median(rgb[opacity > 0.98], axis=0), np.median(rgb[opacity < 0.02], axis=0)]
    )  # (2, 3)
    candidates = np.clip(rng.uniform(40, 225, (64, 1)) + rng.normal(0, 14, (64, 3)), 15, 240)
    apart = delta_e_2000(srgb_to_lab(candidates)[:, None], srgb_to_lab(taken)[None]).min(axis=1)  # (64,)
    enough = np.flatnonzero(apart > 18)
    return candidates[enough[0] if len(enough) else np.argmax(apart)]


def _table_grain(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Relative brightness of plaster, wood or cloth, mean 1, (H, W)."""
    side = max(shape)
    kind = rng.choice(["plaster", "wood", "cloth"])
    if kind == "cloth":
        y, x = np.mgrid[: shape[0], : shape[1]] * (2 * np.pi / max(3.0, side / 140))
        weave = 0.05 * np.sin(x) * np.sin(y)
        return 1 + weave + 0.02 * _noise(shape, (side / 50, side / 50), rng)
    if kind == "wood":
        planks, fibres = _noise(shape, (side / 8, side / 200), rng), _noise(shape, (side / 20, 1), rng)
        return 1 + 0.08 * planks + 0.03 * fibres
    return 1 + 0.04 * _noise(shape, (side / 25, side / 25), rng) + 0.03 * _noise(shape, (1, 1), rng)


def _noise(shape: tuple[int, int], sigma_px: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Smooth noise of unit variance; sigma along x and y; (H, W)."""
    smooth = cv2.GaussianBlur(rng.normal(size=shape), (0, 0), sigmaX=sigma_px[0], sigmaY=sigma_px[1])
    return smooth / max(smooth.std(), 1e-9)
