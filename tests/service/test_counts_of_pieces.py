"""Numbers of pieces and designs are grouped as the reader's language does."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.consistency import Missing
from service.make_words import missing_sentence
from service.words import count_of_pieces
from tests.factories import make_design, make_organisation
from tests.inquiry_factories import make_inquiry

LANGUAGES = pytest.mark.parametrize(("language", "words"), [("en", "100,000 pieces"), ("id", "100.000 buah")])


@LANGUAGES
def test_pieces_are_counted_in_groups(app: Flask, language: str, words: str):
    with app.test_request_context(f"/?lang={language}"):
        assert count_of_pieces(100_000) == words
        assert words.split()[0] in missing_sentence(Missing(pieces=100_000))


@LANGUAGES
def test_the_smallest_order_is_grouped_wherever_a_design_says_it(
    client: FlaskClient, session: Session, sign_in, language: str, words: str
):
    studio = make_organisation(session, "studio")
    version, other = (make_design(session, studio, minimum_order=100_000) for _ in range(2))
    sign_in("designer", organisation=studio)
    compared = f"/compare?design={version.design.slug}&design={other.design.slug}"
    for address in (f"/designs/{version.design.slug}?", f"/studio/designs/{version.id}?", f"{compared}&"):
        assert words in client.get(f"{address}lang={language}").text, address


@LANGUAGES
def test_the_pieces_of_an_inquiry_are_grouped(
    client: FlaskClient, session: Session, sign_in, language: str, words: str
):
    buyer = sign_in("buyer")
    inquiry = make_inquiry(session, buyer.person, make_design(session), quantity=100_000)
    for address in ("/inquiries", f"/inquiries/{inquiry.id}"):
        assert words in client.get(f"{address}?lang={language}").text, address
