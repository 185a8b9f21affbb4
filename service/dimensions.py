"""A small drawing of a piece's sizes: its outline from the side or from above, with dimension lines.

Only proportions are drawn; the piece's own form is in its photos.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# The longer side of the outline, and the room around it for dimension lines and figures, in drawing units.
LONGEST = 150.0
SHORTEST = 8.0
MARGIN = 34.0


@dataclass(frozen=True)
class DimensionDrawing:
    """Coordinates for an SVG, in drawing units. `across` and `up` name the sizes at the lower and right edge."""

    width: float
    height: float
    shape: str  # "circle" from above, "dish" from the side, "rectangle"
    x: float
    y: float
    outline_width: float
    outline_height: float
    across: tuple[str, float]
    up: tuple[str, float] | None


def draw_dimensions(sizes_mm: Mapping[str, float]) -> DimensionDrawing | None:
    """The two sizes that show a piece best; None when there are none to draw.

    Args:
        sizes_mm: sizes by name as in catalog.designs.DIMENSIONS, millimetres.
    """
    across = _first(sizes_mm, "diameter", "width", "length")
    if across is None:
        return None
    others = ("height", "depth", "thickness") if across[0] == "diameter" else ("height", "length", "depth")
    up = _first(sizes_mm, *(name for name in others if name != across[0]))
    if up is None and across[0] != "diameter":
        return None
    return _lay_out(across, up)


def _lay_out(across: tuple[str, float], up: tuple[str, float] | None) -> DimensionDrawing:
    """Scale both sizes alike, so that the drawing keeps the proportions."""
    up_mm = across[1] if up is None else up[1]
    scale = LONGEST / max(across[1], up_mm)
    outline_width = max(SHORTEST, across[1] * scale)
    outline_height = max(SHORTEST, up_mm * scale)
    shape = "rectangle"
    if across[0] == "diameter":
        shape = "circle" if up is None else "dish"
    return DimensionDrawing(
        width=round(outline_width + 2 * MARGIN, 1),
        height=round(outline_height + 10 + MARGIN, 1),
        shape=shape,
        x=MARGIN,
        y=10,
        outline_width=round(outline_width, 1),
        outline_height=round(outline_height, 1),
        across=across,
        up=up,
    )


def _first(sizes_mm: Mapping[str, float], *names: str) -> tuple[str, float] | None:
    return next(((name, sizes_mm[name]) for name in names if name in sizes_mm), None)
