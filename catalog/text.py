"""A text in both languages, the smallest thing that a person writes here."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Text:
    """A text in both languages; a language that is missing falls back to the other."""

    id: str = ""
    en: str = ""

    def get(self, language: str) -> str:
        return (self.id or self.en) if language == "id" else (self.en or self.id)

    @property
    def is_complete(self) -> bool:
        return bool(self.id.strip() and self.en.strip())
