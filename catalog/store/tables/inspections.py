"""What the engine found and what reviewers said of it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.corrections import Opinion
from catalog.inspections import Verdict
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.batches import BatchPhoto
from catalog.store.tables.people import Person
from catalog.store.tables.standards import ReferencePhoto


class Inspection(Base):
    """One photo judged against one standard. Unique per photo: a job done twice leaves one result."""

    __tablename__ = "inspection"

    id: Mapped[uuid.UUID] = primary_key()
    photo_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("batch_photo.id"), unique=True)
    standard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reference_standard.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "verdict"))
    score: Mapped[float | None]
    anomaly_score: Mapped[float | None]
    surface: Mapped[float | None]
    colour_delta_e: Mapped[float | None]  # CIEDE2000, give or take colour_uncertainty, accepted up to colour_limit
    colour_uncertainty: Mapped[float | None]
    colour_limit: Mapped[float | None]
    shape: Mapped[float | None]
    reasons: Mapped[list[Any]]  # [{"code", "region": {x, y, width, height} | None, "strength"}, ...]
    nearest_reference_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("reference_photo.id"))
    map_key: Mapped[str | None]  # the anomaly map in the image store, a 16-bit PNG
    duration_ms: Mapped[float]
    engine_version: Mapped[str]
    standard_hash: Mapped[str]
    created_at: Mapped[datetime.datetime] = now()
    photo: Mapped[BatchPhoto] = relationship(back_populates="inspection")
    nearest_reference: Mapped[ReferencePhoto | None] = relationship(lazy="joined")
    correction: Mapped[Correction | None] = relationship(
        primaryjoin="and_(Correction.inspection_id == Inspection.id, Correction.withdrawn_at.is_(None))", viewonly=True
    )


class Correction(Base):
    """What a reviewer said of an inspected piece. Never changed but to be withdrawn; one at a time stands."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("uq_correction_standing", "inspection_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = primary_key()
    inspection_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inspection.id"))
    opinion: Mapped[Opinion] = mapped_column(choice(Opinion, "opinion"))
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime.datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[created_by])
