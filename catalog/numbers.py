"""Numbers as people type them: with a comma or a point before the decimals, with or without groups of thousands."""

from __future__ import annotations

import re
from decimal import Decimal

from catalog.money import SIGNS, WHOLE, Money

_GROUPS = r"\d{1,3}([.,])\d{3}(\1\d{3})*"  # of thousands, all with the same mark between them


def parse_number(typed: str) -> float:
    """A number with a comma or a point before its decimals.

    Raises: ValueError("not_a_number"); ValueError("ambiguous_number") for 1.200 and 1,200, which are 1200 to some
    readers and 1.2 to others: with sizes, guessing wrong is worse than asking.
    """
    text = _without_spaces(typed)
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", text):
        raise ValueError("ambiguous_number")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", text):
        text = text.replace(".", "")
    elif re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,12}([.,]\d{1,6})?", text, re.ASCII):
        raise ValueError("not_a_number")
    return float(text.replace(",", "."))


def parse_within(typed: str, minimum: float | None, maximum: float | None) -> float:
    """As `parse_number`; but where only one reading of 1.240 lies within the bounds, that one is meant.

    Raises: ValueError, as `parse_number`.
    """
    text = _without_spaces(typed)
    if not re.fullmatch(r"\d{1,3}[.,]\d{3}", text, re.ASCII):
        return parse_number(typed)
    readings = float(re.sub("[.,]", "", text)), float(text.replace(",", "."))
    low, high = float("-inf") if minimum is None else minimum, float("inf") if maximum is None else maximum
    fitting = [reading for reading in readings if low <= reading <= high]
    if len(fitting) != 1:
        raise ValueError("ambiguous_number")
    return fitting[0]


def parse_whole(typed: str) -> int:
    """A count: 1.200 and 1,200 are both 1200 here. Raises: ValueError("not_a_whole_number")."""
    text = _without_spaces(typed)
    if re.fullmatch(_GROUPS, text, re.ASCII):
        text = re.sub("[.,]", "", text)
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError("not_a_whole_number")
    return int(text)


def parse_money(typed: str, currency: str) -> Money:
    """As `parse_amount`, to the hundredth. Raises: ValueError, as `parse_number`."""
    return Money(parse_amount(typed, currency), currency)


def parse_amount(typed: str, currency: str) -> Decimal:
    """An amount, also with the currency's own sign; of one without decimals, "185.000" and "185.000,00" are 185000.

    Raises: ValueError, as `parse_number`; there "1.200,300" is ambiguous as well.
    """
    text = _without_sign(_without_spaces(typed), currency)
    if currency in WHOLE:
        text = re.sub(r"[.,]00$", "", text)
        if re.fullmatch(_GROUPS, text, re.ASCII):
            text = re.sub("[.,]", "", text)
        elif re.search(r"[.,]\d{3}$", text):
            raise ValueError("ambiguous_number")
    return Decimal(str(parse_number(text)))


def _without_sign(text: str, currency: str) -> str:
    """The figures of "Rp185.000", as a spreadsheet writes what it shows."""
    for sign in (currency, *SIGNS.get(currency, ())):
        if text.casefold().startswith(sign.casefold()):
            return text[len(sign) :]
        if text.casefold().endswith(sign.casefold()):
            return text[: -len(sign)]
    return text


def _without_spaces(typed: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]", "", typed)
