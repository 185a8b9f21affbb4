"""Exchange rates: written down with day and source, the newest in force, all of them kept."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.store import money

FORM = {"currency": "USD", "idr_per_unit": "16.250", "rated_on": "2026-11-20", "source": "Bank Indonesia"}


@pytest.fixture(autouse=True)
def officer(sign_in):
    return sign_in("market_officer")


def test_a_rate_is_written_down_and_in_force(client: FlaskClient, session: Session, officer):
    answer = client.post("/rates?lang=en", data=FORM, follow_redirects=True)
    assert "Saved: 1 USD = IDR\u00a016,250, of 20 November 2026." in answer.text
    (record,) = money.rate_history(session)
    assert (record.currency, record.idr_per_unit, record.created_by) == ("USD", Decimal(16250), officer.person_id)
    assert money.newest_rates(session)["USD"].rated_on == datetime.date(2026, 11, 20)


def test_the_newest_day_is_in_force_and_older_ones_are_kept(client: FlaskClient, session: Session):
    for figure, day in (("16.250", "2026-11-20"), ("16.100", "2026-11-10"), ("16.300,50", "2026-11-23")):
        client.post("/rates", data=FORM | {"idr_per_unit": figure, "rated_on": day})
    assert money.newest_rates(session)["USD"].idr_per_unit == Decimal("16300.5")
    page = client.get("/rates?lang=en").text
    assert "1 USD = IDR\u00a016,300.5" in page
    assert page.count("<tr><td>") == 3
    assert "1 USD = Rp16.300,5" in client.get("/rates?lang=id").text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("currency", "XAU", "Choose one of the list."),
        ("currency", "IDR", "Choose one of the list."),
        ("idr_per_unit", "", "Please fill this in."),
        ("idr_per_unit", "banyak", "Write a number"),
        ("idr_per_unit", "-5", "out of range"),
        ("rated_on", "yesterday", "Write a date"),
        ("rated_on", "2999-01-01", "This day is still to come."),
        ("source", "", "Please fill this in."),
    ],
)
def test_what_cannot_be_a_rate_is_answered_beside_its_field(
    client: FlaskClient, session: Session, field: str, typed: str, words: str
):
    answer = client.post("/rates?lang=en", data=FORM | {field: typed})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert words in answer.text
    assert 'value="Bank Indonesia"' in answer.text or field == "source"
    assert money.rate_history(session) == []


def test_a_figure_far_from_the_last_one_is_asked_about_once_more(client: FlaskClient, session: Session):
    client.post("/rates", data=FORM)
    slip = FORM | {"idr_per_unit": "162.500", "rated_on": "2026-11-21"}
    answer = client.post("/rates?lang=en", data=slip)
    assert answer.status_code == 422
    assert 'name="is_sure"' in answer.text
    assert client.post("/rates", data=slip | {"is_sure": "1"}).status_code == 303
    assert money.newest_rates(session)["USD"].idr_per_unit == Decimal(162500)


@pytest.mark.parametrize("role", ["designer", "workshop", "buyer", "mentor"])
def test_rates_are_kept_by_market_officers_and_administrators(client: FlaskClient, sign_in, role: str):
    sign_in(role)
    assert client.get("/rates").status_code == 403
    assert client.post("/rates", data=FORM).status_code == 403
    sign_in("administrator")
    assert client.get("/rates").status_code == 200
