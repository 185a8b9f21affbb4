"""Designs and their versions: what a designer writes, and when it may be published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.errors import InvalidFields

LANGUAGES = ("id", "en")
MAX_TITLE = 120
MAX_TEXT = 4000
MAX_MATERIALS = 12
MAX_DIMENSION_MM = 20_000
MAX_PICTURES = 12


class Craft(StrEnum):
    CERAMICS = "ceramics"
    WOOD = "wood"
    RATTAN_BAMBOO = "rattan_bamboo"
    METAL = "metal"
    TEXTILE_BATIK = "textile_batik"
    LEATHER = "leather"
    SILVER = "silver"
    STONE = "stone"
    OTHER = "other"


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


DIMENSIONS = ("diameter", "width", "length", "height", "depth", "thickness")


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


@dataclass(frozen=True)
class Colour:
    name: Text
    hex: str


@dataclass(frozen=True)
class DesignDraft:
    """All that a designer writes of one version of a design. Sizes in millimetres."""

    title: Text
    description: Text
    craft: str
    technique: Text = Text()
    materials: tuple[Text, ...] = ()
    dimensions_mm: Mapping[str, float] = field(default_factory=dict)
    colours: tuple[Colour, ...] = ()
    care: Text = Text()
    photo_note: Text = Text()


def check_draft(draft: DesignDraft) -> None:
    """A draft may be incomplete; what is there must be of the right form.

    Raises: InvalidFields.
    """
    problems: dict[str, str] = {}
    if not (draft.title.id.strip() or draft.title.en.strip()):
        problems["title"] = "required"
    if max(len(draft.title.id), len(draft.title.en)) > MAX_TITLE:
        problems["title"] = "too_long"
    for name in ("description", "technique", "care", "photo_note"):
        text: Text = getattr(draft, name)
        if max(len(text.id), len(text.en)) > MAX_TEXT:
            problems[name] = "too_long"
    if draft.craft not in set(Craft):
        problems["craft"] = "unknown_choice"
    if len(draft.materials) > MAX_MATERIALS:
        problems["materials"] = "too_many"
    for name, size_mm in draft.dimensions_mm.items():
        if name not in DIMENSIONS:
            problems["dimensions_mm"] = "unknown_choice"
        elif not 0 < size_mm <= MAX_DIMENSION_MM:
            problems[name] = "out_of_range"
    if any(not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour.hex) for colour in draft.colours):
        problems["colours"] = "not_a_colour"
    if problems:
        raise InvalidFields(problems)


def missing_for_publishing(draft: DesignDraft, picture_count: int) -> tuple[str, ...]:
    """The fields that still keep a draft from being published, in the order of the form."""
    present = {
        "title": draft.title.is_complete,
        "description": draft.description.is_complete,
        "materials": bool(draft.materials),
        "dimensions_mm": bool(draft.dimensions_mm),
        "pictures": picture_count > 0,
    }
    return tuple(name for name, is_there in present.items() if not is_there)


def make_slug(title: str) -> str:
    """An address-safe name: 'Mangkuk Seladon Beralur' -> 'mangkuk-seladon-beralur'."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "design"
