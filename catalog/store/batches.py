"""Batches, their photos and what was found on each."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, Text, case, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, contains_eager, raiseload

from catalog.batches import BatchCounts, BatchSource, PhotoState, check_may_add_photo, check_may_be_removed
from catalog.errors import NotFound
from catalog.inspections import SEVERITY
from catalog.organisations import Actor, Role
from catalog.permissions import BatchOwnership
from catalog.store.make_records import note_judged
from catalog.store.organisations import mentor_agency_ids
from catalog.store.tables import (
    Batch,
    BatchPhoto,
    Correction,
    Design,
    DesignVersion,
    Inspection,
    Mentorship,
    Organisation,
    ReferenceStandard,
)


def find_empty_batch(
    session: Session, workshop_id: uuid.UUID, standard_id: uuid.UUID, person_id: uuid.UUID
) -> Batch | None:
    """This person's newest batch against the standard if nobody has sent it a photo or given it a name yet.

    Holds the workshop until the commit: of two clicks the second finds what the first has made.
    """
    session.execute(select(Organisation.id).where(Organisation.id == workshop_id).with_for_update())
    query = (
        select(Batch)
        .where(Batch.workshop_id == workshop_id, Batch.standard_id == standard_id)
        .where(Batch.created_by == person_id, Batch.name == "", Batch.source == BatchSource.WEB)
        .where(~select(BatchPhoto.id).where(BatchPhoto.batch_id == Batch.id).exists())
        .order_by(Batch.number.desc())
        .limit(1)
    )
    return session.scalar(query)


def add_batch(
    session: Session,
    workshop_id: uuid.UUID,
    standard: ReferenceStandard,
    source: BatchSource,
    *,
    name: str = "",
    person_id: uuid.UUID | None = None,
) -> Batch:
    """An empty batch, numbered next in its workshop."""
    workshop = session.scalar(select(Organisation).where(Organisation.id == workshop_id).with_for_update())
    newest = session.scalar(select(func.max(Batch.number)).where(Batch.workshop_id == workshop_id))
    batch = Batch(
        workshop=workshop,
        number=(newest or 0) + 1,
        standard=standard,
        source=source,
        name=name.strip()[:80],
        created_by=person_id,
    )
    session.add(batch)
    session.flush()
    return batch


def get_batch(session: Session, batch_id: uuid.UUID, *, lock: bool = False) -> Batch:
    """Raises: NotFound."""
    query = select(Batch).where(Batch.id == batch_id)
    if lock:
        query = query.with_for_update(of=Batch)
    batch = session.scalar(query)
    if batch is None:
        raise NotFound("batch_not_found")
    return batch


def remove_batch(session: Session, batch_id: uuid.UUID) -> None:
    """Remove a batch to which nobody has sent a photo.

    A photo that arrives meanwhile waits for the lock and finds no batch, or was first, and the batch stays.

    Raises: NotFound, WrongState("batch_has_photos").
    """
    batch = get_batch(session, batch_id, lock=True)
    count = session.scalar(select(func.count()).select_from(BatchPhoto).where(BatchPhoto.batch_id == batch.id))
    check_may_be_removed(count)
    session.execute(delete(Batch).where(Batch.id == batch.id))


def ownership(session: Session, batch: Batch) -> BatchOwnership:
    return BatchOwnership(
        workshop_id=batch.workshop_id,
        studio_id=batch.standard.version.design.studio_id,
        mentor_agency_ids=mentor_agency_ids(session, batch.workshop_id),
    )


def batches_for(session: Session, actor: Actor, *, limit: int = 50, offset: int = 0) -> list[tuple[Batch, BatchCounts]]:
    """The batches this actor may see, newest first, with their counts."""
    newest_first = _visible_to(select(Batch), actor).order_by(Batch.created_at.desc(), Batch.id)
    query = newest_first.limit(limit).offset(offset)
    batches = list(session.scalars(query))
    counts = counts_of(session, [batch.id for batch in batches])
    return [(batch, counts[batch.id]) for batch in batches]


def _visible_to(query: Select, actor: Actor) -> Select:
    """The same rule as permissions.may_see_batch, as SQL; a test holds the two together."""
    if actor.role == Role.ADMINISTRATOR:
        return query
    if actor.role == Role.WORKSHOP:
        return query.where(Batch.workshop_id == actor.organisation_id)
    if actor.role == Role.DESIGNER:
        query = query.join(ReferenceStandard, Batch.standard_id == ReferenceStandard.id)
        query = query.join(DesignVersion, ReferenceStandard.version_id == DesignVersion.id)
        query = query.join(Design, DesignVersion.design_id == Design.id)
        return query.where(Design.studio_id == actor.organisation_id)
    if actor.role == Role.MENTOR:
        mentored = select(Mentorship.workshop_id).where(Mentorship.agency_id == actor.organisation_id)
        return query.where(Batch.workshop_id.in_(mentored))
    return query.where(False)


def count_batches_for(session: Session, actor: Actor) -> int:
    visible = _visible_to(select(Batch.id), actor).subquery()
    return session.scalar(select(func.count()).select_from(visible))


def counts_of(session: Session, batch_ids: list[uuid.UUID]) -> dict[uuid.UUID, BatchCounts]:
    """How each batch stands, in one query."""
    # As plain text: the two enumerations have no member in common.
    state, verdict = cast(BatchPhoto.state, Text), cast(Inspection.verdict, Text)
    verdict = case((BatchPhoto.state == PhotoState.INSPECTED, verdict), else_=state)
    query = (
        select(BatchPhoto.batch_id, verdict, func.count())
        .outerjoin(Inspection, Inspection.photo_id == BatchPhoto.id)
        .where(BatchPhoto.batch_id.in_(batch_ids))
        .group_by(BatchPhoto.batch_id, verdict)
    )
    found: dict[uuid.UUID, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    for batch_id, name, count in session.execute(query):
        found[batch_id][name] = count
    return {batch_id: BatchCounts(**counts) for batch_id, counts in found.items()}


def count_queued_of(session: Session, workshop_id: uuid.UUID) -> int:
    """How many photos of a workshop wait for the inspector, in all its batches."""
    query = select(func.count()).select_from(BatchPhoto).join(Batch, BatchPhoto.batch_id == Batch.id)
    return session.scalar(query.where(Batch.workshop_id == workshop_id, BatchPhoto.state == PhotoState.QUEUED))


def add_photo(session: Session, batch: Batch, most: int, **photo: Any) -> tuple[BatchPhoto, bool]:
    """Add a photo, or find the same one; returns (photo, is_new). `batch` must be locked.

    Raises: RuleBroken("batch_is_full").
    """
    same = session.scalar(
        select(BatchPhoto).where(BatchPhoto.batch_id == batch.id, BatchPhoto.image_key == photo["image_key"])
    )
    if same is not None:
        return same, False
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(BatchPhoto.position), 0)).where(BatchPhoto.batch_id == batch.id)
    ).one()
    check_may_add_photo(count, most)
    added = BatchPhoto(batch=batch, position=last + 1, state=PhotoState.QUEUED, **photo)
    session.add(added)
    session.flush()
    return added, True


def get_photo(session: Session, photo_id: uuid.UUID, *, lock: bool = False) -> BatchPhoto:
    """Raises: NotFound."""
    query = select(BatchPhoto).where(BatchPhoto.id == photo_id)
    if lock:
        query = query.with_for_update(of=BatchPhoto).execution_options(populate_existing=True)
    photo = session.scalar(query)
    if photo is None:
        raise NotFound("photo_not_found")
    return photo


def record_inspection(session: Session, photo: BatchPhoto, **inspection: Any) -> bool:
    """Keep a result unless the photo has one; returns whether it was kept."""
    values = {"id": uuid.uuid4(), "photo_id": photo.id, **inspection}
    kept = session.scalar(
        insert(Inspection).values(**values).on_conflict_do_nothing(index_elements=["photo_id"]).returning(Inspection.id)
    )
    photo.state = PhotoState.INSPECTED
    session.flush()
    session.expire(photo, ["inspection"])
    note_judged(session, photo)
    return kept is not None


def record_failure(session: Session, photo: BatchPhoto) -> None:
    """The service could not inspect this photo, whose fault it is not."""
    if photo.inspection is None:
        photo.state = PhotoState.FAILED
        session.flush()
        note_judged(session, photo)


def queue_failed_again(session: Session, batch: Batch) -> list[uuid.UUID]:
    """Let the photos that the service failed on wait again; returns which. `batch` must be locked."""
    return list(
        session.scalars(
            update(BatchPhoto)
            .where(BatchPhoto.batch_id == batch.id, BatchPhoto.state == PhotoState.FAILED)
            .values(state=PhotoState.QUEUED)
            .returning(BatchPhoto.id)
        )
    )


def image_keys(session: Session, batch_id: uuid.UUID) -> list[str]:
    """The SHA-256 of every photo that is there: what need not be sent again."""
    return list(session.scalars(select(BatchPhoto.image_key).where(BatchPhoto.batch_id == batch_id)))


def _worst_first(query: Select) -> Select:
    """Reject, rework, retake, accept, then what waits; within a verdict the lowest score first."""
    severity = case(
        {verdict.value: place for place, verdict in enumerate(SEVERITY)}, value=Inspection.verdict, else_=len(SEVERITY)
    )
    return query.order_by(severity, Inspection.score.asc().nulls_last(), BatchPhoto.position)


def photo_ids_worst_first(session: Session, batch_id: uuid.UUID) -> list[uuid.UUID]:
    """The order in which a batch is leafed through."""
    query = select(BatchPhoto.id).outerjoin(BatchPhoto.inspection).where(BatchPhoto.batch_id == batch_id)
    return list(session.scalars(_worst_first(query)))


def photos_worst_first(session: Session, batch_id: uuid.UUID) -> list[BatchPhoto]:
    """Every photo with what was found on it, as `_worst_first` orders them."""
    query = (
        select(BatchPhoto)
        .outerjoin(BatchPhoto.inspection)
        .options(
            contains_eager(BatchPhoto.inspection).lazyload(Inspection.nearest_reference),
            contains_eager(BatchPhoto.inspection).selectinload(Inspection.correction).selectinload(Correction.reviewer),
            raiseload(BatchPhoto.batch),
        )
        .where(BatchPhoto.batch_id == batch_id)
    )
    return list(session.scalars(_worst_first(query)))


def photos_in_order(session: Session, batch_id: uuid.UUID) -> list[BatchPhoto]:
    """As they were received."""
    query = select(BatchPhoto).where(BatchPhoto.batch_id == batch_id).order_by(BatchPhoto.position)
    return list(session.scalars(query))
