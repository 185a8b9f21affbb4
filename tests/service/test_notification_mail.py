"""Notifications by e-mail: as each person chose, in their language, with links alone, tried again until they go."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.notifications import MailChoice, NotificationKind
from catalog.store import notifications
from catalog.store.tables import Notification
from service import accounts
from service.accounts import Account
from service.mail import MailUnavailable
from service.notification_mail import mail_digests, mail_notification
from service.notifications import tell
from service.settings import Settings
from tests.factories import make_account
from tests.mail_server import MailServer

DETAILS = {"title": {"id": "Mangkuk seladon", "en": "Celadon bowl"}, "more": 0, "by": "Studio Lereng"}
SUBJECT = uuid.uuid4()


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return replace(
        settings,
        mail_server="127.0.0.1",
        mail_port=server.port,
        mail_use_tls=False,
        public_url="https://kriya.example",
        mail_sender="news@kriya.example",
    )


@dataclass
class Reader:
    account: Account
    session: Session
    parts: object

    def tell(self, **details: object) -> Notification:
        kind = NotificationKind.INQUIRY_MESSAGE
        [told] = tell(self.session, self.parts, [self.account.person_id], kind, SUBJECT, {**DETAILS, **details})
        self.session.commit()
        return told


@pytest.fixture
def reader(session: Session, parts) -> Reader:
    account = make_account(session, "buyer", email="marieke@example.org")
    account.person.name, account.person.language = "Marieke", "en"
    session.commit()
    return Reader(account, session, parts)


def test_who_chose_nothing_is_mailed_at_once_with_links_alone(reader, server, run_jobs):
    told = reader.tell()
    run_jobs()
    [mail] = server.messages
    text = mail.get_content()
    assert (mail["To"], mail["From"]) == ("marieke@example.org", "news@kriya.example")
    assert mail["Subject"] == "Studio Lereng wrote about Celadon bowl."
    assert "Hello Marieke," in text
    assert "https://kriya.example/inquiries/" in text
    token = notifications.mail_token(reader.session, reader.account.person_id)
    assert f"https://kriya.example/notifications/mail/{token}" in text
    # In plain words: mail programs decode nothing in this header.
    assert f"List-Unsubscribe: <https://kriya.example/notifications/mail/{token}>\r\n".encode() in server.sent[0]
    assert not mail.is_multipart()
    reader.session.refresh(told)
    assert told.mailed_at is not None


def test_a_mail_is_in_the_language_of_its_reader(app, reader, server, parts):
    reader.account.person.language = "id"
    mail_notification(parts, app, reader.tell().id)
    assert "Mangkuk seladon" in server.messages[0]["Subject"]


def test_words_of_others_cannot_add_lines_to_the_head_of_a_mail(app, reader, server, parts):
    mail_notification(parts, app, reader.tell(by="Studio\r\nBcc: everybody@example.org").id)
    assert server.messages[0]["Bcc"] is None


def test_what_was_read_meanwhile_or_mailed_before_is_not_mailed(app, reader, server, parts):
    told = reader.tell()
    mail_notification(parts, app, told.id)
    mail_notification(parts, app, told.id)
    assert len(server.messages) == 1
    read = reader.tell()
    notifications.mark_read(reader.session, reader.account.person_id)
    reader.session.commit()
    mail_notification(parts, app, read.id)
    assert len(server.messages) == 1


@pytest.mark.parametrize("choice", [MailChoice.DAILY, MailChoice.NONE])
def test_who_does_not_want_a_mail_at_once_gets_none(reader, server, run_jobs, choice):
    notifications.choose_mail(reader.session, reader.account.person_id, choice)
    reader.tell()
    run_jobs()
    assert server.messages == []


def test_one_mail_a_day_has_all_that_was_not_read_and_comes_once(app, reader, server, parts):
    notifications.choose_mail(reader.session, reader.account.person_id, MailChoice.DAILY)
    for number in range(23):
        reader.tell(by=f"Studio {number}")
    assert (mail_digests(parts, app), mail_digests(parts, app)) == (1, 0)
    [mail] = server.messages
    assert mail["Subject"] == "23 pieces of news on Kriya"
    assert "Studio 19 wrote" in mail.get_content()
    assert "There are 3 more:" in mail.get_content()


def test_an_account_that_is_switched_off_is_not_written_to(app, reader, server, parts):
    told = reader.tell()
    accounts.set_active(reader.session, reader.account, False)
    reader.session.commit()
    mail_notification(parts, app, told.id)
    assert server.messages == []


def test_a_server_that_does_not_take_it_now_is_tried_again(app, reader, server, parts):
    told = reader.tell()
    server.recipient_answer = "451 later"
    with pytest.raises(MailUnavailable):
        mail_notification(parts, app, told.id)
    server.recipient_answer = "250 fine"
    mail_notification(parts, app, told.id)
    assert len(server.messages) == 1


def test_an_address_that_is_refused_for_good_is_not_tried_again_and_administrators_see_it(
    app, client, reader, server, parts, sign_in
):
    told = reader.tell()
    server.recipient_answer = "550 nobody of this name"
    mail_notification(parts, app, told.id)
    server.recipient_answer = "250 fine"
    mail_notification(parts, app, told.id)
    assert server.messages == []
    sign_in("administrator")
    assert "refused 1 for good" in client.get("/people?lang=en").text


def test_without_a_mail_server_nothing_is_queued_and_the_pages_say_so(
    app, client, session, parts, reader, sign_in, monkeypatch: pytest.MonkeyPatch
):
    silent = replace(parts, settings=replace(parts.settings, mail_server=""))
    Reader(reader.account, session, silent).tell()
    assert not session.execute(select(Notification.mailed_at)).scalar()
    monkeypatch.setitem(app.extensions, "parts", silent)
    sign_in("administrator")
    assert "No mail is sent" in client.get("/people?lang=en").text
    sign_in(reader.account)
    assert "This Kriya sends no mail" in client.get("/notifications/mail?lang=en").text


def test_the_link_in_a_mail_ends_them_without_signing_in(client, reader):
    token = notifications.mail_token(reader.session, reader.account.person_id)
    reader.session.commit()
    path = f"/notifications/mail/{token}"
    assert client.get(path).status_code == 200
    assert client.post(path, data={"mail": "none"}).status_code == 303
    assert notifications.mail_choice(reader.session, reader.account.person_id) == MailChoice.NONE
    assert client.post(path, data={"mail": "hourly"}).status_code == 422


def test_the_header_counts_what_is_unread_and_following_one_reads_it(client, reader, sign_in: Callable):
    told = reader.tell()
    sign_in(reader.account)
    assert "News, 1 unread" in client.get("/notifications?lang=en").text
    answer = client.get(f"/notifications/{told.id}")
    assert answer.headers["Location"].startswith("/inquiries/")
    assert "unread" not in client.get("/notifications").text.split("<main")[0].replace("unread-count", "")
    reader.tell()
    client.post("/notifications/read")
    assert notifications.count_unread(reader.session, reader.account.person_id) == 0
