"""What the batches of workshops come to, kept so that a search need not reckon it.

A record is reckoned in the transaction that changes what it rests on: the inspection of a batch's last waiting photo,
a correction, a consent. Each of them holds the design's count first, so of two at once the second sees what the first
has done.
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.batches import PhotoState
from catalog.consistency import (
    RULES,
    BatchTally,
    Consistency,
    Level,
    judge_consistency,
    lead_of_versions,
    lead_of_views,
)
from catalog.corrections import Opinion
from catalog.inspections import Verdict
from catalog.standards import View
from catalog.store.entries import index_design
from catalog.store.tables import (
    Batch,
    BatchPhoto,
    Correction,
    DesignVersion,
    Inspection,
    MakerCount,
    MakeRecord,
    ReferenceStandard,
    ShownDesign,
)

TIMEZONE = "Asia/Jakarta"  # a day is one of the workshops'

# What reviewers and inspector came to. Without a correction the opinion is NULL.
_called_good = Correction.opinion.is_not_distinct_from(Opinion.GOOD)
_called_defective = Correction.opinion.is_not_distinct_from(Opinion.DEFECTIVE)
IS_ACCEPTED: ColumnElement[bool] = or_(
    and_(Inspection.verdict != Verdict.RETAKE, _called_good),
    and_(Inspection.verdict == Verdict.ACCEPT, ~_called_defective),
)
_COUNTED: dict[str, ColumnElement[bool]] = {
    "accepted": IS_ACCEPTED,
    "reworked": and_(Inspection.verdict == Verdict.REWORK, ~_called_good),
    "rejected": or_(
        and_(Inspection.verdict == Verdict.REJECT, ~_called_good),
        and_(Inspection.verdict == Verdict.ACCEPT, _called_defective),
    ),
    "retaken": Inspection.verdict == Verdict.RETAKE,
    "overruled": or_(
        and_(Inspection.verdict.in_((Verdict.REWORK, Verdict.REJECT)), _called_good),
        and_(Inspection.verdict == Verdict.ACCEPT, _called_defective),
    ),
}
STANDING_CORRECTION = and_(Correction.inspection_id == Inspection.id, Correction.withdrawn_at.is_(None))


def today() -> datetime.date:
    return datetime.datetime.now(ZoneInfo(TIMEZONE)).date()


def evidence_of(
    session: Session, workshop_id: uuid.UUID, version_id: uuid.UUID, on: datetime.date | None = None
) -> dict[View, Consistency]:
    """What one workshop's batches of one design version come to on a day, by view."""
    by_view: dict[View, list[BatchTally]] = defaultdict(list)
    for view, tally in _tallies(session, workshop_id, version_id):
        by_view[view].append(tally)
    return {view: judge_consistency(tallies, on or today()) for view, tallies in by_view.items()}


def _tallies(session: Session, workshop_id: uuid.UUID, version_id: uuid.UUID) -> Iterator[tuple[View, BatchTally]]:
    """One for each batch with an inspected photo."""
    day = cast(func.timezone(TIMEZONE, Batch.created_at), Date)
    counts = [func.count().filter(condition) for condition in _COUNTED.values()]
    query = (
        select(ReferenceStandard.view, day, *counts)
        .select_from(Batch)
        .join(ReferenceStandard, Batch.standard_id == ReferenceStandard.id)
        .join(BatchPhoto, BatchPhoto.batch_id == Batch.id)
        .join(Inspection, Inspection.photo_id == BatchPhoto.id)
        .outerjoin(Correction, STANDING_CORRECTION)
        .where(Batch.workshop_id == workshop_id, ReferenceStandard.version_id == version_id)
        .group_by(Batch.id, ReferenceStandard.view)
    )
    for view, begun_on, *counted in session.execute(query):
        yield view, BatchTally(begun_on, **dict(zip(_COUNTED, counted, strict=True)))


def records_of(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID) -> list[MakeRecord]:
    """One for each version of a design that a workshop has had pieces of judged, the newest first."""
    query = select(MakeRecord).join(DesignVersion, MakeRecord.version_id == DesignVersion.id)
    query = query.where(MakeRecord.workshop_id == workshop_id, MakeRecord.design_id == design_id, MakeRecord.pieces > 0)
    return list(session.scalars(query.order_by(DesignVersion.number.desc())))


def standards_used(session: Session, workshop_id: uuid.UUID, version_id: uuid.UUID) -> list[ReferenceStandard]:
    """What a workshop's batches of a version were held against, the newest first."""
    used = select(Batch.standard_id).where(Batch.workshop_id == workshop_id)
    query = select(ReferenceStandard).where(ReferenceStandard.version_id == version_id, ReferenceStandard.id.in_(used))
    return list(session.scalars(query.order_by(ReferenceStandard.number.desc())))


def note_judged(session: Session, photo: BatchPhoto) -> None:
    """A photo has its verdict, or never will: reckon the record unless others of the batch still wait.

    So a batch is reckoned once, whatever its size and however many workers share it.
    """
    batch = photo.batch
    _hold(session, batch.standard.version.design_id)
    if not is_waiting(session, batch):
        reckon(session, batch.workshop_id, batch.standard.version_id)


def is_waiting(session: Session, batch: Batch) -> bool:
    """Whether a photo of a batch has no verdict yet, and may have one."""
    waiting = select(BatchPhoto.id).where(BatchPhoto.batch_id == batch.id, BatchPhoto.state == PhotoState.QUEUED)
    return session.scalar(waiting.limit(1)) is not None


def reckon(session: Session, workshop_id: uuid.UUID, version_id: uuid.UUID, on: datetime.date | None = None) -> None:
    """Write what a workshop's batches of a version come to, and what that makes of the design's counts."""
    design_id = session.scalar(select(DesignVersion.design_id).where(DesignVersion.id == version_id))
    _hold(session, design_id)
    record = session.get(MakeRecord, (workshop_id, version_id), populate_existing=True)
    if record is None:
        record = MakeRecord(workshop_id=workshop_id, version_id=version_id, design_id=design_id)
        session.add(record)
    _write(record, evidence_of(session, workshop_id, version_id, on))
    session.flush()
    _choose_speaking(session, workshop_id, design_id)
    _count(session, design_id)


def count_anew(session: Session, design_id: uuid.UUID) -> None:
    """Write a design's counts after a consent has changed."""
    _hold(session, design_id)
    _count(session, design_id)


def due_records(session: Session, on: datetime.date | None = None) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(workshop, version) of those that the calendar, or other rules than theirs, may have moved to another level."""
    due = or_(MakeRecord.review_on <= (on or today()), MakeRecord.rules != RULES)
    query = select(MakeRecord.workshop_id, MakeRecord.version_id).where(due)
    return [tuple(row) for row in session.execute(query.order_by(MakeRecord.design_id, MakeRecord.workshop_id))]


def _hold(session: Session, design_id: uuid.UUID) -> None:
    """Let nobody else reckon this design until the commit."""
    held = select(MakerCount.design_id).where(MakerCount.design_id == design_id).with_for_update()
    if session.scalar(held) is None:
        session.execute(insert(MakerCount).values(design_id=design_id).on_conflict_do_nothing())
        session.scalar(held)


def _write(record: MakeRecord, by_view: dict[View, Consistency]) -> None:
    record.rules = RULES
    if not by_view:  # corrections and failures of a batch without one verdict
        record.level, record.pieces, record.review_on = Level.NEW, 0, None
        return
    found = lead_of_views(list(by_view.values()))
    record.view = next(view for view, each in by_view.items() if each is found)
    record.level, record.lower = found.level, found.lower
    record.accepted, record.pieces, record.batches = found.accepted, found.pieces, found.batches
    record.first_on, record.last_on = found.first_on, found.last_on
    record.review_on = min((each.review_on for each in by_view.values() if each.review_on), default=None)


def _choose_speaking(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID) -> None:
    """Of the versions that a workshop makes of a design, mark the one whose level is told first."""
    query = select(MakeRecord, DesignVersion.number).join(DesignVersion, MakeRecord.version_id == DesignVersion.id)
    query = query.where(MakeRecord.workshop_id == workshop_id, MakeRecord.design_id == design_id)
    records = session.execute(query).all()
    made = [(number, record.level) for record, number in records if record.pieces]
    lead = lead_of_versions(made) if made else None
    for record, number in records:
        record.speaks = number == lead
    session.flush()


def _count(session: Session, design_id: uuid.UUID) -> None:
    """Write a design's counts, and what the search says of them; held by `_hold`."""
    is_shown = ShownDesign.workshop_id.is_not(None)
    query = (
        select(
            func.count(),
            func.count().filter(is_shown),
            func.count().filter(is_shown, MakeRecord.level == Level.PROVEN),
        )
        .select_from(MakeRecord)
        .outerjoin(
            ShownDesign,
            and_(ShownDesign.workshop_id == MakeRecord.workshop_id, ShownDesign.design_id == MakeRecord.design_id),
        )
        .where(MakeRecord.design_id == design_id, MakeRecord.speaks)
    )
    counts = session.get(MakerCount, design_id, populate_existing=True)
    told_before = (counts.makers, counts.proven)
    counts.makers, counts.shown, counts.proven = session.execute(query).one()
    session.flush()
    if (counts.makers, counts.proven) != told_before:
        index_design(session, design_id)
