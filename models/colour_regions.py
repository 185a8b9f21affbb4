"""Where a piece has which of its common colours, and where it is no piece at all but the table in its shadow."""

import cv2
import numpy as np

from models.colour_difference import delta_e_2000, linear_rgb_to_lab
from models.surround import delta_of

MOST_COLOURS = 3
LEAST_APART = 8.0  # ΔE00 between common colours worth telling apart
LEAST_SHARE = 0.08  # of the piece, for a common colour
ROUNDS = 10
SHADOW_CHROMA, MOST_SHADOW = 5.0, 0.35  # ΔE00 to the table's own colour, darker; share of the piece


def without_shadow(inner: np.ndarray, common: np.ndarray, table: np.ndarray) -> np.ndarray:
    """The piece (h, w) bool without what looks like the table in the piece's own shadow.

    That is darker than the table (3,), of its chroma, and goes on to the piece's edge. Where so much of the piece
    would be shadow that it rather is a dark piece of the table's hue, nothing is taken away.
    """
    darker = np.minimum((common - table).mean(axis=-1), 0.0)
    chroma = delta_of(table + darker[..., None], common - table - darker[..., None])[..., 1]
    like_table = inner & (darker < 0) & (chroma < SHADOW_CHROMA)
    like_table = cv2.morphologyEx(like_table.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    _, labels = cv2.connectedComponents(like_table | (~inner).astype(np.uint8))
    shadow = np.isin(labels, np.unique(labels[~inner])) & (like_table > 0)
    shadow = inner & (cv2.dilate(shadow.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    return inner if shadow.sum() > MOST_SHADOW * inner.sum() else inner & ~shadow


def find_colours(common: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """Which of up to MOST_COLOURS common colours each cell has, (h, w) int, -1 off the piece."""
    lab = linear_rgb_to_lab(np.exp(common[inner]))  # (N, 3)
    labels = np.zeros(len(lab), int)
    for count in range(2, MOST_COLOURS + 1):
        centres, found = _cluster(lab, count)
        apart = delta_e_2000(centres[:, None], centres[None])[~np.eye(count, dtype=bool)].min()
        if apart < LEAST_APART or np.bincount(found, minlength=count).min() < LEAST_SHARE * len(lab):
            break
        labels = found
    colour = np.full(inner.shape, -1)
    colour[inner] = labels
    return colour


def _cluster(lab: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """k-means of colours (N, 3), begun from the most unlike ones: centres (count, 3), labels (N,)."""
    centres = np.median(lab, axis=0)[None]
    for _ in range(count - 1):
        distances = np.linalg.norm(lab[:, None] - centres, axis=-1).min(axis=1)
        centres = np.concatenate([centres, lab[[np.argsort(distances)[int(0.98 * (len(lab) - 1))]]]])
    for _ in range(ROUNDS):
        labels = np.linalg.norm(lab[:, None] - centres, axis=-1).argmin(axis=1)
        centres = np.stack([
            lab[labels == index].mean(axis=0) if (labels == index).any() else centres[index]
            for index in range(count)
        ])  # fmt: skip
    return centres, labels
