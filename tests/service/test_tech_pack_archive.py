"""The parts of a tech pack's archive that need no database: its names and its lists."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest

from catalog.tech_pack import MaterialLine, TechPack, Tolerance
from catalog.text import Text
from service.tech_pack_archive import _workbook, safe_names


@pytest.mark.parametrize(
    ("names", "safe"),
    [
        (["profile.svg"], ["profile.svg"]),
        (["../../etc/passwd.svg", "C:\\new.dxf"], ["_.._etc_passwd.svg", "C__new.dxf"]),
        (["a?.pdf", "a*.pdf", "A_.PDF"], ["a_.pdf", "a_-2.pdf", "A_-3.PDF"]),
        (["con.svg", "LPT1", "console.svg"], ["_con.svg", "_LPT1", "console.svg"]),
        (["...", "\x07"], ["drawing", "_"]),
        (["mangkuk é 碗.svg"], ["mangkuk é 碗.svg"]),
    ],
    ids=["plain", "path", "alike", "device", "nothing", "letters"],
)
def test_names_in_the_archive_are_names_everywhere_and_none_is_there_twice(names, safe):
    assert safe_names(names) == safe


@pytest.fixture
def book():
    formula = Text('=HYPERLINK("http://evil.example")', "+1")
    pack = TechPack(
        materials=(MaterialLine(formula, 0.25, "m2", formula),),
        tolerances=(Tolerance(formula, 1_234_567, 0.05, 0.1, "percent", formula),),
    )
    read = openpyxl.load_workbook(io.BytesIO(_workbook(pack)))
    yield read
    read.close()


def test_no_text_of_the_lists_is_a_formula(book):
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows(min_row=2) for cell in row]
    told = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert sum("evil.example" in text for text in told) == 4
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [text for text in told if text.startswith(("=", "+"))]


def test_the_lists_say_numbers_in_full_and_how_they_are_measured(book):
    [line] = book["tolerances"].iter_rows(min_row=2, values_only=True)
    assert line[2:6] == ("1234567", "0.1", "0.05", "percent")
    assert line[7] == "'+1"
    [material] = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    assert material[2:4] == (0.25, "m2")


def test_a_pack_without_tolerances_has_no_sheet_of_them():
    pack = replace(TechPack(), materials=(MaterialLine(Text("Tanah liat")),))
    read = openpyxl.load_workbook(io.BytesIO(_workbook(pack)))
    assert "tolerances" not in read.sheetnames
    read.close()
