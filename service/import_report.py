"""An import's report as CSV: each row, what it does or did, and what is wrong with it in words."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from sqlalchemy.orm import Session

from catalog.store import imports
from catalog.store.tables import DesignImportRow
from service.context import Parts
from service.import_words import ACTIONS, RESULTS, problem_lines
from service.language import speaking
from service.sheet_writing import csv_lines

COLUMNS = ("row", "reference", "title", "check", "result", "problems")


def report_lines(parts: Parts, import_id: uuid.UUID, language: str) -> Iterator[bytes]:
    """The report, as it is read."""
    with speaking(language), parts.database.session() as session:
        for line in csv_lines(COLUMNS, (_cells(row) for row in _rows(session, import_id))):
            yield line.encode()


def _rows(session: Session, import_id: uuid.UUID) -> Iterator[DesignImportRow]:
    last = 0
    while found := imports.rows_of(session, import_id, after=last):
        yield from found
        last = found[-1].number
        session.expunge_all()


def _cells(row: DesignImportRow) -> dict[str, str | int]:
    return {
        "row": row.number,
        "reference": row.reference,
        "title": row.title,
        "check": str(ACTIONS[row.action]),
        "result": str(RESULTS[row.result]) if row.result else "",
        "problems": " / ".join(problem_lines(row.problems)),
    }
