"""Can this photo be judged? Measured on grey levels, and compared with the references' own photos."""

from dataclasses import dataclass

import cv2
import numpy as np

MEASURED_SIDE_PX = 320
DARK_LEVEL, BRIGHT_LEVEL = 22.0, 245.0
SHARPNESS_SHARE = 0.12


@dataclass(frozen=True)
class Quality:
    """Sharpness is the variance of the Laplacian over that of the picture; brightness is 0..255."""

    sharpness: float
    brightness: float


def measure_quality(rgb: np.ndarray) -> Quality:
    """Quality of a photo (H, W, 3) uint8, brought to MEASURED_SIDE_PX so that megapixels do not matter."""
    side_px = min(rgb.shape[:2])
    scale = min(1.0, MEASURED_SIDE_PX / side_px)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    contrast = float(grey.std())
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).var()) / max(contrast**2, 1.0)
    return Quality(sharpness, float(np.median(grey)))


def find_fault(quality: Quality, least_sharpness: float, darkest: float, brightest: float) -> str | None:
    """The reason code why a photo cannot be judged, or None.

    Args:
        least_sharpness, darkest, brightest: extremes of the references, which are good photos by definition, so
            that a soft or a dark standard does not turn every photo away.
    """
    if quality.brightness < min(DARK_LEVEL, darkest / 2):
        return "too_dark"
    if quality.brightness > max(BRIGHT_LEVEL, brightest + 10):
        return "too_bright"
    if quality.sharpness < SHARPNESS_SHARE * least_sharpness:
        return "blurred"
    return None
