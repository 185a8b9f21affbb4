"""The paper of every document: a text that is shortened keeps to its lines, whatever its words are like."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from service.pdf.document import STORY, TEXT, Document, Style

WIDTH_MM = 56.0
ADDRESS = "https://" + "studio-tanah.example/" * 10


@pytest.fixture
def paper() -> Iterator[Document]:
    made = Document("Paper", "en", author="Ani", made_at=datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC))
    made.add_page()
    yield made
    made.to_bytes()  # which closes the fonts


@pytest.mark.parametrize("style", [TEXT, STORY])
@pytest.mark.parametrize("lines", [1, 2, 5])
@pytest.mark.parametrize(
    "text",
    ["words " * 300, "W" * 120, ADDRESS, f"Foto: {ADDRESS}", f"a few words, then {ADDRESS} and more words " * 9],
    ids=["words", "letters", "address", "word and address", "mixed"],
)
def test_what_is_shortened_keeps_to_its_lines_and_says_so(paper: Document, text: str, lines: int, style: Style):
    short = paper.shorten(text, style, WIDTH_MM, lines)
    assert paper.height_of(short, style, WIDTH_MM) <= lines * style.line_mm + 0.01
    assert short == text.strip() or short.endswith("…")


def test_a_long_word_is_cut_where_the_line_ends(paper: Document):
    assert paper.shorten(f"Foto: {ADDRESS}", TEXT, WIDTH_MM, 1).startswith("Foto: https://studio-tanah.ex")
    assert paper.shorten("W" * 120, TEXT, WIDTH_MM, 1).startswith("WWWWWWWWWW")


def test_a_word_that_a_line_has_room_for_is_never_cut(paper: Document):
    words = ["one", "hundred", "flutes", "from", "foot", "to", "rim"] * 9
    for lines in (1, 2, 3):
        *kept, ellipsis = paper.shorten(" ".join(words), TEXT, WIDTH_MM, lines).split()
        assert ellipsis == "…"
        assert kept == words[: len(kept)]
        one_more = " ".join(words[: len(kept) + 1]) + " …"
        assert paper.height_of(one_more, TEXT, WIDTH_MM) > lines * TEXT.line_mm + 0.01


def test_a_text_that_has_room_stays_whole(paper: Document):
    assert paper.shorten("  A small\nbowl. ", TEXT, WIDTH_MM, 1) == "A small bowl."
    assert paper.shorten("", TEXT, WIDTH_MM, 1) == ""
