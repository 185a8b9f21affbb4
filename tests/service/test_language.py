"""Texts that people wrote in one language or in both, as readers of either see them."""

from __future__ import annotations

import datetime

import pytest
from flask_babel import force_locale, format_date
from markupsafe import Markup

from service.language import (
    choose_language,
    current_language,
    in_language,
    language_mark,
    language_of,
    marked,
    speaking,
    spoken,
    with_language,
)


@pytest.fixture(autouse=True)
def in_english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_a_text_in_the_readers_language_carries_no_mark():
    text = {"id": "mangkuk", "en": "bowl"}
    assert (in_language(text), with_language(text), language_of(text)) == ("bowl", "bowl", "")


@pytest.mark.parametrize(
    ("reader", "text", "mark"), [("en", {"id": "mangkuk", "en": ""}, "ID"), ("id", {"en": "bowl"}, "EN")]
)
def test_a_text_from_the_other_language_is_marked_and_pronounced_as_it(reader, text, mark):
    with force_locale(reader):
        shown = with_language(text)
        assert isinstance(shown, Markup)
        assert f'<span lang="{mark.lower()}">{in_language(text)}</span>' in shown
        assert f'<span aria-hidden="true">{mark}</span>' in shown
        assert 'class="visually-hidden"' in shown
        assert language_of(text) == mark.lower()


@pytest.mark.parametrize(
    ("browser", "language"),
    [
        ("", "id"),
        ("id", "id"),
        ("en-US,en;q=0.9", "en"),
        ("nl-NL,nl;q=0.9", "en"),
        ("nl-NL,nl;q=0.9,id;q=0.5", "id"),
        ("ms-MY,ms;q=0.9", "id"),
        ("jv", "id"),
        ("fr, ms;q=0.1", "id"),
    ],
)
def test_whoever_reads_neither_language_gets_the_one_that_they_sooner_read(app, browser, language):
    with app.test_request_context(headers={"Accept-Language": browser} if browser else {}):
        assert choose_language("id") == language


def test_markup_in_a_text_is_inert_whichever_language_it_is_from():
    for text in ({"id": "<b>x</b>"}, {"en": "<b>x</b>"}):
        assert "<b>" not in with_language(text)
        assert "&lt;b&gt;x&lt;/b&gt;" in with_language(text)


@pytest.mark.parametrize("nothing", [None, {}, {"id": "", "en": ""}])
def test_where_nothing_is_written_nothing_is_marked(nothing):
    assert (in_language(nothing), with_language(nothing), language_of(nothing)) == ("", "", "")


def test_days_come_before_months_in_both_languages(app):
    day = datetime.date(2026, 11, 26)
    for language, words in (("en", "26 November 2026"), ("id", "26 November 2026")):
        with speaking(language):
            assert format_date(day, "long") == words
            assert current_language() == language


def test_outside_of_pages_the_other_language_stands_in_brackets():
    assert marked({"id": "mangkuk"}) == "mangkuk (ID)"
    assert marked({"id": "mangkuk", "en": "bowl"}) == "bowl"


def test_words_that_stand_again_are_pronounced_right_without_another_mark():
    assert spoken({"id": "mangkuk"}) == Markup('<span lang="id">mangkuk</span>')
    assert language_mark({"id": "mangkuk", "en": "bowl"}) == ""
