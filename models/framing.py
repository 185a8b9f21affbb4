"""Brings every photo to the standard's frame."""

import cv2
import numpy as np

from models.embedding import embed_patches

FRAME_AREA_PX = 320 * 320
MULTIPLE_PX = 32


def choose_frame(pictures: list[np.ndarray]) -> tuple[int, int]:
    """Height and width, multiples of 32, of about FRAME_AREA_PX in the references' median proportions."""
    aspect = float(np.median([picture.shape[0] / picture.shape[1] for picture in pictures]))
    width = np.sqrt(FRAME_AREA_PX / aspect)
    sides = (width * aspect, width)
    return tuple(max(MULTIPLE_PX, MULTIPLE_PX * round(side / MULTIPLE_PX)) for side in sides)


def embed_framed(picture: np.ndarray, frame: tuple[int, int]) -> np.ndarray:
    """Patch embeddings (h, w, D) of a picture (H, W, 3) resized to the frame (height, width)."""
    framed = cv2.resize(picture, (frame[1], frame[0]), interpolation=cv2.INTER_AREA)
    return embed_patches(framed)
