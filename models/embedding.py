"""Feature maps to patch embeddings, and to one embedding of a whole photo.

Two sets of patch embeddings come from one pass of the network:
    wide   strides 8 and 16, each the mean of its 3 x 3 neighbours (PatchCore, arXiv:2106.08265, eq. 2): steady on
           grain and weave, and where a part is missing or changed
    fine   strides 4, 8 and 16 as they are: pinholes, hairline cracks, thin scratches
"""

import cv2
import numpy as np

from models.backbone import CHANNELS, get_backbone

OUTPUTS = ("stride4", "stride8", "stride16")
CELL_PX = 8
WIDE_CHANNELS = CHANNELS["stride8"] + CHANNELS["stride16"]
FINE_CHANNELS = CHANNELS["stride4"] + WIDE_CHANNELS
EMBEDDING_SIZE = CHANNELS["stride16"] + CHANNELS["stride32"]
EMBEDDING_SIDE_PX = 256


def embed_patches(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wide (h, w, 168) and fine (h, w, 192) embeddings, float32, of a photo (8h, 8w, 3) uint8.

    The photo's sides are multiples of 32.
    """
    finest, middle, coarse = get_backbone(*rgb.shape[:2], OUTPUTS)(rgb)
    height, width = middle.shape[:2]
    steady_middle, steady_coarse = (
        cv2.blur(features, (3, 3), borderType=cv2.BORDER_REPLICATE) for features in (middle, coarse)
    )
    wide = np.concatenate([steady_middle, _enlarge(steady_coarse, height, width)], axis=-1)
    shrunk = cv2.resize(finest, (width, height), interpolation=cv2.INTER_AREA)  # (h, w, 24)
    fine = np.concatenate([shrunk, middle, _enlarge(coarse, height, width)], axis=-1)
    return wide, fine


def _enlarge(features: np.ndarray, height: int, width: int) -> np.ndarray:
    return cv2.resize(features, (width, height), interpolation=cv2.INTER_LINEAR)


def embed_photo(rgb: np.ndarray) -> np.ndarray:
    """One vector (EMBEDDING_SIZE,) float32 of length 1 for a photo of any size: what it shows, not where."""
    small = cv2.resize(rgb, (EMBEDDING_SIDE_PX, EMBEDDING_SIDE_PX), interpolation=cv2.INTER_AREA)
    maps = get_backbone(EMBEDDING_SIDE_PX, EMBEDDING_SIDE_PX, ("stride16", "stride32"))(small)
    pooled = [features.mean(axis=(0, 1)) for features in maps]
    vector = np.concatenate([part / max(float(np.linalg.norm(part)), 1e-12) for part in pooled])
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
