"""Reference standards, their photos and their limits."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.standards import StandardState, View
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.designs import DesignVersion
from catalog.store.tables.people import Person


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
