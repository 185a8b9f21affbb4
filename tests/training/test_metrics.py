"""The metrics against scikit-learn and against cases worked by hand."""

import numpy as np
import pytest
from scipy import ndimage
from sklearn.metrics import roc_auc_score

from training.metrics import (
    aupro,
    auroc,
    auroc_of_wins,
    choose_thresholds,
    pair_wins,
    pixel_auroc,
    pixel_curves,
)


def _smooth_maps(seed: int, count: int = 4) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Anomaly maps (60, 80) that partly show their masks; the last mask is empty."""
    rng = np.random.default_rng(seed)
    masks = [_smooth_noise(rng, 4) > 0.52 for _ in range(count - 1)] + [np.zeros((60, 80), bool)]
    maps = [(0.4 * mask + _smooth_noise(rng, 2)).astype(np.float32) for mask in masks]
    return maps, masks


def _smooth_noise(rng: np.random.Generator, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(rng.random((60, 80)), sigma)


def _summed_curves(maps, masks) -> np.ndarray:
    thresholds = choose_thresholds(maps)
    return sum(pixel_curves(m, mask, thresholds) for m, mask in zip(maps, masks, strict=True))


def test_auroc_agrees_with_scikit_learn_also_with_ties():
    rng = np.random.default_rng(1)
    good, defective = rng.integers(0, 9, 40), rng.integers(2, 12, 25)
    expected = roc_auc_score([0] * 40 + [1] * 25, np.concatenate([good, defective]))
    assert auroc(good, defective) == pytest.approx(expected, abs=1e-12)


def test_auroc_counts_an_infinite_score_as_the_highest():
    assert auroc(np.array([1.0, 2.0]), np.array([np.inf, np.inf])) == 1.0
    assert auroc(np.array([np.inf]), np.array([np.inf])) == 0.5


def test_auroc_without_defective_photos_is_unknown():
    assert np.isnan(auroc(np.array([1.0]), np.array([])))


def test_a_photo_counted_twice_is_the_same_as_two_photos():
    good, defective = np.array([1.0, 3.0, 4.0]), np.array([2.0, 5.0])
    weighted = auroc_of_wins(pair_wins(good, defective), np.array([[2.0, 0, 1]]), np.array([[1.0, 3]]))
    assert weighted[0] == pytest.approx(auroc(np.array([1, 1, 4.0]), np.array([2, 5, 5, 5.0])))


def test_pixel_auroc_agrees_with_scikit_learn():
    maps, masks = _smooth_maps(seed=2)
    expected = roc_auc_score(np.ravel(masks), np.ravel(maps))
    assert pixel_auroc(_summed_curves(maps, masks)) == pytest.approx(expected, abs=2e-4)


def test_aupro_agrees_with_its_definition_at_every_threshold():
    maps, masks = _smooth_maps(seed=3)
    assert aupro(_summed_curves(maps, masks)) == pytest.approx(_slow_aupro(maps, masks, 0.3), abs=1e-3)


def _slow_aupro(maps, masks, limit: float) -> float:
    """The definition word by word: at each threshold the mean overlap of all regions."""
    regions = [
        (m[labels == i])
        for m, mask in zip(maps, masks, strict=True)
        for labels, n in [ndimage.label(mask, np.ones((3, 3)))]
        for i in range(1, n + 1)
    ]
    normal = np.concatenate([m[~mask] for m, mask in zip(maps, masks, strict=True)])
    levels = np.unique(np.concatenate([m.ravel() for m in maps]))[::-4]
    x = np.array([0, *(np.mean(normal >= level) for level in levels)])
    y = np.array([0, *(np.mean([np.mean(r >= level) for r in regions]) for level in levels)])
    grid = np.linspace(0, limit, 4001)
    return float(np.trapezoid(np.interp(grid, x, y), grid) / limit)


def test_aupro_weighs_a_small_defect_like_a_large_one():
    mask = np.zeros((10, 10), bool)
    mask[0, :9] = True  # a large defect, never seen
    mask[5, 5] = True  # a small one, seen before any normal pixel
    anomaly_map = np.where(mask, 0.0, np.linspace(1, 2, 100).reshape(10, 10)).astype(np.float32)
    anomaly_map[5, 5] = 9.0
    curves = pixel_curves(anomaly_map, mask, np.unique(np.append(anomaly_map, [np.inf, -np.inf]))[::-1])
    assert aupro(curves) == pytest.approx(0.5)
    assert pixel_auroc(curves) == pytest.approx(0.1)


def test_a_perfect_map_scores_one_and_a_flat_map_a_half():
    mask = np.zeros((20, 20), bool)
    mask[4:8, 4:8] = True
    perfect = mask.astype(np.float32)
    curves = pixel_curves(perfect, mask, choose_thresholds([perfect]))
    assert (pixel_auroc(curves), aupro(curves)) == (pytest.approx(1.0), pytest.approx(1.0))
    flat = np.ones((20, 20), np.float32)
    assert pixel_auroc(pixel_curves(flat, mask, choose_thresholds([flat]))) == pytest.approx(0.5)


def test_a_small_map_is_stretched_over_the_mask():
    mask = np.zeros((40, 40), bool)
    mask[:, 20:] = True
    small = np.array([[0.0, 0.0, 1.0, 1.0]] * 4, np.float32)
    curves = pixel_curves(small, mask, choose_thresholds([small]))
    assert curves[:, -1].tolist() == [800, 800, 1]
    assert pixel_auroc(curves) == pytest.approx(1.0)


def test_without_defective_pixels_the_pixel_metrics_are_unknown():
    flat = np.random.default_rng(0).random((8, 8)).astype(np.float32)
    curves = pixel_curves(flat, np.zeros((8, 8), bool), choose_thresholds([flat]))
    assert np.isnan(pixel_auroc(curves))
    assert np.isnan(aupro(curves))
