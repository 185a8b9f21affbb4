"""Rows as a spreadsheet, CSV or XLSX. What somebody wrote never runs: a text like a formula gets a quote before it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalog.exchange.cells import guard, show_number
from catalog.exchange.showing import ShownCell

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Without it spreadsheet programs take UTF-8 for the code page of the machine.
BYTE_ORDER_MARK = "\ufeff"
MAX_XLSX_LIST = 255  # characters of a list of choices
WIDTH, WIDE = 18, 40
SHEET = "designs"

ShownRow = Mapping[str, ShownCell]


def csv_lines(columns: Sequence[str], rows: Iterable[ShownRow]) -> Iterator[str]:
    """The line of names, then a line for each row; cells of a row by column, those not there are empty."""
    yield BYTE_ORDER_MARK + _line(columns)
    for row in rows:
        yield _line([_text(row.get(column, "")) for column in columns])


def _text(cell: ShownCell) -> str:
    return guard(cell) if isinstance(cell, str) else show_number(cell)


def _line(cells: Sequence[str]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()


def write_xlsx(
    target: IO[bytes],
    columns: Sequence[str],
    rows: Iterable[ShownRow],
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    other_sheets: Mapping[str, Iterable[Sequence[str]]] | None = None,
) -> None:
    """Write a workbook, row by row. `choices` are what may stand in a column, for the program to offer."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(SHEET)
    sheet.freeze_panes = "B2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if _is_long(column) else WIDTH
    sheet.append([_named(sheet, column) for column in columns])
    for row in rows:
        sheet.append([_xlsx_value(row.get(column, "")) for column in columns])
    _offer(sheet, columns, choices or {})
    for title, lines in (other_sheets or {}).items():
        _add_sheet(workbook, title, lines)
    workbook.save(target)


def _is_long(column: str) -> bool:
    return column.startswith(("title", "description", "story", "care", "photo_note", "picture"))


def _named(sheet, column: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, column)
    cell.font = Font(bold=True)
    return cell


def _xlsx_value(cell: ShownCell) -> ShownCell | None:
    if cell == "":
        return None
    return guard(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _offer(sheet, columns: Sequence[str], choices: Mapping[str, Sequence[str]]) -> None:
    for column, values in choices.items():
        listed = f'"{",".join(values)}"'
        if len(listed) <= MAX_XLSX_LIST:
            letter = get_column_letter(list(columns).index(column) + 1)
            offered = DataValidation("list", formula1=listed, allow_blank=True, showErrorMessage=False)
            offered.add(f"{letter}2:{letter}10000")
            sheet.data_validations.append(offered)


def _add_sheet(workbook: openpyxl.Workbook, title: str, lines: Iterable[Sequence[str]]) -> None:
    sheet = workbook.create_sheet(title)
    for number, width in enumerate((28, 80, 80), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, line in enumerate(lines):
        cells = [WriteOnlyCell(sheet, _xlsx_value(text)) for text in line]
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 0)
        sheet.append(cells)
