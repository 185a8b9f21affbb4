"""What the search keeps of a design: its card for the results, its facets, and the words it is found by."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog.colours import GROUPS, colour_group
from catalog.designs import DesignDraft
from catalog.families import Attribute, find_family, is_said
from catalog.search import facets_of
from catalog.search_words import UNSTEMMED, size_words, words_of
from catalog.text import LANGUAGES, Text

# Of the rules below. Goes up when they make another card, other facets or other words of the same design: the worker
# then writes the rows of earlier editions anew (catalog.store.entries.index_outdated).
EDITION = 2


@dataclass(frozen=True)
class Studio:
    id: uuid.UUID
    name: str
    place: str = ""


@dataclass(frozen=True)
class CardPicture:
    """`alt` is a text for who does not see it; `placeholder` an address of its own to show meanwhile, or empty."""

    image_key: str
    width_px: int
    height_px: int
    alt: Mapping[str, str]
    placeholder: str = ""


@dataclass(frozen=True)
class Published:
    """A published version and what is known around it."""

    slug: str
    number: int
    published_at: datetime.datetime
    draft: DesignDraft
    studio: Studio
    pictures: Sequence[CardPicture]
    price_idr: int | None = None
    makers: int = 0  # workshops that make it
    proven: int = 0  # of them, those that are proven to make it consistently


@dataclass(frozen=True)
class Words:
    """The words of one part of a design: those that have a stem in each language, and all of them as they are."""

    id: str
    en: str
    both: str


@dataclass(frozen=True)
class Entry:
    card: dict[str, Any]
    facets: tuple[str, ...]  # "craft:wood", ...
    title_words: Words
    key_words: Words
    other_words: Words


def make_entry(published: Published) -> Entry:
    draft = published.draft
    filed = facets_of(draft, published.price_idr, published.proven)
    return Entry(
        card=_card(published),
        facets=tuple(dict.fromkeys(f"{facet}:{code}" for facet, codes in filed.items() for code in codes)),
        title_words=_words([draft.title]),
        key_words=_words(_key_texts(published)),
        other_words=_words([draft.description, draft.story]),
    )


def _words(texts: Sequence[Text]) -> Words:
    indonesian, english = (words_of(" ".join(text.get(language) for text in texts)) for language in LANGUAGES)
    stemmed = [word for word in indonesian if word not in UNSTEMMED]
    return Words(" ".join(stemmed), " ".join(english), " ".join(dict.fromkeys([*indonesian, *english])))


def _key_texts(published: Published) -> list[Text]:
    draft, studio = published.draft, published.studio
    family = find_family(draft.craft)
    names = [studio.name, studio.place, draft.origin, *map(size_words, draft.dimensions_mm.values())]
    return [
        *draft.materials,
        draft.technique,
        *([family.name] if family else []),
        *_attribute_texts(draft),
        *(colour.name for colour in draft.colours),
        *(GROUPS[colour_group(colour.hex)] for colour in draft.colours),
        *(Text(name, name) for name in names if name),
    ]


def _attribute_texts(draft: DesignDraft) -> Iterator[Text]:
    """What the attributes say in words: the names of choices, texts, and the name of what is answered with yes."""
    family = find_family(draft.craft)
    for attribute in family.attributes if family else ():
        value = draft.attributes.get(attribute.code)
        if is_said(value):
            yield from _said(attribute, value)


def _said(attribute: Attribute, value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif value is True:
        yield attribute.name
    elif attribute.choices:
        codes = value if isinstance(value, tuple) else (value,)
        yield from (name for code in codes if (name := attribute.choice_name(code)) is not None)


def _card(published: Published) -> dict[str, Any]:
    draft, studio = published.draft, published.studio
    return {
        "slug": published.slug,
        "version": published.number,
        "title": _plain(draft.title),
        "craft": draft.craft,
        "material": _plain(draft.materials[0]) if draft.materials else None,
        "studio": {"id": str(studio.id), "name": studio.name, "place": studio.place},
        "origin": draft.origin,
        "licence": draft.licence,
        "price": {"amount": str(draft.price.amount), "currency": draft.price.currency} if draft.price else None,
        "price_idr": published.price_idr,
        "lead_time_days": draft.lead_time_days,
        "makers": published.makers,
        "proven": published.proven,
        "published_at": published.published_at.isoformat(timespec="seconds"),
        "pictures": [asdict(picture) for picture in published.pictures],
    }


def first_picture(card: Mapping[str, Any]) -> CardPicture | None:
    """The picture that stands for a design."""
    return CardPicture(**card["pictures"][0]) if card["pictures"] else None


def _plain(text: Text) -> dict[str, str]:
    return {"id": text.id, "en": text.en}
