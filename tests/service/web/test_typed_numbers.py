"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from catalog.designs import MAX_DIMENSION_MM
from catalog.money import Money
from catalog.numbers import parse_money, parse_number, parse_whole, parse_within
from service.web.typed_numbers import format_amount, format_size


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("180", 180.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        (" 12,50 ", 12.5),
        ("1 200", 1200.0),
        ("1\u00a0200,5", 1200.5),
        ("1.200,5", 1200.5),
        ("1,200.5", 1200.5),
        ("1.234.567", 1234567.0),
        ("0.25", 0.25),
        ("-3", -3.0),
    ],
)
def test_a_number_is_read_with_comma_or_point(typed: str, number: float):
    assert parse_number(typed) == number


@pytest.mark.parametrize("typed", ["1.200", "1,200", "12.500"])
def test_a_number_that_two_readers_read_differently_is_asked_for_again(typed: str):
    with pytest.raises(ValueError, match="ambiguous_number"):
        parse_number(typed)


@pytest.mark.parametrize("typed", ["", "lebar", "12cm", "1e3", "nan", "inf", "1,2,3", "--1", "1.2.3", "٣", "9" * 40])
def test_what_is_no_number_is_said_to_be_none(typed: str):
    with pytest.raises(ValueError, match="not_a_number"):
        parse_number(typed)


@given(st.integers(1, 100 * MAX_DIMENSION_MM))
def test_a_size_reads_back_as_it_was_written_in_either_language(hundredths: int):
    size_mm = hundredths / 100
    text = f"{size_mm:.2f}".rstrip("0").rstrip(".")
    assert parse_number(text) == size_mm
    assert parse_number(text.replace(".", ",")) == size_mm


@pytest.mark.parametrize(("language", "written"), [("id", "1234,5"), ("en", "1234.5")])
def test_a_size_is_written_without_grouping(app: Flask, language: str, written: str):
    with app.test_request_context(f"/?lang={language}"):
        assert format_size(1234.5) == written
        assert format_size(180) == "180"


@pytest.mark.parametrize(
    ("typed", "number"), [("1.240", 1240), ("1,240", 1240), ("1240", 1240), ("1 240", 1240), ("900,5", 900.5)]
)
def test_bounds_say_which_reading_of_a_number_is_meant(typed: str, number: float):
    assert parse_within(typed, 600, 1450) == number


@pytest.mark.parametrize(("minimum", "maximum"), [(1, 5000), (None, None), (2000, 3000)])
def test_where_bounds_allow_both_readings_or_none_the_number_is_asked_for_again(minimum, maximum):
    with pytest.raises(ValueError, match="ambiguous_number"):
        parse_within("1.240", minimum, maximum)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("12", 12), ("1.200", 1200), ("1,200", 1200), ("1 200 000", 1_200_000), ("1.200.000", 1_200_000)],
)
def test_a_count_has_no_decimals_to_mistake(typed: str, number: int):
    assert parse_whole(typed) == number


@pytest.mark.parametrize("typed", ["1,5", "-3", "dua", "1.20", "1.200,000", "1e3", "٣", "9" * 10, ""])
def test_what_is_no_count_is_said_to_be_none(typed: str):
    with pytest.raises(ValueError, match="not_a_whole_number"):
        parse_whole(typed)


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("185.000", "IDR", "185000"),
        ("185,000", "IDR", "185000"),
        ("1.250.000,00", "IDR", "1250000"),
        ("185000", "IDR", "185000"),
        ("11,5", "USD", "11.5"),
        ("1,250.50", "USD", "1250.5"),
        ("Rp185.000", "IDR", "185000"),
        (" Rp. 185.000,00 ", "IDR", "185000"),
        ("IDR 185.000", "IDR", "185000"),
        ("11,50 €", "EUR", "11.5"),
        ("US$1,250.50", "USD", "1250.5"),
    ],
)
def test_an_amount_is_read_as_its_currency_is_written(typed: str, currency: str, amount: str):
    assert parse_money(typed, currency) == Money(Decimal(amount), currency)


@pytest.mark.parametrize("typed", ["€5", "Rp", "RpRp5"])
def test_an_amount_with_another_sign_or_none_but_signs_is_no_number(typed: str):
    with pytest.raises(ValueError, match="not_a_number"):
        parse_money(typed, "IDR")


@pytest.mark.parametrize(("typed", "currency"), [("1.250", "EUR"), ("1.200,300", "IDR"), ("1,200.300", "JPY")])
def test_an_amount_that_two_readers_read_differently_is_asked_for_again(typed: str, currency: str):
    with pytest.raises(ValueError, match="ambiguous_number"):
        parse_money(typed, currency)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("money", [Money(Decimal(1250000), "IDR"), Money(Decimal("1250.5"), "EUR")])
def test_an_amount_reads_back_as_it_was_written(app: Flask, language: str, money: Money):
    with app.test_request_context(f"/?lang={language}"):
        assert parse_money(format_amount(money), money.currency) == money
