"""How people sign in: accounts with passwords for the pages, tokens for the API. Who they are is the catalog's."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import time
import uuid

from email_validator import EmailNotValidError, validate_email
from flask_security import UserMixin
from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from catalog.errors import InvalidFields, NotFound, RuleBroken
from catalog.organisations import Actor, name_problems
from catalog.store import collections, organisations
from catalog.store.tables import Base, Organisation, Person, now, primary_key

MIN_PASSWORD = 10
# For the email-validator library: the form of an address counts, not whether its domain answers today.
EMAIL_RULES = {"check_deliverability": False, "test_environment": True}
# From signing in, however much it is used: the cookies of a sign-in are worth nothing after it.
SIGN_IN_LASTS = datetime.timedelta(days=90)
CLOCKS_DIFFER = datetime.timedelta(days=1)  # between machines, at the very most
MAX_TOKENS = 20
NOTE_USE_EVERY = datetime.timedelta(hours=1)
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

    def new_sign_in(self) -> str:
        """What both cookies of one sign-in carry, signed: whose it is, since when (in s), and which of theirs."""
        return f"{self.fs_uniquifier}.{int(time.time())}.{secrets.token_urlsafe(16)}"


class EndedSignIn(Base):
    """A sign-in that was signed out of: copies of its cookies open nothing. Kept until it would have ended anyway."""

    __tablename__ = "ended_sign_in"

    sign_in_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime.datetime]


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
    """An account for a person. Without a password it opens only by a link (service.sign_in.make_password_link).

    Raises: InvalidFields.
    """
    email = check_email(session, email)
    account = Account(person=person, email=email, password=password_hash)
    session.add(account)
    session.flush()
    return account


def check_email(session: Session, email: str) -> str:
    """The address as it is kept.

    Raises: InvalidFields when it is none, or somebody signs in with it already.
    """
    if not email.strip():
        raise InvalidFields({"email": "required"})
    try:
        email = normalise_email(email)
    except EmailNotValidError:
        raise InvalidFields({"email": "not_an_email"}) from None
    if find_account(session, email) is not None:
        raise InvalidFields({"email": "email_taken"})
    return email


def normalise_email(email: str) -> str:
    """In lower case and in one of the many ways to write it, since nobody types theirs the same way each time.

    Raises: email_validator.EmailNotValidError.
    """
    return validate_email(email.strip().lower(), **EMAIL_RULES).normalized


def add_person(session: Session, organisation: Organisation, name: str, email: str, *, is_owner: bool) -> Account:
    """A new person of an organisation with an account that has no password yet.

    Raises: InvalidFields with everything that is wrong.
    """
    problems = name_problems(name)
    try:
        check_email(session, email)
    except InvalidFields as error:
        problems |= error.fields
    if problems:
        raise InvalidFields(problems)
    person = organisations.add_person(session, organisation, name, is_owner=is_owner)
    return add_account(session, person, email, None)


def set_active(session: Session, account: Account, is_active: bool) -> None:
    """Switch an account off or on. Off ends its sessions, and closes its tokens and links to collections, for good."""
    account.active = is_active
    if not is_active:
        end_sessions(account)
        tokens = update(ApiToken).where(ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
        session.execute(tokens.values(revoked_at=func.now()))
        collections.stop_sharing_all(session, account.person_id)
    session.flush()


def is_switched_off(session: Session, person_id: uuid.UUID) -> bool:
    """Whether a person's account is switched off at the moment."""
    off = select(Account.id).where(Account.person_id == person_id, ~Account.active)
    return session.scalar(off) is not None


def end_sessions(account: Account) -> None:
    """Sign a person out everywhere, and make the links worthless that set the password."""
    account.fs_uniquifier = uuid.uuid4().hex


def find_signed_in(session: Session, sign_in: str) -> Account | None:
    """The active account whose sign-in this is, in one query; None for one that has ended."""
    if sign_in.count(".") != 2 or _expiry_of(sign_in) <= aware_now():  # without dots: of an earlier Kriya
        return None
    was_ended = select(EndedSignIn).where(EndedSignIn.sign_in_hash == _hash(sign_in)).exists()
    whose = Account.fs_uniquifier == sign_in.partition(".")[0]
    return session.scalar(select(Account).where(whose, Account.active, ~was_ended))


def end_sign_in(session: Session, sign_in: str) -> None:
    """Sign out of one sign-in for good; the account's others go on."""
    row = insert(EndedSignIn).values(sign_in_hash=_hash(sign_in), expires_at=_expiry_of(sign_in))
    session.execute(row.on_conflict_do_nothing())


def forget_ended_sign_ins(session: Session, now: datetime.datetime) -> None:
    """Delete what is not needed any more: sign-ins that would have ended by themselves."""
    session.execute(delete(EndedSignIn).where(EndedSignIn.expires_at < now - CLOCKS_DIFFER))


def _expiry_of(sign_in: str) -> datetime.datetime:
    began_s = int(sign_in.split(".")[1])
    return datetime.datetime.fromtimestamp(began_s, datetime.UTC) + SIGN_IN_LASTS


def find_account(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email == email.strip().lower()))


def get_account_of(session: Session, person_id: uuid.UUID) -> Account:
    """Raises: NotFound."""
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        raise NotFound("person_not_found")
    return account


def accounts_in(session: Session, organisation_id: uuid.UUID) -> list[Account]:
    """The accounts of an organisation's people, by name."""
    query = select(Account).join(Account.person).where(Person.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Person.name)))


def add_token(session: Session, account: Account, name: str) -> str:
    """Make a token and return it in the clear, the only time it can be.

    Raises: InvalidFields, RuleBroken("too_many_tokens").
    """
    problems = name_problems(name)
    if problems:
        raise InvalidFields(problems)
    if len(tokens_of(session, account.id)) >= MAX_TOKENS:
        raise RuleBroken("too_many_tokens", most=MAX_TOKENS)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(account_id=account.id, name=name.strip(), token_hash=_hash(token)))
    session.flush()
    return token


def find_token(session: Session, token: str) -> ApiToken | None:
    """The live token of an active account, or None. Notes that it was used, once an hour at most."""
    found = session.scalar(select(ApiToken).where(ApiToken.token_hash == _hash(token)))
    if found is None or found.revoked_at is not None or not found.account.active:
        return None
    if found.last_used_at is None or aware_now() - found.last_used_at > NOTE_USE_EVERY:
        found.last_used_at = aware_now()
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
    """SHA-256 suffices: a token has 256 random bits, a sign-in 128, there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
