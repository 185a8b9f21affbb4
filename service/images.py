"""Derivatives of stored images: WebP at fixed widths, made on demand and kept in a folder that may be emptied.

A derivative is named after its original's SHA-256 and its width, so it never goes stale. It holds pixels alone:
the decoder has dropped EXIF, GPS and thumbnails.
"""

from __future__ import annotations

import io
import logging
import os
import re
import threading
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from models import image
from service.storage import ImageStore

log = logging.getLogger(__name__)

WIDTHS_PX = (96, 320, 480, 640, 960, 1600)
QUALITY = 80
# A 50-megapixel HEIC takes 150 MB while it is decoded; more threads than these wait for their turn.
_decoding = threading.BoundedSemaphore(2)


class Derivatives:
    """Small copies of the images of one store, kept under `folder`."""

    def __init__(self, images: ImageStore, folder: Path) -> None:
        self._images = images
        self._folder = folder

    def get(self, key: str, width_px: int) -> bytes:
        """The image at one of WIDTHS_PX, or as wide as it is where that is less; WebP.

        Raises: ImageNotFound, StorageUnavailable, models.errors.UnreadableImage.
        """
        path = self._path(key, f"{width_px}.webp")
        try:
            return path.read_bytes()
        except OSError:
            return self._make(key, width_px)

    def colour(self, key: str) -> str | None:
        """The mean colour of an image as #rrggbb, if a derivative of it was ever made here."""
        return _read_colour(self._path(key, "colour"))

    def _make(self, key: str, width_px: int) -> bytes:
        data = self._images.get(key)
        with _decoding:
            pixels = scale(data, width_px)
        webp = encode_webp(pixels)
        self._keep(key, "colour", mean_colour(pixels).encode())
        self._keep(key, f"{width_px}.webp", webp)
        return webp

    def _path(self, key: str, ending: str) -> Path:
        return self._folder / key[:2] / f"{key}-{ending}"

    def _keep(self, key: str, ending: str, data: bytes) -> None:
        """Write whole or not at all. A folder that takes no more costs time, not the picture."""
        path = self._path(key, ending)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(data)
            temporary.replace(path)
        except OSError as error:
            log.warning("a derivative cannot be kept: %s", error.strerror)


def scale(data: bytes, width_px: int) -> np.ndarray:
    """Photo bytes to (H, W, 3) uint8 RGB, upright, `width_px` wide but never wider than the photo.

    Raises: models.errors.UnreadableImage.
    """
    info = image.read_info(data)
    width_px = min(width_px, info.width_px)
    height_px = max(1, round(info.height_px * width_px / info.width_px))
    # Twice the size wanted: the scaled decode is coarse, the last halving makes it smooth.
    pixels = image.decode(data, min_side_px=2 * min(width_px, height_px))
    if pixels.shape[1] == width_px:
        return pixels
    return cv2.resize(pixels, (width_px, height_px), interpolation=cv2.INTER_AREA)  # (height_px, width_px, 3)


def encode_webp(pixels: np.ndarray) -> bytes:
    """(H, W, 3) uint8 RGB to WebP."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "WEBP", quality=QUALITY, method=4)
    return target.getvalue()


def mean_colour(pixels: np.ndarray) -> str:
    """(H, W, 3) uint8 RGB to #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*(round(channel) for channel in pixels.reshape(-1, 3).mean(axis=0)))


# A colour that was found is kept; one that is missing may be there the next time.
def _read_colour(path: Path) -> str | None:
    try:
        return _cached_colour(path)
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _cached_colour(path: Path) -> str | None:
    text = path.read_text()
    return text if re.fullmatch(r"#[0-9a-f]{6}", text) else None
