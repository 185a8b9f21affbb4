"""Forgotten and changed passwords, and the links with which they are set."""

from __future__ import annotations

import queue
import re
import time

import pytest
from flask_security import hash_password
from itsdangerous import TimestampSigner

from catalog.organisations import Role
from service import accounts, create_app, mail
from service.settings import Settings
from service.sign_in import RESET_LINK_LIVES
from tests.service.signing_in import EMAIL, NEW_PASSWORD, PASSWORD, is_signed_in, try_to_sign_in, without_values


def change_password(client, new: str = NEW_PASSWORD, path: str = "/change"):
    return client.post(path, data={"password": PASSWORD, "new_password": new, "new_password_confirm": new})


def check_that_only_the_new_password_opens(client) -> None:
    for password, opens in ((PASSWORD, False), (NEW_PASSWORD, True)):
        try_to_sign_in(client, password=password)
        assert is_signed_in(client) == opens


def test_a_password_costs_whoever_guesses_it_64_mib_and_three_rounds(parts):
    with create_app(parts).app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_asking_for_a_new_password_answers_alike_whether_the_address_is_known(client, account):
    known = client.post("/reset", data={"email": EMAIL}).text.replace(EMAIL, "")
    unknown = client.post("/reset", data={"email": "nobody@example.org"}).text.replace("nobody@example.org", "")
    assert without_values(known) == without_values(unknown)


def test_without_a_mail_server_the_page_says_whom_to_ask(client):
    page = client.get("/reset?lang=en").text
    assert "owner of your organisation" in page
    assert "<input" not in re.sub(r"(?s)<header.*?</header>", "", page)


def test_changing_the_password_signs_out_every_other_device(app, client, account):
    other = app.test_client()
    for device in (client, other):
        try_to_sign_in(device)
    assert change_password(client).headers["Location"] == "/account"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    check_that_only_the_new_password_opens(other)


def test_a_device_that_is_remembered_is_signed_out_as_well(app, client, account):
    other = app.test_client()
    other.post("/login", data={"email": EMAIL, "password": PASSWORD, "remember": "y"})
    remembered = other.get_cookie("kriya_remember")
    assert remembered is not None
    try_to_sign_in(client)
    change_password(client)
    other.delete_cookie("kriya_session")
    assert not is_signed_in(other)


@pytest.mark.parametrize("password", ["short", "123456789"])
def test_a_short_password_is_refused(client, account, password):
    try_to_sign_in(client)
    answer = change_password(client, password, "/change?lang=en")
    assert "A password has at least 10 characters." in answer.text


class TestLinks:
    """The link with which a person sets their password, as an administrator hands it over."""

    @pytest.fixture
    def link(self, client, account, sign_in) -> str:
        sign_in(Role.ADMINISTRATOR)
        page = client.post(f"/people/{account.person_id}/link")
        assert page.headers["Cache-Control"] == "no-store"
        client.post("/logout")
        return re.search(r'id="link">([^<]+)<', page.text).group(1)

    def set_password(self, client, link: str, password: str = NEW_PASSWORD, again: str = NEW_PASSWORD):
        return client.post(link, data={"password": password, "password_confirm": again})

    def test_it_sets_the_password_and_leads_to_signing_in(self, client, link):
        assert link.startswith("http://localhost/reset/")
        assert client.get(link).status_code == 200
        assert self.set_password(client, link).headers["Location"] == "/login"
        assert not is_signed_in(client)
        check_that_only_the_new_password_opens(client)

    def test_it_works_once(self, client, link):
        self.set_password(client, link)
        for answer in (client.get(link), self.set_password(client, link, PASSWORD, PASSWORD)):
            assert answer.headers["Location"] == "/reset"
        assert "This link does not work any more." in client.get(f"{link}?lang=en", follow_redirects=True).text
        try_to_sign_in(client, password=NEW_PASSWORD)
        assert is_signed_in(client)

    def test_it_ends_after_two_days(self, client, link, monkeypatch):
        late_s = int(time.time() + RESET_LINK_LIVES.total_seconds()) + 60
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late_s)
        for answer in (client.get(link), self.set_password(client, link)):
            assert answer.headers["Location"] == "/reset"
        assert "2 hari" in client.get(link, follow_redirects=True).text
        monkeypatch.undo()
        try_to_sign_in(client, password=NEW_PASSWORD)
        assert not is_signed_in(client)

    def test_a_newer_link_ends_the_older_one(self, client, account, link, sign_in):
        sign_in(Role.ADMINISTRATOR)
        client.post(f"/people/{account.person_id}/link")
        client.post("/logout")
        assert client.get(link).headers["Location"] == "/reset"

    def test_it_ends_when_the_account_is_switched_off(self, client, session, account, link):
        accounts.set_active(session, session.merge(account), False)
        session.commit()
        assert self.set_password(client, link).headers["Location"] == "/reset"

    def test_a_link_that_was_made_up_opens_nothing(self, client, link):
        token = link.rsplit("/", 1)[1]
        for forged in ("x", token[:-2], token[:-2] + "AA", f"{token}.x"):
            assert client.get(f"/reset/{forged}").headers["Location"] == "/reset"

    def test_what_is_wrong_is_said_and_the_link_goes_on_working(self, client, link):
        differ = self.set_password(client, f"{link}?lang=en", again="another one altogether").text
        assert "The two passwords are not the same." in differ
        assert "at least 10 characters" in self.set_password(client, link, "short", "short").text
        assert self.set_password(client, link).headers["Location"] == "/login"

    def test_the_page_gives_its_address_to_no_other_site(self, client, link):
        assert client.get(link).headers["Referrer-Policy"] == "same-origin"


class TestMail:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        more = {"mail_server": "mail.example", "public_url": "https://kriya.example"}
        return Settings(**(vars(settings) | more))

    @pytest.fixture
    def sent(self, monkeypatch) -> queue.Queue:
        """What would have gone to the mail server; it is sent beside the request."""
        sent = queue.Queue()
        monkeypatch.setattr(mail, "deliver", lambda _settings, message: sent.put(message))
        return sent

    def test_a_link_comes_by_mail_and_leads_to_kriya_whatever_the_host_header_says(self, client, account, sent):
        client.post("/reset?lang=en", data={"email": EMAIL}, headers={"Host": "evil.example"})
        message = sent.get(timeout=30)
        assert message["To"] == EMAIL
        assert "evil" not in message.as_string()
        link = re.search(r"https://kriya\.example(/reset/\S+)", message.get_content()).group(1)
        form = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
        secure = {"base_url": "https://kriya.example"}
        assert client.post(link, data=form, **secure).headers["Location"] == "/login"
        assert "Kriya" in sent.get(timeout=30)["Subject"]  # the notice that it was changed
        try_to_sign_in(client, password=NEW_PASSWORD, **secure)
        assert client.get("/account", **secure).status_code == 200

    @pytest.mark.parametrize(
        "email", ["nobody@example.org", f"{EMAIL}, evil@example.org", f"{EMAIL}\nBcc: e@evil.example"]
    )
    def test_nobody_else_is_sent_anything(self, client, account, sent, email):
        client.post("/reset", data={"email": email})
        assert sent.empty()

    def test_a_closed_account_is_sent_no_link(self, client, session, account, sent):
        accounts.set_active(session, account, False)
        session.commit()
        client.post("/reset", data={"email": EMAIL})
        assert sent.empty()
