"""What workshops show of the designs they make, and what their batches come to."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.consistency import Level
from catalog.standards import View
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.batches import BatchPhoto
from catalog.store.tables.designs import Design, DesignVersion
from catalog.store.tables.people import Organisation


class MakeRecord(Base):
    """What the batches of one workshop for one design version come to, reckoned when the last of a batch is inspected.

    Derived from inspections and corrections by catalog.consistency: it may be thrown away and reckoned anew.
    """

    __tablename__ = "make_record"
    __table_args__ = (
        Index("ix_make_record_design_id", "design_id", "workshop_id"),
        Index("ix_make_record_review_on", "review_on"),
    )

    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"), primary_key=True)
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"))
    speaks: Mapped[bool] = mapped_column(server_default=text("false"))  # of its versions, the one for the design
    view: Mapped[View | None] = mapped_column(choice(View, "view"))  # the one that speaks for the version
    level: Mapped[Level] = mapped_column(choice(Level, "level"), server_default=Level.NEW)
    accepted: Mapped[int] = mapped_column(server_default="0")
    pieces: Mapped[int] = mapped_column(server_default="0")
    batches: Mapped[int] = mapped_column(server_default="0")
    lower: Mapped[float | None]  # of the share accepted, 0..1
    first_on: Mapped[datetime.date | None]
    last_on: Mapped[datetime.date | None]
    review_on: Mapped[datetime.date | None]  # when it must be reckoned again although no batch has come
    rules: Mapped[int] = mapped_column(server_default="0")  # catalog.consistency.RULES that it was reckoned by
    workshop: Mapped[Organisation] = relationship(viewonly=True, lazy="joined")
    version: Mapped[DesignVersion] = relationship(viewonly=True)


class MakerCount(Base):
    """How many workshops make a design, and of those that show it how many are proven: what a search asks for."""

    __tablename__ = "maker_count"
    __table_args__ = (Index("ix_maker_count_proven", "proven", "design_id"),)

    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"), primary_key=True)
    makers: Mapped[int] = mapped_column(server_default="0")
    shown: Mapped[int] = mapped_column(server_default="0")
    proven: Mapped[int] = mapped_column(server_default="0")


class ShownDesign(Base):
    """A workshop wants it to be seen that it makes a design, with its figures. No row: nobody learns of it here."""

    __tablename__ = "shown_design"
    __table_args__ = (Index("ix_shown_design_design_id", "design_id"),)

    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"), primary_key=True)
    since: Mapped[datetime.datetime] = now()
    shown_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    design: Mapped[Design] = relationship(viewonly=True)


class Make(Base):
    """A photo of an accepted piece that its workshop shows publicly. Withdrawn, the words stay for another time."""

    __tablename__ = "make"
    __table_args__ = (
        Index("ix_make_design_id_consented_at", "design_id", "consented_at"),
        Index("ix_make_workshop_id", "workshop_id"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    photo_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("batch_photo.id"), unique=True)
    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"))
    caption: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Text
    alt: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Text
    consented_at: Mapped[datetime.datetime]
    consented_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime.datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    hidden_at: Mapped[datetime.datetime | None]  # by the design's studio, from the design's page alone
    hidden_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    hidden_reason: Mapped[str] = mapped_column(server_default="")
    photo: Mapped[BatchPhoto] = relationship(lazy="joined")
    design: Mapped[Design] = relationship(lazy="joined")
    workshop: Mapped[Organisation] = relationship(lazy="joined")
