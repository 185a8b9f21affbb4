"""A grey or white card on the table, from which the lamp can be read whatever the table is.

What counts: one even patch, nearly neutral, with four straight sides and four corners, wholly in the photo, off the
piece, plainly another colour than what is around it. A patch that is less than that, or one of two, is left alone:
a wrong card would be worse than none. models.surround trusts a card only if every reference shows one.
"""

import cv2
import numpy as np

from models.colour_difference import srgb_to_lab

AREA_SHARES = (0.004, 0.12)  # of the photo
MOST_EDGE = 2.5  # ΔE a pixel: beyond, it is an edge
MOST_CHROMA = 25.0  # a neutral card under a warm lamp
LIGHTNESS = (20.0, 98.0)
MOST_UNEVEN = 2.5  # standard deviation in CIELAB
LEAST_FILL, MOST_ASPECT = 0.86, 2.5  # of the least rectangle around it
LEAST_CONTRAST = 8.0  # ΔE to what is around
RING_PX = 3


def find_card(rgb: np.ndarray, free: np.ndarray) -> np.ndarray | None:
    """Where the card is, (h, w) bool without its edges, in a small photo (h, w, 3) uint8; None if there is none.

    Args:
        free: (h, w) bool, off the piece.
    """
    lab = srgb_to_lab(rgb).astype(np.float32)  # (h, w, 3)
    even = _even_parts(lab, free)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(even, connectivity=4)
    least, most = (share * free.size for share in AREA_SHARES)
    found = [
        part for label in range(1, count)
        if least < boxes[label, cv2.CC_STAT_AREA] < most and _is_card(lab, part := labels == label)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _even_parts(lab: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Pixels (h, w) uint8 that differ little from their neighbours; the photo's border is none."""
    slopes = [cv2.Sobel(lab, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1))]
    edge = np.sqrt(sum((slope**2).sum(axis=-1) for slope in slopes))
    even = (free & (edge < MOST_EDGE)).astype(np.uint8)
    even[[0, -1]] = even[:, [0, -1]] = 0
    return even


def _is_card(lab: np.ndarray, part: np.ndarray) -> bool:
    colours = lab[part]
    middle = np.median(colours, axis=0)
    if not (LIGHTNESS[0] < middle[0] < LIGHTNESS[1] and np.hypot(middle[1], middle[2]) < MOST_CHROMA):
        return False
    if colours.std(axis=0).max() > MOST_UNEVEN or not _is_rectangle(part):
        return False
    size = 2 * (RING_PX + 2) + 1
    around = cv2.dilate(part.astype(np.uint8), np.ones((size, size), np.uint8)) > 0
    gap = cv2.dilate(part.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return bool(np.linalg.norm(np.median(lab[around & ~gap], axis=0) - middle) > LEAST_CONTRAST)


def _is_rectangle(part: np.ndarray) -> bool:
    rows, columns = np.nonzero(part)
    if rows.min() < 2 or columns.min() < 2 or rows.max() > part.shape[0] - 3 or columns.max() > part.shape[1] - 3:
        return False
    _, (width, height), _ = cv2.minAreaRect(np.stack([columns, rows], axis=-1).astype(np.float32))
    sides = np.array([width, height]) + 1
    return bool(len(rows) > LEAST_FILL * sides.prod() and sides.max() < MOST_ASPECT * sides.min())
