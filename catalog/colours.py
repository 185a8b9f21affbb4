"""Colours as the catalog sorts and finds them: CIELAB coordinates of a hex value, and the group it belongs to.

The engine has the same formula for whole photos (models.colour_difference); the catalog does not know the engine,
and of a single colour it needs no more than this.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from catalog.text import Text

HEX = re.compile(r"#[0-9A-Fa-f]{6}")
# IEC 61966-2-1: linear sRGB to CIE 1931 XYZ, relative to the white of D65.
_RGB_TO_XYZ = (
    (0.4124564 / 0.9504700, 0.3575761 / 0.9504700, 0.1804375 / 0.9504700),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339 / 1.0888300, 0.1191920 / 1.0888300, 0.9503041 / 1.0888300),
)
# Below this chroma a colour has no hue to speak of.
NEUTRAL_CHROMA = 9
CREAM_CHROMA = 26
WHITE_FROM, BLACK_TO, CREAM_FROM = 86, 24, 72
PINK_FROM, BROWN_TO = 64, 58

GROUPS: dict[str, Text] = {
    "white": Text("putih", "white"),
    "cream": Text("krem", "cream"),
    "grey": Text("abu-abu", "grey"),
    "black": Text("hitam", "black"),
    "brown": Text("cokelat", "brown"),
    "red": Text("merah", "red"),
    "pink": Text("merah muda", "pink"),
    "orange": Text("jingga", "orange"),
    "yellow": Text("kuning", "yellow"),
    "green": Text("hijau", "green"),
    "blue": Text("biru", "blue"),
    "purple": Text("ungu", "purple"),
}
# One hex value that shows a group in a filter.
GROUP_HEX = {
    "white": "#FAFAF7",
    "cream": "#E8D9B8",
    "grey": "#8D8D8A",
    "black": "#1B1B1B",
    "brown": "#7A4A24",
    "red": "#B3261E",
    "pink": "#EFA7B8",
    "orange": "#E07A1F",
    "yellow": "#E8C22E",
    "green": "#4E8A4B",
    "blue": "#2F5C9E",
    "purple": "#6E3F87",
}
# Hue angle in CIELAB, degrees: a group reaches up to its angle.
_HUES = ((46, "red"), (76, "orange"), (106, "yellow"), (198, "green"), (308, "blue"), (343, "purple"), (360, "red"))
_BROWN_HUES = (25, 95)
_CREAM_HUES = (45, 115)


@lru_cache(maxsize=4096)
def hex_to_lab(hex_colour: str) -> tuple[float, float, float]:
    """CIELAB under D65 of "#RRGGBB"; L* in [0, 100].

    Source: IEC 61966-2-1:1999 and CIE 15:2004.
    """
    encoded = [int(hex_colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in encoded]
    x, y, z = (_lab_curve(sum(a * b for a, b in zip(row, linear, strict=True))) for row in _RGB_TO_XYZ)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _lab_curve(ratio: float) -> float:
    delta = 6 / 29
    return math.cbrt(ratio) if ratio > delta**3 else ratio / (3 * delta**2) + 4 / 29


def colour_group(hex_colour: str) -> str:
    """The group of GROUPS that most people would file a colour under."""
    lightness, a, b = hex_to_lab(hex_colour)
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    if chroma < NEUTRAL_CHROMA:
        return "white" if lightness >= WHITE_FROM else "black" if lightness <= BLACK_TO else "grey"
    if lightness >= CREAM_FROM and chroma < CREAM_CHROMA and _CREAM_HUES[0] <= hue <= _CREAM_HUES[1]:
        return "cream"
    if lightness <= BROWN_TO and _BROWN_HUES[0] <= hue <= _BROWN_HUES[1] and not _is_vivid_red(chroma, hue):
        return "brown"
    group = next(name for until, name in _HUES if hue <= until)
    return "pink" if group in ("red", "purple") and lightness >= PINK_FROM else group


def _is_vivid_red(chroma: float, hue: float) -> bool:
    return hue < 45 and chroma > 42


def pack_shade(hex_colour: str) -> int:
    """A colour as one whole number, CIELAB rounded to units: what the index keeps of it."""
    lightness, a, b = (round(each) for each in hex_to_lab(hex_colour))
    return lightness << 16 | (a + 128) << 8 | (b + 128)
