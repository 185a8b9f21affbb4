"""Licences, money and attributes as people read them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask import Flask

from catalog.families import families
from catalog.licences import CREATIVE_COMMONS, Licence
from catalog.money import CURRENCIES, ExchangeRate, Money
from catalog.text import Text
from service.attribute_words import attribute_words, attributes_in_words
from service.licence_words import LICENCES, licence_address, licence_explanation, licence_name
from service.money_words import CURRENCY_NAMES, conversion_sentence, format_money, in_other_currencies

RATES = {
    "USD": ExchangeRate("USD", Decimal(16000), datetime.date(2026, 11, 24), "Bank Indonesia"),
    "EUR": ExchangeRate("EUR", Decimal(18500), datetime.date(2026, 11, 20), "Bank Indonesia"),
}


@pytest.fixture
def read(app: Flask):
    """`read("id", make)`: what `make()` says in a language."""

    def read(language: str, make):
        with app.test_request_context(headers={"Accept-Language": language}):
            return make()

    return read


def test_every_licence_and_every_currency_has_its_words():
    assert set(LICENCES) == set(Licence)
    assert {licence for licence, words in LICENCES.items() if words.mark} == set(CREATIVE_COMMONS)
    assert set(CURRENCY_NAMES) == set(CURRENCIES)


def test_a_licence_is_named_by_its_mark_and_explained(read):
    assert read("en", lambda: licence_name("cc_by_sa")) == "CC BY-SA 4.0 (Attribution, share alike)"
    assert read("en", lambda: licence_name("all_rights_reserved")) == "All rights reserved"
    assert "sell" in read("en", lambda: licence_explanation("cc_by"))
    assert licence_address("cc_by_sa") == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert (licence_address("programme_owned"), licence_name(""), licence_explanation("")) == ("", "", "")


@pytest.mark.parametrize(
    ("language", "money", "written"),
    [
        ("id", Money(Decimal(185000), "IDR"), "Rp185.000"),
        ("en", Money(Decimal(185000), "IDR"), "IDR\u00a0185,000"),
        ("en", Money(Decimal("11.5"), "USD"), "US$11.50"),
        ("id", Money(Decimal("11.5"), "USD"), "US$11,50"),
        ("en", Money(Decimal(1800), "JPY"), "JP¥1,800"),
        ("en", None, ""),
    ],
)
def test_money_is_written_as_the_reader_writes_it(read, language: str, money: Money | None, written: str):
    assert read(language, lambda: format_money(money)) == written


def test_a_price_is_shown_in_other_currencies_with_the_day_of_the_oldest_rate(read):
    price = Money(Decimal(185000), "IDR")
    words = read("en", lambda: conversion_sentence(price, RATES))
    assert words == "About US$11.56 or €10.00, by the rates of 20 November 2026."


def test_a_currency_without_a_rate_is_left_out(read):
    assert [each.money.currency for each in in_other_currencies(Money(Decimal(10), "USD"), {"USD": RATES["USD"]})] == [
        "IDR"
    ]
    assert read("en", lambda: conversion_sentence(Money(Decimal(10), "GBP"), RATES)) == ""
    assert read("en", lambda: conversion_sentence(None, RATES)) == ""


@pytest.mark.parametrize(
    ("family", "code", "value", "words"),
    [
        ("ceramics", "firing_temperature", 1240.0, "1.240 °C"),
        ("ceramics", "body", "stoneware", "Stoneware"),
        ("ceramics", "forming", ("thrown", "coil"), "Putar, Pilin"),
        ("ceramics", "body", "a code that went", "a code that went"),
        ("textile_batik", "motif", Text("ceplok", "rosettes"), "ceplok"),
        ("ceramics", "body", None, ""),
        ("ceramics", "forming", (), ""),
    ],
)
def test_an_attribute_is_read_in_words(read, family: str, code: str, value, words: str):
    attribute = families()[family].attribute(code)
    assert read("id", lambda: attribute_words(attribute, value)) == words


def test_no_is_an_answer(read):
    attribute = families()["ceramics"].attribute("food_safe")
    assert read("en", lambda: attribute_words(attribute, False)) == "No"


def test_what_is_not_said_is_left_out_of_the_facts(read):
    values = {"firing_temperature": 1240.0, "body": "stoneware", "decoration": ()}
    facts = read("en", lambda: attributes_in_words("ceramics", values))
    assert facts == [("Clay body", "Stoneware"), ("Firing temperature", "1,240 °C")]
