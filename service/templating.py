"""Jinja as the pages use it: strict, and quick where one page asks for the same hundreds of times.

A page looks up some fifty words and imports some ten files of macros. As they come, Jinja copies the page's variables
for each word, Flask-Babel works out the language anew, and every import compares the global names one by one.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import format_number, gettext
from jinja2 import StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from service.language import current_language

# In each process: short texts. There are fewer than 2,000 in each language.
MOST_WORDS = 8_000
MOST_NUMBERS = 8_000


class StrictEnvironment(Environment):
    """Names that are not there are errors; lines of statements leave no blanks behind."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """No template of ours has globals of its own: all share one dict, which is compared at once."""
        return super().make_globals(d) if d else self.globals


@pass_eval_context
def say(context: EvalContext, message: str, **values: object) -> str:
    """A message of the templates in the reader's language; `values` fill its %(names)s, escaped on pages."""
    if not context.autoescape:
        return gettext(message) % values
    if values:
        return _words(message, current_language()) % values
    return _sentence(message, current_language())


@lru_cache(maxsize=MOST_WORDS)
def _words(message: str, _language: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704, our own words


@lru_cache(maxsize=MOST_WORDS)
def _sentence(message: str, language: str) -> Markup:
    """Without values; `%%` stands for one per cent sign there as well."""
    return _words(message, language) % {}


def say_number(number: int | float | Decimal) -> str:
    """With the reader's marks for thousands and decimals, at most three of them."""
    return _number(number, current_language())


@lru_cache(maxsize=MOST_NUMBERS, typed=True)
def _number(number: int | float | Decimal, _language: str) -> str:
    return format_number(number)


def attach(app: Flask) -> None:
    """After the languages (service.language), whose words and numbers these are."""
    app.jinja_env.globals.update(gettext=say, _=say)
    app.jinja_env.filters["numberformat"] = say_number
