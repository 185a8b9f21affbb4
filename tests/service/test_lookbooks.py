"""What the pages of a lookbook always say of a design, however much was written of it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask_babel import gettext

from catalog.designs import DIMENSIONS, MAX_COLOURS, MAX_MATERIALS, MAX_TEXT, MAX_TITLE, MAX_WORDS, Colour
from catalog.licences import Licence
from catalog.money import ExchangeRate, Money
from catalog.organisations import OrganisationKind
from catalog.store import money
from catalog.text import Text
from service.language import speaking
from service.licence_words import licence_name
from service.lookbooks import LookbookChoice, make_collection_lookbook
from tests.factories import make_collection, make_design, make_organisation, make_person
from tests.service.pdf.opened import texts_of

NOW = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)


def words(most: int) -> str:
    return ("kata demi kata " * most)[:most].strip()


LONG = {
    "title": Text(words(MAX_TITLE), words(MAX_TITLE)),
    "description": Text(words(MAX_TEXT), words(MAX_TEXT)),
    "technique": Text(words(MAX_WORDS), words(MAX_WORDS)),
    "materials": (Text(words(MAX_WORDS), words(MAX_WORDS)),) * MAX_MATERIALS,
    "colours": (Colour(Text(words(MAX_WORDS), words(MAX_WORDS)), "#8FB3A0"),) * MAX_COLOURS,
    "dimensions_mm": dict.fromkeys(DIMENSIONS, 19_999.5),
    "price": Money(Decimal("99999999999"), "IDR"),
    "royalty": Money(Decimal("1"), "EUR"),
    "origin": words(MAX_TITLE),
    "credit": words(MAX_TITLE),
    "lead_time_days": 730,
    "minimum_order": 100_000,
}


@pytest.mark.parametrize("with_prices", [True, False], ids=["prices", "no prices"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_says_the_licence_the_credit_and_every_fact(session, parts, app, images, language, with_prices):
    studio = make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")
    versions = [make_design(session, studio, images=images, **LONG | {"licence": licence}) for licence in Licence]
    money.add_rate(session, ExchangeRate("USD", Decimal(16500), NOW.date(), ""), None, NOW.date())
    money.add_rate(session, ExchangeRate("EUR", Decimal(19000), NOW.date(), ""), None, NOW.date())
    collection = make_collection(session, make_person(session, studio), *versions)
    choice = LookbookChoice(language, with_prices)
    with app.test_request_context(), speaking(language):
        _, _, *pages, _ = texts_of(make_collection_lookbook(session, parts.derivatives, collection, choice, NOW))
        assert len(pages) == len(Licence)
        for page, licence in zip(pages, Licence, strict=True):
            said = f"{gettext('Credit')}: {LONG['credit']} {gettext('Licence')}: {licence_name(licence)} "
            assert said in page
            terms = ("Minimum order", "Lead time", "Size", "Materials", "Technique", "Colours", "Origin")
            assert [term for term in terms if gettext(term) not in page] == []
            assert (gettext("Indicative price") in page) == with_prices
