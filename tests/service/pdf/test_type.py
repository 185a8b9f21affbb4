"""What the documents' fonts can draw, and what becomes of the rest."""

from __future__ import annotations

import pytest

from service.pdf.type import FILES, drawable, letters_of

DIACRITICS = "Ārī Çetinkaya, Nguyễn Thị Hồng, Łódź, Ðuro, Jøtul, Straße, Île, ʼ – “ ” … × ± Ø €"


@pytest.mark.parametrize("font", FILES)
def test_every_font_draws_latin_with_its_diacritics(font):
    assert drawable(DIACRITICS, font) == DIACRITICS


def test_a_letter_and_its_accent_are_put_together():
    assert drawable("e\u0301", "sans") == "é"


def test_letters_of_other_scripts_become_question_marks_and_ornaments_nothing():
    assert drawable("Bowl 碗 🎨\ufe0f", "serif") == "Bowl ? "


def test_lines_stay_lines_and_tabs_become_spaces():
    assert drawable("one\n\ttwo", "sans") == "one\n two"


def test_nothing_that_is_drawn_is_unknown_to_the_font():
    text = drawable("".join(map(chr, range(1, 0x3000))), "sans")
    assert {ord(letter) for letter in text} - {10} <= letters_of("sans")
