"""How people sign in: accounts with passwords for the pages, tokens for the API. Who they are is the catalog's."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import uuid

from flask_security import UserMixin
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from catalog.organisations import Actor, Role
from catalog.store.tables import Base, Person, now, primary_key

MIN_PASSWORD = 10
# For the email-validator library: the form of an address counts, not whether its domain answers today.
EMAIL_RULES = {"check_deliverability": False, "test_environment": True}
TOKEN_PREFIX = "kriya_"  # noqa: S105, the mark by which secret scanners know a token, not a token


class Account(UserMixin, Base):
    """The sign-in of one person; the columns' names are Flask-Security's."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = primary_key()
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
    last_login_at: Mapped[datetime.datetime | None]
    current_login_at: Mapped[datetime.datetime | None]
    last_login_ip: Mapped[str | None]
    current_login_ip: Mapped[str | None]
    login_count: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def roles(self) -> list[str]:
        """None: what a person may do stands in catalog.permissions, not in the sign-in library's roles."""
        return []

    @property
    def actor(self) -> Actor:
        return actor_of(self.person)


class ApiToken(Base):
    """A key to the API. Only its hash is kept: it is shown once, when it is made."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = primary_key()
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime.datetime] = now()
    last_used_at: Mapped[datetime.datetime | None]
    revoked_at: Mapped[datetime.datetime | None]
    account: Mapped[Account] = relationship(lazy="joined")


def aware_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def actor_of(person: Person) -> Actor:
    return Actor(person.id, person.role, person.organisation_id, person.is_owner)


def add_account(session: Session, person: Person, email: str, password_hash: str | None) -> Account:
    """An account for a person. Without a password it opens only by a reset link."""
    account = Account(person=person, email=email.strip().lower(), password=password_hash)
    session.add(account)
    session.flush()
    return account


def find_account(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def find_account_of(session: Session, person_id: uuid.UUID) -> Account | None:
    return session.scalar(select(Account).where(Account.person_id == person_id))


def accounts_in(session: Session, organisation_id: uuid.UUID) -> list[Account]:
    """The accounts of an organisation's people, by name."""
    query = select(Account).join(Account.person).where(Person.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Person.name)))


def has_administrator(session: Session) -> bool:
    query = select(Account.id).join(Account.person).where(Person.role == Role.ADMINISTRATOR)
    return session.scalar(query.limit(1)) is not None


def add_token(session: Session, account: Account, name: str) -> str:
    """Make a token and return it in the clear, the only time it can be."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(account_id=account.id, name=name.strip()[:80] or "API", token_hash=_hash(token)))
    session.flush()
    return token


def find_token(session: Session, token: str) -> ApiToken | None:
    """The live token of an active account, or None."""
    found = session.scalar(select(ApiToken).where(ApiToken.token_hash == _hash(token)))
    if found is None or found.revoked_at is not None or not found.account.active:
        return None
    return found


def tokens_of(session: Session, account_id: uuid.UUID) -> list[ApiToken]:
    query = select(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    return list(session.scalars(query.order_by(ApiToken.created_at.desc())))


def revoke_token(session: Session, account_id: uuid.UUID, token_id: uuid.UUID) -> None:
    """Close a token of this account; one that is not theirs stays untouched."""
    found = session.get(ApiToken, token_id)
    if found is not None and found.account_id == account_id:
        found.revoked_at = func.now()


def _hash(token: str) -> str:
    """SHA-256 suffices: a token has 256 random bits, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
