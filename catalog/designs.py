"""Designs and their versions: what a designer writes, and whether it can be taken as written."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from catalog.errors import InvalidFields
from catalog.families import Value, attribute_limits, attribute_problems, find_family
from catalog.licences import Licence
from catalog.money import MAX_AMOUNT, Money, money_problem
from catalog.text import LANGUAGES, Text, is_visible

_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

MAX_TITLE = 120
MAX_TEXT = 4000
MAX_WORDS = 80
MAX_REFERENCE = 80
MAX_ALT = 250
MAX_MATERIALS = 12
MAX_COLOURS = 12
MAX_DIMENSION_MM = 20_000
MAX_PICTURES = 12
MAX_LEAD_TIME_DAYS = 730
MAX_MINIMUM_ORDER = 100_000


class VersionState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


DIMENSIONS = ("diameter", "width", "length", "height", "depth", "thickness")
TEXTS = ("title", "description", "story", "technique", "care", "photo_note")
# Those of them that are one line.
ONE_LINE_TEXTS = frozenset({"title", "technique"})


# The most that a field may hold, by what is said of one that holds more.
LIMITED = frozenset({"too_long", "too_many", "out_of_range"})
LIMITS: Mapping[tuple[str, str], int] = {
    **{
        (f"{name}_{language}", "too_long"): MAX_TITLE if name == "title" else MAX_TEXT
        for name in TEXTS
        for language in LANGUAGES
    },
    **{(name, "too_long"): MAX_TITLE for name in ("origin", "credit")},
    **{(name, "too_long"): MAX_WORDS for name in ("materials", "colours")},
    ("materials", "too_many"): MAX_MATERIALS,
    ("colours", "too_many"): MAX_COLOURS,
    **{(name, "out_of_range"): MAX_DIMENSION_MM for name in DIMENSIONS},
    **{(name, "out_of_range"): int(MAX_AMOUNT) for name in ("price", "royalty")},
    ("lead_time_days", "out_of_range"): MAX_LEAD_TIME_DAYS,
    ("minimum_order", "out_of_range"): MAX_MINIMUM_ORDER,
}


@dataclass(frozen=True)
class Colour:
    name: Text
    hex: str


@dataclass(frozen=True)
class DesignDraft:
    """All that a designer writes of one version of a design.

    Sizes in millimetres; `price` is indicative, for one piece; `minimum_order` in pieces; `lead_time_days` for that
    order. `attributes` are those of the craft's family. `derived_from_id` is the version of a design it comes from.
    """

    title: Text
    description: Text
    craft: str
    technique: Text = Text()
    materials: tuple[Text, ...] = ()
    dimensions_mm: Mapping[str, float] = field(default_factory=dict)
    colours: tuple[Colour, ...] = ()
    care: Text = Text()
    photo_note: Text = Text()
    story: Text = Text()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    lead_time_days: int | None = None
    minimum_order: int | None = None
    price: Money | None = None
    origin: str = ""
    licence: str = ""
    royalty: Money | None = None
    credit: str = ""
    derived_from_id: uuid.UUID | None = None


EMPTY_DRAFT = DesignDraft(title=Text(), description=Text(), craft="")


def check_draft(draft: DesignDraft) -> None:
    """A draft may be incomplete; what is there must be of the right form.

    Raises: InvalidFields; a text's field is named with its language, such as `title_id`.
    """
    problems = dict(_text_problems(draft))
    if not (is_visible(draft.title.id) or is_visible(draft.title.en)):
        problems["title_id"] = "required"
    if find_family(draft.craft) is None:
        problems["craft"] = "unknown_choice"
    else:
        problems |= dict(attribute_problems(draft.craft, draft.attributes))
    problems |= dict(_list_problems(draft))
    problems |= dict(_size_problems(draft.dimensions_mm))
    problems |= dict(_trade_problems(draft))
    if problems:
        raise InvalidFields(problems, dict(_limits(draft, problems)))


def _limits(draft: DesignDraft, problems: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """(field, {"most": ...}) of what is too long, too many or out of its range; "least" where that is not above 0."""
    family = find_family(draft.craft)
    attributes = dict(attribute_limits(family)) if family else {}
    for name, code in problems.items():
        limits = attributes.get(name) or ({"most": LIMITS[name, code]} if (name, code) in LIMITS else None)
        if limits and code in LIMITED:
            yield name, limits


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


def _trade_problems(draft: DesignDraft) -> Iterator[tuple[str, str]]:
    if draft.licence and draft.licence not in set(Licence):
        yield "licence", "unknown_choice"
    for name, money in (("price", draft.price), ("royalty", draft.royalty)):
        if money is not None and (problem := money_problem(money)):
            yield name, problem
    for name, number, most in (
        ("lead_time_days", draft.lead_time_days, MAX_LEAD_TIME_DAYS),
        ("minimum_order", draft.minimum_order, MAX_MINIMUM_ORDER),
    ):
        if number is not None and not 0 < number <= most:
            yield name, "out_of_range"
    for name in ("origin", "credit"):
        if len(getattr(draft, name)) > MAX_TITLE:
            yield name, "too_long"


def check_alt(alt: Text) -> None:
    """Raises: InvalidFields."""
    problems = {f"alt_{language}": "too_long" for language in LANGUAGES if len(getattr(alt, language)) > MAX_ALT}
    if problems:
        raise InvalidFields(problems, {name: {"most": MAX_ALT} for name in problems})


def stamp_of(said: Any) -> str:
    """A short stamp of what a dataclass says: a form that carries another one was filled in over older texts."""
    content = json.dumps(asdict(said), sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def clean_text(typed: str) -> str:
    """What somebody typed, without what no text holds: control characters, half surrogates, space around it.

    Nor U+FFFE and U+FFFF, which no XML may hold: one of them would make a feed or a workbook unreadable. A tab
    becomes a space, and all that ends a line becomes a line feed, so that no words grow together. Where nothing is
    left to see, nothing was said.
    """
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", typed).replace("\t", " "))
    text = "".join(each for each in text if each == "\n" or _is_text(each)).strip()
    return text if is_visible(text) else ""


def clean_line(typed: str) -> str:
    """The same for a name, which is one line."""
    return " ".join(clean_text(typed).split())


def clean_reference(typed: str) -> str:
    """A studio's own code of a design. A blank after # would make a remark of its row in a spreadsheet."""
    return re.sub(r"^(#+) ", r"\1", clean_line(typed))


def check_reference(reference: str) -> None:
    """Raises: InvalidFields."""
    if len(reference) > MAX_REFERENCE:
        raise InvalidFields({"reference": "too_long"}, {"reference": {"most": MAX_REFERENCE}})


def clean_draft(draft: DesignDraft) -> DesignDraft:
    """What a draft says, cleaned alike wherever it comes from: line breaks stay in its long texts alone."""
    attributes = {
        code: clean_both(value, clean_line) if isinstance(value, Text) else value
        for code, value in draft.attributes.items()
    }
    return replace(
        draft,
        **{name: clean_both(getattr(draft, name), _cleaning_of(name)) for name in TEXTS},
        materials=tuple(clean_both(material, clean_line) for material in draft.materials),
        colours=tuple(replace(colour, name=clean_both(colour.name, clean_line)) for colour in draft.colours),
        attributes=attributes,
        origin=clean_line(draft.origin),
        credit=clean_line(draft.credit),
    )


def _cleaning_of(name: str) -> Callable[[str], str]:
    return clean_line if name in ONE_LINE_TEXTS else clean_text


def clean_both(text: Text, clean: Callable[[str], str]) -> Text:
    """A text cleaned in both languages."""
    return Text(*(clean(getattr(text, language)) for language in LANGUAGES))


def _is_text(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"


def make_slug(title: str) -> str:
    """An address-safe name: 'Mangkuk Seladon Beralur' -> 'mangkuk-seladon-beralur'."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "design"
