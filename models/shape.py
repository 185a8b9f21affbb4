"""The silhouette of a piece against the references', with the place: bent, lacking something, or having more.

Two ways, by the standard's view (models.view). A registered piece is compared with the references' outline point
by point, after the camera's place has been taken out (models.outline_shape). A piece at any angle, or shaped by
hand, is measured as a whole (models.loose_shape). A texture that fills the frame has no silhouette.
No ratio of sizes is measured: that takes a known scale, which no photo has yet.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.finding import Box, Finding, box_on_photo
from models.light import find_gain
from models.loose_shape import LooseShape, fit_loose_shape
from models.outline import POINTS, Outline, Rim, find_normals, soften
from models.outline_shape import Deviations, Habit, OutlineShape, Stretch, fit_outline_shape
from models.view import DOUBTFUL_SHARE, Framed, View

ShapeModel = OutlineShape | LooseShape
REGION_LEVEL = 0.7  # of the peak, where a place ends when its peak is only just over the limit
MOST_FINDINGS = 3
LEAST_REFERENCES = 6  # well placed ones, for an outline
LEAST_AGREEMENT_SHARE = 0.5  # of the references'; below it the outline lies anywhere. A large bite makes it 0.6
GAP = 8  # points of an outline; runs closer than this are one finding
SHALLOW = 0.12  # depth over length; below it an outline is bent, and no part of it missing
BOX_MARGIN = 0.02  # of the piece's size


@dataclass(frozen=True)
class Shape:
    """How far the silhouette is from the references' (1.0 is the limit), and where, worst first."""

    deviation: float
    findings: tuple[Finding, ...]


def fit_shape(
    view: View, framed: list[Framed], common: np.ndarray, spread: Callable[..., Iterable] = map
) -> tuple[ShapeModel | None, np.ndarray]:
    """The references' silhouette, and their own deviations (K,), held out; None and zeros where they have none.

    A reference that does not lie as the others do is left out, with a deviation of 0.

    Args:
        common: the references' common picture, models.light.  spread: `map`, or that of a thread pool.
    """
    is_chosen = [_agreement_share(seen, view) >= DOUBTFUL_SHARE for seen in framed]
    chosen, deviations = [seen for seen, holds in zip(framed, is_chosen, strict=True) if holds], np.zeros(len(framed))
    fitted = None
    if view.by_piece and view.is_registered and len(chosen) >= LEAST_REFERENCES:
        soft = list(spread(lambda seen: soften(seen.rgb), chosen))
        gains = [find_gain(seen.rgb, common, view.judged) for seen in chosen]
        fitted = fit_outline_shape(soft, gains, [seen.matrix for seen in chosen], view.likelihood)
    elif view.by_piece and not view.is_registered:
        fitted = fit_loose_shape([seen.piece for seen in chosen])
    if fitted is None:
        return None, deviations
    model, held_out = fitted
    deviations[is_chosen] = held_out
    return unpack_shape(*pack_shape(model)), deviations  # as exact as a stored one, so that both judge alike


def _agreement_share(framed: Framed, view: View) -> float:
    """How well a photo agrees with the template, as a share of how references do; 1 in a loose view."""
    return framed.agreement / max(view.typical_agreement, 1e-6) if view.is_registered else 1.0


def measure_shape(
    model: ShapeModel, view: View, framed: Framed, common: np.ndarray, photo_size: tuple[int, int]
) -> Shape | None:
    """The silhouette of a photo of a size (width, height) in the view; None where it cannot be told."""
    if isinstance(model, LooseShape):
        found = model.measure(framed.piece)
        return None if found is None else Shape(found.strength, (found,))
    if _agreement_share(framed, view) < LEAST_AGREEMENT_SHARE:
        return None
    deviations = model.measure(soften(framed.rgb), find_gain(framed.rgb, common, view.judged), framed.matrix)
    return Shape(deviations.deviation, find_places(deviations, framed.matrix, photo_size))


def find_places(deviations: Deviations, matrix: np.ndarray, photo_size: tuple[int, int]) -> tuple[Finding, ...]:
    """Stretches of the outline beyond the limit, worst first, as places of a photo of a size (width, height).

    Args:
        matrix: (3, 3), from view pixels to photo pixels.
    """
    worst = np.abs(deviations.signed).max(axis=0)  # (N,)
    peak = float(worst.max())
    found = [Finding("shape", None, deviations.stretch)] if deviations.stretch > 1.0 else []
    for run in _find_runs(worst > min(1.0, REGION_LEVEL * peak)) if peak > 1.0 else ():
        box = _box_of(deviations, run, matrix, photo_size)
        found.append(Finding(_name_run(deviations, run), box, float(worst[run].max())))
    return tuple(sorted(found, key=lambda finding: -finding.strength)[:MOST_FINDINGS])


def _find_runs(above: np.ndarray) -> list[np.ndarray]:
    """Indexes of each stretch of a closed line (N,) bool, stretches with a short gap between them taken together."""
    at = np.flatnonzero(above)
    if not at.size:
        return []
    gaps = np.diff(at, append=at[0] + POINTS)
    breaks = np.flatnonzero(gaps > GAP)
    if not breaks.size:
        return [at]
    return np.split(np.roll(at, -(breaks[0] + 1)), np.cumsum(np.diff(breaks, append=breaks[0] + at.size))[:-1])


def _name_run(deviations: Deviations, run: np.ndarray) -> str:
    """The code of a stretch: in and out side by side, or long and shallow, is a bend; the rest is a part."""
    signed = deviations.signed[:, run]
    low, high = -float(signed.min()), float(signed.max())
    depth = np.linalg.norm(deviations.found[run] - deviations.expected[run], axis=1)
    step = np.linalg.norm(deviations.expected[run[0]] - deviations.expected[(run[0] + 1) % POINTS])
    length = step * max(1, np.count_nonzero(depth > depth.max() / 2))
    if min(low, high) > REGION_LEVEL * max(1.0, REGION_LEVEL * max(low, high)) or depth.max() < SHALLOW * length:
        return "shape"
    return "missing_part" if low > high else "extra_part"


def _box_of(deviations: Deviations, run: np.ndarray, matrix: np.ndarray, photo_size: tuple[int, int]) -> Box:
    """Box in fractions of the photo round a stretch of the outline, where it is and where it should be."""
    points = np.concatenate([deviations.expected[run], deviations.found[run]])
    margin_px = BOX_MARGIN * deviations.size_px
    return box_on_photo(points.min(axis=0) - margin_px, points.max(axis=0) + margin_px, matrix, photo_size)


def pack_shape(model: ShapeModel | None) -> tuple[dict[str, Any] | None, dict[str, np.ndarray]]:
    """A model as plain JSON and arrays, for models.artifact."""
    if model is None:
        return None, {}
    if isinstance(model, LooseShape):
        return {"kind": "loose"}, {"shape_limits": model.limits}
    arrays = {
        "points": model.outline.points, "strength": model.rim.strength, "colour": model.rim.colour,
        "spread": model.rim.spread, "table": model.rim.table, "usual": model.habit.usual,
        "tolerance": model.habit.tolerance, "judged": model.habit.judged,
        "stretch": model.stretch.usual, "stretch_tolerance": model.stretch.tolerance,
    }  # fmt: skip
    content = {
        "kind": "outline", "size_px": model.outline.size_px, "roughness": model.roughness,
        "table_spread": model.table_spread, "limit": model.limit,
    }  # fmt: skip
    return content, {f"shape_{name}": array.astype(_DTYPES.get(name, np.float32)) for name, array in arrays.items()}


_DTYPES = {"judged": np.uint8}


def unpack_shape(content: dict[str, Any] | None, arrays: dict[str, np.ndarray]) -> ShapeModel | None:
    """The inverse of pack_shape. Raises: KeyError where something is missing."""
    if content is None:
        return None
    if content["kind"] == "loose":
        return LooseShape(arrays["shape_limits"])
    part = {name.removeprefix("shape_"): array for name, array in arrays.items() if name.startswith("shape_")}
    points = part["points"].astype(np.float64)
    outline = Outline(points, find_normals(points), content["size_px"])
    rim = Rim(part["strength"], part["colour"], part["spread"], part["table"])
    habit = Habit(part["usual"], part["tolerance"], part["judged"] > 0)
    stretch = Stretch(part["stretch"], part["stretch_tolerance"])
    return OutlineShape(outline, rim, habit, stretch, content["roughness"], content["table_spread"], content["limit"])
