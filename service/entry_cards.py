"""Cards of designs as markup, each made once in a language: most of those on a page have been shown before.

A card is known by all that it says, so a changed one is made anew, and none has to be forgotten. What differs from
reader to reader, the heart, is not on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from flask import Flask, current_app, request
from markupsafe import Markup

from service.language import current_language

MOST_KEPT = 4_000  # some 3 kB each, in each process


def card_face(card: Mapping[str, Any], heading: str = "h3", *, eager: bool = False, first: bool = False) -> Markup:
    """What the template `macros/entries.html` says of a card of the search (catalog.entries), without its heart."""
    return _face(orjson.dumps(card), heading, eager, first, current_language(), request.script_root)


@lru_cache(maxsize=MOST_KEPT)
def _face(card: bytes, heading: str, eager: bool, first: bool, _language: str, _script_root: str) -> Markup:
    entries = current_app.jinja_env.get_template("macros/entries.html").module
    return Markup(entries.face(orjson.loads(card), heading, eager, first))  # noqa: S704, markup of a template


def attach(app: Flask) -> None:
    app.jinja_env.globals["card_face"] = card_face
