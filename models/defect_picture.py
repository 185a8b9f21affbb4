"""A painted defect as a picture to show: cut out with what is around it."""

import cv2
import numpy as np

from models.synthetic_defect import SyntheticDefect

SIDE_PX, JPEG_QUALITY = 320, 88
SHOWN_AROUND, LEAST_SHOWN = 2.5, 0.35  # of the defect's extent and of the piece's longer side


def crop_defect(defect: SyntheticDefect, longer_side_px: int) -> tuple[bytes, tuple[float, float, float, float]]:
    """A square JPEG, SIDE_PX a side, and the defect's box there: x, y, width, height in fractions.

    Args:
        longer_side_px: of the piece; a third of it is shown at least, so that one sees where on the piece it is.
    """
    height, width = defect.mask.shape
    rows, columns = np.nonzero(defect.mask)
    low = np.array([columns.min(), rows.min()])
    high = np.array([columns.max(), rows.max()]) + 1
    side = round(min(max(SHOWN_AROUND * float((high - low).max()), LEAST_SHOWN * longer_side_px), height, width))
    corner = np.clip((low + high - side) // 2, 0, (width - side, height - side))
    cut = defect.rgb[corner[1] : corner[1] + side, corner[0] : corner[0] + side]
    shown = cv2.resize(cut, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC if side < SIDE_PX else cv2.INTER_AREA)
    data = cv2.imencode(".jpg", shown[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
    x, y, box_width, box_height = np.concatenate([(low - corner) / side, (high - low) / side]).round(4).tolist()
    return data, (x, y, box_width, box_height)
