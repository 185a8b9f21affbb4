"""Who makes a design: the workshops whose pieces were held against its standards, as far as they want it seen."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, contains_eager

from catalog.consistency import STRENGTH
from catalog.store.tables import DesignVersion, MakerCount, MakeRecord, Organisation, Person, ShownDesign


@dataclass(frozen=True)
class Makers:
    """Who makes a design: the workshops that show it, the surest first, and how many do not."""

    shown: list[MakeRecord]
    unnamed: int

    @property
    def count(self) -> int:
        return len(self.shown) + self.unnamed


def makers_of(session: Session, design_id: uuid.UUID) -> Makers:
    """Each workshop by the version that speaks for it."""
    made = count_makers(session, [design_id]).get(design_id, 0)
    if not made:  # as it is with most designs
        return Makers([], 0)
    records = list(session.scalars(_shown_records().where(MakeRecord.design_id == design_id)))
    surest_first = sorted(records, key=lambda each: (-STRENGTH.index(each.level), -each.pieces, each.workshop.name))
    return Makers(surest_first, max(0, made - len(records)))


def shown_by(session: Session, workshop_id: uuid.UUID) -> list[MakeRecord]:
    """What a workshop shows that it makes, the surest first."""
    records = session.scalars(_shown_records().where(MakeRecord.workshop_id == workshop_id))
    return sorted(records, key=lambda each: (-STRENGTH.index(each.level), -each.pieces))


def _shown_records():
    is_shown = and_(ShownDesign.workshop_id == MakeRecord.workshop_id, ShownDesign.design_id == MakeRecord.design_id)
    query = select(MakeRecord).join(ShownDesign, is_shown).join(Organisation, MakeRecord.workshop_id == Organisation.id)
    query = query.join(DesignVersion, MakeRecord.version_id == DesignVersion.id).where(MakeRecord.speaks)
    return query.options(contains_eager(MakeRecord.workshop), contains_eager(MakeRecord.version))


def count_makers(session: Session, design_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many workshops make each of these designs, named or not; a design nobody makes is not in it."""
    return _counts(session, MakerCount.makers, design_ids)


def proven_counts(session: Session, design_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many workshops that show it are proven at each of these designs; a design without any is not in it."""
    return _counts(session, MakerCount.proven, design_ids)


def pieces_by_workshop(session: Session, design_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many pieces of these designs each workshop had judged, in the versions that speak for it."""
    pieces = func.sum(MakeRecord.pieces)
    query = select(MakeRecord.workshop_id, pieces).where(MakeRecord.design_id.in_(design_ids), MakeRecord.speaks)
    return dict(session.execute(query.group_by(MakeRecord.workshop_id)).all())


def people_who_make(session: Session, design_id: uuid.UUID) -> list[uuid.UUID]:
    """Everybody in the workshops whose pieces were held against a standard of this design."""
    workshops = select(MakeRecord.workshop_id).where(MakeRecord.design_id == design_id)
    return list(session.scalars(select(Person.id).where(Person.organisation_id.in_(workshops))))


def _counts(session: Session, column, design_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    query = select(MakerCount.design_id, column).where(MakerCount.design_id.in_(design_ids), column > 0)
    return dict(session.execute(query).all())
