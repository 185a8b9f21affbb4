"""A p-chart of batches: the share accepted in each, with the limit below which it is no chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.consistency import BatchTally
from catalog.control_chart import least_accepted

# In the drawing's own units; the page scales it.
WIDTH, HEIGHT = 320.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 8.0, 10.0, 22.0
LEAST_SPAN = 0.2  # of the share, so that one piece more or less does not look like a fall


@dataclass(frozen=True)
class ChartPoint:
    """One batch. x, y: where its share stands; limit_y: where its lower limit does."""

    tally: BatchTally
    x: float
    y: float
    limit_y: float
    least: int

    @property
    def is_below(self) -> bool:
        return self.tally.accepted < self.least


@dataclass(frozen=True)
class ShareChart:
    """All batches, oldest first. marks: (share, y) of the scale; tick: half the width of a limit's stroke."""

    points: tuple[ChartPoint, ...]
    centre_y: float
    marks: tuple[tuple[float, float], ...]
    tick: float

    @property
    def below(self) -> int:
        return sum(point.is_below for point in self.points)


def draw_shares(tallies: Sequence[BatchTally], share: float) -> ShareChart:
    """The chart of batches whose pieces were accepted at `share` in all."""
    least = [least_accepted(each.pieces, share) for each in tallies]
    lowest = min(min(each.share, few / each.pieces) for each, few in zip(tallies, least, strict=True))
    bottom = min(1 - LEAST_SPAN, math.floor(10 * lowest) / 10)
    step = (WIDTH - LEFT - RIGHT) / len(tallies)

    def height(of: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - of) / (1 - bottom), 1)

    points = tuple(
        ChartPoint(each, round(LEFT + step * (place + 0.5), 1), height(each.share), height(few / each.pieces), few)
        for place, (each, few) in enumerate(zip(tallies, least, strict=True))
    )
    marks = (1.0, (1 + bottom) / 2, bottom)
    return ShareChart(points, height(share), tuple((mark, height(mark)) for mark in marks), min(10.0, 0.4 * step))
