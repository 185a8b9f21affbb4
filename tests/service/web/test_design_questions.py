"""What the form of a design answers before it is saved: the fields of a craft, originals to derive from, a price."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.designs import stamp_of
from catalog.families import families
from catalog.money import ExchangeRate
from catalog.store import designs, money
from catalog.store.tables import DesignVersion
from catalog.text import Text
from service.accounts import Account
from tests.factories import make_design
from tests.service.web.test_studio import FORM


@pytest.fixture
def designer(sign_in) -> Account:
    return sign_in("designer")


def ask(client: FlaskClient, question: str, **typed: object) -> str:
    answer = client.post("/studio/designs/new?lang=en", data=FORM | {"show": question} | typed)
    assert answer.status_code == 200
    return answer.text


def row_of(page: str, version: DesignVersion) -> str:
    """The row of a design among those to derive from."""
    return re.search(rf'<label class="choice-row[^>]*>\s*<input type="radio" [^>]*{version.id}.*?</label>', page, re.S)[
        0
    ]


def licences_open(page: str) -> set[str]:
    """Which licences can be chosen."""
    radios = re.findall(r'<input type="radio" name="licence" value="(\w+)"([^>]*)>', page)
    return {name for name, more in radios if "disabled" not in more}


@pytest.mark.parametrize("craft", list(families()))
def test_every_craft_shows_the_fields_that_its_family_asks(client: FlaskClient, designer: Account, craft: str):
    page = ask(client, "family", craft=craft)
    for attribute in families()[craft].attributes:
        assert f'id="field-attribute_{attribute.code}' in page or f'name="attribute_{attribute.code}_id"' in page
        for choice in attribute.choices:
            assert f'value="{choice.code}"' in page


def test_asking_saves_nothing_and_loses_nothing(client: FlaskClient, session: Session, designer: Account):
    page = ask(client, "family", craft="wood", title_en="", diameter="1.200")
    assert session.scalars(select(DesignVersion)).all() == []
    for typed in ('value="1.200"', "Mangkuk kecil.", 'value="stoneware"', 'value="#9FB8A0"'):
        assert typed in page
    assert 'role="alert"' not in page  # nothing was refused: nothing was to be saved
    assert '<input type="hidden" name="attribute_body" value="stoneware">' in page  # for who comes back to ceramics


def test_asking_about_a_draft_keeps_the_stamp_that_it_was_shown_with(
    client: FlaskClient, session: Session, designer: Account
):
    draft = make_design(session, designer.person.organisation, published=False)
    old = stamp_of(designs.read_draft(draft))
    designs.change_draft(session, draft, designs.read_draft(make_design(session, title=Text("Lain", "Other"))))
    session.commit()
    page = client.post(f"/studio/designs/{draft.id}", data=FORM | {"show": "family", "stamp": old}).text
    assert f'name="stamp" value="{old}"' in page


def test_attributes_are_saved_as_their_kinds(client: FlaskClient, session: Session, designer: Account):
    typed = {
        "attribute_forming": ["thrown", "coil"],
        "attribute_firing_temperature": "1.240",
        "attribute_food_safe": "yes",
        "attribute_glaze": "",
    }
    assert client.post("/studio/designs/new", data=FORM | typed).status_code == 303
    assert session.scalars(select(DesignVersion)).one().attributes == {
        "body": "stoneware",
        "forming": ["thrown", "coil"],
        "firing_temperature": 1240,
        "food_safe": True,
    }


def test_what_an_attribute_cannot_be_is_answered_beside_it(client: FlaskClient, designer: Account):
    bad = {"attribute_body": "gold", "attribute_firing_temperature": "9000", "attribute_forming": "printed"}
    answer = client.post("/studio/designs/new?lang=en", data=FORM | bad)
    assert answer.status_code == 422
    for name in bad:
        assert f'id="field-{name}-error"' in answer.text
        assert f'href="#field-{name}"' in answer.text
    assert 'value="9000"' in answer.text
    assert re.search(r'id="group-craft" open', answer.text)


def test_an_original_is_found_by_its_words(client: FlaskClient, session: Session, designer: Account):
    free = make_design(session, title=Text("Piring bunga", "Flower plate"), licence="cc_by")
    closed = make_design(session, title=Text("Piring daun", "Leaf plate"))
    make_design(session, title=Text("Kursi", "Chair"), licence="cc_by")
    page = ask(client, "origin", origin_words="piring")
    assert "disabled" not in row_of(page, free)
    assert "disabled" in row_of(page, closed)
    assert "Its licence lets nobody else derive from it." in row_of(page, closed)
    assert "Chair" not in page


@pytest.mark.parametrize(
    "form", ["https://kriya.example/designs/{}", "/designs/{}?lang=id&version=1", "x/designs/{}#a"]
)
def test_an_original_is_found_by_the_address_of_its_page(
    client: FlaskClient, session: Session, designer: Account, form: str
):
    original = make_design(session, title=Text("Piring bunga", "Flower plate"), licence="cc_by")
    assert row_of(ask(client, "origin", origin_words=form.format(original.design.slug)), original)


def test_drafts_and_the_design_itself_are_no_originals(client: FlaskClient, session: Session, designer: Account):
    secret = make_design(session, title=Text("Piring rahasia", "Secret plate"), published=False)
    own = make_design(session, designer.person.organisation, title=Text("Piring sendiri", "Own plate"))
    draft = designs.start_next_version(session, own, None)
    session.commit()
    for words in ("piring", f"/designs/{secret.design.slug}", f"/designs/{own.design.slug}"):
        form = FORM | {"show": "origin", "origin_words": words, "stamp": ""}
        page = client.post(f"/studio/designs/{draft.id}?lang=en", data=form).text
        assert "No published design was found." in page
        assert "Secret plate" not in page


def test_a_derived_design_can_only_have_licences_that_its_original_allows(
    client: FlaskClient, session: Session, designer: Account
):
    original = make_design(session, licence="cc_by_nc_sa")
    assert licences_open(ask(client, "origin", derived_from_id=str(original.id))) == {"cc_by_nc_sa"}
    derived = FORM | {"derived_from_id": str(original.id), "licence": "all_rights_reserved"}
    answer = client.post("/studio/designs/new?lang=en", data=derived)
    assert answer.status_code == 422
    words = "The design it comes from is under CC BY-NC-SA 4.0, so this one has to be under CC BY-NC-SA 4.0."
    assert words in answer.text
    assert client.post("/studio/designs/new", data=derived | {"licence": "cc_by_nc_sa"}).status_code == 303
    saved = session.scalars(select(DesignVersion).where(DesignVersion.derived_from_id == original.id)).one()
    assert saved.licence == "cc_by_nc_sa"


@pytest.mark.parametrize("typed", ["not-an-identifier", "00000000-0000-4000-8000-000000000000"])
def test_an_original_that_is_not_there_is_refused(client: FlaskClient, designer: Account, typed: str):
    answer = client.post("/studio/designs/new?lang=en", data=FORM | {"derived_from_id": typed})
    assert answer.status_code == 422
    assert "This is no design that was published." in answer.text


def test_a_price_is_shown_in_other_currencies_with_the_day_of_the_rate(
    client: FlaskClient, session: Session, designer: Account
):
    price = {"price_amount": "185.000", "price_currency": "IDR"}
    assert "by the rates of" not in ask(client, "price", **price)
    rate = ExchangeRate("USD", Decimal(16000), datetime.date(2026, 11, 24), "Bank Indonesia")
    money.add_rate(session, rate, None, datetime.date(2026, 11, 25))
    session.commit()
    assert "About US$11.56, by the rates of 24 November 2026." in ask(client, "price", **price)
    assert "by the rates of" not in ask(client, "price", **price | {"price_amount": "murah"})


def test_terms_of_trade_and_licence_are_saved(client: FlaskClient, session: Session, designer: Account):
    terms = {
        "lead_time_days": "28",
        "minimum_order": "1.200",
        "price_amount": "185.000",
        "price_currency": "IDR",
        "origin": "Bayat, Klaten",
        "licence": "royalty_per_piece",
        "royalty_amount": "5.000",
        "royalty_currency": "IDR",
        "credit": "Ratna Wulandari",
        "story_id": "Dari tepi kali.",
        "story_en": "From the riverside.",
    }
    assert client.post("/studio/designs/new", data=FORM | terms).status_code == 303
    saved = designs.read_draft(session.scalars(select(DesignVersion)).one())
    assert (saved.lead_time_days, saved.minimum_order, saved.price.amount) == (28, 1200, 185000)
    assert (saved.licence, saved.royalty.amount, saved.credit) == ("royalty_per_piece", 5000, "Ratna Wulandari")
    assert (saved.origin, saved.story.en) == ("Bayat, Klaten", "From the riverside.")
