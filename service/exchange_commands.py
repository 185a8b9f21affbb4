"""`python -m service export FILE` and `import FILE`: the whole catalog, or a studio's designs, for the administrator.

The same checks and the same rows as on the pages, without their bounds on size: who sits at the machine knows what it
holds.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session

from catalog.errors import InvalidFields, RuleBroken
from catalog.exchange.plan import ImportState, RowAction
from catalog.exchange.row_cells import RowRefused
from catalog.organisations import OrganisationKind
from catalog.store import imports, organisations
from catalog.store.tables import DesignImport
from service import create_app
from service.build import build_parts
from service.context import Parts
from service.design_export import Choice, archive_chunks, csv_chunks, write_workbook
from service.design_import import run_import
from service.import_check import check_import
from service.import_files import Bounds, SentFile, receive_import
from service.import_words import problem_lines, problem_sentence
from service.language import speaking
from service.messages import sentence
from service.row_import import named_studio, studios_by_name
from service.settings import Settings
from service.sheet_rows import SheetRefused, numbered_cells
from service.spool import open_spool

ENDINGS = (".csv", ".xlsx", ".zip")
BOUNDS = Bounds(sheet_mb=2_000, unpacked_mb=2_000_000)


class ExchangeError(Exception):
    """An export or an import did not work; the message says why."""


def export_designs(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write the designs to a file; its ending says as what. It appears under its name only when it is whole.

    Raises: ExchangeError.
    """
    target: Path = arguments.file
    if target.suffix.lower() not in ENDINGS:
        raise ExchangeError(f"the file's name ends in one of {', '.join(ENDINGS)}")
    with opened_parts(settings) as parts:
        with parts.database.session() as session:
            choice = Choice(find_studio(session, arguments.studio), only_published=arguments.published)
        try:
            _write_whole(parts, choice, target)
        except OSError as error:
            raise ExchangeError(f"cannot write {target}: {error.strerror}") from error
    print(target)


@contextmanager
def opened_parts(settings: Settings) -> Iterator[Parts]:
    """The parts of a process that does one thing and ends."""
    parts = build_parts(settings)
    try:
        yield parts
    finally:
        parts.database.close()


def _write_whole(parts: Parts, choice: Choice, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".kriya-", suffix=".partial", delete=False) as file:
        _write(parts, choice, target.suffix.lower(), file)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)


def _write(parts: Parts, choice: Choice, ending: str, file: IO[bytes]) -> None:
    try:
        if ending == ".xlsx":
            write_workbook(parts, choice, file)
        else:
            file.writelines((csv_chunks if ending == ".csv" else archive_chunks)(parts, choice))
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise


def import_designs(settings: Settings, arguments: argparse.Namespace) -> None:
    """Check a spreadsheet or an archive row by row; with --yes import what has no problem.

    Raises: ExchangeError where it cannot be imported at all.
    """
    with opened_parts(settings) as parts, create_app(parts).app_context(), speaking("en"):
        try:
            found_id, made_studios = _receive(parts, arguments)
        except RuleBroken as error:
            raise ExchangeError(sentence(error.code, error.details)) from error
        check_import(parts, found_id, 1, most_rows=None)
        _tell_check(parts, found_id)
        if arguments.yes:
            _run(parts, found_id, submits=arguments.submit)
        else:
            _discard(parts, found_id, made_studios)
            print("nothing was changed; --yes imports what has no problem")


def _receive(parts: Parts, arguments: argparse.Namespace) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """(the import, the studios that were made for it). Raises: RuleBroken, ExchangeError."""
    with ExitStack() as opened, parts.database.session() as session:
        try:
            paths = [arguments.file, *_picture_paths(arguments.pictures)]
            files = [SentFile(path.name, opened.enter_context(path.open("rb"))) for path in paths]
        except OSError as error:
            raise ExchangeError(f"cannot read {error.filename}: {error.strerror}") from error
        studio_id = find_studio(session, arguments.studio)
        made = receive_import(session, parts, studio_id, None, files, BOUNDS)
        return made.id, _make_studios(session, parts, made) if arguments.make_studios else []


def _picture_paths(given: Path | None) -> Iterator[Path]:
    """The files of a folder, or one archive."""
    if given is not None and given.is_dir():
        yield from sorted(path for path in given.iterdir() if path.is_file() and not path.name.startswith("."))
    elif given is not None:
        yield given


def _make_studios(session: Session, parts: Parts, made: DesignImport) -> list[uuid.UUID]:
    """Make the studios that the rows name and that are not there."""
    known, new = set(studios_by_name(session)), []
    for name in _named_studios(open_spool(parts.settings).get(made.sheet_key)):
        if name.casefold() not in known:
            with suppress(InvalidFields):  # the check says why, as it does of what cannot be read
                new.append(organisations.add_organisation(session, OrganisationKind.STUDIO, name).id)
                known.add(name.casefold())
    return new


def _named_studios(data: bytes) -> Iterator[str]:
    """The studios that the rows of a spreadsheet name; what cannot be read names none."""
    with suppress(SheetRefused):
        for _, cells in numbered_cells(data, None):
            with suppress(RowRefused, InvalidFields):
                if name := named_studio(cells):
                    yield name


def find_studio(session: Session, name: str | None) -> uuid.UUID | None:
    """The studio of that name or identifier; None for no name, which means all.

    Raises: ExchangeError.
    """
    if not name:
        return None
    studios = organisations.list_organisations(session, OrganisationKind.STUDIO)
    found = [studio.id for studio in studios if name in (studio.name, str(studio.id))]
    if len(found) != 1:
        known = ", ".join(studio.name for studio in studios) or "none yet"
        why = "several studios are" if found else "no studio is"
        raise ExchangeError(f"{why} called {name!r}; studios: {known}")
    return found[0]


def _tell_check(parts: Parts, import_id: uuid.UUID) -> None:
    """Print what is wrong, and how many rows would do what. Raises: ExchangeError for a spreadsheet that is refused."""
    with parts.database.session() as session:
        found = imports.get_import(session, import_id)
        for problem in found.picture_problems:
            print(f"{problem['details']['name']}: {problem_sentence(problem)}")
        if found.state == ImportState.REFUSED:
            raise ExchangeError(" ".join(problem_sentence(problem) for problem in found.problems))
        _print_problems(session, import_id)
        print(_summary(imports.counts_of(session, import_id).planned))


def _print_problems(session: Session, import_id: uuid.UUID) -> None:
    last = 0
    while rows := imports.rows_of(session, import_id, RowAction.PROBLEM, after=last):
        for row in rows:
            print(f"row {row.number} ({row.reference or 'no reference'}): {' / '.join(problem_lines(row.problems))}")
        last = rows[-1].number


def _summary(counts) -> str:
    return ", ".join(f"{counts[action]} {action.value.replace('_', ' ')}" for action in RowAction if counts[action])


def _run(parts: Parts, import_id: uuid.UUID, *, submits: bool) -> None:
    with parts.database.session() as session:
        if not imports.counts_of(session, import_id).changes:
            imports.cancel(session, imports.get_import(session, import_id, lock=True))
            return
        imports.confirm(session, imports.get_import(session, import_id, lock=True), None, submits=submits)
    run_import(parts, import_id)
    with parts.database.session() as session:
        counts = imports.counts_of(session, import_id)
        print(f"imported: {_summary(counts.done)}")


def _discard(parts: Parts, import_id: uuid.UUID, made_studios: list[uuid.UUID]) -> None:
    with parts.database.session() as session:
        imports.cancel(session, imports.get_import(session, import_id, lock=True))
        organisations.remove_unused(session, made_studios)


def add_arguments(exporting: argparse.ArgumentParser, importing: argparse.ArgumentParser) -> None:
    exporting.add_argument("file", type=Path, help="where to; .csv, .xlsx, or .zip with the pictures")
    exporting.add_argument("--studio", help="one studio, by name or identifier, instead of all")
    exporting.add_argument("--published", action="store_true", help="only what is published")
    importing.add_argument("file", type=Path, help="a spreadsheet (CSV, XLSX) or an archive of `export`")
    importing.add_argument("--pictures", type=Path, help="a folder or a ZIP archive with the pictures")
    importing.add_argument("--studio", help="whose designs they are; without it the column studio says")
    importing.add_argument("--make-studios", action="store_true", help="make studios that the column names")
    importing.add_argument("--submit", action="store_true", help="send complete designs to review")
    importing.add_argument("--yes", action="store_true", help="import; without it the rows are only checked")
