"""The check of an import: what every row would do. It changes nothing, and a repeated one replaces the one before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy.orm import Session

from catalog.exchange.cells import Cell, CellProblem
from catalog.exchange.columns import DERIVED_FROM, REFERENCE, Problem
from catalog.exchange.plan import MAX_ROWS, ImportState
from catalog.exchange.row_cells import RowRefused, plain
from catalog.exchange.rows import read_reference
from catalog.store import imports
from catalog.store.tables import Design, DesignImport
from service.context import Parts
from service.import_originals import FileDesigns, Terms
from service.row_import import RowPlan, plan_row, studio_of, studios_by_name
from service.sent_files import sent_files
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
    yield from checker.check_derived()


@dataclass(frozen=True)
class _Row:
    """A row on its way through the check; `original_row` is the one that it is derived from."""

    number: int
    cells: dict[str, Cell]
    plan: RowPlan
    original_row: int | None = None

    @property
    def is_derived(self) -> bool:
        return not self.plan.problems and plain(self.cells.get(DERIVED_FROM, "")).strip() != ""


class _Checker:
    """Holds rows against the catalog and against each other, some hundred at a time."""

    def __init__(self, session: Session, settings: Settings, found: DesignImport) -> None:
        self._session, self._import = session, found
        self._own = found.studio_id
        self._own_name = found.studio.name if found.studio else ""
        self._studios = studios_by_name(session)
        self._sent = sent_files(session, settings, found)
        self._file_designs = FileDesigns()
        self._derived: list[_Row] = []

    def check(self, rows: list[tuple[int, dict[str, Cell]]]) -> Iterator[dict]:
        """What is derived from another design is left for later: that may be further down in the file."""
        started = [_Row(number, cells, self._start(number, cells)) for number, cells in rows]
        self._derived += [row for row in started if row.is_derived]
        yield from self._plan([row for row in started if not row.is_derived])

    def check_derived(self) -> Iterator[dict]:
        """The rows that were left, each after the row that it is derived from."""
        left = [self._with_original(row) for row in self._derived]
        while left:
            numbers = {row.number for row in left}
            ready = [row for row in left if row.original_row not in numbers]
            for start in range(0, len(ready), ROWS_AT_ONCE):
                yield from self._plan(ready[start : start + ROWS_AT_ONCE])
                self._session.expire_all()
            if not ready:
                yield from map(_in_a_circle, left)
                return
            left = [row for row in left if row.original_row in numbers]

    def _with_original(self, row: _Row) -> _Row:
        found = self._file_designs.original_row(self._session, row.cells, row.plan.studio_id)
        return replace(row, original_row=found)

    def _plan(self, rows: list[_Row]) -> Iterator[dict]:
        designs = self._designs([row.plan for row in rows])
        for row in rows:
            yield _row_columns(row if row.plan.problems else self._planned(row, designs))

    def _planned(self, row: _Row, designs: dict[tuple[uuid.UUID, str], Design]) -> _Row:
        studio_id, reference = row.plan.studio_id, row.plan.reference
        original = self._file_designs.original(row.original_row) if row.original_row else None
        design = designs.get((studio_id, reference))
        plan = plan_row(self._session, row.cells, reference, studio_id, design, self._sent, original)
        if not plan.problems:
            terms = Terms(studio_id, plan.taken.draft.licence, plan.taken.draft.royalty)
            self._file_designs.plan(row.number, plan.action, plan.newest.id if plan.newest else None, terms)
        return replace(row, plan=plan)

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
        first = self._file_designs.add(number, cells, studio_id, reference)
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


def _in_a_circle(row: _Row) -> dict:
    problem = Problem("derived_in_a_circle", DERIVED_FROM)
    return _row_columns(replace(row, plan=RowPlan(row.plan.reference, problems=[problem])))


def _row_columns(row: _Row) -> dict:
    cells, plan = row.cells, row.plan
    return {
        "number": row.number,
        "original_row": row.original_row,
        "reference": plan.reference,
        "title": plain(cells.get("title_id", "") or cells.get("title_en", ""))[:200],
        "cells": {name: cell for name, cell in cells.items() if name and not isinstance(cell, CellProblem)},
        "action": plan.action,
        "stamp": plan.stamp if not plan.problems else None,
        "problems": [problem.to_plain() for problem in plan.problems],
        "result": None,
        "version_id": plan.newest.id if plan.newest else None,
    }
