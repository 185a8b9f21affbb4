"""Absolute addresses, for what leaves the page: answers of the API, links that are handed over, previews elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlencode

from flask import Flask, current_app, request, url_for

from catalog.text import LANGUAGES

Query = Sequence[tuple[str, object]]

# What no address has otherwise, as long as the keys of pictures are.
STAND_IN = "0" * 64


def base_address() -> str:
    """PUBLIC_URL, or whatever address this request came to; without a slash at the end."""
    return (current_app.extensions["parts"].settings.public_url or request.host_url).rstrip("/")


def address(endpoint: str, **values: object) -> str:
    """Where a page or picture is."""
    return base_address() + url_for(endpoint, **values)


def list_address(endpoint: str, part: str, value: str, **others: object) -> str:
    """url_for in a tenth of its time, for lists: of addresses that differ in one part, of letters and digits."""
    before, after = _around(endpoint, part, request.script_root, **others)
    return before + value + after


@lru_cache(maxsize=256)
def _around(endpoint: str, part: str, _script_root: str, **others: object) -> tuple[str, str]:
    before, _, after = url_for(endpoint, **{part: STAND_IN}, **others).partition(STAND_IN)
    return before, after


def canonical_address(query: Query = (), language: str | None = None) -> str:
    """The one address of this page, whatever else was asked for along with it.

    Args:
        query: what makes it another page, such as ("page", 2); what is empty is left out.
        language: one of LANGUAGES, "" for the address that leaves it open, None for whatever was asked.
    """
    asked = request.args.get("lang", "")
    language = asked if language is None else language
    pairs = [(name, value) for name, value in query if value]
    if language in LANGUAGES:
        pairs.append(("lang", language))
    return base_address() + request.path + (f"?{urlencode(pairs)}" if pairs else "")


def language_addresses(query: Query = ()) -> dict[str, str]:
    """This page's address in each language, and as `x-default` the one that leaves it to the reader's browser.

    Each language has an address of its own: `?lang=` answers in it, whatever cookies or headers say.
    """
    in_each = {code: canonical_address(query, code) for code in LANGUAGES}
    return in_each | {"x-default": canonical_address(query, "")}


def attach(app: Flask) -> None:
    app.jinja_env.globals.update(
        address=address, canonical_address=canonical_address, language_addresses=language_addresses
    )
