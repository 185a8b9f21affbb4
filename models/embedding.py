"""Feature maps to patch embeddings, and to one embedding of a whole photo."""

import cv2
import numpy as np

from models.backbone import CHANNELS, get_backbone

PATCH_OUTPUTS = ("stride8", "stride16")
PATCH_STRIDE_PX = 8
PATCH_CHANNELS = sum(CHANNELS[name] for name in PATCH_OUTPUTS)
EMBEDDING_SIZE = CHANNELS["stride16"] + CHANNELS["stride32"]
EMBEDDING_SIDE_PX = 256


def embed_patches(rgb: np.ndarray) -> np.ndarray:
    """Patch embeddings (H/8, W/8, D) float32 of a photo (H, W, 3) uint8, H and W multiples of 32.

    Each patch is the mean of its 3 x 3 neighbours, as in PatchCore (arXiv:2106.08265, eq. 2), at strides
    8 and 16, the coarser one resized to the finer.
    """
    height_px, width_px = rgb.shape[:2]
    fine, coarse = get_backbone(height_px, width_px, PATCH_OUTPUTS)(rgb)
    fine = cv2.blur(fine, (3, 3), borderType=cv2.BORDER_REPLICATE)  # (h, w, 48)
    coarse = cv2.blur(coarse, (3, 3), borderType=cv2.BORDER_REPLICATE)  # (h/2, w/2, 120)
    coarse = cv2.resize(coarse, (fine.shape[1], fine.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.concatenate([fine, coarse], axis=-1)  # (h, w, 168)


def embed_photo(rgb: np.ndarray) -> np.ndarray:
    """One vector (EMBEDDING_SIZE,) float32 of length 1 for a photo of any size: what it shows, not where."""
    small = cv2.resize(rgb, (EMBEDDING_SIDE_PX, EMBEDDING_SIDE_PX), interpolation=cv2.INTER_AREA)
    maps = get_backbone(EMBEDDING_SIDE_PX, EMBEDDING_SIDE_PX, ("stride16", "stride32"))(small)
    pooled = [features.mean(axis=(0, 1)) for features in maps]
    vector = np.concatenate([part / max(float(np.linalg.norm(part)), 1e-12) for part in pooled])
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
