"""What a standard sees, in words: sizes in millimetres or as a share, and what is missed."""

from __future__ import annotations

import pytest
from flask import Flask

from models.synthetic_defect import KINDS as ENGINE_KINDS
from service.web.self_test_words import KINDS, describe_self_test, size_words
from tests.factories import make_self_test


@pytest.fixture(autouse=True)
def english(app: Flask):
    with app.test_request_context("/?lang=en"):
        yield


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


def describe(*notes: str, **self_test):
    return describe_self_test({"notes": notes, "self_test": self_test}, 250.0)


def test_every_kind_of_the_engine_has_its_name():
    assert tuple(KINDS) == ENGINE_KINDS


@pytest.mark.parametrize(
    ("share", "scale_mm", "words"),
    [
        (0.0137, 250, "3.4 mm"),
        (0.016, 250, "4 mm"),
        (0.137, 250, "34 mm"),
        (0.5, 691, "350 mm"),
        (0.042, None, "4.2 % of the piece"),
        (0.137, None, "14 % of the piece"),
    ],
)
def test_a_size_has_two_digits(share: float, scale_mm: float | None, words: str):
    assert size_words(share, scale_mm, of_piece=True) == words.replace(" ", "\N{NO-BREAK SPACE}", 1)


def test_a_texture_has_no_size_of_a_piece_to_go_by():
    sees = describe(**make_self_test(crack=0.1) | {"of_piece": False})
    assert plain(sees.kinds[0].sentence) == "Caught from about 10 % of the picture on."
    assert not sees.has_millimetres


def test_what_is_caught_what_is_missed_and_what_was_not_tried_are_said_apart():
    sees = describe(**make_self_test(crack=0.1, scratch=0.02, stain=None, missing=None))
    assert [plain(kind.sentence) for kind in sees.kinds[:3]] == [
        "Caught from about 25 mm on.",
        "Caught even at 5 mm, the smallest tried.",
        "Missed, even at 120 mm.",
    ]
    assert [kind.is_caught for kind in sees.kinds] == [True, True, False, False]
    assert sees.kinds[0].name == "Cracks"
    assert plain(sees.kinds[0].alt) == "Cracks, 25 mm, painted on a photo"
    assert sees.has_millimetres


def test_cracks_that_are_caught_only_when_large_are_no_reason_for_a_tick():
    kind = describe("misses_small_cracks", **make_self_test(crack=0.2)).kinds[0]
    assert plain(kind.sentence) == "Caught only from about 50 mm on."
    assert kind.is_caught
    assert not kind.is_well_seen


def test_a_kind_without_room_on_the_piece_says_so_and_shows_no_picture():
    tested = make_self_test(crack=None)
    tested["kinds"][0] |= {"sizes": [], "pictured_share": None, "box": None, "picture_key": None}
    kind = describe(**tested).kinds[0]
    assert kind.sentence == "Could not be tried on these photos."
    assert (kind.picture_key, kind.ring, kind.alt) == (None, None, "")


def test_the_ring_stays_within_the_picture():
    tested = make_self_test(crack=0.1)
    tested["kinds"][0]["box"] = [0.0, 0.95, 1.0, 0.05]
    x, y, width, height = describe(**tested).kinds[0].ring
    assert 0 < x < x + width < 1
    assert 0 < y < y + height < 1


def test_a_report_of_before_the_self_test_says_nothing():
    assert describe_self_test({"notes": []}, 250.0) is None
