"""Markup that many pages have in common, each piece made once in a language: cards of designs, values of filters.

A piece is known by all that it says, so a changed one is made anew, and none has to be forgotten. What differs from
page to page is not on it: the heart of a reader, the number of designs that a value finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from flask import Flask, current_app, request
from markupsafe import Markup

from service.language import current_language

# In each process: cards of some 3 kB, values of some 300 bytes.
MOST_CARDS = 4_000
MOST_VALUES = 8_000


def card_face(card: Mapping[str, Any], heading: str = "h3", *, eager: bool = False, first: bool = False) -> Markup:
    """What the template `macros/entries.html` says of a card of the search (catalog.entries), without its heart."""
    return _card_face(orjson.dumps(card), heading, eager, first, current_language(), request.script_root)


@lru_cache(maxsize=MOST_CARDS)
def _card_face(card: bytes, heading: str, eager: bool, first: bool, _language: str, _script_root: str) -> Markup:
    entries = current_app.jinja_env.get_template("macros/entries.html").module
    return Markup(entries.face(orjson.loads(card), heading, eager, first))  # noqa: S704, markup of a template


@lru_cache(maxsize=MOST_VALUES)
def value_face(facet: str, code: str, name: str, hex: str, is_chosen: bool) -> Markup:
    """A value of a filter as `macros/facets.html` draws it, `name` in the reader's language, without its number."""
    facets = current_app.jinja_env.get_template("macros/facets.html").module
    return Markup(facets.face(facet, code, name, hex, is_chosen))  # noqa: S704, markup of a template


def attach(app: Flask) -> None:
    app.jinja_env.globals.update(card_face=card_face, value_face=value_face)
