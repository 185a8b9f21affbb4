"""What a batch takes and how it counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.batches import (
    MAX_FILE_NAME,
    BatchCounts,
    check_may_add_photo,
    check_may_be_removed,
    clean_file_name,
)
from catalog.errors import RuleBroken, WrongState
from catalog.inspections import Verdict


def test_judged_pieces_are_those_with_a_verdict_on_the_piece():
    counts = BatchCounts(accept=3, rework=2, reject=1, retake=4, queued=5, failed=6)
    assert (counts.judged, counts.inspected, counts.total) == (6, 10, 21)


def test_a_batch_is_done_when_nothing_waits():
    assert BatchCounts(accept=1, retake=1, failed=1).is_done
    assert not BatchCounts(accept=1, queued=1).is_done


def test_an_empty_batch_is_not_done():
    assert not BatchCounts().is_done


def test_counts_are_found_by_verdict():
    counts = BatchCounts(accept=1, rework=2, reject=3, retake=4)
    assert [counts.of(verdict) for verdict in Verdict] == [1, 2, 3, 4]


def test_the_photo_before_the_limit_is_taken():
    check_may_add_photo(199, 200)


def test_the_photo_after_the_limit_is_refused_with_the_limit():
    with pytest.raises(RuleBroken) as refused:
        check_may_add_photo(200, 200)
    assert refused.value.code == "batch_is_full"
    assert refused.value.details == {"most": 200}


def test_only_a_batch_without_any_photo_may_be_removed():
    check_may_be_removed(0)
    with pytest.raises(WrongState, match="batch_has_photos"):
        check_may_be_removed(1)


@pytest.mark.parametrize(
    ("given_name", "label"),
    [
        ("IMG_2031.jpg", "IMG_2031.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\bowl.jpg", "bowl.jpg"),
        ("a\x00b\x1b[31m.jpg", "ab[31m.jpg"),
        ("  bowl   of\tMay .jpg", "bowl of May .jpg"),
        ("‮gpj.exe", "gpj.exe"),
        ("", "photo"),
        ("...", "photo"),
        ("folder/", "photo"),
    ],
)
def test_a_file_name_becomes_a_label_and_never_a_path(given_name: str, label: str):
    assert clean_file_name(given_name) == label


def test_a_long_file_name_keeps_its_ending():
    label = clean_file_name("x" * 300 + ".jpeg")
    assert label.endswith(".jpeg")
    assert len(label) <= MAX_FILE_NAME


@given(st.text())
def test_any_file_name_gives_a_short_printable_label_without_slashes(name: str):
    label = clean_file_name(name)
    assert 0 < len(label) <= MAX_FILE_NAME
    assert label.isprintable()
    assert not set(label) & {"/", "\\"}
