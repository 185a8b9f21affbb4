"""Markup that many pages have in common, each piece made once in a language: cards of designs, values of filters.

A piece is known by all that it says, so a changed one is made anew, and none has to be forgotten. What differs from
page to page is not on it: the heart of a reader, the number of designs that a value finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import orjson
from flask import Flask, current_app, request
from markupsafe import Markup

from service.language import current_language

# In each process: cards of some 3 kB, values of some 300 bytes.
MOST_CARDS = 4_000
MOST_VALUES = 8_000


Card = Mapping[str, Any]


class FacetValue(Protocol):
    """What a page needs to know of a filter's value. `name` in the reader's language; `hex` of a colour, or empty."""

    code: str
    name: str
    hex: str
    is_chosen: bool


def with_faces(cards: Sequence[Card], eager: int = 0, first: int = 0) -> Iterator[tuple[Card, Markup]]:
    """Cards of the search (catalog.entries), each with what `macros/entries.html` says of it, without its heart.

    The photos of the leading `eager` are loaded at once, those of the leading `first` before all others.
    """
    language, script_root = current_language(), request.script_root
    for place, card in enumerate(cards):
        yield card, _card_face(orjson.dumps(card), place < eager, place < first, language, script_root)


@lru_cache(maxsize=MOST_CARDS)
def _card_face(card: bytes, eager: bool, first: bool, _language: str, _script_root: str) -> Markup:
    entries = current_app.jinja_env.get_template("macros/entries.html").module
    return Markup(entries.face(orjson.loads(card), eager, first))  # noqa: S704, markup of a template


def with_value_faces(values: Sequence[FacetValue], facet: str) -> Iterator[tuple[FacetValue, Markup]]:
    """Values of a filter, each as `macros/facets.html` draws it, without its number."""
    for value in values:
        yield value, _value_face(facet, value.code, value.name, value.hex, value.is_chosen)


@lru_cache(maxsize=MOST_VALUES)
def _value_face(facet: str, code: str, name: str, hex: str, is_chosen: bool) -> Markup:
    facets = current_app.jinja_env.get_template("macros/facets.html").module
    return Markup(facets.face(facet, code, name, hex, is_chosen))  # noqa: S704, markup of a template


def attach(app: Flask) -> None:
    app.jinja_env.filters.update(with_faces=with_faces, with_value_faces=with_value_faces)
