"""Batches and their photos."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.batches import BatchSource, PhotoState
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.people import Organisation
from catalog.store.tables.standards import ReferenceStandard

if TYPE_CHECKING:
    from catalog.store.tables.inspections import Inspection


class Batch(Base):
    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("workshop_id", "number"),
        Index("ix_batch_standard_id_created_at", "standard_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]  # counts up within the workshop
    standard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reference_standard.id"))
    name: Mapped[str] = mapped_column(server_default="")
    source: Mapped[BatchSource] = mapped_column(choice(BatchSource, "source"))
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    workshop: Mapped[Organisation] = relationship(lazy="joined")
    standard: Mapped[ReferenceStandard] = relationship(lazy="joined")
    photos: Mapped[list[BatchPhoto]] = relationship(back_populates="batch", order_by="BatchPhoto.position")


class BatchPhoto(Base):
    __tablename__ = "batch_photo"
    __table_args__ = (
        UniqueConstraint("batch_id", "image_key"),
        UniqueConstraint("batch_id", "position"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("batch.id"))
    position: Mapped[int]
    image_key: Mapped[str]
    content_type: Mapped[str]
    file_name: Mapped[str]
    size_bytes: Mapped[int]
    width_px: Mapped[int]
    height_px: Mapped[int]
    state: Mapped[PhotoState] = mapped_column(choice(PhotoState, "state"), default=PhotoState.QUEUED)
    received_at: Mapped[datetime.datetime] = now()
    batch: Mapped[Batch] = relationship(back_populates="photos", lazy="joined")
    inspection: Mapped[Inspection | None] = relationship(back_populates="photo", lazy="joined")
