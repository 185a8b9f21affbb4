"""The tables. Enumerations are text with a CHECK; identifiers are random UUIDs made here, not by the server.

How a person signs in is no matter of the catalog: passwords and tokens live beside the service.
"""

from __future__ import annotations

import datetime
import enum
import uuid
from typing import Any

from pgvector.sqlalchemy import Vector
from sqlalchemy import DateTime, Enum, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from catalog.batches import BatchSource, PhotoState
from catalog.corrections import Opinion
from catalog.designs import Craft, VersionState
from catalog.inspections import Verdict
from catalog.organisations import OrganisationKind, Role
from catalog.standards import StandardState, View

# Length of the engine's picture embedding. The catalog stores vectors, it does not know what makes them.
EMBEDDING_SIZE = 472

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: Text,
        datetime.datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


def choice(values: type[enum.StrEnum], name: str) -> Enum:
    """A column type: the enumeration's values as text, checked by the database."""
    return Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def primary_key() -> Mapped[uuid.UUID]:
    return mapped_column(primary_key=True, default=uuid.uuid4)


def now() -> Mapped[datetime.datetime]:
    return mapped_column(server_default=func.now())


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = primary_key()
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind, "kind"))
    name: Mapped[str]
    place: Mapped[str] = mapped_column(server_default="")
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Text: {"id": ..., "en": ...}
    created_at: Mapped[datetime.datetime] = now()
    people: Mapped[list[Person]] = relationship(back_populates="organisation", order_by="Person.name")


class Mentorship(Base):
    """A mentor agency follows a workshop."""

    __tablename__ = "mentorship"

    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    workshop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    since: Mapped[datetime.datetime] = now()


class Person(Base):
    __tablename__ = "person"

    id: Mapped[uuid.UUID] = primary_key()
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    is_owner: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime.datetime] = now()
    organisation: Mapped[Organisation] = relationship(back_populates="people", lazy="joined")


class Design(Base):
    __tablename__ = "design"

    id: Mapped[uuid.UUID] = primary_key()
    slug: Mapped[str] = mapped_column(unique=True)
    studio_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
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
        Index("ix_design_version_search_id", "search_id", postgresql_using="gin"),
        Index("ix_design_version_search_en", "search_en", postgresql_using="gin"),
        # What the catalog shows and counts: the published versions, newest first.
        Index("ix_design_version_published", "state", "published_at"),
    )

    id: Mapped[uuid.UUID] = primary_key()
    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(choice(VersionState, "state"), default=VersionState.DRAFT)
    craft: Mapped[Craft] = mapped_column(choice(Craft, "craft"))
    title: Mapped[dict[str, Any]]  # Text, as are all but the lists and sizes below
    description: Mapped[dict[str, Any]]
    technique: Mapped[dict[str, Any]]
    care: Mapped[dict[str, Any]]
    photo_note: Mapped[dict[str, Any]]
    materials: Mapped[list[Any]]  # [Text, ...]
    dimensions_mm: Mapped[dict[str, Any]]  # {"diameter": 180, ...}
    colours: Mapped[list[Any]]  # [{"name": Text, "hex": "#RRGGBB"}, ...]
    search_id: Mapped[Any] = mapped_column(TSVECTOR)
    search_en: Mapped[Any] = mapped_column(TSVECTOR)
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime.datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    design: Mapped[Design] = relationship(back_populates="versions", lazy="joined")
    pictures: Mapped[list[DesignPicture]] = relationship(
        back_populates="version", order_by="DesignPicture.position", lazy="selectin"
    )
    standards: Mapped[list[ReferenceStandard]] = relationship(
        back_populates="version", order_by="ReferenceStandard.number.desc()"
    )


class DesignPicture(Base):
    __tablename__ = "design_picture"

    id: Mapped[uuid.UUID] = primary_key()
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"), index=True)
    position: Mapped[int]
    image_key: Mapped[str]  # SHA-256 of the original, hexadecimal: its key in the image store
    content_type: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    alt: Mapped[dict[str, Any]] = mapped_column(default=dict)  # Text
    embedding: Mapped[Any] = mapped_column(Vector(EMBEDDING_SIZE), nullable=True)
    version: Mapped[DesignVersion] = relationship(back_populates="pictures")


class ReferenceStandard(Base):
    """Changes freely until it is activated; from then on nothing but its retirement."""

    __tablename__ = "reference_standard"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[uuid.UUID] = primary_key()
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"))
    number: Mapped[int]
    view: Mapped[View] = mapped_column(choice(View, "view"))
    state: Mapped[StandardState] = mapped_column(choice(StandardState, "state"), default=StandardState.COLLECTING)
    region: Mapped[dict[str, Any] | None]  # where the piece is, {"x", "y", "width", "height"}; None: it is found
    fit_progress: Mapped[float] = mapped_column(default=0.0)  # 0..1
    fit_failure: Mapped[dict[str, Any] | None]  # {"code": ..., "photos": [...]}
    report: Mapped[dict[str, Any] | None]  # the engine's report of the fit, as plain numbers
    artifact_key: Mapped[str | None]  # the fitted standard in the image store
    artifact_hash: Mapped[str | None]
    engine_version: Mapped[str | None]
    accept_score: Mapped[float | None]
    reject_score: Mapped[float | None]
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    fitted_at: Mapped[datetime.datetime | None]
    activated_at: Mapped[datetime.datetime | None]
    version: Mapped[DesignVersion] = relationship(back_populates="standards", lazy="joined")
    references: Mapped[list[ReferencePhoto]] = relationship(
        back_populates="standard", order_by="ReferencePhoto.position", lazy="selectin"
    )


class ReferencePhoto(Base):
    __tablename__ = "reference_photo"
    __table_args__ = (UniqueConstraint("standard_id", "image_key"),)

    id: Mapped[uuid.UUID] = primary_key()
    standard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reference_standard.id"))
    position: Mapped[int]
    image_key: Mapped[str]
    content_type: Mapped[str]
    file_name: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    standard: Mapped[ReferenceStandard] = relationship(back_populates="references")


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


class Calibration(Base):
    """Another limit of a standard in use. The newest counts for what is inspected from then on."""

    __tablename__ = "calibration"
    __table_args__ = (UniqueConstraint("standard_id", "number"),)

    id: Mapped[uuid.UUID] = primary_key()
    standard_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("reference_standard.id"))
    number: Mapped[int]  # from 1; 0 is the standard as it was fitted
    limit: Mapped[float]  # in limits of the fit
    artifact_key: Mapped[str]
    artifact_hash: Mapped[str]
    back_to: Mapped[int | None]  # the number of the calibration whose artifact this one takes up again
    evidence: Mapped[dict[str, Any] | None]  # the proposal that was shown and used; None when gone back
    report: Mapped[dict[str, Any] | None]  # the engine's report with this limit, as ReferenceStandard has it
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person | None] = relationship()
