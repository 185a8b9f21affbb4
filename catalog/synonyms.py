"""Other words for the same thing, read from synonyms.toml beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("synonyms.toml")


def with_synonyms(word: str) -> tuple[str, ...]:
    """A word in small letters, or its plural with s, and what it is called besides: ('coklat', 'cokelat')."""
    known = synonyms()
    return (word, *(known.get(word) or known.get(word.removesuffix("s"), ())))


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """For each word the others of its set."""
    sets = tomllib.loads(FILE.read_text("utf-8"))["sets"]
    return {word: tuple(other for other in each if other != word) for each in sets for word in each}
