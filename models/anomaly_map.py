"""Cell scores to an anomaly map, to one number, and to regions."""

import cv2
import numpy as np

SPOT_SHARE = 0.002
LOOSE_SHARE = 0.01
LOOSE_SMOOTHING_CELLS = 1.0
SHOWN_SMOOTHING_CELLS = 1.0
MAP_SIDE_PX = 512
MAX_REGIONS = 5


def pool(scores: np.ndarray, share: float) -> float:
    """Mean of the worst share of the scores (N,), at least one: steadier than the one worst, still local."""
    worst = max(1, round(share * scores.size))
    return float(np.partition(scores, scores.size - worst)[-worst:].mean())


def smooth(scores: np.ndarray, cells: float) -> np.ndarray:
    """The map (h, w) with single-cell noise averaged out."""
    return cv2.GaussianBlur(scores, (0, 0), cells, borderType=cv2.BORDER_REPLICATE)


def smooth_cells(values: np.ndarray, judged: np.ndarray, cells: float) -> np.ndarray:
    """Values (P,) at the judged cells of a grid (h, w) bool, averaged with those of judged neighbours."""
    grid = np.zeros(judged.shape, np.float32)
    grid[judged] = values
    weight = cv2.GaussianBlur(judged.astype(np.float32), (0, 0), cells)
    blurred = cv2.GaussianBlur(grid, (0, 0), cells)
    return (blurred[judged] / np.maximum(weight[judged], 1e-6)).astype(np.float32)


def map_on_photo(
    deviation: np.ndarray, view_to_photo: np.ndarray, view_size: tuple[int, int], photo_size: tuple[int, int]
) -> np.ndarray:
    """A map (h, w) of the view laid over the photo, float32, its longer side MAP_SIDE_PX; 0 outside the view.

    Args:
        view_to_photo: (3, 3), from view pixels to photo pixels.  view_size, photo_size: (width, height) in px.
    """
    rows, columns = deviation.shape
    scale = MAP_SIDE_PX / max(photo_size)
    size = tuple(max(1, round(side * scale)) for side in photo_size)
    cell_x, cell_y = view_size[0] / columns, view_size[1] / rows
    from_cell = np.array([[cell_x, 0, (cell_x - 1) / 2], [0, cell_y, (cell_y - 1) / 2], [0, 0, 1]])
    matrix = np.diag([scale, scale, 1.0]) @ view_to_photo @ from_cell
    shown = smooth(deviation.astype(np.float32), SHOWN_SMOOTHING_CELLS)
    return cv2.warpPerspective(shown, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)


def find_regions(photo_map: np.ndarray, level: float) -> list[tuple[tuple[float, float, float, float], float]]:
    """Places of a map (h, w) above a level, worst first: boxes (x, y, width, height) in fractions, and peaks."""
    height, width = photo_map.shape
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((photo_map > level).astype(np.uint8))
    found = []
    for label in range(1, count):
        x, y, box_width, box_height = (int(value) for value in boxes[label][:4])
        part = (slice(y, y + box_height), slice(x, x + box_width))
        peak = float(photo_map[part][labels[part] == label].max())
        found.append(((x / width, y / height, box_width / width, box_height / height), peak))
    return sorted(found, key=lambda region: -region[1])[:MAX_REGIONS]
