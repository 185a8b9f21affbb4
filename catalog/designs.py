"""Designs and their versions: what a designer writes, and when it may be published."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from catalog.errors import InvalidFields

LANGUAGES = ("id", "en")
MAX_TITLE = 120
MAX_TEXT = 4000
MAX_WORDS = 80
MAX_ALT = 250
MAX_MATERIALS = 12
MAX_COLOURS = 12
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
TEXTS = ("title", "description", "technique", "care", "photo_note")


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

    Raises: InvalidFields; a text's field is named with its language, such as `title_id`.
    """
    problems = dict(_text_problems(draft))
    if not (draft.title.id.strip() or draft.title.en.strip()):
        problems["title_id"] = "required"
    if draft.craft not in set(Craft):
        problems["craft"] = "unknown_choice"
    problems |= dict(_list_problems(draft))
    problems |= dict(_size_problems(draft.dimensions_mm))
    if problems:
        raise InvalidFields(problems)


def _text_problems(draft: DesignDraft) -> Iterator[tuple[str, str]]:
    for name in TEXTS:
        most = MAX_TITLE if name == "title" else MAX_TEXT
        for language in LANGUAGES:
            if len(getattr(getattr(draft, name), language)) > most:
                yield f"{name}_{language}", "too_long"


def _list_problems(draft: DesignDraft) -> Iterator[tuple[str, str]]:
    names = {"materials": draft.materials, "colours": tuple(colour.name for colour in draft.colours)}
    for field_name, most in (("materials", MAX_MATERIALS), ("colours", MAX_COLOURS)):
        if len(names[field_name]) > most:
            yield field_name, "too_many"
        elif any(max(len(name.id), len(name.en)) > MAX_WORDS for name in names[field_name]):
            yield field_name, "too_long"
    if any(not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour.hex) for colour in draft.colours):
        yield "colours", "not_a_colour"


def _size_problems(dimensions_mm: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    for name, size_mm in dimensions_mm.items():
        if name not in DIMENSIONS:
            yield "dimensions_mm", "unknown_choice"
        elif not 0 < size_mm <= MAX_DIMENSION_MM:
            yield name, "out_of_range"


def check_alt(alt: Text) -> None:
    """Raises: InvalidFields."""
    problems = {f"alt_{language}": "too_long" for language in LANGUAGES if len(getattr(alt, language)) > MAX_ALT}
    if problems:
        raise InvalidFields(problems)


def missing_for_publishing(draft: DesignDraft, alts: Sequence[Text]) -> tuple[str, ...]:
    """What still keeps a draft from being published, in the order of the form.

    `alts` are the texts of its pictures, for who does not see them: one language is enough there.
    """
    present = {
        "title": draft.title.is_complete,
        "description": draft.description.is_complete,
        "materials": bool(draft.materials),
        "dimensions_mm": bool(draft.dimensions_mm),
        "pictures": len(alts) > 0,
        "picture_texts": len(alts) > 0 and all(alt.get("id").strip() for alt in alts),
    }
    return tuple(name for name, is_there in present.items() if not is_there)


def stamp_of(draft: DesignDraft) -> str:
    """A short stamp of what a draft says: a form that carries another one was filled in over older texts."""
    content = json.dumps(asdict(draft), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def clean_text(typed: str) -> str:
    """What somebody typed, without what no text holds: control characters, half surrogates, space around it."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(each for each in text if each == "\n" or unicodedata.category(each) not in ("Cc", "Cs")).strip()


def make_slug(title: str) -> str:
    """An address-safe name: 'Mangkuk Seladon Beralur' -> 'mangkuk-seladon-beralur'."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "design"
