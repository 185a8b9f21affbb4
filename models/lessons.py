"""What the surface of a registered piece may and may not do, learned from copies of its own references.

A few good photos do not show everything that another phone, lamp or table will do to a good piece, and they show
no defect at all. So some copies are varied as photos vary, and others get a painted defect (models.synthetic_defect).
The first widen what counts as usual; the second say in which directions of the embedding defects lie, so that those
count for more (models.surface). Each reference's copies are left out where the reference is.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import cv2
import numpy as np

from models.errors import NoRoomForDefect
from models.measuring import embed_view
from models.surface import Lessons
from models.synthetic_defect import KINDS, paint
from models.view import Framed, View

MOST_VARIED, MOST_SPOILED = 24, 40  # copies; more taught nothing and cost a second each twenty
SIZES = (0.02, 0.15)  # of the view's longer side
HOLE_SIZES = (0.008, 0.025)  # of pinholes, which are known by the hole
STRENGTHS = (0.4, 1.0)
COVERED = 0.3  # of a cell, to teach what a defect looks like
TABLE_LEVELS, TABLE_GRAIN = (10, 240), 12
STRETCH, SHIFT_PX = 0.004, 1.5  # standard deviations of what registration leaves
GAIN, FALL_OFF = 0.12, 0.2  # of the light, in logarithms
BLURS_PX, JPEG_QUALITIES = (0.3, 1.0), (55, 95)


def draw_lessons(
    framed: list[Framed], view: View, common: np.ndarray, spread: Callable[..., Iterable] = map
) -> tuple[Lessons, ...]:
    """Lessons from references brought to a registered view, one for each kind of embedding.

    The same references give the same lessons.  spread: `map`, or that of a thread pool.
    """
    judged = view.judged
    inside = cv2.resize(judged.astype(np.uint8), framed[0].rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0

    def embed(owner: int, rgb: np.ndarray) -> list[np.ndarray]:
        return embed_view(replace(framed[owner], rgb=rgb), view, common, judged)

    def draw_varied(index: int) -> tuple[int, list[np.ndarray]]:
        owner = index % len(framed)
        rng = np.random.default_rng((1, index))
        return owner, embed(owner, vary(framed[owner].rgb, view.opacity, rng))

    def draw_spoiled(index: int) -> tuple[int, np.ndarray, list[np.ndarray]] | None:
        owner = index % len(framed)
        # One kind after the other over all references, and another one for each reference in the next round.
        kind = KINDS[(index + index // len(framed)) % len(KINDS)]
        spoiled = spoil(framed[owner].rgb, inside, kind, np.random.default_rng((2, index)))
        if spoiled is None:
            return None
        rgb, mask = spoiled
        covered = cv2.resize(mask.astype(np.float32), judged.shape[::-1], interpolation=cv2.INTER_AREA)
        cells = np.flatnonzero(covered[judged] > COVERED)
        return owner, cells, [rows[cells] for rows in embed(owner, rgb)]

    varied = list(spread(draw_varied, range(min(len(framed), MOST_VARIED))))
    spoiled = [drawn for drawn in spread(draw_spoiled, range(min(2 * len(framed), MOST_SPOILED))) if drawn is not None]
    return tuple(_gather(varied, spoiled, kind) for kind in range(len(varied[0][1])))


def vary(rgb: np.ndarray, opacity: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """A photo in the view (H, W, 3) uint8 as it might as well have been taken.

    Args:
        opacity: of the piece, (H, W, 1) float32 0..1; without one, the table stays.
    """
    height, width = rgb.shape[:2]
    if opacity is not None:
        rgb = _warp(_lay_on_table(rgb, opacity, rng), rng)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    angle, depth = rng.uniform(0, 2 * np.pi), FALL_OFF * rng.uniform()
    light = depth * (np.cos(angle) * x + np.sin(angle) * y)[..., None] + rng.normal(0, GAIN, 3)
    lit = np.clip(rgb * np.exp(light), 0, 255).astype(np.uint8)
    blurred = cv2.GaussianBlur(lit, (0, 0), rng.uniform(*BLURS_PX))
    _, data = cv2.imencode(".jpg", blurred, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*JPEG_QUALITIES))])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)  # the channels' order is the one that went in


def spoil(
    rgb: np.ndarray, inside: np.ndarray, kind: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """The picture with a defect of a random size and strength, and its mask (H, W) bool; None if there is no room."""
    sizes = HOLE_SIZES if kind == "pinholes" else SIZES
    size_px = max(inside.shape) * float(np.exp(rng.uniform(*np.log(sizes))))
    try:
        painted = paint(rgb, inside, kind, size_px, rng.uniform(*STRENGTHS), rng)
    except NoRoomForDefect:
        return None
    return painted.rgb, painted.mask


def _lay_on_table(rgb: np.ndarray, opacity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = rgb.shape[:2]
    grain = cv2.resize(rng.normal(0, TABLE_GRAIN, (height // 8, width // 8)), (width, height))[..., None]
    table = np.clip(rng.uniform(*TABLE_LEVELS, 3) + grain, 0, 255)
    return (table + opacity * (rgb - table)).astype(np.uint8)


def _warp(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moved and stretched about the middle by what registration may leave."""
    middle = np.array(rgb.shape[1::-1]) / 2
    stretch = np.eye(2) + rng.normal(0, STRETCH, (2, 2))
    shift = middle - stretch @ middle + rng.normal(0, SHIFT_PX, 2)
    matrix = np.column_stack([stretch, shift])
    return cv2.warpAffine(rgb, matrix, rgb.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def _gather(varied: list, spoiled: list, kind: int) -> Lessons:
    counts = [len(cells) for _, cells, _ in spoiled]
    return Lessons(
        varied=np.stack([rows[kind] for _, rows in varied]),
        varied_owners=np.array([owner for owner, _ in varied]),
        spoiled=np.concatenate([rows[kind] for _, _, rows in spoiled]) if spoiled else varied[0][1][kind][:0],
        cells=np.concatenate([cells for _, cells, _ in spoiled]) if spoiled else np.zeros(0, int),
        spoiled_owners=np.repeat([owner for owner, _, _ in spoiled], counts).astype(int),
    )
