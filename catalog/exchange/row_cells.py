"""One row while it is read: its cells by column, as texts, lists and numbers, and what was found wrong so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.designs import clean_line, clean_text
from catalog.exchange.cells import Cell, CellProblem, split_list
from catalog.exchange.columns import Problem
from catalog.numbers import parse_number, parse_within
from catalog.text import LANGUAGES, Text


class RowRefused(Exception):
    """A row that cannot be taken; `problems` say why, each with its column."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@dataclass
class RowCells:
    """One row while it is read: its cells by column, and what was found wrong so far."""

    cells: Mapping[str, Cell]
    problems: list[Problem] = field(default_factory=list)

    def has(self, *columns: str) -> bool:
        return any(column in self.cells for column in columns)

    def text(self, column: str) -> str:
        """The cell as text; "" for one that says nothing or is wrong."""
        cell = self.cells.get(column, "")
        if isinstance(cell, CellProblem):
            self.refuse(column, cell.code)
            return ""
        return clean_text(plain(cell))

    def pair(self, name: str, before: Text) -> Text:
        """A text in both languages; a language without a column stays as it was."""
        return Text(
            *(
                self.text(f"{name}_{language}") if self.has(f"{name}_{language}") else getattr(before, language)
                for language in LANGUAGES
            )
        )

    def items(self, column: str) -> tuple[str, ...]:
        return tuple(clean_line(item) for item in split_list(self.text(column)))

    def number(self, column: str, parse: Callable[[str], Any]) -> Any:
        """What `parse` makes of the cell; a number that a spreadsheet keeps as one is taken as it is."""
        typed = self.text(column)
        if not typed:
            return None
        try:
            return parse(typed)
        except ValueError as error:
            self.refuse(column, str(error))
            return None

    def size(self, column: str, minimum: float | None = None, maximum: float | None = None) -> float | None:
        """A number with decimals; where only one reading of 1.240 lies within the bounds, that one is meant."""
        if self.is_number(column):
            return float(self.cells[column])
        if minimum is None and maximum is None:
            return self.number(column, parse_number)
        return self.number(column, lambda typed: parse_within(typed, minimum, maximum))

    def is_number(self, column: str) -> bool:
        cell = self.cells.get(column)
        return isinstance(cell, int | float) and not isinstance(cell, bool)

    def refuse(self, column: str, code: str, **details: object) -> None:
        self.problems.append(Problem(code, column, details))


def plain(cell: Cell) -> str:
    """A cell as somebody would have typed it; numbers of a spreadsheet with a point and no groups."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".") if abs(cell) < 1e15 else str(cell)
    return "" if isinstance(cell, CellProblem) else str(cell)
