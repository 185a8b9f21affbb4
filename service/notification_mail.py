"""Notifications by e-mail: in the reader's language, with links alone. What was written and sent stays here.

Rendered by the worker as the web would, at the address of PUBLIC_URL, without which no mail is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import formatdate, make_msgid
from urllib.parse import urlsplit

from flask import Flask, render_template
from flask_babel import ngettext
from sqlalchemy.orm import Session

from catalog.errors import NotFound
from catalog.notifications import MailChoice
from catalog.store import notifications
from catalog.store.tables import Notification
from service import accounts, mail
from service.accounts import Account
from service.addresses import address
from service.context import Parts
from service.language import speaking
from service.notification_words import path_of, sentence_of
from service.settings import Settings

# Longer ones end with how many more there are: a mail is for deciding whether to look, not for reading all.
MOST_LINES = 20

Send = Callable[[Settings, EmailMessage], None]


def mail_notification(parts: Parts, app: Flask, notification_id: uuid.UUID, send: Send = mail.send) -> None:
    """Mail one notification, unless it was read or mailed meanwhile, or its reader no longer wants it.

    Raises: MailUnavailable; the job is then tried again.
    """
    with parts.database.session() as session:
        try:
            found = notifications.get_notification(session, notification_id)
            account = accounts.get_account_of(session, found.person_id)
        except NotFound:
            return
        wants_it = notifications.mail_choice(session, found.person_id) == MailChoice.AT_ONCE
        if found.read_at or found.mailed_at or found.mail_problem or not wants_it:
            return
        _mail(session, parts, app, account, [found], send)


def mail_digests(parts: Parts, app: Flask, send: Send = mail.send) -> int:
    """One mail to each who wants one a day and has something to be told; returns how many were sent.

    Each is kept as sent before the next is made. Raises: MailUnavailable; who got theirs gets no second one.
    """
    if not parts.settings.mail_server:
        return 0
    with parts.database.session() as session:
        person_ids = notifications.people_with_a_digest(session)
    for person_id in person_ids:
        with parts.database.session() as session:
            account = accounts.get_account_of(session, person_id)
            _mail(session, parts, app, account, notifications.unmailed_of(session, person_id), send)
    return len(person_ids)


def _mail(
    session: Session, parts: Parts, app: Flask, account: Account, found: Sequence[Notification], send: Send
) -> None:
    if not account.active or not found:
        return
    message = compose(app, parts.settings, account, found, notifications.mail_token(session, account.person_id))
    session.commit()  # nothing is held while the mail server takes its time
    try:
        send(parts.settings, message)
    except mail.MailRefused as error:
        problem = str(error)
    else:
        problem = None
    notifications.note_mailed(session, [each.id for each in found], problem)


class Unfolded(UnstructuredHeader):
    """A header of one long word, which Python would encode and mail programs would not decode (RFC 2369)."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("List-Unsubscribe", Unfolded)
POLICY = EmailPolicy(header_factory=HEADERS)


def compose(
    app: Flask, settings: Settings, account: Account, found: Sequence[Notification], token: uuid.UUID
) -> EmailMessage:
    """The mail about one notification, or about several."""
    with _as_read_by(app, settings, account):
        lines = [(sentence_of(each), _absolute(path_of(each))) for each in found]
        subject = lines[0][0]
        if len(lines) > 1:
            subject = ngettext("%(num)d piece of news on Kriya", "%(num)d pieces of news on Kriya", len(lines))
        leave = address("notifications.unsubscribe", mail_token=token)
        body = render_template(
            "notifications/mail.txt",
            name=account.person.name,
            lines=lines[:MOST_LINES],
            more=len(lines) - len(lines[:MOST_LINES]),
            list_address=address("notifications.index"),
            leave_address=leave,
        )
    message = EmailMessage(POLICY)
    message["Subject"] = " ".join(subject.split())
    message["From"], message["To"] = settings.mail_sender, account.email
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.public_url).hostname)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{leave}>"
    message.set_content(body)
    return message


@contextmanager
def _as_read_by(app: Flask, settings: Settings, account: Account) -> Iterator[None]:
    language = account.person.language or settings.default_language
    with app.test_request_context(base_url=settings.public_url or None), speaking(language):
        yield


def _absolute(path: str) -> str:
    return address("catalog.home").rstrip("/") + path
