"""Greedy k-centre selection: the few patches that lie within the smallest radius of all the others.

Source: Sener & Savarese (2018), arXiv:1708.00489, as used by PatchCore, arXiv:2106.08265.
"""

import numpy as np


def select_coreset(points: np.ndarray, size: int, seed: int = 0) -> np.ndarray:
    """Indices (size,) of a greedy k-centre subset of points (N, D); all of them when N <= size."""
    count = len(points)
    if count <= size:
        return np.arange(count)
    points = np.ascontiguousarray(points, dtype=np.float32)
    squared_norms = np.einsum("nd,nd->n", points, points)  # (N,)
    chosen = np.empty(size, dtype=np.int64)
    chosen[0] = np.random.default_rng(seed).integers(count)
    nearest = np.full(count, np.inf, dtype=np.float32)
    for step in range(1, size):
        last = chosen[step - 1]
        distance = squared_norms - 2.0 * (points @ points[last]) + squared_norms[last]  # (N,), squared
        np.minimum(nearest, distance, out=nearest)
        chosen[step] = int(nearest.argmax())
    return chosen
