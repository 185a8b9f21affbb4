"""The part of a photo that a designer drew around the piece, where the piece cannot be found on its own.

Nothing outside it is ever looked at: photos are cut to it before anything is measured, references and inspected
photos alike, so that no mark beside it can change a verdict. Inside it all is judged, as if it were the whole photo.

A region is (x, y, width, height) in fractions of the upright photo, from its upper left corner.
"""

import math
from dataclasses import replace

import cv2
import numpy as np

from models.anomaly_map import MAP_SIDE_PX
from models.errors import InvalidRegion
from models.inspection import Inspection, Reason, Region

LEAST_SIDE = 0.1
Box = tuple[float, float, float, float]


def check_region(region: Box) -> Box:
    """The region, as plain numbers.

    Raises: InvalidRegion: not four numbers, beyond the photo, or a side below LEAST_SIDE.
    """
    try:
        x, y, width, height = (float(value) for value in region)
    except (TypeError, ValueError) as error:
        raise InvalidRegion("A region is four numbers: x, y, width, height.") from error
    inside = x >= 0 and y >= 0 and x + width <= 1 + 1e-9 and y + height <= 1 + 1e-9
    if not (inside and width >= LEAST_SIDE and height >= LEAST_SIDE):
        raise InvalidRegion(f"A region lies within the photo, with sides of at least {LEAST_SIDE:.0%} of the photo's.")
    return x, y, width, height


def side_to_decode(min_side_px: int, region: Box | None) -> int:
    """How many pixels the photo's shorter side needs so that those of the region still have min_side_px."""
    return min_side_px if region is None else math.ceil(min_side_px / min(region[2:]))


def cut_out(picture: np.ndarray, region: Box | None) -> np.ndarray:
    """The region of a picture (H, W, 3); all of it without one."""
    if region is None:
        return picture
    x0, y0, x1, y1 = _pixels(region, picture.shape[1::-1])
    return np.ascontiguousarray(picture[y0:y1, x0:x1])


def place_on_photo(inspection: Inspection, region: Box | None, photo_size: tuple[int, int]) -> Inspection:
    """What was found on the cut-out, told in fractions of the whole photo of a size (width, height)."""
    if region is None:
        return inspection
    reasons = tuple(_place_reason(reason, region) for reason in inspection.reasons)
    found = inspection.anomaly_map
    placed = None if found is None else _place_map(found, region, photo_size)
    return replace(inspection, reasons=reasons, anomaly_map=placed)


def _place_reason(reason: Reason, region: Box) -> Reason:
    if reason.region is None:
        return reason
    x, y, width, height = region
    box = reason.region
    return replace(
        reason, region=Region(x + box.x * width, y + box.y * height, box.width * width, box.height * height)
    )


def _place_map(found: np.ndarray, region: Box, photo_size: tuple[int, int]) -> np.ndarray:
    """A map (h, w) of the region laid over the photo, its longer side MAP_SIDE_PX; 0 outside."""
    scale = MAP_SIDE_PX / max(photo_size)
    whole = np.zeros(tuple(max(1, round(side * scale)) for side in reversed(photo_size)), np.float32)
    x0, y0, x1, y1 = _pixels(region, whole.shape[::-1])
    whole[y0:y1, x0:x1] = cv2.resize(found, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    return whole


def _pixels(region: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of a region of a picture of a size (width, height), one pixel at least."""
    x, y, width, height = region
    x0, y0 = min(round(x * size[0]), size[0] - 1), min(round(y * size[1]), size[1] - 1)
    x1, y1 = max(round((x + width) * size[0]), x0 + 1), max(round((y + height) * size[1]), y0 + 1)
    return x0, y0, min(x1, size[0]), min(y1, size[1])
