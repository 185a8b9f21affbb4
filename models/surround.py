"""What lies around the piece and tells of the lamp: the table, or a grey card.

The table is everything in the photo that is clearly off the registered piece, seen in SECTORS directions from it:
a mark or a shadow in one of them moves no median. Levels are logarithms of linear light, so a lamp is a sum, one
number a channel.

A table tells of the lamp only if it is the references' own table, and whether it is, nobody says. A table of quite
another texture is not read at all. Otherwise Lamp.unlike says how far the table is from how any reference shows it:
that may be the lamp's doing or another table's, and a drift of the piece no larger than it may be neither's.
"""

import warnings
from dataclasses import dataclass

import cv2
import numpy as np

from models.colour_difference import delta_e_2000_parts, linear_rgb_to_lab, linearise_srgb
from models.grey_card import find_card
from models.view import Framed, View, box_matrix

SIDE_PX = 128  # of the longer side; a table's colour needs no more
SECTORS = 8
CLEAR_OF_PIECE_PX = 4  # where its contact shadow and its reflection in the table end
LEAST_SECTOR_PX, LEAST_SECTORS = 25, 5
LIGHT_OFFSET = 0.004  # keeps sensor noise in deep shadow from ruling a ratio
GRAIN_SIGMA_PX = 2.0
GRAIN_FLOOR = 0.015
BURNT_LEVEL = 250
MOST_UNLIKE = 0.7  # in logs, of a texture to the nearest reference's
CARD_DOUBT = 0.1  # of the ΔE00 that a card takes out: it is not held to the light quite as the piece is


@dataclass(frozen=True)
class Surround:
    """Levels (SECTORS, 3) of the table, NaN where it is not seen; its texture (4,); the card's levels (3,)."""

    levels: np.ndarray
    texture: np.ndarray
    card: np.ndarray | None = None


def log_light(rgb: np.ndarray) -> np.ndarray:
    """Log of linear light, float32 (..., 3), of sRGB uint8."""
    return np.log(linearise_srgb(rgb).astype(np.float32) + LIGHT_OFFSET)


def see_surround(picture: np.ndarray, framed: Framed, view: View) -> Surround | None:
    """The table around the piece in a photo (H, W, 3) uint8; None in a view without a piece or a table."""
    if not (view.by_piece and view.is_registered):
        return None
    scale = SIDE_PX / max(picture.shape[:2])
    size = tuple(max(16, round(side * scale)) for side in picture.shape[1::-1])
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    to_small = np.diag([size[0] / picture.shape[1], size[1] / picture.shape[0], 1.0]) @ framed.matrix
    matrix = to_small @ np.linalg.inv(box_matrix(view.box, (view.width_px, view.height_px)))
    piece = cv2.warpPerspective(view.template.piece, matrix, size) > 12  # (h, w), wherever any reference has it
    piece = cv2.dilate(piece.astype(np.uint8), np.ones((2 * CLEAR_OF_PIECE_PX + 1,) * 2, np.uint8)) > 0
    table = ~piece & (cv2.max(cv2.max(small[..., 0], small[..., 1]), small[..., 2]) < BURNT_LEVEL)
    light = log_light(small)
    levels = _sector_levels(light, table, cv2.perspectiveTransform(
        np.array([[[view.width_px / 2, view.height_px / 2]]]), to_small)[0, 0])  # fmt: skip
    if np.isfinite(levels[:, 0]).sum() < LEAST_SECTORS:
        return None
    card = find_card(small, ~piece)
    return Surround(levels, _texture(light, table), None if card is None else np.median(light[card], axis=0))


def _sector_levels(light: np.ndarray, table: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Median levels (SECTORS, 3) of the table's pixels in each direction from the piece's centre (x, y)."""
    rows, columns = np.nonzero(table)
    angle = np.arctan2(rows - centre[1], columns - centre[0])
    sector = np.minimum((angle / (2 * np.pi) % 1.0 * SECTORS).astype(int), SECTORS - 1)
    seen = light[rows, columns]  # (N, 3)
    levels = np.full((SECTORS, 3), np.nan, np.float32)
    for index in range(SECTORS):
        mine = seen[sector == index]
        if len(mine) >= LEAST_SECTOR_PX:
            levels[index] = np.median(mine, axis=0)
    return levels


def _texture(light: np.ndarray, table: np.ndarray) -> np.ndarray:
    """How the table's own grain looks, (4,): logs of its contrast, of the spread of its two chromas, its direction."""
    brightness = light.mean(axis=-1)
    grain = brightness - cv2.GaussianBlur(brightness, (0, 0), GRAIN_SIGMA_PX)
    inner = cv2.erode(table.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    inner = inner if inner.any() else table
    smooth = cv2.GaussianBlur(light, (0, 0), GRAIN_SIGMA_PX / 2)  # of a dark table, levels come in steps
    chroma = [smooth[..., channel] - smooth[..., 1] for channel in (0, 2)]
    spreads = [_deviation(values[inner]) for values in (grain, *chroma)]
    along, across = (np.abs(np.diff(brightness, axis=axis, prepend=0))[inner].mean() for axis in (0, 1))
    direction = np.log((along + GRAIN_FLOOR) / (across + GRAIN_FLOOR))
    return np.array([*np.log(np.array(spreads) + GRAIN_FLOOR), direction], np.float32)


def _deviation(values: np.ndarray) -> float:
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


@dataclass(frozen=True)
class Lamp:
    """Levels (3,) by which a photo's lamp differs from the references', and the error (2,) of it in ΔE00 on the piece.

    unlike: ΔE00 that is the lamp's doing only if this is the references' table; 0 with a card.
    """

    levels: np.ndarray
    error: np.ndarray
    unlike: float


@dataclass(frozen=True, eq=False)
class LampModel:
    """The references' table (SECTORS, 3), levels (K, 3) of each on it, textures (K, 4); cards (K, 3), none or all."""

    table: np.ndarray
    levels: np.ndarray
    textures: np.ndarray
    cards: np.ndarray

    def read(self, surround: Surround | None, base: np.ndarray) -> Lamp | None:
        """The lamp, as it falls on a piece of base levels (3,); None where card and table tell nothing of it."""
        if surround is None:
            return None
        if surround.card is not None and len(self.cards):
            levels = surround.card - np.median(self.cards, axis=0)
            return Lamp(levels, CARD_DOUBT * np.abs(delta_of(base, levels)), 0.0)
        if np.abs(self.textures - surround.texture).max(axis=1).min() > MOST_UNLIKE:
            return None
        rest = surround.levels - self.table
        rest = rest[np.isfinite(rest[:, 0])]
        if len(rest) < LEAST_SECTORS:
            return None
        levels = np.median(rest, axis=0)
        unlike = np.hypot(*delta_of(base, self.levels - levels).T).min()  # as the piece would seem to have changed
        scatter = np.sqrt((delta_of(base, _without_slope(rest) - levels) ** 2).mean(axis=0) / len(rest))
        return Lamp(levels, 2 * scatter, float(unlike))


def fit_lamps(surrounds: list[Surround]) -> LampModel:
    """What the references' surrounds (K) have in common."""
    seen = np.stack([surround.levels for surround in surrounds])  # (K, SECTORS, 3)
    own = np.nanmedian(seen, axis=1)  # (K, 3)
    shape = median_seen(seen - own[:, None])  # (SECTORS, 3)
    table = shape + own.mean(axis=0)
    cards = [surround.card for surround in surrounds if surround.card is not None]
    return LampModel(
        table.astype(np.float32), (own - own.mean(axis=0)).astype(np.float32),
        np.stack([surround.texture for surround in surrounds]),
        np.array(cards if len(cards) == len(surrounds) else [], np.float32).reshape(-1, 3),
    )  # fmt: skip


def relight(levels: np.ndarray, lamp: np.ndarray) -> np.ndarray:
    """Levels (..., 3) as they would be without a lamp's (3,)."""
    return np.log(np.maximum((np.exp(levels) - LIGHT_OFFSET) * np.exp(-lamp), 0) + LIGHT_OFFSET)


def delta_of(base: np.ndarray, change: np.ndarray) -> np.ndarray:
    """ΔE00 of lightness (signed) and of chroma and hue, (..., 2), that a change of levels makes to base levels."""
    first, second = (linear_rgb_to_lab(np.exp(levels) - LIGHT_OFFSET) for levels in (base, base + change))
    return np.stack(delta_e_2000_parts(first, second), axis=-1)


def median_seen(values: np.ndarray) -> np.ndarray:
    """Median over the first axis, leaving out NaN; NaN where all are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all-NaN
        return np.nanmedian(values, axis=0)


def _without_slope(rest: np.ndarray) -> np.ndarray:
    """Levels (N, 3) of the sectors less what goes up on one side and down on the other, which is the light's."""
    angle = 2 * np.pi * np.arange(len(rest)) / len(rest)
    terms = np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle)], axis=-1)
    weights = np.linalg.lstsq(terms, rest, rcond=None)[0]
    return rest - terms[:, 1:] @ weights[1:]
