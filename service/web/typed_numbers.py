"""Numbers as a field shows them, so that they read back (catalog.numbers) as the same number."""

from __future__ import annotations

from flask_babel import format_decimal

from catalog.money import WHOLE, Money


def format_size(size_mm: float) -> str:
    """12.5 as "12,5" or "12.5", without grouping, so that it reads back as the same number."""
    return format_decimal(size_mm, format="0.######")


def format_amount(money: Money) -> str:
    """An amount for a field: "185.000" rupiah, which cannot be misread there, but "1200,50" euro."""
    return format_decimal(money.amount, format="#,##0" if money.currency in WHOLE else "0.00")
