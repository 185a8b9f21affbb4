"""One photo, brought to a standard's view and measured there; used alike to fit and to inspect."""

from dataclasses import dataclass

import numpy as np

from models.anomaly_map import LOOSE_SHARE, LOOSE_SMOOTHING_CELLS, SPOT_SHARE, pool, smooth_cells
from models.embedding import embed_patches
from models.light import differ_in_table, find_gain, hide_table, remove_gain
from models.surface import LooseModel, SpotModel
from models.view import Framed, View

CALM_SHARE, CALM_OFFSET = 0.25, 0.5
OTHER_TABLE = 0.25  # in log levels: lamps and shadows make 0.15 at most


@dataclass(frozen=True)
class Surface:
    """The map (h, w) of cell scores >= 0, 0 where nothing is judged; their pooled worst; likeness -1..1.

    Likeness is the correlation of the photo's embeddings with those they are compared with. It asks whether this
    is the same kind of thing at all, so it must not grow stricter where the references happen to be very alike.
    """

    scores: np.ndarray
    anomaly_score: float
    likeness: float


def embed_view(framed: Framed, view: View, common: np.ndarray, judged: np.ndarray) -> list[np.ndarray]:
    """Embeddings at the judged cells: wide (P, 168) and fine (P, 192), or wide alone in a loose view."""
    rgb = remove_gain(framed.rgb, find_gain(framed.rgb, common, judged))
    if framed.opacity is not None:
        rgb = hide_table(rgb, framed.opacity, common)
    wide, fine = embed_patches(rgb)
    return [wide[judged], fine[judged]] if view.is_registered else [wide[judged]]


def find_unsure(framed: Framed, view: View, common: np.ndarray) -> np.ndarray | None:
    """The cells (h, w) bool at the rim, where a table unlike the references' shows through; None on their own table.

    The outline is registered to a pixel or two, so on another table a sliver of it is seen where the references show
    piece, or the other way round. What the rim lacks or has too much is for the silhouette to say (models.shape).
    """
    if view.opacity is None or differ_in_table(framed.rgb, common, view.opacity, view.judged) < OTHER_TABLE:
        return None
    return view.judged & ~view.inner


def measure_spots(
    models: tuple[SpotModel, ...], patches: list[np.ndarray], judged: np.ndarray, unsure: np.ndarray | None = None
) -> Surface:
    """The surface in a registered view: mean over the kinds of embedding.

    Args:
        unsure: cells (h, w) bool that say nothing about this photo: see `find_unsure`.

    A piece that is a little unlike the references all over (bolder rings, another grain) is judged a little more
    mildly: what its calmest quarter shows is not a defect of a place.
    """
    pairs = zip(models, patches, strict=True)
    deviation = np.mean([model.measure(rows) for model, rows in pairs], axis=0)  # (P,)
    positive = np.logaddexp(0.0, deviation).astype(np.float32)  # softplus: no piece is better than like all others
    positive /= np.sqrt(CALM_OFFSET + np.quantile(positive, CALM_SHARE)).astype(np.float32)
    if unsure is not None:
        positive[unsure[judged]] = 0
    scores = np.zeros(judged.shape, np.float32)
    scores[judged] = positive
    return Surface(scores, pool(positive, SPOT_SHARE), correlate(patches[0], models[0].mean))


def measure_loose(model: LooseModel, patches: list[np.ndarray], judged: np.ndarray) -> Surface:
    """The surface in a loose view."""
    distances, nearest = model.measure(patches[0])
    smoothed = smooth_cells(distances, judged, LOOSE_SMOOTHING_CELLS)
    scores = np.zeros(judged.shape, np.float32)
    scores[judged] = smoothed
    return Surface(scores, pool(smoothed, LOOSE_SHARE), correlate(patches[0], model.bank[nearest]))


def correlate(patches: np.ndarray, compared: np.ndarray) -> float:
    """Correlation -1..1 of embeddings (P, D) with others, each channel less its mean in the others."""
    centre = compared.mean(axis=0)
    ours, theirs = patches - centre, compared - centre
    scale = np.sqrt(float((ours * ours).sum()) * float((theirs * theirs).sum()))
    return float((ours * theirs).sum()) / max(scale, 1e-12)
