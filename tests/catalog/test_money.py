"""Money: amounts to the hundredth, other currencies by dated rates."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from catalog.errors import InvalidFields
from catalog.money import MAX_AMOUNT, ExchangeRate, Money, check_rate, convert, make_money, money_problem

MONDAY, TUESDAY = datetime.date(2026, 11, 23), datetime.date(2026, 11, 24)
RATES = {
    "EUR": ExchangeRate("EUR", Decimal(18500), TUESDAY, "Bank Indonesia"),
    "USD": ExchangeRate("USD", Decimal(16000), MONDAY),
    "JPY": ExchangeRate("JPY", Decimal("107.5"), TUESDAY),
}


def test_amounts_are_kept_to_the_hundredth():
    assert Money(Decimal("12.5"), "EUR") == Money(Decimal("12.50"), "EUR")
    assert str(Money(Decimal(12), "EUR").amount) == "12.00"


def test_rupiah_become_euros_by_the_rate():
    converted = convert(Money(Decimal(185000), "IDR"), "EUR", RATES)
    assert (converted.money, converted.rated_on) == (Money(Decimal(10), "EUR"), TUESDAY)


def test_two_foreign_currencies_go_by_the_rupiah_and_the_older_day_counts():
    converted = convert(Money(Decimal(16), "EUR"), "USD", RATES)
    assert (converted.money, converted.rated_on) == (Money(Decimal("18.50"), "USD"), MONDAY)


def test_currencies_without_decimals_are_rounded():
    assert convert(Money(Decimal(10000), "IDR"), "JPY", RATES).money == Money(Decimal(93), "JPY")


def test_the_same_currency_needs_no_rate():
    converted = convert(Money(Decimal(5), "GBP"), "GBP", {})
    assert (converted.money, converted.rated_on) == (Money(Decimal(5), "GBP"), None)


def test_without_a_rate_nothing_is_guessed():
    assert convert(Money(Decimal(5), "GBP"), "EUR", RATES) is None


@pytest.mark.parametrize(
    ("amount", "currency", "problem"),
    [
        (1, "EUR", None),
        (MAX_AMOUNT, "IDR", None),
        (0, "EUR", "out_of_range"),
        (-1, "EUR", "out_of_range"),
        (MAX_AMOUNT + 1, "IDR", "out_of_range"),
        (1, "XXX", "unknown_choice"),
    ],
)
def test_what_is_wrong_with_an_amount(amount: int, currency: str, problem: str | None):
    assert money_problem(Money(Decimal(amount), currency)) == problem


@pytest.mark.parametrize("amount", ["", "twelve", "NaN", "Infinity", None])
def test_what_is_no_amount_is_refused(amount: object):
    with pytest.raises(ValueError, match="not_a_number"):
        make_money(amount, "EUR")


@pytest.mark.parametrize(
    ("rate", "problems"),
    [
        (ExchangeRate("EUR", Decimal(18500), MONDAY), {}),
        (ExchangeRate("IDR", Decimal(1), MONDAY), {"currency": "unknown_choice"}),
        (ExchangeRate("EUR", Decimal(0), MONDAY), {"idr_per_unit": "out_of_range"}),
        (ExchangeRate("EUR", Decimal(1), TUESDAY), {"rated_on": "in_the_future"}),
        (ExchangeRate("EUR", Decimal(1), MONDAY, "a" * 201), {"source": "too_long"}),
    ],
)
def test_a_rate_is_of_a_foreign_currency_above_nothing_and_not_of_tomorrow(rate: ExchangeRate, problems: dict):
    if not problems:
        assert check_rate(rate, MONDAY) is None
        return
    with pytest.raises(InvalidFields) as raised:
        check_rate(rate, MONDAY)
    assert raised.value.fields == problems
