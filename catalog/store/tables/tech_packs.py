"""Tech packs, and the workshops that a studio shares them with."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.store.tables.base import Base, now
from catalog.store.tables.designs import Design
from catalog.store.tables.people import Organisation


class TechPackRecord(Base):
    """The tech pack of a version; one that says nothing has no row."""

    __tablename__ = "tech_pack"

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"), primary_key=True)
    content: Mapped[dict[str, Any]]  # as catalog.tech_pack.to_plain writes it
    changed_at: Mapped[datetime.datetime] = now()
    changed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class TechPackShare(Base):
    """A workshop that may see the tech packs of a design whose licence does not open them to it."""

    __tablename__ = "tech_pack_share"

    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"), primary_key=True)
    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    shared_at: Mapped[datetime.datetime] = now()
    shared_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    design: Mapped[Design] = relationship(viewonly=True)
    workshop: Mapped[Organisation] = relationship(viewonly=True, lazy="joined")
