"""Notifications: written with what they tell of, read by their one reader, mailed by a job."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.errors import InvalidFields, NotFound
from catalog.notifications import MailChoice, NotificationKind
from catalog.store.tables import MailPreference, Notification

# The header counts no further: who has more than this left knows enough.
MOST_COUNTED = 99


def notify(
    session: Session,
    person_ids: Collection[uuid.UUID],
    kind: NotificationKind,
    subject_id: uuid.UUID,
    details: Mapping[str, Any],
) -> list[Notification]:
    """Tell each of these people; returns what was written."""
    made = [
        Notification(person_id=each, kind=kind.value, subject_id=subject_id, details=dict(details))
        for each in dict.fromkeys(person_ids)
    ]
    session.add_all(made)
    session.flush()
    return made


def count_unread(session: Session, person_id: uuid.UUID) -> int:
    """How many are unread, up to MOST_COUNTED + 1: one look into a small index, whoever has however many."""
    unread = select(literal(1)).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return session.scalar(select(func.count()).select_from(unread.limit(MOST_COUNTED + 1).subquery()))


def notifications_of(session: Session, person_id: uuid.UUID, *, limit: int, offset: int = 0) -> list[Notification]:
    """The newest first."""
    query = select(Notification).where(Notification.person_id == person_id)
    query = query.order_by(Notification.created_at.desc(), Notification.id).limit(limit).offset(offset)
    return list(session.scalars(query))


def count_notifications(session: Session, person_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(Notification)
    return session.scalar(query.where(Notification.person_id == person_id))


def get_notification(session: Session, notification_id: uuid.UUID) -> Notification:
    """Raises: NotFound."""
    found = session.get(Notification, notification_id)
    if found is None:
        raise NotFound("notification_not_found")
    return found


def mark_read(session: Session, person_id: uuid.UUID, subject_id: uuid.UUID | None = None) -> None:
    """All of a person, or those about one record."""
    read = update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    if subject_id is not None:
        read = read.where(Notification.subject_id == subject_id)
    session.execute(read.values(read_at=func.now()))


def forget_subject(session: Session, subject_id: uuid.UUID) -> None:
    """What was told of a record that is gone would lead nowhere."""
    session.execute(delete(Notification).where(Notification.subject_id == subject_id))


def mail_choice(session: Session, person_id: uuid.UUID) -> MailChoice:
    chosen = session.scalar(select(MailPreference.mail).where(MailPreference.person_id == person_id))
    return chosen or MailChoice.AT_ONCE


def mail_choices(session: Session, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, MailChoice]:
    """What these people chose; who chose nothing is not in it."""
    query = select(MailPreference.person_id, MailPreference.mail).where(MailPreference.person_id.in_(person_ids))
    return dict(session.execute(query).all())


def mail_token(session: Session, person_id: uuid.UUID) -> uuid.UUID:
    """The key with which this person ends the mails; made with the first of them."""
    made = insert(MailPreference).values(person_id=person_id, token=uuid.uuid4(), mail=MailChoice.AT_ONCE)
    session.execute(made.on_conflict_do_nothing(index_elements=["person_id"]))
    return session.scalar(select(MailPreference.token).where(MailPreference.person_id == person_id))


def person_of_token(session: Session, token: uuid.UUID) -> uuid.UUID:
    """Raises: NotFound."""
    person_id = session.scalar(select(MailPreference.person_id).where(MailPreference.token == token))
    if person_id is None:
        raise NotFound("link_not_known")
    return person_id


def choose_mail(session: Session, person_id: uuid.UUID, choice: str) -> None:
    """Raises: InvalidFields."""
    if choice not in set(MailChoice):
        raise InvalidFields({"mail": "unknown_choice"})
    said = insert(MailPreference).values(person_id=person_id, token=uuid.uuid4(), mail=MailChoice(choice))
    said = said.on_conflict_do_update(
        index_elements=["person_id"], set_={"mail": MailChoice(choice), "changed_at": func.now()}
    )
    session.execute(said)


def people_with_a_digest(session: Session) -> list[uuid.UUID]:
    """Who wants one mail a day and has something to be told."""
    query = select(MailPreference.person_id).where(MailPreference.mail == MailChoice.DAILY)
    return list(session.scalars(query.where(MailPreference.person_id.in_(_unmailed(None)))))


def unmailed_of(session: Session, person_id: uuid.UUID) -> list[Notification]:
    """What a person has neither read nor been mailed, the oldest first."""
    query = select(Notification).where(Notification.id.in_(_unmailed(person_id)))
    return list(session.scalars(query.order_by(Notification.created_at)))


def _unmailed(person_id: uuid.UUID | None) -> Select:
    column = Notification.person_id if person_id is None else Notification.id
    query = select(column).where(
        Notification.read_at.is_(None), Notification.mailed_at.is_(None), Notification.mail_problem.is_(None)
    )
    return query if person_id is None else query.where(Notification.person_id == person_id)


def note_mailed(session: Session, notification_ids: Collection[uuid.UUID], problem: str | None) -> None:
    """These were mailed, or refused for good by the mail server."""
    said = {"mailed_at": func.now()} if problem is None else {"mail_problem": problem}
    session.execute(update(Notification).where(Notification.id.in_(notification_ids)).values(said))


def mail_counts(session: Session, since: datetime.datetime) -> tuple[int, int]:
    """How many notifications were mailed since then, and how many the mail server refused."""
    query = select(
        func.count().filter(Notification.mailed_at.is_not(None)),
        func.count().filter(Notification.mail_problem.is_not(None)),
    ).where(Notification.created_at > since)
    return tuple(session.execute(query).one())
