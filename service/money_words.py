"""Amounts of money as the reader writes them, and what they are in other currencies by a dated rate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from babel.numbers import format_currency, get_currency_symbol
from flask_babel import format_date, format_decimal, get_locale, gettext
from flask_babel import lazy_gettext as _l

from catalog.money import CURRENCIES, RUPIAH, WHOLE, Converted, ExchangeRate, Money, convert

CURRENCY_NAMES = {
    "IDR": _l("Rupiah"),
    "EUR": _l("Euro"),
    "USD": _l("US dollar"),
    "GBP": _l("Pound sterling"),
    "AUD": _l("Australian dollar"),
    "JPY": _l("Yen"),
    "SGD": _l("Singapore dollar"),
}
# What a price is shown in beside its own currency.
SHOWN_IN = ("IDR", "USD", "EUR")
# What readers of a language reckon in.
RECKONED_IN = {"id": ("IDR",), "en": ("EUR", "USD")}


def format_money(money: Money | None) -> str:
    """Such as "Rp185.000" or "US$11,50"; empty for none."""
    if money is None:
        return ""
    locale = get_locale()
    pattern = locale.currency_formats["standard"].pattern
    if money.currency in WHOLE:  # rupiah are written without sen, whatever the locale's data say
        pattern = pattern.replace(".00", "")
    written = format_currency(money.amount, money.currency, pattern, locale=locale, currency_digits=False)
    return _apart(written)


def _apart(written: str) -> str:
    """Where the currency is named by its letters, they stand apart from the figure."""
    return re.sub(r"^([A-Z]{3})(?=\d)", "\\1\u00a0", written)


def format_rupiah(amount: Decimal) -> str:
    """Rupiah for one unit: "16.250" or "105,42", as many decimals as were written."""
    return format_decimal(amount.normalize(), format="#,##0.####")


def format_rate(rate: ExchangeRate) -> str:
    """Such as "1 USD = Rp16.250"."""
    rupiah = get_currency_symbol(RUPIAH, locale=get_locale()) + format_rupiah(rate.idr_per_unit)
    return f"1 {rate.currency} = {_apart(rupiah)}"


def in_other_currencies(
    money: Money, rates: Mapping[str, ExchangeRate], currencies: Iterable[str] = SHOWN_IN
) -> list[Converted]:
    """The amount in each of the currencies that there is a rate for, its own left out."""
    converted = (convert(money, currency, rates) for currency in currencies if currency != money.currency)
    return [each for each in converted if each is not None]


def conversion_sentence(
    money: Money | None, rates: Mapping[str, ExchangeRate], currencies: Iterable[str] = SHOWN_IN
) -> str:
    """Such as "About US$11.50 or €10.40, by the rates of 24 November 2026"; empty where no rate helps.

    The day is that of the oldest rate used.
    """
    found = in_other_currencies(money, rates, currencies) if money is not None else []
    if not found:
        return ""
    amounts = gettext(" or ").join(format_money(each.money) for each in found)
    day = format_date(min(each.rated_on for each in found), "long")
    return gettext("About %(amounts)s, by the rates of %(day)s.", amounts=amounts, day=day)


def currency_choices() -> list[tuple[str, str]]:
    return [(code, f"{code} · {CURRENCY_NAMES[code]}") for code in CURRENCIES]


def foreign_currency_choices() -> list[tuple[str, str]]:
    """Those that a rate is needed for."""
    return [choice for choice in currency_choices() if choice[0] != RUPIAH]
