"""Amounts of money, and what they are in another currency by a dated rate."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from catalog.errors import InvalidFields

# What the markets served here pay in; ISO 4217.
CURRENCIES = ("IDR", "EUR", "USD", "GBP", "AUD", "JPY", "SGD")
RUPIAH = "IDR"
# How people and spreadsheets write a currency beside an amount, besides its code.
SIGNS = {
    "IDR": ("Rp.", "Rp"),
    "EUR": ("€",),
    "USD": ("US$", "$"),
    "GBP": ("£",),
    "AUD": ("AU$", "A$", "$"),
    "JPY": ("JP¥", "¥", "￥"),
    "SGD": ("S$", "$"),
}
# Prices in these are written without decimals.
WHOLE = frozenset({"IDR", "JPY"})
MAX_AMOUNT = Decimal("100000000000")  # a hundred thousand million, in any currency
CENT = Decimal("0.01")
# No currency served here has moved by a quarter within days for decades; a point in the wrong place moves it by ten.
FAR = Decimal("1.25")


@dataclass(frozen=True)
class Money:
    """An amount with its currency, to the hundredth."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", Decimal(self.amount).quantize(CENT, ROUND_HALF_EVEN))


@dataclass(frozen=True)
class ExchangeRate:
    """What one unit of a currency costs in rupiah, as a source gave it on a day."""

    currency: str
    idr_per_unit: Decimal
    rated_on: datetime.date
    source: str = ""


@dataclass(frozen=True)
class Converted:
    """An amount in another currency; `rated_on` is the day of the older of the rates used, None without any."""

    money: Money
    rated_on: datetime.date | None


def money_problem(money: Money) -> str | None:
    """The code of what is wrong with an amount of which more than nothing is asked."""
    if money.currency not in CURRENCIES:
        return "unknown_choice"
    return None if 0 < money.amount <= MAX_AMOUNT else "out_of_range"


def make_money(amount: object, currency: str) -> Money:
    """Raises: ValueError("not_a_number") for what is no amount."""
    try:
        decimal = Decimal(str(amount))
        return Money(decimal, currency) if decimal.is_finite() else _refuse()
    except InvalidOperation:
        return _refuse()


def _refuse() -> Money:
    raise ValueError("not_a_number")


def convert(money: Money, currency: str, rates: Mapping[str, ExchangeRate]) -> Converted | None:
    """An amount in another currency, by way of the rupiah; None where a rate is missing.

    `rates` holds the newest rate of each currency.
    """
    if money.currency == currency:
        return Converted(money, None)
    needed = [each for each in (money.currency, currency) if each != RUPIAH]
    if any(each not in rates for each in needed):
        return None
    rupiah = money.amount * (rates[money.currency].idr_per_unit if money.currency != RUPIAH else 1)
    amount = rupiah / (rates[currency].idr_per_unit if currency != RUPIAH else 1)
    if currency in WHOLE:
        amount = amount.quantize(Decimal(1), ROUND_HALF_EVEN)
    return Converted(Money(amount, currency), min(rates[each].rated_on for each in needed))


def is_far_from(rate: ExchangeRate, last: ExchangeRate) -> bool:
    """Whether a rate differs so much from the one before that a slip of the pen is likelier than the market."""
    return not 1 / FAR <= rate.idr_per_unit / last.idr_per_unit <= FAR


def check_rate(rate: ExchangeRate, today: datetime.date) -> None:
    """Raises: InvalidFields."""
    problems = {}
    if rate.currency not in CURRENCIES or rate.currency == RUPIAH:
        problems["currency"] = "unknown_choice"
    if not 0 < rate.idr_per_unit <= Decimal("10000000"):
        problems["idr_per_unit"] = "out_of_range"
    if rate.rated_on > today:
        problems["rated_on"] = "in_the_future"
    if len(rate.source) > 200:
        problems["source"] = "too_long"
    if problems:
        raise InvalidFields(problems)
