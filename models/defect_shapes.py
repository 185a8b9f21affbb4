"""The outlines that defects have: wandering lines and uneven blots, drawn finer than pixels and then averaged."""

from collections.abc import Sequence

import cv2
import numpy as np

FINER = 4  # drawn this many times larger and averaged, for smooth edges and widths below a pixel


def wander(length_px: float, unrest: float, rng: np.random.Generator) -> np.ndarray:
    """A line (N, 2) x, y around the origin, `length_px` at its longest extent, about a pixel and a half a step.

    It keeps its course on the whole and strays from it at every scale, as a crack does.

    Args:
        unrest: how far, in radians, the heading strays; 0 is straight.
    """
    steps = int(np.clip(length_px / 1.5, 3, 120))
    heading = np.full(steps, rng.uniform(0, 2 * np.pi))
    for legs in (2, 5, 12, 30):
        turns = np.repeat(rng.normal(0, unrest / 2, legs), -(-steps // legs))[:steps]  # straight legs, sharp turns
        heading += turns if steps >= legs else 0
    points = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=-1), axis=0)
    return (points - points.mean(axis=0)) * (length_px / max(extent(points), 1e-6))


def bow(length_px: float, bend: float, rng: np.random.Generator) -> np.ndarray:
    """An arc (N, 2) around the origin, `length_px` from end to end, that turns by `bend` radians."""
    steps = int(np.clip(length_px / 1.5, 3, 120))
    heading = rng.uniform(0, 2 * np.pi) + bend * np.linspace(-0.5, 0.5, steps)
    points = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=-1), axis=0)
    return (points - points.mean(axis=0)) * (length_px / max(extent(points), 1e-6))


def blot(size_px: float, unevenness: float, rng: np.random.Generator) -> np.ndarray:
    """A closed outline (64, 2) around the origin, `size_px` at its longest extent.

    Args:
        unevenness: 0 an ellipse, 0.5 a ragged blot.
    """
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(2, 14):
        radius += unevenness / wave**1.2 * rng.normal() * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    radius = np.maximum(radius, 0.35)
    points = np.stack([np.cos(angle), np.sin(angle) * rng.uniform(0.55, 1.0)], axis=-1) * radius[:, None]
    turn = rng.uniform(0, 2 * np.pi)
    points = points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points -= (points.max(axis=0) + points.min(axis=0)) / 2
    return points * (size_px / extent(points))


def extent(points: np.ndarray) -> float:
    """The longest distance between any two of some points (N, 2)."""
    apart = points[:, None] - points[None]
    return float(np.sqrt((apart * apart).sum(axis=-1).max()))


def stroke(lines: Sequence[tuple[np.ndarray, np.ndarray]], shape: tuple[int, int]) -> np.ndarray:
    """How much of each pixel lines cover, (h, w) float32 0..1; each is points (N, 2) and widths (N,) in pixels."""
    canvas = np.zeros((shape[0] * FINER, shape[1] * FINER), np.uint8)
    for points, widths in lines:
        fine = _finely(points)
        for start, end, width in zip(fine[:-1], fine[1:], widths[1:], strict=True):
            cv2.line(canvas, start, end, 255, max(1, round(float(width) * FINER)))
    return _averaged(canvas, shape)


def fill(outline: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How much of each pixel lies within an outline (N, 2), (h, w) float32 0..1."""
    canvas = np.zeros((shape[0] * FINER, shape[1] * FINER), np.uint8)
    cv2.fillPoly(canvas, [_finely(outline)], 255)
    return _averaged(canvas, shape)


def dots(places: np.ndarray, diameters_px: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """How much of each pixel round dots cover, (h, w) float32 0..1."""
    canvas = np.zeros((shape[0] * FINER, shape[1] * FINER), np.uint8)
    for place, diameter in zip(_finely(places), diameters_px, strict=True):
        cv2.circle(canvas, place, max(1, round(float(diameter) * FINER / 2)), 255, -1)
    return _averaged(canvas, shape)


def clouds(shape: tuple[int, int], grain_px: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise (h, w) float32 in about -1..1, whose blots are about `grain_px` wide."""
    cells = [max(2, round(side / max(grain_px, 1.0)) + 1) for side in shape]
    noise = rng.normal(0, 0.6, cells).astype(np.float32)
    return cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC)


def _finely(points: np.ndarray) -> np.ndarray:
    return np.rint(points * FINER).astype(np.int32)


def _averaged(canvas: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return cv2.resize(canvas, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
