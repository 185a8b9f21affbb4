"""Who makes a design: the workshops whose pieces were held against its standards."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.inspections import Verdict
from catalog.store.tables import Batch, BatchPhoto, DesignVersion, Inspection, Organisation, ReferenceStandard


@dataclass(frozen=True)
class Maker:
    """A workshop and how many pieces of a design it had judged, in how many batches."""

    name: str
    place: str
    pieces: int
    batches: int


def makers_of(session: Session, design_id: uuid.UUID) -> list[Maker]:
    """The workshops that make a design, the most experienced first."""
    pieces = func.count(Inspection.id)
    query = select(Organisation.name, Organisation.place, pieces, func.count(Batch.id.distinct()))
    query = _judged(query.select_from(Batch).join(Organisation, Batch.workshop_id == Organisation.id))
    query = query.where(DesignVersion.design_id == design_id).group_by(Organisation.id)
    return [Maker(*row) for row in session.execute(query.order_by(pieces.desc(), Organisation.name))]


def count_makers(session: Session, design_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many workshops make each of these designs; a design nobody makes is not in it."""
    query = select(DesignVersion.design_id, func.count(Batch.workshop_id.distinct())).select_from(Batch)
    query = _judged(query).where(DesignVersion.design_id.in_(design_ids)).group_by(DesignVersion.design_id)
    return dict(session.execute(query).all())


def pieces_by_workshop(session: Session, design_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many pieces of these designs each workshop had judged; a workshop without any is not in it."""
    query = select(Batch.workshop_id, func.count(Inspection.id)).select_from(Batch)
    query = _judged(query).where(DesignVersion.design_id.in_(design_ids)).group_by(Batch.workshop_id)
    return dict(session.execute(query).all())


def _judged(query: Select) -> Select:
    """From batches to the design of their standard, by way of the photos that a verdict was found on."""
    query = query.join(BatchPhoto, BatchPhoto.batch_id == Batch.id)
    query = query.join(Inspection, Inspection.photo_id == BatchPhoto.id)
    query = query.join(ReferenceStandard, Batch.standard_id == ReferenceStandard.id)
    query = query.join(DesignVersion, ReferenceStandard.version_id == DesignVersion.id)
    return query.where(Inspection.verdict != Verdict.RETAKE)
