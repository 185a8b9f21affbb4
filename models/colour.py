"""The piece's colour against the references', by region, after white balance: CIEDE2000 with its uncertainty.

Levels are logarithms of linear light, so that a lamp is a sum, one number a channel. What a piece's levels differ
by from the references' common ones is looked at in regions of three kinds:
    the whole      the median over the piece: the lamp and a drift of all of the piece together. Only what lies
                   around the piece tells them apart (models.surround); where nothing does, it is not judged.
    each colour    of the piece's few common colours, against the whole: one dye of two
    each place     windows of PLACE_CELLS a side, against the whole: a stain, a bare patch
Without the whole, the lamp is gone. Light that falls off to one side is not: a plane of brightness is taken out.
A difference in ΔE00 is judged against what an eye just sees, what is usual in that region among the references and
what the light leaves unsure; lightness, far less certain than chroma, more mildly. Where acceptance ends is found by
holding each reference against the others, once for places and once for what is wider.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from models.calibration import COLOUR_RATE, fit_limit
from models.colour_difference import linearise_srgb
from models.colour_regions import find_colours, without_shadow
from models.embedding import CELL_PX
from models.surround import LIGHT_OFFSET, Lamp, LampModel, Surround, delta_of, fit_lamps, median_seen, relight
from models.view import View

# ΔE00 of lightness, of chroma and hue that no reference, however even, may forbid; in a small place, more is needed.
JUST_SEEN = np.array([4.0, 2.0])
JUST_SEEN_IN_PLACE = 1.5 * JUST_SEEN
WIDE_SPREADS, PLACE_SPREADS = 2.0, 3.0  # of the references' root mean square, allowed beside what is just seen
PLACE_CELLS = 3
SPREAD_SMOOTHING_CELLS = 1.0
FINE = 4  # pixels a side of a cell that are looked at
DEEP_SHADOW, BURNT = 6, 245  # sRGB levels beyond which a pixel tells no colour
LEAST_SEEN = 0.6  # share of a cell's pixels, or of a region's cells, that must tell one
MOST_HIDDEN = 0.1  # share of the references in which a cell may tell none: where highlights wander, none is judged
EDGE_CELLS = 2  # more along the outline that another table's light may reach
LEAST_CELLS = 40
LEAST_DISTANCE = 0.1
USUAL_QUANTILE, MOST_USUAL = 0.75, 0.8  # of the references' worst distances, and of the limit
LEAST_WITH_TABLE = 0.75  # share of the references in whose photo the table is seen
TABLE_DOUBT = 1.5  # of what may be another table's doing: the smaller of its and the piece's differences
UNKNOWN_LAMP = np.array([4.0, 4.0])  # ΔE00 that a phone's white balance and exposure leave of a lamp, or take away
CAMERA_ERROR = 0.5  # ΔE00 of the best measurement: noise, compression, eight bits
OTHER_TABLE = 8.0  # ΔE00 of what may be another table's doing from which the piece's edges are left out as well
FOLDS = 4  # as for the surface: held out one by one, references came out more alike than new pieces
SLOPE_ROUNDS = 3
SHOWN_SHARE = 0.7  # of the worst place's distance: what is shown as one region with it


@dataclass(frozen=True)
class Colour:
    """The worst region's ΔE00 and its uncertainty (95 %); where it is, cells (h, w) bool; deviation 1.0 at the limit.

    limit: ΔE00 at which a difference of this kind, here and under this light, would stop being accepted.
    is_wide: of the whole piece or of one of its colours, and not of a place. whole_is_judged: false where nothing
    around the piece tells a drift of all of it from another lamp; the uncertainty then contains the difference of
    the whole, which may be either.
    """

    delta_e: float
    uncertainty: float
    limit: float
    deviation: float
    cells: np.ndarray
    is_wide: bool
    whole_is_judged: bool


@dataclass(frozen=True)
class Differences:
    """ΔE00 of lightness (signed) and of chroma and hue: wide (R, 2), the whole first, and at places (h, w, 2).

    NaN where nothing is seen or judged. Doubts (2,) of the whole and of a place are what 95 % of errors keep within.
    """

    wide: np.ndarray
    whole_doubt: np.ndarray
    places: np.ndarray
    place_doubt: np.ndarray


@dataclass(frozen=True, eq=False)
class ColourModel:
    """What the references' colours have in common on a grid (h, w), with R - 1 common colours.

    common: (h, w, 3) levels. colours: (h, w) int8, which common colour, -1 where none is judged. wide_spread (R, 2),
    place_spread (h, w, 2): usual ΔE00 of lightness and chroma. usual, room: (2,), the distance that the
    worst wide region and the worst place of good pieces have, and how much more is accepted. lamps: None without a
    table.
    """

    common: np.ndarray
    colours: np.ndarray
    wide_spread: np.ndarray
    place_spread: np.ndarray
    usual: np.ndarray
    room: np.ndarray
    lamps: LampModel | None

    def measure(self, rgb: np.ndarray, surround: Surround | None) -> Colour | None:
        """The colour of a view (H, W, 3) uint8 in its surround; None where too little of the piece tells any."""
        found = compare(cell_levels(rgb), self.common, self._masks, self.lamps, surround)
        wide, places = wide_distances(found, self.wide_spread), place_distances(found, self.place_spread)
        deviations = self.deviations(np.array([_peak(wide), _peak(places)]))
        if max(_peak(wide), _peak(places)) < 0:
            return None
        kind = 0 if deviations[0] > 0 and deviations[0] >= deviations[1] else int(_peak(places) >= 0)
        if kind == 0:
            worst = int(np.nanargmax(wide))
            delta, doubt, cells, is_wide = found.wide[worst], 0.0, self._masks[worst], True
        else:
            worst = np.unravel_index(np.nanargmax(places), places.shape)
            delta, doubt, is_wide = found.places[worst], np.hypot(*found.place_doubt), False
            cells = _around(places, worst)
        unsure = float(np.linalg.norm([CAMERA_ERROR, doubt, *found.whole_doubt]))
        delta_e = float(np.hypot(*delta))
        limit = delta_e * (self.usual[kind] + self.room[kind]) / max(_peak((wide, places)[kind]), LEAST_DISTANCE / 10)
        return Colour(
            delta_e, unsure, float(limit), float(deviations.max()), cells, is_wide, bool(np.isfinite(wide[0]))
        )

    def scaled(self, factor: float) -> "ColourModel":
        """The same with limits so many times as high."""
        return replace(self, room=self.room * factor)

    def deviations(self, distances: np.ndarray) -> np.ndarray:
        """Of the worst wide region and the worst place, (..., 2): 0 for what is usual, 1.0 at the limit."""
        return np.maximum((distances - self.usual) / self.room, 0.0)

    @cached_property
    def _masks(self) -> np.ndarray:
        return wide_regions(self.colours)


def fit_colour(
    views: list[np.ndarray], view: View, surrounds: list[Surround | None]
) -> tuple[ColourModel, np.ndarray] | None:
    """The model of the references' views (K of (H, W, 3) uint8), and each one's deviation (K,) from the others.

    None where colours have no place to be compared at: a part at any angle on its table; and of a piece too small.
    """
    if view.by_piece and not view.is_registered:
        return None
    levels = np.stack([cell_levels(rgb) for rgb in views])  # (K, h, w, 3)
    lamps = _fit_lamps(surrounds)
    common = common_levels(levels, _inner(view), view.is_registered)
    inner = _inner(view) & np.isfinite(common[..., 0])
    if lamps:
        inner = without_shadow(inner, common, np.nanmedian(lamps.table, axis=0))
    if inner.sum() < LEAST_CELLS:
        return None
    common = np.nan_to_num(common).astype(np.float16).astype(np.float32)
    colours = find_colours(common, inner)
    held_out = _hold_out(levels, surrounds, wide_regions(colours), view.is_registered)
    wide, places = np.stack([each.wide for each in held_out]), np.stack([each.places for each in held_out])
    folds, distances = _folds(len(views)), np.zeros((len(views), 2))
    for index, each in enumerate(held_out):
        others = folds != folds[index]
        distances[index] = (
            _peak(wide_distances(each, _wide_spread(wide[others]))),
            _peak(place_distances(each, _place_spread(places[others], view.is_registered))),
        )
    limits = [max(1.0, fit_limit(np.maximum(each, LEAST_DISTANCE), COLOUR_RATE / 2).value) for each in distances.T]
    usual = np.minimum(np.quantile(distances, USUAL_QUANTILE, axis=0), MOST_USUAL * np.array(limits))
    spreads = _wide_spread(wide), _place_spread(places, view.is_registered)
    model = ColourModel(common, colours.astype(np.int8), *spreads, usual, limits - usual, lamps)
    return model, model.deviations(distances).max(axis=1)


def _peak(distances: np.ndarray) -> float:
    """The largest of the distances that are known; -1 if none is."""
    return float(np.max(distances, initial=-1.0, where=np.isfinite(distances)))


def cell_levels(rgb: np.ndarray) -> np.ndarray:
    """Levels (h, w, 3) float32 of a view's cells; NaN where highlights or deep shadow leave too little to see."""
    size = (rgb.shape[1] // CELL_PX, rgb.shape[0] // CELL_PX)
    rgb = cv2.resize(rgb, (size[0] * FINE, size[1] * FINE), interpolation=cv2.INTER_AREA)
    peak = cv2.max(cv2.max(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
    tells = ((peak < BURNT) & (peak > DEEP_SHADOW)).astype(np.float32)
    light = linearise_srgb(rgb).astype(np.float32) * tells[..., None]
    share = cv2.resize(tells, size, interpolation=cv2.INTER_AREA)[..., None]
    mean = cv2.resize(light, size, interpolation=cv2.INTER_AREA) / np.maximum(share, LEAST_SEEN)
    return np.where(share >= LEAST_SEEN, np.log(mean + LIGHT_OFFSET), np.nan).astype(np.float32)


def common_levels(levels: np.ndarray, inner: np.ndarray, is_registered: bool) -> np.ndarray:
    """The references' common levels (h, w, 3) of theirs (K, h, w, 3), under their mean lamp.

    NaN where more than MOST_HIDDEN of them tell nothing. Where photos do not agree spot by spot, one level for all.
    """
    whole = np.stack([median_seen(each[inner]) for each in levels])  # (K, 3)
    if not is_registered:
        return np.broadcast_to(median_seen(whole), levels.shape[1:]).copy()
    common = median_seen(levels - whole[:, None, None]) + np.nanmean(whole, axis=0)
    common[np.isnan(levels[..., 0]).mean(axis=0) > MOST_HIDDEN] = np.nan
    return common


def wide_regions(colours: np.ndarray) -> np.ndarray:
    """(R, h, w) bool: all that is judged, then each common colour if there are several."""
    count = colours.max() + 1
    return np.stack([colours >= 0, *(colours == index for index in range(count if count > 1 else 0))])


def compare(
    levels: np.ndarray, common: np.ndarray, masks: np.ndarray, lamps: LampModel | None, surround: Surround | None
) -> Differences:
    """What levels (h, w, 3) differ by from the common ones, in regions (R, h, w) bool and at places."""
    inner = masks[0]
    bases = np.stack([median_seen(common[mask]) for mask in masks]).astype(np.float64)  # (R, 3)
    lamp = lamps.read(surround, bases[0]) if lamps else None
    whole = median_seen((levels - common)[inner])  # (3,)
    rest = _without_slope(np.where(inner[..., None], relight(levels, whole) - common, np.nan))
    wide = delta_of(bases, np.stack([_median_of(rest[mask]) for mask in masks]))
    wide[0] = np.nan if lamp is None else delta_of(bases[0], whole - lamp.levels)
    smooth = _average(rest)
    same_table = lamp is not None and min(lamp.unlike, np.hypot(*wide[0])) < OTHER_TABLE
    sure = inner if same_table else _shrink(inner, EDGE_CELLS)
    places = np.full((*inner.shape, 2), np.nan)
    places[sure] = delta_of(common[sure], smooth[sure])
    place_doubt = 2 * np.abs(_grain(rest - smooth, bases[0])) / PLACE_CELLS
    return Differences(wide, _doubt_whole(wide[0], whole, bases[0], lamp), places, place_doubt)


def _doubt_whole(delta: np.ndarray, whole: np.ndarray, base: np.ndarray, lamp: Lamp | None) -> np.ndarray:
    """The doubt (2,) about the whole's ΔE00 delta (2,): where no lamp is known, all that its levels (3,) differ."""
    if lamp is None:
        return np.hypot(UNKNOWN_LAMP, delta_of(base, whole))
    return np.hypot(lamp.error, TABLE_DOUBT * min(lamp.unlike, float(np.hypot(*delta))))


def wide_distances(found: Differences, spread: np.ndarray) -> np.ndarray:
    """How far each wide region is, (R,), in what is just seen, usual and unsure there together."""
    allowed = np.sqrt(JUST_SEEN**2 + (WIDE_SPREADS * spread) ** 2)
    allowed[0] = np.hypot(allowed[0], found.whole_doubt)
    return np.hypot(*np.moveaxis(found.wide / allowed, -1, 0))


def place_distances(found: Differences, spread: np.ndarray) -> np.ndarray:
    """The same of each place, (h, w)."""
    allowed = np.sqrt(JUST_SEEN_IN_PLACE**2 + (PLACE_SPREADS * spread) ** 2)
    return np.hypot(*np.moveaxis(found.places / allowed, -1, 0))


def _hold_out(levels, surrounds, masks, is_registered) -> list[Differences]:
    """Each reference against those outside its fold."""
    folds, answers = _folds(len(levels)), [None] * len(levels)
    for fold in range(FOLDS):
        common = common_levels(levels[folds != fold], masks[0], is_registered)
        lamps = _fit_lamps([surround for other, surround in zip(folds, surrounds, strict=True) if other != fold])
        for index in np.flatnonzero(folds == fold):
            answers[index] = compare(levels[index], common, masks, lamps, surrounds[index])
    return answers


def _folds(count: int) -> np.ndarray:
    return np.arange(count) % FOLDS


def _wide_spread(values: np.ndarray) -> np.ndarray:
    """Root mean square (R, 2) of ΔE00 (K, R, 2) over the references; NaN for what fewer than half of them show."""
    known = np.isfinite(values)
    mean = np.where(known, values, 0.0) ** 2 / np.maximum(known.sum(axis=0), 1)
    return np.where(known.mean(axis=0) >= 0.5, np.sqrt(mean.sum(axis=0)), np.nan).astype(np.float32)


def _place_spread(values: np.ndarray, is_registered: bool) -> np.ndarray:
    """Root mean square (h, w, 2) of ΔE00 (K, h, w, 2); of neighbours together, or one for all places of a texture."""
    known = np.isfinite(values)
    total, count = (np.where(known, values, 0.0) ** 2).sum(axis=0), known.sum(axis=0).astype(np.float64)
    if is_registered:
        total, count = (cv2.GaussianBlur(grid, (0, 0), SPREAD_SMOOTHING_CELLS) for grid in (total, count))
    else:
        total, count = (np.broadcast_to(grid.sum(axis=(0, 1)), grid.shape) for grid in (total, count))
    return np.sqrt(total / np.maximum(count, 1e-6)).astype(np.float32)


def _average(rest: np.ndarray) -> np.ndarray:
    """Levels (h, w, 3) averaged over windows of PLACE_CELLS a side; NaN where too few of the cells tell any."""
    seen = np.isfinite(rest[..., 0]).astype(np.float32)
    side = (PLACE_CELLS, PLACE_CELLS)
    count = cv2.boxFilter(seen, -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT)[..., None]
    total = cv2.boxFilter(np.nan_to_num(rest), -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.where(count >= LEAST_SEEN * PLACE_CELLS**2, total / np.maximum(count, 1), np.nan)


def _grain(rest: np.ndarray, base: np.ndarray) -> np.ndarray:
    """ΔE00 (2,) of the grain from cell to cell, of what averaging has taken away (h, w, 3)."""
    cells = rest[np.isfinite(rest[..., 0])]
    if not len(cells):
        return np.zeros(2)
    brightness, warmth = (1.4826 * np.median(np.abs(part)) for part in (cells.mean(axis=-1), cells[:, 0] - cells[:, 2]))
    return np.array([delta_of(base, brightness * np.ones(3))[0], delta_of(base, warmth * np.array([0.5, 0, -0.5]))[1]])


def _median_of(cells: np.ndarray) -> np.ndarray:
    """Median (3,) of the cells (N, 3) that tell a colour; NaN where too few do."""
    seen = cells[np.isfinite(cells[:, 0])]
    return np.median(seen, axis=0) if len(seen) >= max(1, LEAST_SEEN * len(cells)) else np.full(3, np.nan)


def _without_slope(rest: np.ndarray) -> np.ndarray:
    """Levels (h, w, 3) less the plane of brightness that lies best in them: light that falls off to one side."""
    seen = np.isfinite(rest[..., 0])
    y, x = np.mgrid[-1 : 1 : rest.shape[0] * 1j, -1 : 1 : rest.shape[1] * 1j]
    terms = np.stack([np.ones_like(x), x, y], axis=-1)
    rows, values = terms[seen], rest[seen].mean(axis=-1)
    if len(rows) < LEAST_CELLS:
        return rest
    weights = np.ones(len(rows))
    for _ in range(SLOPE_ROUNDS):
        weighted = rows * weights[:, None]
        plane = np.linalg.lstsq(weighted.T @ rows, weighted.T @ values, rcond=None)[0]
        left = np.abs(values - rows @ plane)
        weights = 1 / (1 + (left / (2 * np.median(left) + 1e-3)) ** 2)
    return rest - (terms[..., 1:] @ plane[1:])[..., None]


def _around(places: np.ndarray, worst: tuple[int, int]) -> np.ndarray:
    """The cells (h, w) bool that hang together with the worst place and are nearly as far off."""
    near = (np.nan_to_num(places) >= SHOWN_SHARE * places[worst]).astype(np.uint8)
    _, labels = cv2.connectedComponents(near)
    return cv2.dilate((labels == labels[worst]).astype(np.uint8), np.ones((PLACE_CELLS, PLACE_CELLS), np.uint8)) > 0


def _fit_lamps(surrounds: list[Surround | None]) -> LampModel | None:
    seen = [surround for surround in surrounds if surround is not None]
    return fit_lamps(seen) if seen and len(seen) >= LEAST_WITH_TABLE * len(surrounds) else None


def _inner(view: View) -> np.ndarray:
    """The judged cells (h, w) bool but, for a piece, those at its outline."""
    return view.inner if view.by_piece else view.judged


def _shrink(mask: np.ndarray, cells: int) -> np.ndarray:
    side = 2 * cells + 1
    return cv2.erode(mask.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=0) > 0
