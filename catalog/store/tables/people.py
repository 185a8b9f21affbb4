"""Organisations and the people in them.

How a person signs in is no matter of the catalog: passwords and tokens live beside the service.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.organisations import OrganisationKind, Role
from catalog.store.tables.base import Base, choice, now, primary_key


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
