"""Notifications, and who wants them by e-mail."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.notifications import MailChoice
from catalog.store.tables.base import Base, choice, now, primary_key
from catalog.store.tables.people import Person


class Notification(Base):
    """One thing that one person is told. `details` are the words that its sentence needs, as they were then."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_person_id_created_at", "person_id", "created_at"),
        # What the header counts on every page: small, however much was ever read.
        Index("ix_notification_unread", "person_id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = primary_key()
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]  # a NotificationKind; not checked here, so that a new kind needs no change of the table
    subject_id: Mapped[uuid.UUID]  # of the record it is about, whose table the kind knows
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime.datetime] = now()
    read_at: Mapped[datetime.datetime | None]
    mailed_at: Mapped[datetime.datetime | None]
    mail_problem: Mapped[str | None]  # why the mail server refused it for good
    person: Mapped[Person] = relationship(lazy="joined")


class MailPreference(Base):
    """What a person chose about e-mail; who chose nothing gets it at once.

    `token` stands in the mails: with it alone, without signing in, a person ends them.
    """

    __tablename__ = "mail_preference"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    mail: Mapped[MailChoice] = mapped_column(choice(MailChoice, "mail"))
    changed_at: Mapped[datetime.datetime] = now()
