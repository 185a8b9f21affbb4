"""Everything that Kriya says in English it also says in Indonesian: read from the code as it is now."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
INDONESIAN = ROOT / "service/translations/id/LC_MESSAGES/messages.po"
# As `make translations` names them.
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
SENTENCE_ENDS = (".", "?", ":", ",", "…")


@pytest.fixture(scope="module")
def in_code() -> set[str]:
    """The texts to translate, plural ones by their singular, found as pyproject.toml says."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        ROOT,
        method_map=[(mapping["pattern"], mapping["method"]) for mapping in mappings],
        keywords=KEYWORDS,
        directory_filter=lambda folder: Path(folder).is_relative_to(ROOT / "service"),
    )
    return {english_of(text) for _file, _line, text, _comments, _context in found}


@pytest.fixture(scope="module")
def indonesian() -> Catalog:
    with INDONESIAN.open("rb") as file:
        return read_po(file, locale="id", abort_invalid=True)


def english_of(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def translations(catalog: Catalog) -> list[Message]:
    """Every entry but the header."""
    return [message for message in catalog if message.id]


def words_of(message: Message) -> str:
    return message.string if isinstance(message.string, str) else message.string[0]


def test_every_text_in_the_code_is_in_the_indonesian_catalog(in_code: set[str], indonesian: Catalog):
    assert len(in_code) > 500
    assert in_code - {english_of(message.id) for message in translations(indonesian)} == set()


def test_the_catalog_keeps_no_text_that_the_code_has_dropped(in_code: set[str], indonesian: Catalog):
    assert {english_of(message.id) for message in translations(indonesian)} - in_code == set()
    assert list(indonesian.obsolete) == []


def test_no_translation_is_empty_or_guessed(indonesian: Catalog):
    assert [message.id for message in translations(indonesian) if message.fuzzy or not words_of(message).strip()] == []


def test_indonesian_has_one_plural_form(indonesian: Catalog):
    assert (indonesian.num_plurals, indonesian.plural_expr) == (1, "0")
    plural = [message for message in translations(indonesian) if not isinstance(message.id, str)]
    assert [message.id for message in plural if len(message.string) != 1] == []


def test_placeholders_are_the_same_on_both_sides(indonesian: Catalog):
    """Where English has two forms, Indonesian follows the plural: it must be right for any number."""
    differ = []
    for message in translations(indonesian):
        english = message.id if isinstance(message.id, str) else message.id[1]
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(words_of(message))):
            differ.append((english, words_of(message)))
    assert differ == []


def test_no_percent_sign_breaks_the_filling_in_of_a_text(indonesian: Catalog):
    filled = [message for message in translations(indonesian) if PLACEHOLDER.search(words_of(message))]
    assert [words_of(message) for message in filled if "%" in PLACEHOLDER.sub("", words_of(message))] == []


def test_sentences_end_alike(indonesian: Catalog):
    """A label in one language is no sentence in the other."""
    pairs = [(english_of(message.id), words_of(message)) for message in translations(indonesian)]
    assert [pair for pair in pairs if end_of(pair[0]) != end_of(pair[1])] == []


def end_of(text: str) -> str:
    return text[-1] if text.endswith(SENTENCE_ENDS) else ""
