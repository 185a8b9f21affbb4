"""Distance of each patch to the nearest patch of the references."""

import numpy as np

CHUNK_ROWS = 1024


def nearest_distances(patches: np.ndarray, bank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Euclidean distance to the nearest row of the bank, and its index.

    Args:
        patches: (N, D) float32.  bank: (M, D) float32.
    Returns:
        distances (N,) float32, indices (N,) int64. Memory is bounded: CHUNK_ROWS x M at a time.
    """
    bank_norms = np.einsum("md,md->m", bank, bank)
    distances = np.empty(len(patches), dtype=np.float32)
    indices = np.empty(len(patches), dtype=np.int64)
    for start in range(0, len(patches), CHUNK_ROWS):
        rows = patches[start : start + CHUNK_ROWS]
        squared = bank_norms - 2.0 * (rows @ bank.T)  # (rows, M), short of the rows' own norms
        nearest = squared.argmin(axis=1)
        least = squared[np.arange(len(rows)), nearest] + np.einsum("nd,nd->n", rows, rows)
        distances[start : start + len(rows)] = np.sqrt(np.maximum(least, 0.0))
        indices[start : start + len(rows)] = nearest
    return distances, indices
