"""Takes the lamp out of a photo: one gain a channel, so that the piece is as bright and as warm as the references.

The gain is the median over the piece of the log ratio to the references' common picture, so a stain, a chip or a
reflection on less than half of the piece does not move it. With the lamp goes a drift of the whole piece's
colour: that is not judged yet.
"""

import cv2
import numpy as np

SIDE_PX = 32
DARK_OFFSET = 8.0  # keeps sensor noise in deep shadow from ruling the ratio
MOST_GAIN = 2.5
MOST_PIECE = 0.02  # of a small pixel that shows the table


def log_colours(rgb: np.ndarray) -> np.ndarray:
    """Small picture (SIDE, SIDE, 3) float32 of log levels of a view (H, W, 3) uint8."""
    small = cv2.resize(rgb, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return np.log(small.astype(np.float32) + DARK_OFFSET)


def common_colours(views: list[np.ndarray], judged: np.ndarray) -> np.ndarray:
    """The references' common picture (SIDE, SIDE, 3) float32, under their mean light."""
    inside = shrink_mask(judged)
    logs = np.stack([log_colours(view) for view in views])  # (K, S, S, 3)
    levels = np.median(logs[:, inside], axis=1)  # (K, 3)
    return (np.median(logs - levels[:, None, None], axis=0) + levels.mean(axis=0)).astype(np.float32)


def find_gain(rgb: np.ndarray, common: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Log gain (3,) float32 by which a view is brighter than the common picture."""
    inside = shrink_mask(judged)
    gain = np.median((log_colours(rgb) - common)[inside], axis=0)
    return np.clip(gain, -np.log(MOST_GAIN), np.log(MOST_GAIN)).astype(np.float32)


def remove_gain(rgb: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """The view (H, W, 3) uint8 without the gain."""
    levels = np.arange(256, dtype=np.float32)[:, None]
    table = (levels + DARK_OFFSET) * np.exp(-gain) - DARK_OFFSET  # (256, 3)
    return cv2.LUT(rgb, np.clip(table, 0, 255).round().astype(np.uint8)[None])


def hide_table(rgb: np.ndarray, opacity: np.ndarray, common: np.ndarray) -> np.ndarray:
    """The view (H, W, 3) uint8 with the references' own table around the piece, so that no table tells.

    Args:
        opacity: of the piece, (H, W, 1) float32 0..1.  common: the references' common picture, (SIDE, SIDE, 3).
    """
    table = cv2.resize(np.exp(common) - DARK_OFFSET, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.clip(table + opacity * (rgb - table), 0, 255).round().astype(np.uint8)


def differ_in_table(rgb: np.ndarray, common: np.ndarray, opacity: np.ndarray, judged: np.ndarray) -> float:
    """How far the table around the piece is from the references', in log levels of the channel that is furthest off.

    By the light that falls on the piece, and in the median, so neither a lamp nor a shadow makes another table.
    """
    outside = cv2.resize(opacity, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA) < MOST_PIECE
    if not outside.any():
        return 0.0
    difference = (log_colours(rgb) - find_gain(rgb, common, judged) - common)[outside]  # (N, 3)
    return float(np.abs(np.median(difference, axis=0)).max())


def shrink_mask(judged: np.ndarray) -> np.ndarray:
    """The judged cells on the small picture's grid, (SIDE, SIDE) bool, never empty."""
    small = cv2.resize(judged.astype(np.uint8), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_NEAREST) > 0
    return small if small.any() else np.ones_like(small)
