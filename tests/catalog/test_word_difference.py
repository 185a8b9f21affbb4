"""Two wordings of one text, word by word."""

from __future__ import annotations

import pytest

from catalog.word_difference import Run, RunKind, compare_words

SAME, DELETED, INSERTED = RunKind.SAME, RunKind.DELETED, RunKind.INSERTED


def read(runs: tuple[Run, ...], *kinds: RunKind) -> str:
    return "".join(run.words for run in runs if run.kind in kinds)


def test_a_word_that_was_exchanged_stands_between_the_words_that_stayed():
    assert compare_words("A wide bowl of stoneware.", "A deep bowl of stoneware.") == (
        Run(SAME, "A"),
        Run(DELETED, " wide"),
        Run(INSERTED, " deep"),
        Run(SAME, " bowl of stoneware."),
    )


def test_a_mark_behind_a_word_does_not_change_the_word():
    runs = compare_words("Thrown by hand and carved", "Thrown by hand, then carved")
    assert (read(runs, DELETED), read(runs, INSERTED)) == (" and", ", then")


def test_what_was_added_to_a_text_is_all_that_is_marked():
    runs = compare_words("Wash with mild soap.", "Wash with mild soap. Do not soak.")
    assert (read(runs, DELETED), read(runs, INSERTED)) == ("", " Do not soak.")


def test_texts_with_little_in_common_stand_one_after_the_other():
    before, after = "Diputar dengan tangan lalu diukir", "Celup warna alam, tiga kali, dijemur di tempat teduh"
    assert compare_words(before, after) == (Run(DELETED, before), Run(INSERTED, after))


def test_a_text_that_was_empty_is_inserted_and_one_that_went_is_deleted():
    assert compare_words("", "Satu mangkuk") == (Run(INSERTED, "Satu mangkuk"),)
    assert compare_words("Satu mangkuk", "") == (Run(DELETED, "Satu mangkuk"),)
    assert compare_words("", "") == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Satu dua tiga.\n\nEmpat lima", "Satu dua\ntiga. Empat enam, lima"),
        ("  <b>tebal</b> & miring ", "<b>tebal</b>  dan miring"),
        ("warna sogan é ü 藍", "warna nila é 藍 ü"),
        ("a b c d e", "e d c b a"),
    ],
)
def test_nothing_of_either_text_is_lost(before: str, after: str):
    runs = compare_words(before, after)
    assert read(runs, SAME, DELETED) == before
    assert read(runs, SAME, INSERTED) == after
