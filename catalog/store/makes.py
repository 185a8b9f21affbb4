"""What workshops show of the designs they make: consents, words, and what a studio hides from its own page."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.makes import check_may_show, check_reason, check_selection, check_words
from catalog.store.make_records import IS_ACCEPTED, STANDING_CORRECTION, count_anew
from catalog.store.tables import (
    Batch,
    BatchPhoto,
    Correction,
    DesignVersion,
    Inspection,
    Make,
    MakeRecord,
    ReferenceStandard,
    ShownDesign,
)
from catalog.text import Text


@dataclass(frozen=True)
class MadeDesign:
    """A design that a workshop makes: the record that speaks for it, whether it is shown, and with how many photos."""

    record: MakeRecord
    is_shown: bool
    photos: int


def is_published(design_id: ColumnElement) -> ColumnElement[bool]:
    """Only what stands in the catalog is shown with it."""
    version = DesignVersion.__table__.alias("published")
    return exists().where(version.c.design_id == design_id, version.c.state == VersionState.PUBLISHED.value)


def show_design(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID, person_id: uuid.UUID | None) -> None:
    """Let it be seen that a workshop makes a design, with its figures. Said twice is said once.

    Raises: NotFound where it has had no piece of it judged.
    """
    find_made(session, workshop_id, design_id)
    shown = insert(ShownDesign).values(workshop_id=workshop_id, design_id=design_id, shown_by=person_id)
    session.execute(shown.on_conflict_do_nothing())
    count_anew(session, design_id)


def stop_showing(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID) -> None:
    """Take it back, and with it every photo of the design, at once."""
    of_both = (ShownDesign.workshop_id == workshop_id, ShownDesign.design_id == design_id)
    session.execute(delete(ShownDesign).where(*of_both))
    count_anew(session, design_id)


def is_shown(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID) -> bool:
    return session.get(ShownDesign, (workshop_id, design_id)) is not None


def shows_anything(session: Session, workshop_id: uuid.UUID) -> bool:
    """Whether a workshop has a public page at all."""
    query = select(ShownDesign.design_id).where(ShownDesign.workshop_id == workshop_id)
    return session.scalar(query.where(is_published(ShownDesign.design_id)).limit(1)) is not None


def find_made(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID) -> MakeRecord:
    """The record that speaks for a workshop and a design.

    Raises: NotFound("make_not_found").
    """
    query = select(MakeRecord).where(MakeRecord.workshop_id == workshop_id, MakeRecord.design_id == design_id)
    record = session.scalar(query.where(MakeRecord.speaks))
    if record is None:
        raise NotFound("make_not_found")
    return record


def designs_made(session: Session, workshop_id: uuid.UUID) -> list[MadeDesign]:
    """Every design that a workshop has had pieces of judged, the last made first."""
    photos = select(func.count()).where(
        Make.workshop_id == MakeRecord.workshop_id, Make.design_id == MakeRecord.design_id, Make.withdrawn_at.is_(None)
    )
    query = (
        select(MakeRecord, ShownDesign.since.is_not(None), photos.scalar_subquery())
        .outerjoin(ShownDesign, _same_make(ShownDesign))
        .where(MakeRecord.workshop_id == workshop_id, MakeRecord.speaks)
        .order_by(MakeRecord.last_on.desc().nulls_last(), MakeRecord.design_id)
    )
    return [MadeDesign(*row) for row in session.execute(query)]


def _same_make(table: type[ShownDesign]) -> ColumnElement[bool]:
    return and_(table.workshop_id == MakeRecord.workshop_id, table.design_id == MakeRecord.design_id)


def accepted_photos(
    session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID, ids: Collection[uuid.UUID] | None = None
) -> list[BatchPhoto]:
    """The photos of accepted pieces that a workshop may show (of these `ids`, if given), the newest batch first."""
    query = _accepted(select(BatchPhoto)).where(Batch.workshop_id == workshop_id, DesignVersion.design_id == design_id)
    if ids is not None:
        query = query.where(BatchPhoto.id.in_(ids))
    return list(session.scalars(query.order_by(Batch.number.desc(), BatchPhoto.position)))


def _accepted(query: Select) -> Select:
    """From photos to their design, those of accepted pieces alone."""
    query = query.join(Batch, BatchPhoto.batch_id == Batch.id)
    query = query.join(ReferenceStandard, Batch.standard_id == ReferenceStandard.id)
    query = query.join(DesignVersion, ReferenceStandard.version_id == DesignVersion.id)
    query = query.join(Inspection, Inspection.photo_id == BatchPhoto.id).outerjoin(Correction, STANDING_CORRECTION)
    return query.where(IS_ACCEPTED)


def show_photos(
    session: Session,
    workshop_id: uuid.UUID,
    design_id: uuid.UUID,
    photo_ids: Collection[uuid.UUID],
    caption: Text,
    alt: Text,
    person_id: uuid.UUID | None,
) -> int:
    """Show photos of accepted pieces with these words; returns how many. One shown before gets the new words.

    Raises: InvalidFields, RuleBroken("piece_is_not_accepted") also for a photo of somebody else.
    """
    check_selection(len(photo_ids))
    caption, alt = check_words(caption, alt)
    photos = accepted_photos(session, workshop_id, design_id, photo_ids)
    check_may_show(len(photos) == len(set(photo_ids)))
    told = {
        "caption": asdict(caption),
        "alt": asdict(alt),
        "consented_at": datetime.datetime.now(datetime.UTC),
        "consented_by": person_id,
        "withdrawn_at": None,
        "withdrawn_by": None,
    }
    for photo in photos:
        made = {"id": uuid.uuid4(), "photo_id": photo.id, "workshop_id": workshop_id, "design_id": design_id}
        shown = insert(Make).values(**made, **told)
        session.execute(shown.on_conflict_do_update(index_elements=["photo_id"], set_=told))
    return len(photos)


def change_words(session: Session, make: Make, caption: Text, alt: Text) -> None:
    """Raises: InvalidFields."""
    caption, alt = check_words(caption, alt)
    make.caption, make.alt = asdict(caption), asdict(alt)
    session.flush()


def withdraw(
    session: Session, workshop_id: uuid.UUID, make_ids: Collection[uuid.UUID], person_id: uuid.UUID | None
) -> int:
    """Take back the consent to photos, at once; returns to how many."""
    taken = session.execute(
        update(Make)
        .where(Make.workshop_id == workshop_id, Make.id.in_(make_ids), Make.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.datetime.now(datetime.UTC), withdrawn_by=person_id)
    )
    return taken.rowcount


def hide(session: Session, make: Make, reason: str, person_id: uuid.UUID | None) -> None:
    """Take a make off the design's page; on the workshop's own it stays.

    Raises: InvalidFields.
    """
    make.hidden_reason = check_reason(reason)
    make.hidden_at, make.hidden_by = datetime.datetime.now(datetime.UTC), person_id
    session.flush()


def show_again(session: Session, make: Make) -> None:
    make.hidden_at = make.hidden_by = None
    make.hidden_reason = ""
    session.flush()


def get_make(session: Session, make_id: uuid.UUID) -> Make:
    """Raises: NotFound."""
    make = session.get(Make, make_id)
    if make is None:
        raise NotFound("make_not_found")
    return make


def find_public(session: Session, make_id: uuid.UUID) -> Make | None:
    """A make that everybody may see."""
    return session.scalar(_public_makes().where(Make.id == make_id))


def public_ids(session: Session, make_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these everybody may see now."""
    return set(session.scalars(_public_makes().where(Make.id.in_(make_ids)).with_only_columns(Make.id)))


def makes_of_design(
    session: Session, design_id: uuid.UUID, *, limit: int = 8, offset: int = 0, with_hidden: bool = False
) -> list[Make]:
    """What workshops show of a design, the newest first."""
    query = _public_makes().where(Make.design_id == design_id)
    if not with_hidden:
        query = query.where(Make.hidden_at.is_(None))
    return list(session.scalars(_newest_first(query).limit(limit).offset(offset)))


def count_makes_of_design(session: Session, design_id: uuid.UUID, *, with_hidden: bool = False) -> int:
    query = _public_makes().where(Make.design_id == design_id)
    if not with_hidden:
        query = query.where(Make.hidden_at.is_(None))
    return session.scalar(select(func.count()).select_from(query.with_only_columns(Make.id).subquery()))


def makes_of_workshop(session: Session, workshop_id: uuid.UUID, *, limit: int = 24) -> list[Make]:
    """What a workshop shows on its page, the newest first."""
    return list(session.scalars(_newest_first(_public_makes().where(Make.workshop_id == workshop_id)).limit(limit)))


def own_makes(session: Session, workshop_id: uuid.UUID, design_id: uuid.UUID) -> list[Make]:
    """What a workshop has said yes to of a design, whether or not it is public now."""
    query = select(Make).where(Make.workshop_id == workshop_id, Make.design_id == design_id)
    return list(session.scalars(_newest_first(query.where(Make.withdrawn_at.is_(None)))))


def _newest_first(query: Select) -> Select:
    return query.order_by(Make.consented_at.desc(), Make.id)


def _public_makes() -> Select:
    """Consented to, of an accepted piece, of a design that its workshop shows and that stands in the catalog."""
    both = and_(ShownDesign.workshop_id == Make.workshop_id, ShownDesign.design_id == Make.design_id)
    query = _accepted(select(Make).join(ShownDesign, both).join(BatchPhoto, Make.photo_id == BatchPhoto.id))
    return query.where(Make.withdrawn_at.is_(None), is_published(Make.design_id))
