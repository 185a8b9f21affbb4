"""The silhouette of a registered piece against the references': where it lacks something, has more, or is bent.

The outline is laid on the photo's piece as freely as a camera's place allows (models.outline_motion); what is left
at each point is measured against the references' own median and spread there, averaged over windows of several
lengths along the outline. How the piece had to be stretched for that is measured too: a camera looks from a little
higher or lower, as it did at the references, but it makes no oval of a disc.

A deviation of 1.0 is the limit. What the references hold still is allowed NARROW_FLOOR of the piece's size over a
short window all the same, one or two pixels of the sketch: cutting a piece from its table is no more exact. On
another table than the references', and where a photo's edge is rougher than theirs, more is allowed. Where the
references do not agree on an edge, nothing is judged.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.calibration import MAD_TO_SIGMA, fit_limit
from models.outline import (
    POINTS,
    Edges,
    Outline,
    Rim,
    draw_outline,
    find_edges,
    find_sharp_edges,
    median_round,
    sample_profiles,
    smooth_round,
    start_outline,
)
from models.outline_motion import find_stretch, fit_motion, follow, motion_along_normals

WINDOWS = (4, 8, 16, 32)  # points of POINTS
NARROW_FLOOR, WIDE_FLOOR = 0.010, 0.005  # shares of the piece's size
SPREADS = 3.0  # of the references at a point, that a piece may differ by
STRETCH_FLOOR = 0.05  # half the logarithm of length over width: a tenth longer, or a camera held a little lower
LEAST_SEEN, MOST_SPREAD = 0.75, 0.02
LEAST_JUDGED = 0.25  # of the outline; below it the silhouette is not measured
SHARP_ROUNDS, ROUNDS = 3, 3
OTHER_TABLE_FROM, OTHER_TABLE_SPREADS, OTHER_TABLE_FACTOR = 8.0, 3.0, 4.0
ROUGH_RATIO, ROUGH_FLOOR = 1.5, 0.0005
LEAST_HELD_OUT = 0.05  # keeps the logarithms of the limit's rule sane where an outline is drawn by a machine
LEAST_OVERLAP = 1 / 3  # of a window that must be seen for its mean to count in full


@dataclass(frozen=True, eq=False)
class Deviations:
    """Signed deviations (W, N), 1.0 the limit; where each point is expected and found in the view, (N, 2) px.

    stretch: deviation of the whole outline's proportions.
    """

    signed: np.ndarray
    expected: np.ndarray
    found: np.ndarray
    size_px: float
    stretch: float

    @property
    def deviation(self) -> float:
        return max(self.stretch, float(np.abs(self.signed).max()))


@dataclass(frozen=True, eq=False)
class Habit:
    """How references lie about an outline: median (N,), tolerances (W, N) in view px, which points can be judged."""

    usual: np.ndarray
    tolerance: np.ndarray
    judged: np.ndarray

    def measure(self, outline: Outline, rest: np.ndarray, widening: float = 1.0, floor: float = 1.0) -> np.ndarray:
        """Signed deviations (W, N) of displacements (N,) in view px, 1.0 where a window's tolerance ends."""
        rest = np.where(self.judged, rest - self.usual, np.nan)
        rest = rest - motion_along_normals(outline) @ fit_motion(outline, rest)
        allowed = np.hypot(self.tolerance, _floors(outline.size_px) * floor)
        return _pool(rest) / (allowed * widening)


@dataclass(frozen=True, eq=False)
class Stretch:
    """How references are stretched, as cameras saw them: median (2,) and tolerance (2,), models.outline_motion."""

    usual: np.ndarray
    tolerance: np.ndarray

    def measure(self, stretch: np.ndarray, floor: float = 1.0) -> float:
        """The deviation of a stretch (2,), 1.0 where the tolerance ends."""
        return float((np.abs(stretch - self.usual) / np.hypot(self.tolerance, STRETCH_FLOOR * floor)).max())


@dataclass(frozen=True, eq=False)
class OutlineShape:
    """The references' outline and rim, how they lie about it, their roughness in view px, and the limit."""

    outline: Outline
    rim: Rim
    habit: Habit
    stretch: Stretch
    roughness: float
    table_spread: float
    limit: float

    def scaled(self, factor: float) -> "OutlineShape":
        """The same with a limit so many times as high."""
        return replace(self, limit=self.limit * factor)

    def measure(self, soft: np.ndarray, gain: np.ndarray, matrix: np.ndarray) -> Deviations:
        """The silhouette in a softened view (H, W, 3) uint8 under a light's gain; matrix from view to photo px."""
        habit = self.habit
        followed = follow(soft, gain, self.outline, self.rim, habit.usual, habit.judged)
        rough = _roughness(np.where(habit.judged, followed.rest, np.nan))
        widening = max(1.0, rough / (ROUGH_RATIO * self.roughness + ROUGH_FLOOR * self.outline.size_px))
        table = _table_difference(followed.edges.table, self.rim.table)
        is_other_table = table > max(OTHER_TABLE_FROM, OTHER_TABLE_SPREADS * self.table_spread)
        floor = OTHER_TABLE_FACTOR if is_other_table else 1.0
        deviations = habit.measure(self.outline, followed.rest + habit.usual, widening, floor)
        stretch = self.stretch.measure(find_stretch(matrix, followed.motion, self.outline), floor)
        at = followed.outline
        reach = np.nan_to_num(followed.edges.displacement)[:, None] * at.normals
        return Deviations(deviations / self.limit, at.points, at.points + reach, at.size_px, stretch / self.limit)


def fit_outline_shape(
    soft: list[np.ndarray], gains: list[np.ndarray], matrices: list[np.ndarray], likelihood: np.ndarray
) -> tuple[OutlineShape, np.ndarray] | None:
    """An OutlineShape and the references' held-out deviations (K,); None where they show no common outline.

    Args:
        soft: the references' softened views, (H, W, 3) uint8.  gains: their light, models.light.find_gain.
        matrices: from view to photo pixels, (3, 3).  likelihood: where the piece is in the view, (H, W) float32 0..1.
    """
    start = start_outline(likelihood)
    if start is None:
        return None
    views = list(zip(soft, gains, strict=True))
    outline, rim = _settle(views, _sharpen(views, start))
    everywhere, nothing = np.ones(POINTS, bool), np.zeros(POINTS)
    followed = [follow(*view, outline, rim, nothing, everywhere) for view in views]
    rests = np.stack([each.rest for each in followed])  # (K, N)
    habit = _summarise(rests, outline.size_px)
    if habit.judged.mean() < LEAST_JUDGED:
        return None
    stretches = np.stack([
        find_stretch(matrix, each.motion, outline) for matrix, each in zip(matrices, followed, strict=True)
    ])  # (K, 2)  # fmt: skip
    held_out = np.array([_hold_out(rests, stretches, index, outline) for index in range(len(rests))])
    limit = max(1.0, fit_limit(held_out).value)
    roughness = np.median([_roughness(np.where(habit.judged, rest - habit.usual, np.nan)) for rest in rests])
    tables = np.median([_table_difference(each.edges.table, rim.table) for each in followed])
    stretch = _summarise_stretch(stretches)
    return OutlineShape(outline, rim, habit, stretch, float(roughness), float(tables), limit), held_out / limit


def _sharpen(views: list, outline: Outline) -> Outline:
    """Moves the outline to the nearest sharp change: off the rim of a shadow, which is soft, onto the piece."""
    for _ in range(SHARP_ROUNDS):
        found = np.stack([find_sharp_edges(sample_profiles(view, outline, gain), outline) for view, gain in views])
        outline = _move(outline, found)
    return outline


def _settle(views: list, outline: Outline) -> tuple[Outline, Rim]:
    """The outline in the middle of the references' edges, and what their rim looks like there."""
    rim = None
    for turn in range(ROUNDS):
        edges = [find_edges(sample_profiles(view, outline, gain), outline, rim) for view, gain in views]
        rim = _summarise_rim(edges)
        if turn < ROUNDS - 1:
            outline = _move(outline, np.stack([each.displacement for each in edges]))
    return outline, rim


def _move(outline: Outline, displacements: np.ndarray) -> Outline:
    """The outline moved by the median of displacements (K, N), where most references have one."""
    known = np.isfinite(displacements).mean(axis=0) > 0.5
    if not known.any():
        return outline
    at, where = np.flatnonzero(known), np.arange(POINTS)
    middle = np.nanmedian(displacements[:, known], axis=0)
    middle = np.interp(where, np.concatenate([at - POINTS, at, at + POINTS]), np.tile(middle, 3))
    middle = smooth_round(median_round(middle, 2), 1.0)
    return draw_outline(outline.points + middle[:, None] * outline.normals, outline.size_px)


def _summarise_rim(edges: list[Edges]) -> Rim:
    rims = np.stack([each.rim for each in edges])  # (K, N, 3)
    colour = np.median(rims, axis=0)
    spread = MAD_TO_SIGMA * np.median(np.linalg.norm(rims - colour, axis=-1), axis=0)
    strength = smooth_round(np.median([each.strength for each in edges], axis=0), 2.0)
    table = np.median([each.table for each in edges], axis=0)
    return Rim(np.maximum(strength, 1e-3), colour, smooth_round(spread, 2.0), table)


def _summarise(rests: np.ndarray, size_px: float) -> Habit:
    """The habit of references' displacements (K, N)."""
    seen = np.isfinite(rests)
    usual = np.zeros(POINTS)
    known = seen.any(axis=0)
    usual[known] = np.nanmedian(rests[:, known], axis=0)
    pooled = np.stack([_pool(rest - usual) for rest in rests])  # (K, W, N)
    variance = (pooled**2).sum(axis=0) / (len(rests) - 1)
    tolerance = SPREADS * np.sqrt(np.maximum(smooth_round(variance.T, 3.0).T, 0))
    judged = (seen.mean(axis=0) >= LEAST_SEEN) & (tolerance[0] < SPREADS * MOST_SPREAD * size_px)
    return Habit(usual, tolerance, judged)


def _summarise_stretch(stretches: np.ndarray) -> Stretch:
    """Of references (K, 2)."""
    return Stretch(np.median(stretches, axis=0), SPREADS * stretches.std(axis=0, ddof=1))


def _hold_out(rests: np.ndarray, stretches: np.ndarray, index: int, outline: Outline) -> float:
    habit = _summarise(np.delete(rests, index, axis=0), outline.size_px)
    along = float(np.abs(habit.measure(outline, rests[index])).max())
    return max(along, _summarise_stretch(np.delete(stretches, index, axis=0)).measure(stretches[index]), LEAST_HELD_OUT)


def _floors(size_px: float) -> np.ndarray:
    """The least tolerance (W, 1) in view px: noise averages out over longer windows."""
    shares = [max(NARROW_FLOOR * (WINDOWS[0] / window) ** 0.5, WIDE_FLOOR) for window in WINDOWS]
    return np.array(shares)[:, None] * size_px


def _pool(rest: np.ndarray) -> np.ndarray:
    """Means (W, N) of displacements (N,) over windows round the outline; a NaN is no evidence."""
    known = np.isfinite(rest)
    both = np.fft.rfft(np.stack([np.where(known, rest, 0.0), known.astype(float)]))  # (2, F)
    means = []
    for window in WINDOWS:
        kernel = np.roll(np.repeat([1.0 / window, 0.0], [window, POINTS - window]), -(window // 2))
        total, share = np.fft.irfft(both * np.fft.rfft(kernel).conj(), POINTS)
        means.append(total / np.maximum(share, LEAST_OVERLAP))
    return np.stack(means)


def _roughness(rest: np.ndarray) -> float:
    """How unlike neighbouring points lie, in view px: what the edge's finding is sure to."""
    steps = np.abs(np.diff(rest))
    return float(np.nanquantile(steps, 0.75)) if np.isfinite(steps).any() else 0.0


def _table_difference(table: np.ndarray, usual: np.ndarray) -> float:
    """Median CIELAB distance of two tables' colours (N, 3) round the piece."""
    return float(np.median(np.linalg.norm(table - usual, axis=1)))
