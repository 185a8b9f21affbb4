"""How well anomaly scores tell defective photos and pixels from good ones.

Everything takes how often each photo counts, so that a bootstrap resample of the photos is one more row
of `counts` and not one more pass over the pixels.
"""

import cv2
import numpy as np

AUPRO_FPR_LIMIT = 0.3  # Bergmann et al. (2021), doi:10.1007/s11263-020-01400-4, section 4.3


def auroc(good: np.ndarray, defective: np.ndarray) -> float:
    """Area under the ROC curve of anomaly scores; NaN where one side is empty.

    Args:
        good, defective: anomaly scores (G,), (D,), higher is more anomalous; infinities allowed.
    Returns:
        The share of pairs in which the defective photo scores higher, ties counting half.
    """
    wins = pair_wins(good, defective)
    return float(auroc_of_wins(wins, np.ones((1, len(wins))), np.ones((1, wins.shape[1])))[0])


def pair_wins(good: np.ndarray, defective: np.ndarray) -> np.ndarray:
    """1 where the defective photo scores higher, 0.5 at a tie, else 0; (G, D)."""
    good, defective = np.asarray(good)[:, None], np.asarray(defective)[None, :]
    return (defective > good) + 0.5 * (defective == good)


def auroc_of_wins(wins: np.ndarray, good_counts: np.ndarray, defective_counts: np.ndarray) -> np.ndarray:
    """AUROC of resampled photos.

    Args:
        wins: of `pair_wins`, (G, D).
        good_counts, defective_counts: how often each photo counts, (R, G) and (R, D).
    Returns:
        One AUROC a resample, NaN where one side is empty, (R,).
    """
    won = np.einsum("rg,gd,rd->r", good_counts, wins, defective_counts)
    return share(won, good_counts.sum(axis=1) * defective_counts.sum(axis=1))


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, NaN where whole is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def choose_thresholds(maps: list[np.ndarray], count: int = 1000) -> np.ndarray:
    """Thresholds at which `pixel_curves` of several photos are summed.

    Args:
        maps: the anomaly maps of one standard's photos, each (h, w).
        count: half of the thresholds follow the quantiles of all pixels, half the topmost ones, where the
            few pixels lie that decide AUPRO.
    Returns:
        Falling thresholds from +inf (catches nothing) to -inf (catches all), (T,).
    """
    pixels = np.concatenate([np.ravel(anomaly_map) for anomaly_map in maps])
    evenly = np.linspace(0, 1, count // 2)
    topmost = 1 - np.logspace(-6, -0.3, count - count // 2)
    inner = np.unique(np.quantile(pixels, np.concatenate([evenly, topmost])))
    return np.concatenate([[np.inf], inner[::-1], [-np.inf]])


def pixel_curves(anomaly_map: np.ndarray, mask: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """What each threshold catches on one photo.

    Args:
        anomaly_map: (h, w), stretched over the mask if its size is another.
        mask: defective pixels, bool (H, W).
        thresholds: falling, (T,); a pixel at the threshold is caught.
    Returns:
        (3, T): caught normal pixels, caught defective pixels, and the sum over the connected defects of
        the share of each that is caught. Curves of several photos may be added up.
    """
    if anomaly_map.shape != mask.shape:
        anomaly_map = cv2.resize(anomaly_map, mask.shape[::-1], interpolation=cv2.INTER_LINEAR)
    normal = _caught(anomaly_map[~mask], thresholds)
    region_count, regions = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    defective, regional = np.zeros(len(thresholds)), np.zeros(len(thresholds))
    for region in range(1, region_count):  # 0 is what lies outside of all defects
        scores = anomaly_map[regions == region]
        caught = _caught(scores, thresholds)
        defective += caught
        regional += caught / scores.size
    return np.stack([normal, defective, regional])


def pixel_auroc(curves: np.ndarray) -> np.ndarray:
    """Area under the ROC curve of all pixels; curves (..., 3, T), result (...), NaN without defects."""
    normal, defective = curves[..., 0, :], curves[..., 1, :]
    false_rate = share(normal, normal[..., -1:])
    return np.trapezoid(share(defective, defective[..., -1:]), false_rate, axis=-1)


def aupro(curves: np.ndarray, fpr_limit: float = AUPRO_FPR_LIMIT) -> np.ndarray:
    """Area under the per-region-overlap curve up to a false positive rate, as a share of the best.

    Args:
        curves: (..., 3, T), of `pixel_curves`, summed over photos.
    Returns:
        In [0, 1], (...), NaN without defects.
    Source: Bergmann et al. (2021), doi:10.1007/s11263-020-01400-4, section 4.3.
    """
    overlap = share(curves[..., 2, :], curves[..., 2, -1:])
    false_rate = share(curves[..., 0, :], curves[..., 0, -1:])
    areas = [
        _area_up_to(fpr_limit, false_rate[index], overlap[index]) / fpr_limit
        for index in np.ndindex(overlap.shape[:-1])
    ]
    return np.array(areas).reshape(overlap.shape[:-1])


def _caught(scores: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    return scores.size - np.searchsorted(np.sort(scores), thresholds, side="left").astype(float)


def _area_up_to(limit: float, x: np.ndarray, y: np.ndarray) -> float:
    """Trapezoidal area under the rising curve (x, y) from 0 to the limit."""
    inside = x <= limit
    height_at_limit = np.interp(limit, x, y)
    return float(np.trapezoid(np.append(y[inside], height_at_limit), np.append(x[inside], limit)))
