"""Patch scores to an anomaly map, to one number, and to regions."""

import cv2
import numpy as np

POOLED_SHARE = 0.01
SMOOTHING_PATCHES = 1.0
MAX_REGIONS = 5


def smooth(patch_scores: np.ndarray) -> np.ndarray:
    """The map (h, w) with single-patch noise averaged out."""
    return cv2.GaussianBlur(patch_scores, (0, 0), SMOOTHING_PATCHES, borderType=cv2.BORDER_REPLICATE)


def pool(patch_scores: np.ndarray) -> float:
    """Mean of the worst POOLED_SHARE of the patches: steadier than the one worst, still local."""
    flat = patch_scores.ravel()
    worst = max(1, round(POOLED_SHARE * flat.size))
    return float(np.partition(flat, flat.size - worst)[-worst:].mean())


def find_regions(deviation: np.ndarray, limit: float) -> list[tuple[int, int, int, int, float]]:
    """Connected places of a map (h, w) above the limit, worst first.

    Returns: (x, y, width, height, peak) in map cells, at most MAX_REGIONS.
    """
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((deviation > limit).astype(np.uint8))
    found = [
        (*(int(value) for value in boxes[label][:4]), float(deviation[labels == label].max()))
        for label in range(1, count)
    ]
    return sorted(found, key=lambda region: -region[-1])[:MAX_REGIONS]
