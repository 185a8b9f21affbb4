"""How far each cell of a photo is from the references: two models with one face.

`SpotModel`, for registered views. At each spot the references have a mean embedding; what is left of each one,
the residual, is whitened with the covariance of all residuals together (one for the whole piece: enough samples
even with 8 references). The whitened length is then measured against the references' own at that spot: a rim
that always varies is forgiven, a smooth middle is not. Two kinds of embedding are averaged. Copies of the
references (models.lessons) say what else a good photo may show, and in which directions defects lie: those count
for more, by the root of how far painted defects reach into them.

`LooseModel`, for views that do not register: distance to the nearest patch of a memory bank (PatchCore).

Both give, for a photo, a map (h, w) float32 without unit, larger is worse.
"""

from dataclasses import dataclass

import numpy as np

from models.anomaly_map import smooth_cells
from models.coreset import select_coreset
from models.memory_bank import nearest_distances

SHRINKAGE = 0.1  # added to the covariance, as a share of its mean variance
SPREAD_FLOOR = 0.3  # least spread at a spot, as a share of the median over spots
SMOOTHING_CELLS = 1.0
MOST_COVARIANCE_ROWS = 6_000
DEFECT_POWER = 0.5  # of a direction's share in painted defects; 1 rejects more good pieces
LEAST_DEFECT_ROWS = 50
DEFECT_FLOOR = 0.05  # least share of a direction, of the mean
BANK_SIZE = 3000
EDGE_CELLS = 2


@dataclass(frozen=True, eq=False)
class Lessons:
    """What copies of the references teach (models.lessons), for one kind of embedding.

    Varied copies (V, P, D) and whose they are (V,). What defects look like: embeddings (N, D), at which of the P
    cells (N,), and whose (N,).
    """

    varied: np.ndarray
    varied_owners: np.ndarray
    spoiled: np.ndarray
    cells: np.ndarray
    spoiled_owners: np.ndarray

    def of(self, kept: np.ndarray) -> "Lessons":
        """Those of the references kept, (K,) bool."""
        varied, spoiled = kept[self.varied_owners], kept[self.spoiled_owners]
        return Lessons(
            self.varied[varied], self.varied_owners[varied],
            self.spoiled[spoiled], self.cells[spoiled], self.spoiled_owners[spoiled],
        )  # fmt: skip


@dataclass(frozen=True)
class SpotModel:
    """One kind of embedding; P judged cells, D channels."""

    mean: np.ndarray  # (P, D) float32
    whitening: np.ndarray  # (D, D) float32
    typical: np.ndarray  # (P,) float32, the references' own whitened length
    spread: np.ndarray  # (P,) float32

    def measure(self, patches: np.ndarray) -> np.ndarray:
        """Deviations (P,) of patches (P, D), in spreads of the references at each spot."""
        return (_lengths(patches - self.mean, self.whitening) - self.typical) / self.spread


def fit_spots(references: np.ndarray, judged: np.ndarray, lessons: Lessons | None = None) -> SpotModel:
    """A SpotModel of embeddings (K, P, D) at the judged cells of a grid (h, w) bool."""
    count = len(references)
    mean = references.mean(axis=0)
    apart = np.float32(count / (count - 1))  # makes of a residual what the photo is to the mean of the others
    varied = lessons.varied if lessons else references[:0]
    whitening = _fit_whitening(_draw_residuals(references, varied, mean, apart))
    if lessons:
        whitening = _turn_to_defects(whitening, lessons.spoiled - mean[lessons.cells])
    own = np.stack([_lengths((patches - mean) * apart, whitening) for patches in references])  # (K, P)
    typical = smooth_cells(own.mean(axis=0), judged, SMOOTHING_CELLS)
    spread = smooth_cells(own.std(axis=0), judged, SMOOTHING_CELLS)
    spread = np.hypot(spread, SPREAD_FLOOR * np.median(spread)) + 1e-6
    return SpotModel(mean, whitening, typical, spread.astype(np.float32))


def _draw_residuals(references: np.ndarray, varied: np.ndarray, mean: np.ndarray, apart: np.float32) -> np.ndarray:
    """Every so many-th residual (N, D), about MOST_COVARIANCE_ROWS, of references (K, P, D) and varied ones (V, P, D).

    Only those are computed: all of them would be the largest array of a fit.
    """
    cells, channels = mean.shape
    step = max(1, (len(references) + len(varied)) * cells // MOST_COVARIANCE_ROWS)
    chosen = np.arange(0, (len(references) + len(varied)) * cells, step)
    of_references = chosen[chosen < len(references) * cells]
    of_varied = chosen[len(of_references) :] - len(references) * cells
    return np.concatenate([
        (references.reshape(-1, channels)[of_references] - mean[of_references % cells]) * apart,
        varied.reshape(-1, channels)[of_varied] - mean[of_varied % cells],
    ])  # fmt: skip


def _fit_whitening(rows: np.ndarray) -> np.ndarray:
    covariance = (rows.T @ rows / len(rows)).astype(np.float64)
    covariance += SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance)) + 1e-9
    values, vectors = np.linalg.eigh(covariance)
    return (vectors / np.sqrt(np.maximum(values, 1e-9))).astype(np.float32)  # (D, D), columns whiten


def _turn_to_defects(whitening: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """The whitening (D, D) with directions weighed by how far defects' residuals (N, D) reach into them."""
    if len(residuals) < LEAST_DEFECT_ROWS:
        return whitening
    white = residuals @ whitening
    covariance = (white.T @ white / len(white)).astype(np.float64)
    mean_variance = np.trace(covariance) / len(covariance)
    values, vectors = np.linalg.eigh(covariance + DEFECT_FLOOR * mean_variance * np.eye(len(covariance)))
    weights = (values / values.mean()) ** (DEFECT_POWER / 2)
    return whitening @ (vectors * weights).astype(np.float32)


def _lengths(residuals: np.ndarray, whitening: np.ndarray) -> np.ndarray:
    """Root mean square (P,) of whitened residuals (P, D)."""
    white = residuals @ whitening
    return np.sqrt(np.einsum("pd,pd->p", white, white) / white.shape[-1])


@dataclass(frozen=True)
class LooseModel:
    """A memory bank (M, D) float32, whose each row is (M,) int32, and the distance usual at each cell (P,).

    The network pads what lies beyond the frame, so cells near the frame's edge are like few others and usually
    further from the bank. Left at that, they drowned the defects within: each is measured by its own habit.
    """

    bank: np.ndarray
    owners: np.ndarray
    usual: np.ndarray

    def measure(self, patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distances (P,) of patches (P, D) to the bank, in those usual at each cell; the nearest rows (P,)."""
        distances, nearest = nearest_distances(patches, self.bank)
        return distances / self.usual, nearest

    def without(self, index: int) -> "LooseModel":
        """The bank as it would be without one reference."""
        kept = self.owners != index
        return LooseModel(self.bank[kept], self.owners[kept], self.usual)


def fit_loose(references: np.ndarray, judged: np.ndarray) -> LooseModel:
    """A LooseModel of embeddings (K, P, D) at the judged cells of a grid (h, w) bool.

    The bank has an equal share of well-spread patches of every reference. What is usual is the median distance of
    each reference to the others, for the outermost cells, for the next EDGE_CELLS - 1 rings, and for all within.
    """
    count = len(references)
    chosen = [patches[select_coreset(patches, BANK_SIZE // count, seed=index)]
              for index, patches in enumerate(references)]  # fmt: skip
    owners = np.concatenate([np.full(len(rows), index, np.int32) for index, rows in enumerate(chosen)])
    usual = np.ones(references.shape[1], np.float32)
    model = LooseModel(np.concatenate(chosen), owners, usual)
    own = np.stack([model.without(index).measure(patches)[0] for index, patches in enumerate(references)])  # (K, P)
    rings = _count_rings(judged.shape)[judged]  # (P,)
    for ring in np.unique(rings):
        usual[rings == ring] = max(float(np.median(own[:, rings == ring])), 1e-6)
    return model


def _count_rings(shape: tuple[int, int]) -> np.ndarray:
    """How many cells lie between each cell and the nearest edge of a grid, (h, w), EDGE_CELLS at most."""
    rows, columns = (np.minimum(np.arange(length), np.arange(length)[::-1]) for length in shape)
    return np.minimum(np.minimum(rows[:, None], columns[None]), EDGE_CELLS)
