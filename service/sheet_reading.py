"""A spreadsheet's rows from its bytes, CSV or XLSX, within stated bounds and without running anything in it.

CSV may be UTF-8 (with or without its mark), UTF-16 with its mark or Windows-1252, its cells divided by comma,
semicolon or tab. XLSX is read row by row; a formula, an error or a date in a cell is told as what it is.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import openpyxl
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from catalog.errors import RuleBroken
from catalog.exchange.cells import Cell, CellProblem, unguard
from service.zip_errors import UNREADABLE

MAX_SHEET_MB = 20
MAX_COLUMNS = 400
LAST_ROW = 1_048_576  # of any spreadsheet; a file may claim a row as far away as it likes, over nothing but empty ones
MAX_CELL = 32_767  # characters, what a spreadsheet's cell holds
# Unpacked, in bytes: a workbook of 20 MB may claim to be a thousand times as large.
MAX_UNPACKED = {"xl/sharedStrings.xml": 60_000_000, "xl/worksheets/": 250_000_000, "": 20_000_000}
MAX_PARTS = 2000
PREFERRED_SHEETS = ("designs", "desain")

DELIMITERS = ",;\t"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SHEET_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers")
ZIP_START, OLD_OFFICE_START = b"PK", b"\xd0\xcf\x11\xe0"
WORKBOOK = "xl/workbook.xml"
CHUNK_BYTES = 1024 * 1024
_ROW_START, _ROW_START_BYTES = re.compile(rb"<row[ >]"), 5


@dataclass(frozen=True)
class Row:
    """A row as spreadsheets number them: the line of names is 1."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return all(cell == "" for cell in self.cells)


def check_can_be_read(data: bytes, most_mb: int = MAX_SHEET_MB) -> None:
    """A quick look at what was sent, without reading its rows.

    Raises: RuleBroken: "sheet_is_empty", "sheet_too_large", "sheet_is_old", "sheet_is_broken", "sheet_is_no_text",
        "sheet_not_supported".
    """
    if not data.strip():
        raise RuleBroken("sheet_is_empty")
    if len(data) > most_mb * 1_000_000:
        raise RuleBroken("sheet_too_large", most=most_mb)
    if data.startswith(OLD_OFFICE_START):  # .xls, and .xlsx with a password
        raise RuleBroken("sheet_is_old")
    if data.startswith(ZIP_START):
        _check_parts(data)
    else:
        decode(data)


def read_rows(data: bytes) -> Iterator[Row]:
    """Every row that holds anything, the line of names among them.

    Its size was looked at when it was received. Of a workbook the sheet called designs is read, or the first; hidden
    ones, of lists to choose from above all, are passed over.
    Raises: as `check_can_be_read`, while reading too, and RuleBroken("sheets_are_hidden").
    """
    check_can_be_read(data, most_mb=len(data) // 1_000_000 + 1)
    rows = _xlsx_rows(data) if data.startswith(ZIP_START) else _csv_rows(data)
    return (row for row in rows if not row.is_empty)


def estimate_rows(data: bytes) -> int:
    """About how many rows there are, much quicker than by reading them; rows of nothing but empty cells count too.

    Raises: as `check_can_be_read`.
    """
    if not data.startswith(ZIP_START):
        return sum(1 for _ in _csv_cells(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [part for part in archive.namelist() if part.startswith("xl/worksheets/sheet")]
        return min((_count_rows(archive, name) for name in sheets), default=0)


def _count_rows(archive: zipfile.ZipFile, name: str) -> int:
    count, rest = 0, b""
    try:
        with archive.open(name) as file:
            while chunk := file.read(CHUNK_BYTES):
                count += len(_ROW_START.findall(rest + chunk))
                rest = chunk[-_ROW_START_BYTES + 1 :]
    except UNREADABLE as error:
        raise RuleBroken("sheet_is_broken", row=0) from error
    return count


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a ZIP archive is an XLSX file."""
    return WORKBOOK in archive.namelist()


# CSV


def _csv_rows(data: bytes) -> Iterator[Row]:
    for number, cells in enumerate(_csv_cells(data), start=1):
        yield Row(number, tuple(_csv_cell(cell) for cell in cells[: MAX_COLUMNS + 1]))


def _csv_cells(data: bytes) -> Iterator[list[str]]:
    text = decode(data)
    first, _, rest = text.partition("\n")
    delimiter = _named_delimiter(first)
    if delimiter is not None:  # a line that some spreadsheets write before the names
        text = rest
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or find_delimiter(first), strict=True)
    try:
        yield from reader
    except csv.Error as error:  # a quote that never ends, above all
        raise RuleBroken("sheet_is_broken", row=reader.line_num) from error


def decode(data: bytes) -> str:
    """Raises: RuleBroken("sheet_is_no_text")."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RuleBroken("sheet_is_no_text")


def find_delimiter(names: str) -> str:
    """What divides the line of names: of comma, semicolon and tab the one that is there most often."""
    return max(DELIMITERS, key=names.count)


def _named_delimiter(line: str) -> str | None:
    """The delimiter of a line such as `sep=;`, if it is one."""
    line = line.strip()
    return line[-1] if line.lower().startswith("sep=") and len(line) == 5 and line[-1] in DELIMITERS else None


def _csv_cell(text: str) -> Cell:
    """In CSV nothing but its first sign tells a formula from a text."""
    return CellProblem("formula") if text.lstrip().startswith("=") else _text(text)


def _text(text: str) -> Cell:
    return unguard(text.strip()) if len(text) <= MAX_CELL else CellProblem("too_long")


# XLSX


def _xlsx_rows(data: bytes) -> Iterator[Row]:
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        yield from _sheet_rows(workbook)
    except RuleBroken:
        raise
    except Exception as error:  # the library lets through whatever its parsers meet in a broken file
        raise RuleBroken("sheet_is_broken", row=0) from error


def _check_parts(data: bytes) -> None:
    """Raises: RuleBroken for a ZIP that is no workbook, or one that would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts, is_ours = archive.infolist(), is_workbook(archive)
    except UNREADABLE as error:
        raise RuleBroken("sheet_is_broken", row=0) from error
    if not is_ours:
        raise RuleBroken("sheet_not_supported")
    if len(parts) > MAX_PARTS or any(part.file_size > _most(part.filename) for part in parts):
        raise RuleBroken("sheet_too_large", most=MAX_SHEET_MB)


def _most(name: str) -> int:
    """Bytes that a part of a workbook may unpack to. Pictures and the like are never unpacked."""
    if not name.endswith((".xml", ".rels")):
        return 2**40
    return next(most for start, most in MAX_UNPACKED.items() if name.startswith(start))


def _sheet_rows(workbook: openpyxl.Workbook) -> Iterator[Row]:
    sheets = workbook.worksheets
    if not sheets:
        raise RuleBroken("sheet_is_empty")
    sheets = [each for each in sheets if each.sheet_state == Worksheet.SHEETSTATE_VISIBLE]
    if not sheets:
        raise RuleBroken("sheets_are_hidden")
    sheet = next((each for each in sheets if each.title.strip().lower() in PREFERRED_SHEETS), sheets[0])
    sheet.reset_dimensions()  # what a file says of its size may be anything
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise RuleBroken("sheet_is_broken", row=number)
        values = [_xlsx_cell(cell) for cell in cells[: MAX_COLUMNS + 1]]
        while values and values[-1] == "":
            values.pop()
        yield Row(number, tuple(values))


def _xlsx_cell(cell: ReadOnlyCell | EmptyCell) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return CellProblem("formula")
    if cell.data_type == "e":
        return CellProblem("error_in_cell")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return CellProblem("date_in_cell")
    if isinstance(value, bool | int | float):
        return value if math.isfinite(value) else CellProblem("not_a_number")
    return _text(str(value))
