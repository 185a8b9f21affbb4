"""A studio's way in a real browser: from a spreadsheet and an archive to drafts, and out again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.factories import photo_bytes
from tests.service.importing import BOWL, xlsx_bytes, zip_bytes


def test_designs_come_in_with_their_pictures_and_go_out_again(
    page: Page, sign_in: Callable, run_jobs: Callable, tmp_path: Path
):
    sign_in("designer")
    sheet, archive = tmp_path / "designs.xlsx", tmp_path / "pictures.zip"
    row = BOWL | {"pictures": "front.jpg"}
    sheet.write_bytes(xlsx_bytes(row, row | {"reference": "B-2", "family": "keramic"}))
    archive.write_bytes(zip_bytes({"front.jpg": photo_bytes(1)}))
    page.goto("/studio/designs")
    page.get_by_role("link", name="Import and export").click()
    page.get_by_label("Spreadsheet, or an archive with one").set_input_files(sheet)
    page.get_by_label("Pictures").set_input_files(archive)
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("Every row is being checked.")).to_be_visible()
    run_jobs()
    decision = "1 design would change; nothing has yet. 1 row has a problem and is left out."
    expect(page.get_by_text(decision)).to_be_visible()
    expect(page.get_by_text("family: There is no such family.")).to_be_visible()
    page.get_by_role("button", name="Import 1 design").click()
    expect(page.get_by_text("The designs are being imported.")).to_be_visible()
    run_jobs()
    expect(page.get_by_text("1 design was imported as a draft.")).to_be_visible()
    page.get_by_role("link", name="Mangkuk seladon").click()
    expect(page.get_by_role("heading", name="Celadon bowl")).to_be_visible()
    page.goto("/studio/exchange")
    with page.expect_download() as download:
        page.get_by_role("button", name="Archive with pictures").click()
    exported = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert exported.testzip() is None
    assert len(exported.namelist()) == 3  # the spreadsheet, one picture, the manifest
