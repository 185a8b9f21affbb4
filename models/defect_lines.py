"""Thin defects: cracks, scratches, pinholes.

Each painter changes the ground and returns the box it changed and how much of each pixel there is defect.
"""

import numpy as np

from models.defect_ground import MARGIN_PX, Box, Ground, light_side, shift_colour, sign_of_change, soften
from models.defect_shapes import bow, clouds, dots, extent, stroke, wander

SPREAD_PX = (5.0, 14.0)  # of a cluster of pinholes, to either side, and more the larger they are


def paint_crack(ground: Ground, size_px: float, strength: float, rng: np.random.Generator) -> tuple[Box, np.ndarray]:
    trunk = wander(size_px, rng.uniform(0.35, 0.9), rng)
    lines = [trunk, *_branches(trunk, size_px, rng)]
    together = np.concatenate(lines)
    together *= size_px / extent(together)
    together = ground.lay(together, "crack", size_px, rng)
    box, together = ground.box(together)
    lines = np.split(together, np.cumsum([len(line) for line in lines])[:-1])
    width_px = np.clip(0.9 + size_px / 90, 1.0, 2.0) * rng.uniform(0.9, 1.15)
    drawn = [(line, _taper(len(line), both_ends=not index) * width_px * (0.65 if index else 1))
             for index, line in enumerate(lines)]  # fmt: skip
    side = light_side(rng) * (0.5 * width_px + 0.6)
    within = ground.inside[box]
    line = soften(stroke(drawn, within.shape)) * within
    lip = soften(stroke([(points + side, widths) for points, widths in drawn], within.shape)) * within
    lab = ground.lab(box)
    lab[..., 0] += 16 * strength * lip * (1 - line)
    sign = sign_of_change(lab, line, rng, darker=1.0)
    shift_colour(lab, line, strength, (sign * rng.uniform(46, 56), rng.uniform(-2, 3), rng.uniform(-4, 4)))
    ground.put(box, lab, np.maximum(line, lip))
    return box, line


def _branches(trunk: np.ndarray, size_px: float, rng: np.random.Generator) -> list[np.ndarray]:
    branches = []
    for _ in range(rng.poisson(1.4) if size_px > 10 else 0):
        root = trunk[rng.integers(len(trunk) // 5, max(len(trunk) // 5 + 1, 4 * len(trunk) // 5))]
        branch = wander(size_px * rng.uniform(0.12, 0.35), rng.uniform(0.3, 0.9), rng)
        branches.append(branch - branch[0] + root)
    return branches


def paint_scratch(ground: Ground, size_px: float, strength: float, rng: np.random.Generator) -> tuple[Box, np.ndarray]:
    line = bow(size_px, rng.normal(0, 0.25), rng)
    box, line = ground.box(ground.lay(line, "scratch", size_px, rng))
    width_px = rng.uniform(0.9, 1.5)
    drawn = [(line, _taper(len(line)) * width_px)]
    if size_px > 16 and rng.random() < 0.35:  # what scratches often does so twice
        part = line[len(line) // 4 : rng.integers(len(line) // 2, len(line))]
        drawn.append((part + light_side(rng) * rng.uniform(2.0, 3.5), _taper(len(part)) * width_px * 0.7))
    within = ground.inside[box]
    alpha = soften(stroke(drawn, within.shape)) * within
    alpha *= np.clip(0.85 + 0.35 * clouds(within.shape, max(6.0, size_px / 5), rng), 0.35, 1)
    lab = ground.lab(box)
    sign = sign_of_change(lab, alpha, rng, darker=0.4)
    shift_colour(lab, alpha, strength, (sign * rng.uniform(38, 50), rng.uniform(-3, 3), rng.uniform(-6, 4)))
    ground.put(box, lab, alpha)
    return box, alpha


def paint_pinholes(ground: Ground, size_px: float, strength: float, rng: np.random.Generator) -> tuple[Box, np.ndarray]:
    centre = ground.pick(ground.depth > 0.5 * size_px + 1, "pinholes", size_px, rng)
    spread_px = rng.uniform(*SPREAD_PX) + size_px * rng.uniform(1.5, 3.5)
    places = [centre]
    for offset in rng.normal(0, spread_px, (int(rng.integers(3, 14)), 2)):
        nearest_px = min(float(np.hypot(*(place - centre - offset))) for place in places)
        if nearest_px > 1.15 * size_px and ground.depth_at(centre + offset) > 0.5 * size_px + 1:
            places.append(centre + offset)
    diameters_px = size_px * np.append(1.0, rng.uniform(0.55, 1.0, len(places) - 1))
    box, places = ground.box(np.array(places), size_px + MARGIN_PX)
    within = ground.inside[box]
    holes = soften(dots(places, diameters_px, within.shape)) * within
    lit = places + light_side(rng) * (0.45 * diameters_px[:, None])
    glint = soften(dots(lit, 0.6 * diameters_px, within.shape)) * within
    lab = ground.lab(box)
    lab[..., 0] += 20 * strength * glint * (1 - holes)
    sign = sign_of_change(lab, holes, rng, darker=1.0)
    shift_colour(lab, holes, strength, (sign * rng.uniform(42, 54), rng.uniform(-3, 4), rng.uniform(-4, 8)))
    ground.put(box, lab, np.maximum(holes, glint))
    return box, holes


def _taper(count: int, both_ends: bool = True) -> np.ndarray:
    """Widths (count,) 0.4..1 of a line that thins out to one end or to both."""
    along = np.linspace(-1 if both_ends else 0, 1, count)
    return 1 - 0.6 * np.abs(along) ** 3
