"""A piece's outline in the view, and how far a photo's own outline lies from it, point by point.

The outline is POINTS points at equal steps along the references' common edge. Around each point a photo is
sampled along the normal, in CIELAB: its profile. The edge is where the profile's contrast with the table falls
through half of what the piece's rim has there, and only where there is also a sharp change of colour: a shadow
fades, a rim does not. Where the table is too like the rim nothing is said of that point (NaN).
All lengths are in pixels of the view; the step along the normal is a 320th of the piece's size, which is the
square root of its area.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.light import remove_gain

POINTS = 256
STEPS_PER_SIZE = 320
INWARD, OUTWARD = 0.16, 0.05  # how far a profile reaches, as shares of the piece's size
RIM_FROM, RIM_TO, TABLE_FROM = -0.03, -0.008, 0.022  # where a profile shows rim and table
NEAR = 0.03
BLUR_PX = 1.0
GRADIENT_STEPS = 2
DARKER_WEIGHT, CHROMA_WEIGHT = 0.45, 1.41  # a shadow only darkens: see models.piece
LEAST_CONTRAST = 8.0  # weighted CIELAB units
CONTRAST_OVER_NOISE, CONTRAST_OVER_SPREAD, LEVEL_OVER_NOISE = 2.0, 1.5, 1.5
WEAKEST_RIM = 0.5  # of the expected contrast: where a chip has taken the rim away, the edge lies further in
SHARP_SHARE, SHARP_WITHIN = 0.35, 0.012
START_BLUR_PX, START_SMOOTHING = 2.0, 1.5


@dataclass(frozen=True, eq=False)
class Outline:
    """Points (N, 2) in view pixels, in order round the piece, and their outward normals (N, 2)."""

    points: np.ndarray
    normals: np.ndarray
    size_px: float

    @property
    def offsets(self) -> np.ndarray:
        """Where a profile is sampled, (T,) in view pixels from the outline, outward positive."""
        return np.arange(-round(INWARD * STEPS_PER_SIZE), round(OUTWARD * STEPS_PER_SIZE) + 1) * self.step_px

    @property
    def step_px(self) -> float:
        return self.size_px / STEPS_PER_SIZE


@dataclass(frozen=True, eq=False)
class Rim:
    """What the references' edge looks like: strength (N,) of its change, colours (N, 3) CIELAB, spread (N,)."""

    strength: np.ndarray
    colour: np.ndarray
    spread: np.ndarray
    table: np.ndarray


@dataclass(frozen=True, eq=False)
class Edges:
    """A photo's edge against an outline: displacement (N,) outward or NaN, and what it looks like."""

    displacement: np.ndarray
    strength: np.ndarray
    rim: np.ndarray
    table: np.ndarray


def start_outline(likelihood: np.ndarray) -> Outline | None:
    """The outline of the largest part of a picture (H, W) float32 0..1 of where the piece is."""
    mask = (cv2.GaussianBlur(likelihood, (0, 0), START_BLUR_PX) > 0.5).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    points = max(contours, key=cv2.contourArea).reshape(-1, 2).astype(np.float64)
    if len(points) < POINTS // 4:
        return None
    points = smooth_round(spread_evenly(points), START_SMOOTHING)
    return draw_outline(points, float(np.sqrt(mask.sum())))


def draw_outline(points: np.ndarray, size_px: float) -> Outline:
    """An Outline through points (N, 2), spread evenly."""
    points = spread_evenly(points)
    return Outline(points, find_normals(points), size_px)


def spread_evenly(points: np.ndarray) -> np.ndarray:
    """POINTS points (N, 2) at equal steps along a closed line of any number of points."""
    steps = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], POINTS, endpoint=False)
    closed = np.vstack([points, points[:1]])
    return np.stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)], axis=1)


def smooth_round(values: np.ndarray, sigma: float) -> np.ndarray:
    """Values (N, ...) round the outline under a Gaussian of so many points."""
    frequencies = np.fft.rfftfreq(len(values)).reshape(-1, *[1] * (values.ndim - 1))
    passed = np.fft.rfft(values, axis=0) * np.exp(-2 * (np.pi * frequencies * sigma) ** 2)
    return np.fft.irfft(passed, len(values), axis=0)


def median_round(values: np.ndarray, reach: int) -> np.ndarray:
    """The median of each value (N, ...) and its neighbours up to `reach` points away."""
    count = len(values)
    return np.median(values[(np.arange(count) + np.arange(-reach, reach + 1)[:, None]) % count], axis=0)


def find_normals(points: np.ndarray) -> np.ndarray:
    """Outward normals (N, 2), of length 1, of a closed line through points (N, 2)."""
    smoothed = smooth_round(points, START_SMOOTHING)
    ahead, behind = np.roll(smoothed, -1, axis=0), np.roll(smoothed, 1, axis=0)
    tangent = ahead - behind
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-9
    x, y = points.T
    turns = np.sign(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return turns * np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)


def soften(rgb: np.ndarray) -> np.ndarray:
    """A view (H, W, 3) uint8 without its sensor's noise."""
    return cv2.GaussianBlur(rgb, (0, 0), BLUR_PX)


def sample_profiles(rgb: np.ndarray, outline: Outline, gain: np.ndarray) -> np.ndarray:
    """CIELAB along each normal, (N, T, 3) float32, of a softened view (H, W, 3) uint8, its light taken out."""
    places = outline.points[:, None] + outline.offsets[None, :, None] * outline.normals[:, None]
    x, y = np.moveaxis(places.astype(np.float32), -1, 0)  # (N, T) each
    colours = cv2.remap(rgb, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(remove_gain(colours, gain).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def find_sharp_edges(profiles: np.ndarray, outline: Outline) -> np.ndarray:
    """The nearest sharp change on each normal, (N,) or NaN, where nothing is known of the rim yet."""
    change = _find_change(profiles)
    strong = SHARP_SHARE * np.median(np.sort(change, axis=1)[:, -3:].mean(axis=1))
    distance = np.where(_is_peak(change) & (change >= strong), np.abs(outline.offsets), np.inf)  # (N, T)
    nearest = distance.argmin(axis=1)
    return np.where(np.isfinite(distance.min(axis=1)), outline.offsets[nearest], np.nan)


def find_edges(profiles: np.ndarray, outline: Outline, rim: Rim | None = None) -> Edges:
    """The edge on each normal; without the references' rim each photo goes by its own."""
    change, at = _find_change(profiles), outline.offsets / outline.size_px
    table = smooth_round(median_round(np.median(profiles[:, at > TABLE_FROM], axis=1), 5), 2.0)  # (N, 3)
    own_rim = np.median(profiles[:, (at > RIM_FROM) & (at < RIM_TO)], axis=1)
    contrast = weigh(profiles - table[:, None])  # (N, T)
    noise = median_round(np.quantile(contrast[:, at > TABLE_FROM], 0.9, axis=1), 5)
    expected = weigh((own_rim if rim is None else rim.colour) - table)
    seen = median_round(np.median(contrast[:, (at > RIM_FROM) & (at < RIM_TO)], axis=1), 2)
    half = 0.5 * (seen if rim is None else np.clip(1.5 * seen, WEAKEST_RIM * expected, expected))
    displacement = _find_crossings(contrast - np.maximum(half, LEVEL_OVER_NOISE * noise)[:, None], outline)
    strength = change[:, np.abs(at) < NEAR].max(axis=1)
    needed = np.maximum(LEAST_CONTRAST, CONTRAST_OVER_NOISE * noise) if rim is None else np.maximum(
        np.maximum(LEAST_CONTRAST, CONTRAST_OVER_NOISE * noise), CONTRAST_OVER_SPREAD * rim.spread
    )  # fmt: skip
    sharp = _is_sharp_at(displacement, change, outline, strength, rim)
    displacement = np.where((expected >= needed) & sharp, displacement, np.nan)
    return Edges(displacement, strength, own_rim, table)


def weigh(difference: np.ndarray) -> np.ndarray:
    """Length (...) of CIELAB differences (..., 3), what is merely darker counting less."""
    lightness = np.where(difference[..., 0] < 0, DARKER_WEIGHT * difference[..., 0], difference[..., 0])
    return np.hypot(lightness, CHROMA_WEIGHT * np.hypot(difference[..., 1], difference[..., 2]))


def _find_change(profiles: np.ndarray) -> np.ndarray:
    """How fast the colour changes along each normal, (N, T)."""
    change = np.zeros(profiles.shape[:2], np.float32)
    gap = 2 * GRADIENT_STEPS
    difference = profiles[:, gap:] - profiles[:, :-gap]
    change[:, GRADIENT_STEPS:-GRADIENT_STEPS] = np.sqrt((difference**2).sum(axis=-1))
    return change


def _is_peak(change: np.ndarray) -> np.ndarray:
    peaks = np.zeros(change.shape, bool)
    peaks[:, 1:-1] = (change[:, 1:-1] >= change[:, :-2]) & (change[:, 1:-1] > change[:, 2:])
    return peaks


def _find_crossings(excess: np.ndarray, outline: Outline) -> np.ndarray:
    """Where each profile's excess (N, T) falls through 0 on its way outward, nearest to the outline; or NaN."""
    falls = (excess[:, :-1] > 0) & (excess[:, 1:] <= 0)
    share = excess[:, :-1] / np.maximum(excess[:, :-1] - excess[:, 1:], 1e-6)
    places = np.where(falls, outline.offsets[:-1] + share * outline.step_px, np.inf)
    nearest = places[np.arange(len(places)), np.abs(places).argmin(axis=1)]
    return np.where(np.isfinite(nearest), nearest, np.nan)


def _is_sharp_at(displacement, change, outline, strength, rim) -> np.ndarray:
    """Whether the colour changes sharply close to a displacement, (N,) bool."""
    if rim is None:
        least = SHARP_SHARE * 0.4 * np.sort(change, axis=1)[:, -6:].mean(axis=1)
    else:  # a softer photo, or a table nearer to the piece's colour, makes every edge weaker
        least = SHARP_SHARE * float(np.clip(np.median(strength / rim.strength), 0.3, 1.0)) * rim.strength
    gaps = np.abs(outline.offsets - np.nan_to_num(displacement)[:, None])  # (N, T)
    gaps = np.where(_is_peak(change) & (change >= least[:, None]), gaps, np.inf)
    return gaps.min(axis=1) < SHARP_WITHIN * outline.size_px
