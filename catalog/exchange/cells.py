"""What one cell of a spreadsheet holds: a text, a number, a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# What spreadsheets run when a cell begins with it (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
DIVIDER = ";"
# A divider that belongs to an item, and the sign that says so.
_ITEM = re.compile(r"(?:\\.|[^;\\]|\\$)*", re.DOTALL)


@dataclass(frozen=True)
class CellProblem:
    """A cell that says nothing that can be taken: a formula, an error, a date that was a text once."""

    code: str


Cell = str | int | float | bool | CellProblem


def guard(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a quote before it keeps it text. `unguard` takes it off."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) or _GUARDED.match(text) else text


def unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def show_number(number: float) -> str:
    """A number as text that is read back as the same: the point before the decimals, nothing between thousands."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    # 1.250 is 1250 to some readers: with one more figure it is nothing but one and a quarter.
    return f"{text}0" if re.fullmatch(r"\d{1,3}\.\d{3}", text) else text


def split_list(text: str) -> tuple[str, ...]:
    r"""The items of a list divided by semicolons; a semicolon of an item's own is written \;.

    Items may be empty, so that lists beside each other keep step: "a;;c" has three.
    """
    if not text.strip():
        return ()
    items, start = [], 0
    while start <= len(text):
        found = _ITEM.match(text, start)
        items.append(re.sub(r"\\(.)", r"\1", found[0], flags=re.DOTALL).strip())
        start = found.end() + 1
    return tuple(items)


def join_list(items: Iterable[str]) -> str:
    items = [item.replace("\\", "\\\\").replace(DIVIDER, f"\\{DIVIDER}") for item in items]
    return f"{DIVIDER} ".join(items) if any(items) else ""
