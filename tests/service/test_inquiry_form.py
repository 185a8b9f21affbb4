"""What people type into the forms of inquiries, and what it is taken for."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from catalog.errors import InvalidFields
from service.web.inquiry_form import (
    parse_day,
    parse_price,
    read_inquiry,
    read_quotation,
    take_inquiry,
    take_quotation,
)

TODAY = datetime.date(2026, 11, 28)
ONE, TWO = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("12.50", "EUR", "12.50"),
        ("12,5", "EUR", "12.5"),
        ("1.234,50", "EUR", "1234.50"),
        ("1,234.50", "EUR", "1234.50"),
        ("185.000", "IDR", "185000"),
        ("1.850.000", "IDR", "1850000"),
        ("0", "EUR", "0"),
    ],
)
def test_an_amount_may_be_written_as_either_language_does(typed, currency, amount):
    assert parse_price(typed, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1.200", "ambiguous_number"),
        ("twelve", "not_a_number"),
        ("12.345678", "too_many_decimals"),
        ("-1", "not_a_number"),
    ],
)
def test_an_amount_that_cannot_be_read_is_asked_again(typed, told):
    with pytest.raises(ValueError, match=told):
        parse_price(typed, "EUR")


def test_a_day_is_written_as_the_field_for_days_sends_it():
    assert parse_day("2027-03-31") == datetime.date(2027, 3, 31)
    for typed in ("31.3.2027", "2027-02-30", "soon"):
        with pytest.raises(ValueError, match="not_a_date"):
            parse_day(typed)


def sent(**fields: str) -> MultiDict:
    return MultiDict([("version", str(ONE)), ("version", str(TWO)), *fields.items()])


def test_of_several_designs_those_without_a_quantity_are_left_out():
    draft = take_inquiry(read_inquiry(sent(quantity_2="30", target_2="9,90", currency="EUR", country="NL")), TODAY)
    assert [(line.version_id, line.quantity, line.target) for line in draft.lines] == [(TWO, 30, Decimal("9.90"))]


def test_without_any_quantity_the_first_design_asks_for_one():
    with pytest.raises(InvalidFields) as caught:
        take_inquiry(read_inquiry(sent(country="NL")), TODAY)
    assert caught.value.fields == {"quantity_1": "required"}


def test_what_is_wrong_with_a_design_is_told_at_its_place_in_the_form():
    with pytest.raises(InvalidFields) as caught:
        take_inquiry(read_inquiry(sent(quantity_2="0", country="NL")), TODAY)
    assert caught.value.fields == {"quantity_2": "out_of_range"}


def test_all_that_cannot_be_read_is_told_at_once_and_stays_typed():
    form = read_inquiry(sent(quantity_1="many", target_2="cheap", wanted_on="soon"))
    with pytest.raises(InvalidFields) as caught:
        take_inquiry(form, TODAY)
    assert caught.value.fields == {
        "quantity_1": "not_a_whole_number",
        "quantity_2": "required",
        "target_2": "not_a_number",
        "wanted_on": "not_a_date",
        "country": "required",
    }
    assert form.get("quantity_1") == "many"


def test_a_design_that_no_form_of_ours_names_is_refused():
    with pytest.raises(InvalidFields):
        read_inquiry(MultiDict([("version", "not-an-id")]))


def test_a_line_without_a_price_is_not_offered():
    terms = {"incoterm": "FOB", "incoterm_place": "Semarang", "lead_time_days": "30", "valid_until": "2027-03-31"}
    given = {"unit_2": "16,20", "minimum_2": "1.000", "currency": "EUR", "sample": "0", **terms}
    draft = take_quotation(read_quotation(MultiDict(given), 2), 2, TODAY)
    assert [(price.line, price.unit, price.minimum) for price in draft.prices] == [(2, Decimal("16.20"), 1000)]
    assert draft.sample == 0


def test_what_cannot_be_read_and_what_the_rules_refuse_is_told_together():
    given = {"unit_1": "cheap", "currency": "EUR", "lead_time_days": "30", "valid_until": "2026-01-01"}
    with pytest.raises(InvalidFields) as caught:
        take_quotation(read_quotation(MultiDict(given), 1), 1, TODAY)
    assert caught.value.fields == {"unit_1": "not_a_number", "incoterm": "required", "valid_until": "date_is_past"}
