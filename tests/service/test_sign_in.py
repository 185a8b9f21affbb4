"""Signing in and out, and where it leads."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest

from service import accounts
from tests.service.signing_in import EMAIL, PASSWORD, is_signed_in, try_to_sign_in, without_values


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
        return without_values(answer.text)

    wrong = text_of(EMAIL, "not the password")
    assert text_of("nobody@example.org", PASSWORD) == wrong
    accounts.set_active(session, account, False)
    session.commit()
    assert text_of(EMAIL, PASSWORD) == wrong


def test_what_is_wrong_with_a_sign_in_is_said_once(client):
    answer = client.post("/login?lang=en", data={"email": "", "password": ""})
    assert answer.text.count("do not belong together") == 1


def test_an_account_that_is_switched_off_is_signed_out_at_once(client, session, account):
    try_to_sign_in(client)
    accounts.set_active(session, account, False)
    session.commit()
    assert not is_signed_in(client)
    accounts.set_active(session, account, True)
    session.commit()
    assert not is_signed_in(client)


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
