"""Importing designs: a check that changes nothing, then row by row, each in a transaction of its own.

Both are jobs. A check that is repeated replaces the one before; an import that was interrupted goes on with the rows
that have no result yet.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from catalog.errors import CatalogError, InvalidFields, RuleBroken
from catalog.exchange.cells import Cell, CellProblem
from catalog.exchange.columns import REFERENCE, Problem, name_problems, read_names
from catalog.exchange.plan import CHANGES, MAX_ROWS, ImportState, RowAction
from catalog.exchange.rows import COLUMN_OF_FIELD, RowRefused, plain, read_reference
from catalog.organisations import OrganisationKind
from catalog.store import imports, organisations
from catalog.store.tables import Design, DesignImport, DesignImportRow
from service.context import Parts
from service.row_import import RowPlan, SentPictures, apply_row, plan_row, studio_of, submit_if_complete
from service.sheet_reading import MAX_COLUMNS, Row, read_rows
from service.spool import hold_spool, open_spool
from service.storage import ImageNotFound, StorageUnavailable

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 200
KEEP_UNCONFIRMED_DAYS = 7
KEEP_DAYS = 90


class SheetRefused(Exception):
    """A spreadsheet that cannot be imported as a whole."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = list(problems)


# The check


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
            imports.write_rows(session, found.id, _checked_rows(session, found, data, most_rows))
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


def _checked_rows(session: Session, found: DesignImport, data: bytes, most_rows: int | None) -> Iterator[dict]:
    """What the check says of each row, as columns of DesignImportRow. Raises: SheetRefused."""
    checker = _Checker(session, found)
    rows = numbered_cells(data, most_rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        yield from checker.check(chunk)
        session.expire_all()


def numbered_cells(data: bytes, most_rows: int | None = MAX_ROWS) -> Iterator[tuple[int, dict[str, Cell]]]:
    """(number, cells by column) of every row; a row whose first cell begins with # is a remark.

    Raises: SheetRefused, while reading too.
    """
    try:
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


def _too_wide(first: Row) -> Iterator[Problem]:
    if len(first.cells) > MAX_COLUMNS:
        yield Problem("too_many_columns", details={"most": MAX_COLUMNS})


def _numbered(
    rows: Iterator[Row], names: tuple[str, ...], most_rows: int | None
) -> Iterator[tuple[int, dict[str, Cell]]]:
    count = 0
    for row in rows:
        if isinstance(row.cells[0], str) and row.cells[0].startswith("#"):
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


class _Checker:
    """Holds rows against the catalog and against each other, some hundred at a time."""

    def __init__(self, session: Session, found: DesignImport) -> None:
        self._session, self._import = session, found
        self._own = found.studio_id
        self._own_name = found.studio.name if found.studio else ""
        self._studios = studios_by_name(session)
        self._sent = _sent_pictures(session, found)
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


def _sent_pictures(session: Session, found: DesignImport) -> SentPictures:
    refused = [each["details"]["name"] for each in found.picture_problems]
    return SentPictures(imports.picture_keys(session, found.id), refused)


def studios_by_name(session: Session) -> dict[str, uuid.UUID]:
    """Studios by name in small letters; one of a name that two have is not there."""
    studios = organisations.list_organisations(session, OrganisationKind.STUDIO)
    names = [" ".join(studio.name.split()).casefold() for studio in studios]
    return {name: studio.id for name, studio in zip(names, studios, strict=True) if names.count(name) == 1}


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


# The import


def run_import(parts: Parts, import_id: uuid.UUID, most_rows: int | None = None) -> bool:
    """Do what was confirmed, row by row, until all is done, somebody cancels it, or so many rows are done.

    Returns whether rows are left.
    Raises: NotFound, StorageUnavailable, sqlalchemy.exc.OperationalError; the job is then tried again.
    """
    with parts.database.session() as session:
        importer = _Importer(parts, session, imports.get_import(session, import_id))
    count = 0
    while importer.import_next():
        count += 1
        if count == most_rows:
            return True
    return False


class _Importer:
    """Imports the rows of one import. Its pictures and the studios are looked up once."""

    def __init__(self, parts: Parts, session: Session, found: DesignImport) -> None:
        self._parts, self._id = parts, found.id
        self._sent = _sent_pictures(session, found)
        self._own, self._own_name = found.studio_id, found.studio.name if found.studio else ""
        self._studios = studios_by_name(session)

    def import_next(self) -> bool:
        """Import one row and commit it with what came of it; returns whether there was one."""
        with self._parts.database.session() as session:
            found = imports.get_import(session, self._id)
            if found.state != ImportState.IMPORTING:
                return False
            row = imports.next_row(session, self._id)
            if row is not None:
                self._import(session, found, row)
            elif not imports.has_rows_left(session, self._id):  # what another worker holds, it will finish
                imports.finish(session, imports.get_import(session, self._id, lock=True))
            return row is not None

    def _import(self, session: Session, found: DesignImport, row: DesignImportRow) -> None:
        """Whatever a row meets, it has a result afterwards; only an outage leaves it for later."""
        try:
            with session.begin_nested():
                self._do(session, found, row)
        except (StorageUnavailable, OperationalError, PoolTimeout):
            raise
        except Exception as error:
            problems = _problems_of(error)
            if problems[0].code == "internal":
                log.exception("row %s of import %s", row.number, found.id)
            row.result, row.problems = RowAction.PROBLEM, [problem.to_plain() for problem in problems]
        session.flush()

    def _do(self, session: Session, found: DesignImport, row: DesignImportRow) -> None:
        """Plan the row anew, as the catalog is now, and do it. Raises: RowRefused and what `apply_row` raises."""
        studio_id = studio_of(row.cells, self._own, self._own_name, self._studios)
        design = imports.designs_by_reference(session, studio_id, [row.reference], lock=True).get(row.reference)
        plan = plan_row(session, row.cells, row.reference, studio_id, design, self._sent)
        if plan.problems:
            raise RowRefused(plan.problems)
        if plan.action in CHANGES:
            if plan.stamp != row.stamp:  # somebody was there since the check: nothing of theirs is overwritten unseen
                raise RowRefused([Problem("changed_meanwhile")])
            version = apply_row(session, self._parts, plan, found.confirmed_by)
            row.is_submitted = found.submits and submit_if_complete(session, version, found.confirmed_by)
            row.version_id = version.id
        row.result = plan.action


def _problems_of(error: Exception) -> list[Problem]:
    """What to tell of a row that could not be imported."""
    if isinstance(error, RowRefused):
        return list(error.problems)
    if isinstance(error, InvalidFields):
        return [Problem(code, COLUMN_OF_FIELD.get(name, name)) for name, code in error.fields.items()]
    if isinstance(error, CatalogError):
        details = {name: value for name, value in error.details.items() if isinstance(value, str | int | float)}
        return [Problem(error.code, details=details)]
    if isinstance(error, IntegrityError):  # somebody made the same at the same time
        return [Problem("changed_meanwhile")]
    return [Problem("files_are_gone" if isinstance(error, ImageNotFound) else "internal")]


# Cleaning up


def delete_old_imports(parts: Parts, now: datetime.datetime) -> int:
    """Delete what nobody confirmed within a week, the files of what is over, and reports of a season ago.

    Returns how many imports were cleaned up.
    """
    count = 0
    with parts.database.session() as session:
        hold_spool(session, alone=True)
        for found in imports.expired_imports(session, now - datetime.timedelta(days=KEEP_UNCONFIRMED_DAYS)):
            for key in imports.keys_of(session, found.id):
                open_spool(parts.settings).delete(key)
            was_confirmed = found.confirmed_at is not None
            if not was_confirmed or found.created_at < now - datetime.timedelta(days=KEEP_DAYS):
                imports.remove_import(session, found)
            count += 1
    return count
