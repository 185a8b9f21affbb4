"""The check of an import: what every row would do. It changes nothing, and a repeated one replaces the one before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import islice

from sqlalchemy.orm import Session

from catalog.exchange.cells import Cell, CellProblem
from catalog.exchange.columns import REFERENCE, Problem
from catalog.exchange.plan import MAX_ROWS, ImportState
from catalog.exchange.row_cells import RowRefused, plain
from catalog.exchange.rows import read_reference
from catalog.store import imports
from catalog.store.tables import Design, DesignImport
from service.context import Parts
from service.row_import import RowPlan, plan_row, sent_files, studio_of, studios_by_name
from service.settings import Settings
from service.sheet_rows import SheetRefused, numbered_cells
from service.spool import open_spool
from service.storage import ImageNotFound

ROWS_AT_ONCE = 200


def check_import(parts: Parts, import_id: uuid.UUID, check_number: int, most_rows: int | None = MAX_ROWS) -> None:
    """Find out what every row would do and write it down, unless a newer check is on its way.

    Raises: NotFound, StorageUnavailable, sqlalchemy.exc.OperationalError; the job is then tried again.
    """
    with parts.database.session() as session:
        found = imports.get_import(session, import_id)
        if not _is_wanted(found, check_number):
            return
        refusal = _check_rows(session, parts, found, most_rows)
        found = imports.get_import(session, import_id, lock=True)
        if _is_wanted(found, check_number):
            imports.record_check(session, found, [problem.to_plain() for problem in refusal])
        else:
            session.rollback()


def _is_wanted(found: DesignImport, check_number: int) -> bool:
    return (found.state, found.check_number) == (ImportState.CHECKING, check_number)


def _check_rows(session: Session, parts: Parts, found: DesignImport, most_rows: int | None) -> list[Problem]:
    """Write down the rows; returns why there are none, if the spreadsheet cannot be imported."""
    try:
        data = open_spool(parts.settings).get(found.sheet_key)
        with session.begin_nested():
            imports.write_rows(session, found.id, _checked_rows(session, parts.settings, found, data, most_rows))
    except SheetRefused as error:
        return error.problems
    except ImageNotFound:
        return [Problem("files_are_gone")]
    return []


def refuse_import(parts: Parts, import_id: uuid.UUID) -> None:
    """Say that the service failed on this spreadsheet, so that nobody waits for it."""
    with parts.database.session() as session:
        found = imports.get_import(session, import_id, lock=True)
        if found.state == ImportState.CHECKING:
            imports.record_check(session, found, [Problem("internal").to_plain()])


def _checked_rows(
    session: Session, settings: Settings, found: DesignImport, data: bytes, most_rows: int | None
) -> Iterator[dict]:
    """What the check says of each row, as columns of DesignImportRow. Raises: SheetRefused."""
    checker = _Checker(session, settings, found)
    rows = numbered_cells(data, most_rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield from checker.check(chunk)
        session.expire_all()


class _Checker:
    """Holds rows against the catalog and against each other, some hundred at a time."""

    def __init__(self, session: Session, settings: Settings, found: DesignImport) -> None:
        self._session, self._import = session, found
        self._own = found.studio_id
        self._own_name = found.studio.name if found.studio else ""
        self._studios = studios_by_name(session)
        self._sent = sent_files(session, settings, found)
        self._first: dict[tuple[uuid.UUID, str], int] = {}

    def check(self, rows: list[tuple[int, dict[str, Cell]]]) -> Iterator[dict]:
        started = [self._start(number, cells) for number, cells in rows]
        designs = self._designs(started)
        for (number, cells), start in zip(rows, started, strict=True):
            plan = start
            if not plan.problems:
                design = designs.get((plan.studio_id, plan.reference))
                plan = plan_row(self._session, cells, plan.reference, plan.studio_id, design, self._sent)
            yield _row_columns(number, cells, plan)

    def _start(self, number: int, cells: dict[str, Cell]) -> RowPlan:
        """Whose design it is, and whether another row is about it already."""
        problem = cells.get("")
        if isinstance(problem, CellProblem):
            return RowPlan("", problems=[Problem(problem.code)])
        try:
            reference = read_reference(cells)
            studio_id = studio_of(cells, self._own, self._own_name, self._studios)
        except RowRefused as error:
            return RowPlan("", problems=list(error.problems))
        first = self._first.setdefault((studio_id, reference), number)
        if first != number:
            return RowPlan(reference, problems=[Problem("duplicate_row", REFERENCE, {"row": first})])
        return RowPlan(reference, studio_id)

    def _designs(self, started: list[RowPlan]) -> dict[tuple[uuid.UUID, str], Design]:
        wanted: dict[uuid.UUID, list[str]] = {}
        for plan in started:
            if plan.studio_id is not None:
                wanted.setdefault(plan.studio_id, []).append(plan.reference)
        return {
            (studio_id, reference): design
            for studio_id, references in wanted.items()
            for reference, design in imports.designs_by_reference(self._session, studio_id, references).items()
        }


def _row_columns(number: int, cells: dict[str, Cell], plan: RowPlan) -> dict:
    return {
        "number": number,
        "reference": plan.reference,
        "title": plain(cells.get("title_id", "") or cells.get("title_en", ""))[:200],
        "cells": {name: cell for name, cell in cells.items() if name and not isinstance(cell, CellProblem)},
        "action": plan.action,
        "stamp": plan.stamp if not plan.problems else None,
        "problems": [problem.to_plain() for problem in plan.problems],
        "result": None,
        "version_id": plan.newest.id if plan.newest else None,
    }
