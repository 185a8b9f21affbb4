"""A report in plain words: chances, notes and failures."""

from __future__ import annotations

import pytest
from flask import Flask

from models import NOTE_CODES
from service.web.standard_words import NOTES, agreement_words, chance_words, describe_report, interval_words, one_in


@pytest.fixture(autouse=True)
def english(app: Flask):
    with app.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("rate", "count"), [(0.05, 20), (0.1, 10), (0.3, 3), (0.03, 33), (0.0097, 100), (0.0078, 130), (0.001, 1000)]
)
def test_a_rate_is_said_as_one_in_so_many(rate: float, count: int):
    assert one_in(rate) == count


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.0, "Fewer than 1 in 1000 good pieces will be rejected wrongly."),
        (0.05, "About 1 in 20 good pieces will be rejected wrongly."),
        (0.42, "About 42 of 100 good pieces will be rejected wrongly."),
        (1.0, "About 100 of 100 good pieces will be rejected wrongly."),
    ],
)
def test_every_rate_from_none_to_all_has_its_words(rate: float, words: str):
    assert chance_words(rate) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.0097, 0.22, "The true figure most likely lies between 1 in 100 and 1 in 5."),
        (0.0, 0.1, "The true figure most likely lies between almost none and 1 in 10."),
        (0.2, 0.6, "The true figure most likely lies between 1 in 5 and 60 of 100."),
        (0.0, 0.0, ""),
    ],
)
def test_an_interval_is_said_by_its_bounds(low: float, high: float, words: str):
    assert interval_words(low, high) == words


def test_agreement_counts_those_that_agree_and_those_that_differ():
    assert agreement_words(16, 0) == "All 16 photos agree with one another."
    assert agreement_words(16, 1) == "15 of 16 photos agree with one another; 1 differs."
    assert agreement_words(16, 3) == "13 of 16 photos agree with one another; 3 differ."


def test_a_note_that_this_version_does_not_know_is_left_out():
    report = {
        "references": [{"name": "a", "score": 1.0, "is_outlier": False}],
        "expected_false_reject_rate": 0.05,
        "false_reject_interval": [0.01, 0.2],
        "notes": ["few_references", "written_by_a_later_engine"],
    }
    assert describe_report(report).notes == (str(NOTES["few_references"]),)


def test_what_must_be_known_before_relying_on_it_is_a_warning():
    report = {
        "references": [{"name": "a", "score": 1.0, "is_outlier": False}],
        "expected_false_reject_rate": 0.05,
        "false_reject_interval": [0.01, 0.2],
        "notes": ["few_references", "misses_small_cracks"],
    }
    words = describe_report(report)
    assert words.warnings == (str(NOTES["misses_small_cracks"]),)
    assert words.notes == (str(NOTES["few_references"]),)


def test_every_note_of_the_engine_has_its_words():
    assert set(NOTES) == NOTE_CODES
