"""Files of imports as people send them, for tests."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
from sqlalchemy.orm import Session

from catalog.store import imports
from catalog.store.tables import DesignImport, Organisation
from catalog.tech_pack import TechPack, to_plain
from service import design_import, import_check, import_files
from service.context import Parts
from service.import_files import SentFile

BOWL = {
    "reference": "B-1",
    "family": "ceramics",
    "title_id": "Mangkuk seladon",
    "title_en": "Celadon bowl",
    "description_id": "Mangkuk kecil dengan alur halus.",
    "description_en": "A small bowl with fine flutes.",
    "materials_id": "tanah liat; glasir",
    "materials_en": "stoneware; glaze",
    "diameter_mm": "140",
    "attribute_body": "stoneware",
    "licence": "all_rights_reserved",
}


def csv_bytes(*rows: Mapping[str, object], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Rows as CSV, under the names of the first row's columns."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def xlsx_bytes(*rows: Mapping[str, object], sheet: str = "designs") -> bytes:
    """The same as a workbook; a text that begins with = is a formula there."""
    workbook = openpyxl.Workbook(write_only=True)
    made = workbook.create_sheet(sheet)
    made.append(list(rows[0]))
    for row in rows:
        made.append(list(row.values()))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def zip_bytes(files: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, data)
    return target.getvalue()


def sent_pack(pack: TechPack, files: list[bytes], name: str = "bowl") -> dict[str, bytes]:
    """A spreadsheet and an archive with this pack, as somebody might put them together."""
    folder = f"tech_packs/{name}/"
    members = {f"{folder}{number}.bin": data for number, data in enumerate(files)}
    archive = zip_bytes({f"{folder}tech_pack.json": json.dumps(to_plain(pack)).encode(), **members})
    return {"designs.csv": csv_bytes(BOWL | {"tech_pack": name}), "packs.zip": archive}


def send(
    session: Session, parts: Parts, studio: Organisation | None, files: Mapping[str, bytes], person_id=None
) -> DesignImport:
    """Receive an import and check it, as the worker would."""
    sent = [SentFile(name, io.BytesIO(data)) for name, data in files.items()]
    made = import_files.receive_import(session, parts, studio and studio.id, person_id, sent)
    session.commit()
    return check(session, parts, made)


def check(session: Session, parts: Parts, found: DesignImport) -> DesignImport:
    session.commit()
    import_check.check_import(parts, found.id, found.check_number)
    session.expire_all()
    return found


def confirm(session: Session, parts: Parts, found: DesignImport, *, submits: bool = False) -> DesignImport:
    """Confirm an import and do it, as the worker would."""
    imports.confirm(session, found, found.created_by, submits=submits)
    session.commit()
    design_import.run_import(parts, found.id)
    session.expire_all()
    return found


def told(session: Session, found: DesignImport) -> list[tuple[int, str, str, list[tuple[str, str]]]]:
    """Of each row: its number, what it does, what came of it, and its problems as (column, code)."""
    return [
        (
            row.number,
            row.action.value,
            row.result.value if row.result else "",
            [(problem["column"], problem["code"]) for problem in row.problems],
        )
        for row in imports.rows_of(session, found.id)
    ]
