"""Importing what was confirmed, row by row, each in a transaction of its own, and cleaning up afterwards.

An import that was interrupted goes on with the rows that have no result yet.
"""

from __future__ import annotations

import datetime
import logging
import uuid

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from catalog.errors import CatalogError, InvalidFields
from catalog.exchange.columns import Problem
from catalog.exchange.plan import CHANGES, ImportState, RowAction
from catalog.exchange.row_cells import RowRefused
from catalog.exchange.rows import column_problems
from catalog.store import imports
from catalog.store.tables import DesignImport, DesignImportRow
from service.context import Parts
from service.import_originals import Original
from service.row_import import (
    RowPlan,
    apply_row,
    plan_row,
    store_files,
    studio_of,
    studios_by_name,
    submit_if_complete,
)
from service.sent_files import sent_files
from service.spool import hold_spool, open_spool
from service.storage import ImageNotFound, StorageUnavailable

log = logging.getLogger(__name__)

KEEP_UNCONFIRMED_DAYS = 7
KEEP_DAYS = 90


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
    """Imports the rows of one import. Its files and the studios are looked up once."""

    def __init__(self, parts: Parts, session: Session, found: DesignImport) -> None:
        self._parts, self._id = parts, found.id
        self._sent = sent_files(session, parts.settings, found)
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
        """Read what the row brings, then hold its design and do it.

        Raises: RowRefused and what `store_files` and `apply_row` raise.
        """
        plan = self._plan(session, row)
        if plan.action in CHANGES:
            files = store_files(self._parts, plan)
            plan = self._plan(session, row, lock=True)
        if plan.action in CHANGES:
            version = apply_row(session, self._parts, plan, files, found.confirmed_by)
            row.is_submitted = found.submits and submit_if_complete(session, version, found.confirmed_by)
            row.version_id = version.id
        else:
            row.version_id = plan.newest.id
        row.result = plan.action

    def _plan(self, session: Session, row: DesignImportRow, *, lock: bool = False) -> RowPlan:
        """Plan the row anew, as the catalog is now. Raises: RowRefused."""
        studio_id = studio_of(row.cells, self._own, self._own_name, self._studios)
        design = imports.designs_by_reference(session, studio_id, [row.reference], lock=lock).get(row.reference)
        plan = plan_row(session, row.cells, row.reference, studio_id, design, self._sent, _original(session, row))
        if plan.problems:
            raise RowRefused(plan.problems)
        # Somebody was there since the check: nothing of theirs is overwritten unseen.
        if plan.action in CHANGES and plan.stamp != row.stamp:
            raise RowRefused([Problem("changed_meanwhile")])
        return plan


def _original(session: Session, row: DesignImportRow) -> Original | None:
    """The row that a row waited for, as it was imported."""
    if row.original_row is None:
        return None
    found = session.get(DesignImportRow, (row.import_id, row.original_row))
    is_there = found is not None and RowAction.PROBLEM not in (found.action, found.result)
    return Original(row.original_row, found.version_id if is_there else None)


def _problems_of(error: Exception) -> list[Problem]:
    """What to tell of a row that could not be imported."""
    if isinstance(error, RowRefused):
        return list(error.problems)
    if isinstance(error, InvalidFields):
        return column_problems(error)
    if isinstance(error, CatalogError):
        details = {name: value for name, value in error.details.items() if isinstance(value, str | int | float)}
        return [Problem(error.code, details=details)]
    if isinstance(error, IntegrityError):  # somebody made the same at the same time
        return [Problem("changed_meanwhile")]
    return [Problem("files_are_gone" if isinstance(error, ImageNotFound) else "internal")]


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
