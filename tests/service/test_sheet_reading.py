"""Spreadsheets as people save them, and files that only look like one."""

from __future__ import annotations

import datetime
import io
import resource
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import RuleBroken
from catalog.exchange.cells import CellProblem
from service.sheet_reading import read_rows
from service.sheet_writing import csv_lines, write_xlsx

NAMES = ["reference", "title_id"]


def cells_of(data: bytes) -> list[tuple]:
    return [row.cells for row in read_rows(data)]


def refusal(data: bytes) -> str:
    with pytest.raises(RuleBroken) as caught:
        list(read_rows(data))
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str):
    text = f"reference{delimiter}title_id\r\nB-1{delimiter}Café “seladon”\r\n"
    assert cells_of(text.encode(encoding)) == [("reference", "title_id"), ("B-1", "Café “seladon”")]


def test_a_line_that_names_the_delimiter_is_no_row():
    assert cells_of(b"sep=;\r\nreference;title_id\r\nB-1;a,b\r\n") == [("reference", "title_id"), ("B-1", "a,b")]


def test_empty_rows_are_passed_over_and_the_others_keep_their_numbers():
    rows = list(read_rows(b"reference,title_id\n\n,\nB-1,x\n"))
    assert [(row.number, row.cells) for row in rows] == [(1, ("reference", "title_id")), (4, ("B-1", "x"))]


def test_a_formula_is_told_as_one_and_a_guarded_text_is_a_text():
    assert cells_of(b"a,b\n=1+1,'=1+1\n")[1] == (CellProblem("formula"), "=1+1")
    assert cells_of(b'a,b\n" =HYPERLINK(1)",-5 cm\n')[1] == (CellProblem("formula"), "-5 cm")


def workbook_of(*rows: list, title: str = "designs") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_workbook_tells_formulas_errors_dates_and_numbers_apart():
    data = workbook_of(NAMES, ["=SUM(1;2)", datetime.date(2026, 1, 2)], [12.5, True], [1200, "#REF!"], ["1e999", None])
    assert cells_of(data)[1:] == [
        (CellProblem("formula"), CellProblem("date_in_cell")),
        (12.5, True),
        (1200, CellProblem("error_in_cell")),
        ("1e999",),
    ]


def test_the_sheet_called_designs_is_read_and_no_other():
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_of(["notes"], title="Catatan")))
    workbook.create_sheet("Designs").append(NAMES)
    file = io.BytesIO()
    workbook.save(file)
    assert cells_of(file.getvalue()) == [tuple(NAMES)]


def with_states(*states: str) -> bytes:
    """A workbook with a sheet for each state, the row of each naming its place."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for place, state in enumerate(states, start=1):
        sheet = workbook.create_sheet(f"List {place}")
        sheet.append([f"sheet {place}"])
        sheet.sheet_state = state
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("states", [("hidden", "visible"), ("veryHidden", "visible", "visible")])
def test_the_first_sheet_that_is_shown_is_read(states: tuple[str, ...]):
    assert cells_of(with_states(*states)) == [("sheet 2",)]


def test_a_hidden_sheet_is_not_read_for_its_name():
    workbook = openpyxl.load_workbook(io.BytesIO(with_states("visible", "hidden")))
    workbook["List 2"].title = "designs"
    file = io.BytesIO()
    workbook.save(file)
    assert cells_of(file.getvalue()) == [("sheet 1",)]


def test_a_workbook_of_hidden_sheets_alone_says_so():
    # The library saves none without a visible sheet; other programs do.
    source, file = zipfile.ZipFile(io.BytesIO(with_states("hidden", "visible"))), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name).replace(b'state="visible"', b'state="hidden"'))
    assert refusal(file.getvalue()) == "sheets_are_hidden"


def test_what_a_broken_quote_swallows_is_not_taken_for_a_text():
    assert refusal(b'reference,title_id\nB-1,"never closed\nB-2,x\n') == "sheet_is_broken"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet_is_empty"),
        (b" \n ", "sheet_is_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "sheet_is_old"),
        (b"PK\x03\x04" + bytes(100), "sheet_is_broken"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "sheet_is_no_text"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(data: bytes, code: str):
    assert refusal(data) == code


def test_an_archive_that_is_no_workbook_is_not_supported():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(file.getvalue()) == "sheet_not_supported"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked():
    source = zipfile.ZipFile(io.BytesIO(workbook_of(NAMES)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            archive.writestr(name, data if name != "xl/worksheets/sheet1.xml" else b" " * 300_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(file.getvalue()) < 1_000_000
    assert refusal(file.getvalue()) == "sheet_too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KB


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose only sheet is this XML."""
    source, file = zipfile.ZipFile(io.BytesIO(workbook_of(NAMES))), io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return file.getvalue()


def test_entities_that_multiply_are_not_followed():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert refusal(with_sheet(bomb)) == "sheet_is_broken"


@pytest.mark.parametrize("last_row", [4999, 5000])
def test_a_row_farther_away_than_spreadsheets_have_any_is_not_walked_to(monkeypatch, last_row: int):
    monkeypatch.setattr("service.sheet_reading.LAST_ROW", last_row)
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (number, number) for number in (1, 5000))
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    data = with_sheet(start + rows + b"</sheetData></worksheet>")
    if last_row < 5000:
        assert refusal(data) == "sheet_is_broken"
    else:
        assert [row.number for row in read_rows(data)] == [1, 5000]


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=12)


@given(st.lists(TEXTS.filter(bool), min_size=2, max_size=2))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_csv_as_it_was(row: list[str]):
    data = "".join(csv_lines(NAMES, [dict(zip(NAMES, row, strict=True))])).encode()
    assert cells_of(data)[1] == tuple(row)


@given(st.lists(st.one_of(TEXTS.filter(bool), st.integers(1, 10**9), st.booleans()), min_size=2, max_size=2))
@settings(max_examples=15, deadline=None)
def test_any_cell_comes_back_from_a_workbook_as_it_was(row: list):
    file = io.BytesIO()
    write_xlsx(file, NAMES, [dict(zip(NAMES, row, strict=True))])
    assert cells_of(file.getvalue())[1] == tuple(row)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_whatever_is_sent_is_read_or_refused(data: bytes):
    with suppress(RuleBroken):
        list(read_rows(data))
