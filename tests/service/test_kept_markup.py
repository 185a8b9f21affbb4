"""Markup is kept for the next reader: never in another's language, with another's heart or number, or outdated."""

from __future__ import annotations

import pytest

from catalog.text import Text
from service import kept_markup
from service.language import speaking
from service.web.search_page import Value
from tests.factories import make_design

CARD = {
    "slug": "bowl",
    "title": {"id": "Mangkuk", "en": "Bowl"},
    "craft": "ceramics",
    "material": {"id": "tanah liat (Klaten)", "en": "clay (Klaten)"},
    "studio": {"name": "Studio Tanah"},
    "price": {"amount": "185000.00", "currency": "IDR"},
    "makers": 2,
    "pictures": [],
}


@pytest.fixture(autouse=True)
def forget():
    kept_markup._card_face.cache_clear()


def face_of(card):
    [(_, face)] = kept_markup.with_faces([card])
    return face


def kept() -> int:
    return kept_markup._card_face.cache_info().currsize


def test_a_card_is_made_once_for_each_language(app):
    with app.test_request_context():
        for language, title, material in (("id", "Mangkuk", "tanah liat"), ("en", "Bowl", "clay")) * 2:
            with speaking(language):
                face = face_of(CARD)
            assert f">{title}</a></h3>" in face
            assert f" · <span>{material}</span>" in face
    assert kept() == 2


@pytest.mark.parametrize(
    "other", [{"title": {"id": "<b>Mangkuk</b>", "en": ""}}, {"makers": 3}, {"studio": {"name": "Studio Api"}}]
)
def test_a_card_that_says_anything_else_is_made_anew(app, other):
    with app.test_request_context(), speaking("id"):
        before, after = face_of(CARD), face_of(CARD | other)
    assert before != after
    assert "<b>" not in after


def test_the_heart_of_one_reader_is_not_on_the_page_of_the_next(client, app, session, sign_in):
    version = make_design(session, title=Text("Mangkuk", "Bowl"))
    heart = f'action="/favourites/{version.design.slug}"'
    sign_in("buyer")
    assert heart in client.get("/designs?lang=en").text
    assert kept() == 1
    visitor = app.test_client().get("/designs?lang=en").text
    assert heart not in visitor
    assert ">Bowl</a></h3>" in visitor
    assert kept() == 1
    assert heart in client.get("/designs?lang=en").text


def test_a_value_of_a_filter_is_kept_without_its_number(app):
    with app.test_request_context():
        [(_, clay)] = kept_markup.with_value_faces([Value("clay", "Clay <raw>", 3, False)], "material")
        [(_, chosen)] = kept_markup.with_value_faces([Value("blue", "Blue", 3, True, "#1F3A5F")], "colour")
    assert clay == (
        '<input type="checkbox" name="material" value="clay" form="search" data-narrows><span>Clay &lt;raw&gt;</span>'
    )
    assert " checked " in chosen
    assert 'fill="#1F3A5F"' in chosen
