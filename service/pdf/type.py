"""The fonts of the documents: Source Serif for titles, Source Sans for the rest, from wheels that carry their licence.

Both cover Latin with all its diacritics, Greek and Cyrillic. What they lack is drawn as a question mark, and
ornaments such as emoji are left out: a name in another script costs its letters, never the document.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
from fontTools.ttLib import TTFont

_SERIF, _SANS = font_source_serif_pro.font_files_ttf, font_source_sans_pro.font_files_ttf
FILES = {
    "serif": Path(_SERIF["SourceSerifPro"]),
    "sans": Path(_SANS["SourceSansPro"]),
    "sans-bold": Path(_SANS["SourceSansProSemibold"]),
}
UNKNOWN = "?"
# Left out where no font has them: symbols, modifiers, joiners and variation selectors, as emoji are made of.
ORNAMENTS = ("So", "Sk", "Cf", "Mn", "Me")
LINE_BREAK = "\n"


@lru_cache
def letters_of(font: str) -> frozenset[int]:
    """The code points that a font of FILES can draw."""
    with TTFont(FILES[font], lazy=True) as file:
        return frozenset(file.getBestCmap())


def drawable(text: str, font: str) -> str:
    """The text with nothing in it that the font cannot draw."""
    known = letters_of(font)
    composed = unicodedata.normalize("NFC", text).replace("\t", " ")
    return "".join(filter(None, (_drawable(each, known) for each in composed)))


def _drawable(letter: str, known: frozenset[int]) -> str:
    if letter == LINE_BREAK or ord(letter) in known:
        return letter
    return "" if unicodedata.category(letter) in ORNAMENTS else UNKNOWN
