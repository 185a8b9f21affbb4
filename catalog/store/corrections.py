"""What reviewers said of inspected pieces."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, raiseload

from catalog.corrections import Opinion, check_correction
from catalog.inspections import Verdict
from catalog.store.make_records import reckon
from catalog.store.tables import BatchPhoto, Correction, Inspection


@dataclass(frozen=True)
class InspectedPhoto:
    """What a replay needs of one photo. `score` was given by the artifact that `standard_hash` names."""

    photo_id: uuid.UUID
    batch_id: uuid.UUID
    verdict: Verdict
    score: float | None
    standard_hash: str
    opinion: Opinion | None


def correct(session: Session, photo: BatchPhoto, opinion: str, note: str, person_id: uuid.UUID | None) -> Correction:
    """Say of a piece that it is good or defective; what was said before is withdrawn. `photo` must be locked.

    Saying the same once more changes nothing.
    Raises: WrongState("photo_is_not_judged"), InvalidFields.
    """
    found = photo.inspection
    opinion, note = check_correction(found.verdict if found else None, opinion, note)
    standing = found.correction
    if standing is not None and (standing.opinion, standing.note) == (opinion, note):
        return standing
    _take_back(session, photo, person_id)
    correction = Correction(inspection_id=found.id, opinion=opinion, note=note, created_by=person_id)
    session.add(correction)
    session.flush()
    session.expire(found, ["correction"])
    _reckon(session, photo)
    return correction


def withdraw(session: Session, photo: BatchPhoto, person_id: uuid.UUID | None) -> bool:
    """Take back what was said of a piece; returns whether there was anything. `photo` must be locked."""
    taken = _take_back(session, photo, person_id)
    if taken:
        _reckon(session, photo)
    return taken


def _take_back(session: Session, photo: BatchPhoto, person_id: uuid.UUID | None) -> bool:
    if photo.inspection is None:
        return False
    taken = session.execute(
        update(Correction)
        .where(Correction.inspection_id == photo.inspection.id, Correction.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.datetime.now(datetime.UTC), withdrawn_by=person_id)
    )
    session.expire(photo.inspection, ["correction"])
    return taken.rowcount > 0


def _reckon(session: Session, photo: BatchPhoto) -> None:
    """What reviewers say counts for the consistency of the workshop."""
    reckon(session, photo.batch.workshop_id, photo.batch.standard.version_id)


def inspected_photos(session: Session, standard_id: uuid.UUID) -> list[InspectedPhoto]:
    """All photos inspected with a standard, in the order of their inspection."""
    query = (
        select(
            Inspection.photo_id,
            BatchPhoto.batch_id,
            Inspection.verdict,
            Inspection.score,
            Inspection.standard_hash,
            Correction.opinion,
        )
        .join(BatchPhoto, Inspection.photo_id == BatchPhoto.id)
        .outerjoin(Correction, (Correction.inspection_id == Inspection.id) & Correction.withdrawn_at.is_(None))
        .where(Inspection.standard_id == standard_id)
        .order_by(Inspection.created_at, Inspection.photo_id)
    )
    return [InspectedPhoto(*row) for row in session.execute(query)]


def count_corrections(session: Session, standard_id: uuid.UUID) -> int:
    """How many pieces inspected with a standard a reviewer has spoken about."""
    query = select(func.count()).select_from(Correction).join(Inspection, Correction.inspection_id == Inspection.id)
    return session.scalar(query.where(Inspection.standard_id == standard_id, Correction.withdrawn_at.is_(None)))


def photos_by_id(session: Session, photo_ids: list[uuid.UUID]) -> dict[uuid.UUID, BatchPhoto]:
    """Photos to show, each with its batch; without what was found on them."""
    query = select(BatchPhoto).where(BatchPhoto.id.in_(photo_ids)).options(raiseload(BatchPhoto.inspection))
    return {photo.id: photo for photo in session.scalars(query)}
