"""Favourites and collections: what a person puts aside, in which order, and whom they show it to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from catalog.designs import MAX_TITLE, clean_both, clean_line, clean_text
from catalog.errors import InvalidFields, RuleBroken
from catalog.text import LANGUAGES, Text, is_visible

MAX_NOTE = 1000
MAX_CONTACT = 300
MAX_COLLECTIONS = 100
# As many as a lookbook holds: a collection is made to be handed over, favourites are for everything else.
MAX_DESIGNS = 60
MAX_FAVOURITES = 1000
MAX_COMPARED = 4
MIN_COMPARED = 2
# 144 bits: nobody finds the address of a shared collection by trying.
SHARE_TOKEN_BYTES = 18

T = TypeVar("T")


@dataclass(frozen=True)
class CollectionWords:
    """What a person writes of a collection. `contact`: lines for the lookbook, who made it and how to reach them."""

    title: Text
    note: Text = Text()
    contact: str = ""


def check_words(words: CollectionWords) -> None:
    """A title in one language is enough.

    Raises: InvalidFields; a text's field is named with its language, such as `title_id`.
    """
    problems = {}
    if not any(is_visible(getattr(words.title, language)) for language in LANGUAGES):
        problems["title_id"] = "required"
    problems |= {
        f"{name}_{language}": "too_long"
        for name, most in (("title", MAX_TITLE), ("note", MAX_NOTE))
        for language in LANGUAGES
        if len(getattr(getattr(words, name), language)) > most
    }
    if len(words.contact) > MAX_CONTACT:
        problems["contact"] = "too_long"
    if problems:
        raise InvalidFields(problems)


def clean_words(words: CollectionWords) -> CollectionWords:
    """What a person typed, cleaned: the title is one line, note and contact keep their lines."""
    return CollectionWords(
        title=clean_both(words.title, clean_line),
        note=clean_both(words.note, clean_text),
        contact=clean_text(words.contact),
    )


def check_room(count: int, most: int, code: str) -> None:
    """Raises: RuleBroken(code) when nothing more goes in."""
    if count >= most:
        raise RuleBroken(code, most=most)


def move(order: Sequence[T], each: T, by: int) -> list[T]:
    """The order with one of it moved by so many places, at most to the end.

    Raises: ValueError when it is not in the order.
    """
    place = order.index(each)
    rest = [other for other in order if other != each]
    return [*rest[: max(0, place + by)], each, *rest[max(0, place + by) :]]


def new_share_token() -> str:
    """The unguessable part of the address that a collection is shared by."""
    return secrets.token_urlsafe(SHARE_TOKEN_BYTES)
