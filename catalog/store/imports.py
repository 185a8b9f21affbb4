"""Imports of designs: received, checked row by row, confirmed, and done row by row."""

from __future__ import annotations

import datetime
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from sqlalchemy import Subquery, delete, func, insert, or_, select, union_all, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased, selectinload

from catalog.errors import NotFound, RuleBroken, WrongState
from catalog.exchange.columns import Problem
from catalog.exchange.plan import CHANGES, OPEN, ImportCounts, ImportState, RowAction
from catalog.store.tables import (
    Design,
    DesignImport,
    DesignImportPack,
    DesignImportPicture,
    DesignImportRow,
    DesignVersion,
)

MAX_PROBLEMS = 200
ROWS_AT_ONCE = 500
# What keeps an import from being confirmed; any other is over.
NOT_TO_CONFIRM = {ImportState.CHECKING: "import_is_not_checked", ImportState.IMPORTING: "import_is_confirmed"}


def add_import(
    session: Session, studio_id: uuid.UUID | None, person_id: uuid.UUID | None, file_name: str, sheet_key: str
) -> DesignImport:
    """A new import that waits to be checked; without a studio its rows say whose their designs are."""
    made = DesignImport(
        studio_id=studio_id, created_by=person_id, file_name=file_name, sheet_key=sheet_key, state=ImportState.CHECKING
    )
    made.check_number, made.submits = 1, False
    made.problems, made.picture_problems = [], []
    session.add(made)
    session.flush()
    return made


def get_import(session: Session, import_id: uuid.UUID, *, lock: bool = False) -> DesignImport:
    """Raises: NotFound."""
    query = select(DesignImport).where(DesignImport.id == import_id)
    if lock:
        query = query.with_for_update(of=DesignImport).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("import_not_found")
    return found


def imports_of(session: Session, studio_id: uuid.UUID | None, *, limit: int, offset: int = 0) -> Sequence[DesignImport]:
    """A studio's imports (everybody's for None), the newest first."""
    return session.scalars(_of(select(DesignImport), studio_id).limit(limit).offset(offset)).all()


def count_imports(session: Session, studio_id: uuid.UUID | None) -> int:
    return session.scalar(_of(select(func.count()).select_from(DesignImport), studio_id).order_by(None)) or 0


def _of(query, studio_id: uuid.UUID | None):
    if studio_id is not None:
        query = query.where(DesignImport.studio_id == studio_id)
    return query.order_by(DesignImport.created_at.desc())


def put_picture(
    session: Session, import_id: uuid.UUID, name: str, image_key: str, content_type: str, size_px: tuple[int, int]
) -> None:
    """Keep a picture under its name; one of the same name gives way. `size_px` is (width, height)."""
    folded = name.casefold()
    query = select(DesignImportPicture).where(
        DesignImportPicture.import_id == import_id, DesignImportPicture.folded_name == folded
    )
    picture = session.scalar(query) or DesignImportPicture(import_id=import_id, folded_name=folded)
    picture.name, picture.image_key, picture.content_type = name, image_key, content_type
    picture.width_px, picture.height_px = size_px
    session.add(picture)
    session.flush()


def picture_keys(session: Session, import_id: uuid.UUID) -> dict[str, str]:
    """The keys of an import's pictures by their names in small letters."""
    query = select(DesignImportPicture.folded_name, DesignImportPicture.image_key)
    query = query.where(DesignImportPicture.import_id == import_id)
    return {row.folded_name: row.image_key for row in session.execute(query)}


def put_pack(
    session: Session,
    import_id: uuid.UUID,
    name: str,
    content_key: str,
    *,
    drawing_keys: Sequence[str],
    picture_keys: Sequence[str],
) -> None:
    """Keep a tech pack under the name of its folder; one of the same name gives way."""
    values = {"content_key": content_key, "drawing_keys": drawing_keys, "picture_keys": picture_keys}
    query = postgresql.insert(DesignImportPack).values(import_id=import_id, folded_name=name.casefold(), **values)
    session.execute(query.on_conflict_do_update(index_elements=["import_id", "folded_name"], set_=values))


def packs_of(session: Session, import_id: uuid.UUID) -> Sequence[DesignImportPack]:
    return session.scalars(select(DesignImportPack).where(DesignImportPack.import_id == import_id)).all()


def check_again(session: Session, found: DesignImport) -> None:
    """Have it checked once more, as when pictures have come. Raises: WrongState once it was confirmed or cancelled."""
    if found.state not in (ImportState.CHECKING, ImportState.CHECKED, ImportState.REFUSED):
        raise WrongState("import_is_closed")
    found.check_number += 1
    found.state = ImportState.CHECKING
    session.flush()


def write_rows(session: Session, import_id: uuid.UUID, rows: Iterable[dict]) -> None:
    """Write down what a check finds of each row, as it finds it, in place of what an earlier check had."""
    session.execute(delete(DesignImportRow).where(DesignImportRow.import_id == import_id))
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_AT_ONCE)):
        session.execute(
            insert(DesignImportRow), [{"import_id": import_id, "is_submitted": False, **row} for row in chunk]
        )


def record_check(session: Session, found: DesignImport, problems: Sequence[dict] = ()) -> None:
    """Say that the rows are checked; with problems of the spreadsheet itself, that it cannot be imported."""
    found.problems = list(problems)[:MAX_PROBLEMS]
    found.state = ImportState.REFUSED if problems else ImportState.CHECKED
    found.checked_at = datetime.datetime.now(datetime.UTC)
    session.flush()


def confirm(session: Session, found: DesignImport, person_id: uuid.UUID | None, *, submits: bool) -> None:
    """Let it change designs from now on. Raises: WrongState, RuleBroken("nothing_to_import")."""
    if found.state != ImportState.CHECKED:
        raise WrongState(NOT_TO_CONFIRM.get(found.state, "import_is_closed"))
    if not counts_of(session, found.id).changes:
        raise RuleBroken("nothing_to_import")
    found.state, found.submits = ImportState.IMPORTING, submits
    found.confirmed_at, found.confirmed_by = datetime.datetime.now(datetime.UTC), person_id
    session.flush()


def cancel(session: Session, found: DesignImport) -> None:
    """Stop it; what was imported by then stays, and the other rows say why they were not.

    Raises: WrongState for one that is over.
    """
    if found.state not in OPEN | {ImportState.REFUSED}:
        raise WrongState("import_is_closed")
    # The row that is being imported is passed over: it is done, and says so itself.
    left = session.scalars(_rows_left(select(DesignImportRow.number), found.id).with_for_update(skip_locked=True))
    query = update(DesignImportRow).where(DesignImportRow.import_id == found.id, DesignImportRow.number.in_(left.all()))
    session.execute(query.values(result=RowAction.PROBLEM, problems=[Problem("import_was_stopped").to_plain()]))
    _end(session, found, ImportState.CANCELLED)


def finish(session: Session, found: DesignImport) -> None:
    _end(session, found, ImportState.DONE)


def _end(session: Session, found: DesignImport, state: ImportState) -> None:
    found.state, found.finished_at = state, datetime.datetime.now(datetime.UTC)
    session.flush()


def next_row(session: Session, import_id: uuid.UUID) -> DesignImportRow | None:
    """The first row that is still to be imported, held until the commit; what another process holds is passed over.

    A design that is derived from that of another row comes after it.
    """
    original = aliased(DesignImportRow)
    waits = _rows_left(select(original.number), import_id, original).where(
        original.number == DesignImportRow.original_row
    )
    query = _rows_left(select(DesignImportRow), import_id).where(~waits.exists())
    return session.scalar(query.order_by(DesignImportRow.number).limit(1).with_for_update(skip_locked=True))


def has_rows_left(session: Session, import_id: uuid.UUID) -> bool:
    return session.scalar(_rows_left(select(DesignImportRow.number), import_id).limit(1)) is not None


def _rows_left(query, import_id: uuid.UUID, row=DesignImportRow):
    return query.where(row.import_id == import_id, row.result.is_(None), row.action.in_(CHANGES))


def counts_of(session: Session, import_id: uuid.UUID) -> ImportCounts:
    query = select(DesignImportRow.action, DesignImportRow.result, func.count())
    query = query.where(DesignImportRow.import_id == import_id)
    planned, done, outcomes = Counter(), Counter(), Counter()
    for action, result, count in session.execute(query.group_by(DesignImportRow.action, DesignImportRow.result)):
        planned[action] += count
        outcomes[result or action] += count
        if result is not None:
            done[result] += count
    return ImportCounts(planned, done, outcomes)


def rows_of(
    session: Session,
    import_id: uuid.UUID,
    action: RowAction | None = None,
    *,
    after: int = 0,
    offset: int = 0,
    limit: int = ROWS_AT_ONCE,
) -> Sequence[DesignImportRow]:
    """Rows in the order of the spreadsheet, after the row of number `after`; of one action, or one result, only."""
    query = select(DesignImportRow).where(DesignImportRow.import_id == import_id, DesignImportRow.number > after)
    if action is not None:
        query = query.where(func.coalesce(DesignImportRow.result, DesignImportRow.action) == action)
    return session.scalars(query.order_by(DesignImportRow.number).limit(limit).offset(offset)).all()


def designs_by_reference(
    session: Session, studio_id: uuid.UUID, references: Iterable[str], *, lock: bool = False
) -> dict[str, Design]:
    """A studio's designs by their reference; one that has none goes by its name in addresses, as in an export.

    With `lock`, others who want to change them or their versions wait for this transaction.
    """
    wanted = set(references)
    called_so = or_(Design.reference.in_(wanted), Design.reference.is_(None) & Design.slug.in_(wanted))
    meant = (Design.studio_id == studio_id, called_so)
    query = select(Design).where(*meant)
    query = query.options(selectinload(Design.versions).selectinload(DesignVersion.pictures))
    if lock:
        session.execute(select(Design.id).join(DesignVersion).where(*meant).with_for_update())
        query = query.execution_options(populate_existing=True)
    found = {}
    for design in session.scalars(query):
        if design.reference or design.slug not in found:
            found[design.reference or design.slug] = design
    return found


def is_being_imported(session: Session, version: DesignVersion) -> bool:
    """Whether an import that runs has made or changed a version, or has a row about its design."""
    design = version.design
    is_for_studio = or_(DesignImport.studio_id == design.studio_id, DesignImport.studio_id.is_(None))
    is_about_it = is_for_studio & (DesignImportRow.reference == (design.reference or design.slug))
    query = select(DesignImportRow.number).join(DesignImport, DesignImportRow.import_id == DesignImport.id)
    query = query.where(DesignImport.state == ImportState.IMPORTING)
    return session.scalar(query.where(or_(DesignImportRow.version_id == version.id, is_about_it)).limit(1)) is not None


def expired_imports(session: Session, before: datetime.datetime, limit: int = 100) -> Sequence[DesignImport]:
    """Imports of an earlier day that nobody is working on."""
    query = select(DesignImport).where(DesignImport.created_at < before, DesignImport.state != ImportState.IMPORTING)
    return session.scalars(query.order_by(DesignImport.created_at).limit(limit).with_for_update(of=DesignImport)).all()


def keys_of(session: Session, import_id: uuid.UUID) -> set[str]:
    """The spool's keys that an import refers to and no other does."""
    used = _keys_in_use()
    keys = {*session.scalars(select(used.c.key).where(used.c.import_id == import_id))}
    others = select(used.c.key).where(used.c.import_id != import_id, used.c.key.in_(keys))
    return keys - {*session.scalars(others)}


def _keys_in_use() -> Subquery:
    """(import_id, key) for everything that waits in the spool."""
    return union_all(
        select(DesignImport.id.label("import_id"), DesignImport.sheet_key.label("key")),
        select(DesignImportPicture.import_id, DesignImportPicture.image_key),
        select(DesignImportPack.import_id, DesignImportPack.content_key),
        select(DesignImportPack.import_id, func.unnest(DesignImportPack.drawing_keys)),
        select(DesignImportPack.import_id, func.unnest(DesignImportPack.picture_keys)),
    ).subquery()


def remove_import(session: Session, found: DesignImport) -> None:
    session.delete(found)
    session.flush()
