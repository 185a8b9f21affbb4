"""Anomaly maps as pictures to lay over a photo: the stronger, the brighter and the less transparent."""

from __future__ import annotations

import cv2
import numpy as np

# In limits of the accepted: below the first nothing is drawn, at the second the ramp ends.
SHOWN_FROM = 0.75
BRIGHTEST_AT = 2.0
MOST_OPAQUE = 0.92
# inferno begins in black, which on a photo reads as dirt; its first quarter is left out.
RAMP_FROM = 0.25


def overlay_png(anomaly_map: np.ndarray) -> bytes:
    """An anomaly map (h, w), 1.0 at the limit of what is accepted, as an RGBA PNG over the whole upright photo."""
    strength = np.clip((anomaly_map - SHOWN_FROM) / (BRIGHTEST_AT - SHOWN_FROM), 0.0, 1.0)  # (h, w)
    ramp = np.rint(255 * (RAMP_FROM + (1 - RAMP_FROM) * strength)).astype(np.uint8)
    colours = cv2.applyColorMap(ramp, cv2.COLORMAP_INFERNO)  # (h, w, 3) BGR
    # A little more than linear: what is beyond the limit is seen at once, what is below stays a breath.
    alpha = np.rint(255 * MOST_OPAQUE * strength**0.7).astype(np.uint8)
    picture = np.dstack([colours, alpha])  # (h, w, 4) BGRA
    return cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 6])[1].tobytes()


def ramp_stops(count: int = 9) -> list[tuple[int, str]]:
    """(percent, "#RRGGBB") of the ramp's legend, from SHOWN_FROM to BRIGHTEST_AT."""
    places = np.linspace(0, 1, count)
    levels = np.rint(255 * (RAMP_FROM + (1 - RAMP_FROM) * places)).astype(np.uint8)
    colours = cv2.applyColorMap(levels[None], cv2.COLORMAP_INFERNO)[0]  # (count, 3) BGR
    return [
        (round(100 * place), f"#{red:02X}{green:02X}{blue:02X}")
        for place, (blue, green, red) in zip(places, colours, strict=True)
    ]
