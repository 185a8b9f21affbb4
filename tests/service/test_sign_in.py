"""Signing in and out, forgotten and changed passwords."""

from __future__ import annotations

import datetime
import queue
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import event, func, select, text

from catalog.organisations import Role
from service import accounts, mail
from service.accounts import SIGN_IN_LASTS, EndedSignIn
from service.settings import Settings
from service.sign_in import RESET_LINK_LIVES
from tests.service.signing_in import EMAIL, NEW_PASSWORD, PASSWORD, is_signed_in, try_to_sign_in


def test_a_person_signs_in_and_out(client, account):
    assert not is_signed_in(client)
    assert try_to_sign_in(client).status_code == 302
    assert is_signed_in(client)
    assert client.post("/logout").status_code == 302
    assert not is_signed_in(client)


@pytest.mark.parametrize("email", ["ANI@Example.org", " ani@example.org "])
def test_an_address_may_be_typed_in_any_case(client, account, email):
    try_to_sign_in(client, email)
    assert is_signed_in(client)


def test_signing_out_takes_more_than_a_link(client, account):
    try_to_sign_in(client)
    assert client.get("/logout").status_code == 405
    assert is_signed_in(client)


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_wrong_password_an_unknown_address_and_a_closed_account_answer_alike(client, session, account, language):
    def text_of(email, password):
        answer = client.post(f"/login?lang={language}", data={"email": email, "password": password})
        assert answer.status_code == 200
        return re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.text)

    wrong = text_of(EMAIL, "not the password")
    assert text_of("nobody@example.org", PASSWORD) == wrong
    accounts.set_active(session, account, False)
    session.commit()
    assert text_of(EMAIL, PASSWORD) == wrong


def test_asking_for_a_new_password_answers_alike_whether_the_address_is_known(client, account):
    known = client.post("/reset", data={"email": EMAIL}).text.replace(EMAIL, "")
    unknown = client.post("/reset", data={"email": "nobody@example.org"}).text.replace("nobody@example.org", "")
    assert re.sub(r'value="[^"]*"|content="[^"]*"', "", known) == re.sub(r'value="[^"]*"|content="[^"]*"', "", unknown)


def test_without_a_mail_server_the_page_says_whom_to_ask(client):
    page = client.get("/reset?lang=en").text
    assert "owner of your organisation" in page
    assert "<input" not in re.sub(r"(?s)<header.*?</header>", "", page)


def test_an_account_that_is_switched_off_is_signed_out_at_once(client, session, account):
    try_to_sign_in(client)
    accounts.set_active(session, account, False)
    session.commit()
    assert not is_signed_in(client)
    accounts.set_active(session, account, True)
    session.commit()
    assert not is_signed_in(client)


def test_changing_the_password_signs_out_every_other_device(app, client, account):
    other = app.test_client()
    for device in (client, other):
        try_to_sign_in(device)
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    assert client.post("/change", data=form).headers["Location"] == "/account"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    try_to_sign_in(other)
    assert not is_signed_in(other)
    try_to_sign_in(other, password=NEW_PASSWORD)
    assert is_signed_in(other)


def test_a_device_that_is_remembered_is_signed_out_as_well(app, client, account):
    other = app.test_client()
    other.post("/login", data={"email": EMAIL, "password": PASSWORD, "remember": "y"})
    remembered = other.get_cookie("kriya_remember")
    assert remembered is not None
    try_to_sign_in(client)
    form = {"password": PASSWORD, "new_password": NEW_PASSWORD, "new_password_confirm": NEW_PASSWORD}
    client.post("/change", data=form)
    other.delete_cookie("kriya_session")
    assert not is_signed_in(other)


@pytest.mark.parametrize("password", ["short", "123456789"])
def test_a_short_password_is_refused(client, account, password):
    try_to_sign_in(client)
    form = {"password": PASSWORD, "new_password": password, "new_password_confirm": password}
    answer = client.post("/change?lang=en", data=form)
    assert "A password has at least 10 characters." in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " https://evil.example",
    ],
)
def test_signing_in_leads_to_no_other_site(client, account, target):
    for answer in (
        client.post("/login", query_string={"next": target}, data={"email": EMAIL, "password": PASSWORD}),
        client.get("/login", query_string={"next": target}),
        client.post("/logout", query_string={"next": target}),
        client.post("/login", data={"email": EMAIL, "password": PASSWORD, "next": target}),
    ):
        assert answer.status_code == 302
        # As a browser reads it, for which a backslash is a slash.
        leads_to = urljoin("http://localhost/login", answer.headers["Location"].replace("\\", "/"))
        assert urlsplit(leads_to)[:2] == ("http", "localhost")
    assert is_signed_in(client)


def test_signing_in_leads_back_to_where_one_wanted_to_go(client, account):
    wanted = client.get("/batches?page=2").headers["Location"]
    answer = client.post(wanted, data={"email": EMAIL, "password": PASSWORD})
    assert answer.headers["Location"] == "/batches?page=2"


def test_what_was_sent_without_being_signed_in_is_not_gone_back_to(client):
    assert client.post("/account/name", data={"name": "x"}).headers["Location"] == "/login"


@pytest.mark.parametrize(
    ("role", "start"),
    [("workshop", "/batches"), ("designer", "/studio/designs"), ("administrator", "/people"), ("buyer", "/")],
)
def test_each_role_starts_where_its_day_begins(client, sign_in, role, start):
    sign_in(role)
    assert client.get("/account/start").headers["Location"] == start


def test_the_session_of_before_is_not_the_session_of_after(client, account):
    client.get("/login")
    before = client.get_cookie("kriya_session").value
    try_to_sign_in(client)
    after = client.get_cookie("kriya_session").value
    client.set_cookie("kriya_session", before)
    assert not is_signed_in(client)
    client.set_cookie("kriya_session", after)
    assert is_signed_in(client)


def test_an_unknown_address_costs_a_password_s_hash_like_a_known_one(client, account, monkeypatch):
    """Else the time that an answer takes would tell who signs in here."""
    hashed = []
    context_class = type(client.application.extensions["security"].pwd_context)
    for name in ("hash", "verify", "verify_and_update"):
        original = getattr(context_class, name)
        monkeypatch.setattr(
            context_class, name, lambda *args, original=original, **more: hashed.append(1) or original(*args, **more)
        )
    counts = []
    for email in (EMAIL, "nobody@example.org"):
        hashed.clear()
        try_to_sign_in(client, email, "not the password")
        counts.append(len(hashed))
    assert counts[0] == counts[1] >= 1


def test_the_sign_in_library_gives_out_no_tokens_of_its_own(client, account):
    answer = client.post("/login?include_auth_token", json={"email": EMAIL, "password": PASSWORD})
    assert "token" not in answer.text.lower().replace("csrf-token", "").replace("csrf_token", "")
    assert answer.mimetype == "text/html"
    for source in ({"headers": {"Authentication-Token": "x"}}, {"query_string": {"auth_token": "x"}}):
        assert client.application.test_client().get("/account", **source).status_code == 302


FULL_DISK = """
CREATE FUNCTION fill_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'no room left' USING ERRCODE = 'disk_full'; END $$;
CREATE CONSTRAINT TRIGGER fill_disk AFTER INSERT ON ended_sign_in DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fill_disk();
"""


class TestSigningOut:
    """It ends this sign-in for good, whoever copied its cookies, and no other."""

    @pytest.fixture
    def thief(self, app):
        """Somebody who copies cookies: `thief(client, "kriya_session")` tells whether that one opens the account."""

        def copy(client, *names) -> Callable[[], bool]:
            copies = {name: client.get_cookie(name).value for name in names}

            def opens() -> bool:
                other = app.test_client()
                for name, value in copies.items():
                    other.set_cookie(name, value)
                return is_signed_in(other)

            assert opens()
            return opens

        return copy

    @pytest.mark.parametrize("names", [["kriya_session"], ["kriya_remember"], ["kriya_session", "kriya_remember"]])
    def test_copied_cookies_open_nothing_after_it(self, client, account, thief, names):
        try_to_sign_in(client, remember=True)
        opens = thief(client, *names)
        client.post("/logout")
        assert not opens()

    def test_nor_do_those_of_a_session_that_was_restored(self, client, account, thief):
        try_to_sign_in(client, remember=True)
        first = thief(client, "kriya_session")
        client.delete_cookie("kriya_session")
        assert is_signed_in(client)
        copies = [first, thief(client, "kriya_session"), thief(client, "kriya_remember")]
        client.post("/logout")
        assert [opens() for opens in copies] == [False, False, False]

    def test_other_devices_stay_signed_in(self, app, client, account):
        other = app.test_client()
        for device in (client, other):
            try_to_sign_in(device, remember=True)
        client.post("/logout")
        assert is_signed_in(other)
        other.delete_cookie("kriya_session")
        assert is_signed_in(other)

    def test_one_can_sign_in_again_and_out_again(self, client, account, thief):
        for _ in range(2):
            try_to_sign_in(client, remember=True)
            opens = thief(client, "kriya_remember")
            client.post("/logout")
            assert not is_signed_in(client)
            assert not opens()

    def test_two_pages_may_do_it_at_once(self, session, parts, account):
        signed_in = account.new_sign_in()
        accounts.end_sign_in(session, signed_in)
        with ThreadPoolExecutor(1) as pool, parts.database.session() as other:
            waiting = pool.submit(accounts.end_sign_in, other, signed_in)
            session.commit()
            waiting.result()
            other.commit()
        assert session.scalar(select(func.count()).select_from(EndedSignIn)) == 1

    def test_what_cannot_be_written_signs_nobody_out(self, client, session, account, thief):
        try_to_sign_in(client)
        opens = thief(client, "kriya_session")
        session.execute(text(FULL_DISK))
        session.commit()
        assert client.post("/logout").status_code == 507
        assert is_signed_in(client)
        assert opens()
        session.execute(text("DROP TRIGGER fill_disk ON ended_sign_in"))
        session.commit()
        assert client.post("/logout").status_code == 302
        assert not opens()

    def test_it_is_forgotten_only_when_the_sign_in_would_have_ended_by_itself(self, session, account):
        now = datetime.datetime.now(datetime.UTC)
        signed_in = account.new_sign_in()
        accounts.end_sign_in(session, signed_in)
        for later, is_kept in ((SIGN_IN_LASTS, True), (SIGN_IN_LASTS + datetime.timedelta(days=2), False)):
            accounts.forget_ended_sign_ins(session, now + later)
            assert (session.scalar(select(accounts.EndedSignIn)) is not None) == is_kept


class TestHowLongASignInLasts:
    def is_let_in(self, client, sign_in: str) -> bool:
        with client.session_transaction() as cookies:
            cookies.update(_user_id=sign_in, _fresh=True)
        return is_signed_in(client)

    @pytest.mark.parametrize(("less_s", "is_let_in"), [(60, True), (-60, False)])
    def test_it_ends_by_itself_however_much_it_is_used(self, client, account, less_s, is_let_in):
        began_s = int(time.time() - SIGN_IN_LASTS.total_seconds() + less_s)
        assert self.is_let_in(client, f"{account.fs_uniquifier}.{began_s}.x") == is_let_in

    def test_a_cookie_of_an_earlier_kriya_asks_to_sign_in(self, client, account):
        assert not self.is_let_in(client, account.fs_uniquifier)

    def test_one_query_tells_who_it_is_and_whether_they_signed_out(self, client, account, parts):
        asked: list[str] = []
        event.listen(parts.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        client.get("/account/start")
        assert asked == []
        assert self.is_let_in(client, account.new_sign_in())
        asked.clear()
        client.get("/account/start")
        assert len(asked) == 1


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
        try_to_sign_in(client)
        assert not is_signed_in(client)
        try_to_sign_in(client, password=NEW_PASSWORD)
        assert is_signed_in(client)

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
