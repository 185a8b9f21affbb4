"""A spreadsheet of designs as numbered rows with their cells by column, or why it cannot be imported at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.errors import RuleBroken
from catalog.exchange.cells import Cell, CellProblem
from catalog.exchange.columns import REFERENCE, Problem, name_problems, read_names
from catalog.exchange.plan import MAX_ROWS
from service.sheet_reading import MAX_COLUMNS, Row, check_can_be_read, estimate_rows, read_rows

ROWS_FAR_TOO_MANY = 2  # times as many as may be: some of them may be remarks, or empty


class SheetRefused(Exception):
    """A spreadsheet that cannot be imported as a whole."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = list(problems)


def numbered_cells(data: bytes, most_rows: int | None = MAX_ROWS) -> Iterator[tuple[int, dict[str, Cell]]]:
    """(number, cells by column) of every row that is no remark.

    Raises: SheetRefused, while reading too.
    """
    try:
        _refuse_if_far_too_long(data, most_rows)
        rows = read_rows(data)
        first = next(rows, None)
        if first is None:
            raise SheetRefused([Problem("sheet_is_empty")])
        names = read_names(first.cells)
        if problems := [*_too_wide(first), *name_problems(names)]:
            raise SheetRefused(problems)
        yield from _numbered(rows, names, most_rows)
    except RuleBroken as error:
        raise SheetRefused([Problem(error.code, details=dict(error.details))]) from error


def _refuse_if_far_too_long(data: bytes, most_rows: int | None) -> None:
    """Without reading ten thousand rows to find out; of what is near the limit the rows themselves are counted."""
    check_can_be_read(data, most_mb=len(data) // 1_000_000 + 1)
    if most_rows is not None and estimate_rows(data) > ROWS_FAR_TOO_MANY * most_rows:
        raise SheetRefused([Problem("too_many_rows", details={"most": most_rows})])


def _too_wide(first: Row) -> Iterator[Problem]:
    if len(first.cells) > MAX_COLUMNS:
        yield Problem("too_many_columns", details={"most": MAX_COLUMNS})


def _numbered(
    rows: Iterator[Row], names: tuple[str, ...], most_rows: int | None
) -> Iterator[tuple[int, dict[str, Cell]]]:
    count = 0
    for row in rows:
        if _is_remark(row, names.index(REFERENCE)):
            continue
        count += 1
        if most_rows is not None and count > most_rows:
            raise SheetRefused([Problem("too_many_rows", details={"most": most_rows})])
        cells = [*row.cells, *[""] * (len(names) - len(row.cells))]
        if any(cell != "" for cell in cells[len(names) :]):
            yield row.number, {"": CellProblem("more_cells_than_columns")}
        else:
            yield row.number, {name: cell for name, cell in zip(names, cells, strict=False) if name}
    if count == 0:
        raise SheetRefused([Problem("sheet_has_no_rows")])


def _is_remark(row: Row, place: int) -> bool:
    """A row whose code begins with # and a blank, as no design's does, or that holds nothing but a first cell with #.

    `place` is that of the code among the cells.
    """
    code = row.cells[place] if place < len(row.cells) else ""
    first, *others = row.cells
    is_alone = isinstance(first, str) and first.startswith("#") and all(cell == "" for cell in others)
    return is_alone or (isinstance(code, str) and code.startswith("# "))
