"""A text in both languages, the smallest thing that a person writes here."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LANGUAGES = ("id", "en")
# Blanks that Unicode counts among letters and symbols: the fillers of Hangul, a braille cell without dots.
_BLANK_SIGNS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Controls, marks of format and direction, halves of characters, blanks; what only changes the sign before it.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Me", "Mn"})


def is_visible(text: str) -> bool:
    """Whether a text shows anything, if only one sign."""
    return any(unicodedata.category(each) not in _UNSEEN and each not in _BLANK_SIGNS for each in text)


@dataclass(frozen=True)
class Text:
    """A text in both languages; a language that is missing falls back to the other."""

    id: str = ""
    en: str = ""

    def get(self, language: str) -> str:
        return (self.id or self.en) if language == "id" else (self.en or self.id)

    @property
    def is_complete(self) -> bool:
        return is_visible(self.id) and is_visible(self.en)
