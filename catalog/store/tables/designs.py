"""Designs, their versions and pictures."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pgvector.sqlalchemy import Vector
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.designs import VersionState
from catalog.money import Money
from catalog.publishing import DesignAction
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.people import Organisation, Person

if TYPE_CHECKING:
    from catalog.store.tables.standards import ReferenceStandard
    from catalog.store.tables.tech_packs import TechPackRecord

# Length of the engine's picture embedding. The catalog stores vectors, it does not know what makes them.
EMBEDDING_SIZE = 472


class Design(Base):
    __tablename__ = "design"
    __table_args__ = (
        UniqueConstraint("studio_id", "reference"),
        CheckConstraint(r"reference !~ '\s\s|^#+\s'", name="reference_is_clean"),  # see designs.clean_reference
    )

    id: Mapped[uuid.UUID] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    studio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    reference: Mapped[str | None]  # the studio's own code, by which an import finds the design again
    created_at: Mapped[datetime.datetime] = now()
    studio: Mapped[Organisation] = relationship(lazy="joined")
    versions: Mapped[list[DesignVersion]] = relationship(
        back_populates="design", order_by="DesignVersion.number.desc()"
    )


class DesignVersion(Base):
    """One version of a design. A draft changes freely; what is published stays as it is."""

    __tablename__ = "design_version"
    __table_args__ = (
        UniqueConstraint("design_id", "number"),
        # What the catalog shows and counts: the published versions, newest first.
        Index("ix_design_version_published", "state", "published_at"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(choice(VersionState, "state"), default=VersionState.DRAFT)
    craft: Mapped[str]  # the code of its family
    title: Mapped[dict[str, Any]]  # Text, as are all but the lists and sizes below
    description: Mapped[dict[str, Any]]
    technique: Mapped[dict[str, Any]]
    care: Mapped[dict[str, Any]]
    photo_note: Mapped[dict[str, Any]]
    story: Mapped[dict[str, Any]]
    materials: Mapped[list[Any]]  # [Text, ...]
    dimensions_mm: Mapped[dict[str, Any]]  # {"diameter": 180, ...}
    colours: Mapped[list[Any]]  # [{"name": Text, "hex": "#RRGGBB"}, ...]
    attributes: Mapped[dict[str, Any]]  # as catalog.families.to_plain writes them
    lead_time_days: Mapped[int | None]
    minimum_order: Mapped[int | None]
    price_amount: Mapped[Decimal | None]
    price_currency: Mapped[str | None]
    origin: Mapped[str] = mapped_column(server_default="")
    licence: Mapped[str] = mapped_column(server_default="")  # a draft may have none yet
    royalty_amount: Mapped[Decimal | None]
    royalty_currency: Mapped[str | None]
    credit: Mapped[str] = mapped_column(server_default="")
    derived_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("design_version.id"), index=True)
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    submitted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime.datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    design: Mapped[Design] = relationship(back_populates="versions", lazy="joined")
    pictures: Mapped[list[DesignPicture]] = relationship(
        back_populates="version", order_by="DesignPicture.position", lazy="selectin"
    )
    standards: Mapped[list[ReferenceStandard]] = relationship(
        back_populates="version", order_by="ReferenceStandard.number.desc()"
    )
    derived_from: Mapped[DesignVersion | None] = relationship(remote_side=[id])
    events: Mapped[list[DesignEvent]] = relationship(order_by="DesignEvent.created_at")
    tech_pack: Mapped[TechPackRecord | None] = relationship(viewonly=True)

    @property
    def price(self) -> Money | None:
        return _money(self.price_amount, self.price_currency)

    @property
    def royalty(self) -> Money | None:
        return _money(self.royalty_amount, self.royalty_currency)


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else Money(amount, currency)


class DesignEvent(Base):
    """Who did what with a version, when. Never changed."""

    __tablename__ = "design_event"

    id: Mapped[uuid.UUID] = primary_key()
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"), index=True)
    action: Mapped[DesignAction] = mapped_column(choice(DesignAction, "action"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.clock_timestamp())
    person: Mapped[Person | None] = relationship()


class DesignPicture(Base):
    __tablename__ = "design_picture"

    id: Mapped[uuid.UUID] = primary_key()
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"), index=True)
    position: Mapped[int]
    image_key: Mapped[str] = mapped_column(index=True)  # SHA-256 of the original: its key in the image store
    content_type: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    alt: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Text
    placeholder: Mapped[str] = mapped_column(server_default="")  # data:image/...; empty until the worker made it
    embedding: Mapped[Any] = mapped_column(Vector(EMBEDDING_SIZE), nullable=True, deferred=True)
    version: Mapped[DesignVersion] = relationship(back_populates="pictures")
