"""The own account: name, language, password, tokens for the API."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest

from catalog.organisations import Role
from catalog.store.tables import Person
from service import accounts
from tests.factories import make_account


@pytest.fixture
def maker(sign_in, client):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return sign_in(Role.WORKSHOP)


def test_the_page_says_who_one_is_and_what_one_may_do(client, maker):
    page = client.get("/account").text
    for words in (maker.person.name, maker.email, maker.person.organisation.name, "Maker", "Workshop"):
        assert words in page
    assert "/people/organisations/" not in page


def test_an_owner_finds_the_people_of_the_organisation(client, sign_in):
    owner = sign_in(Role.WORKSHOP, is_owner=True)
    assert f'href="/people/organisations/{owner.person.organisation_id}"' in client.get("/account").text


def test_a_name_is_changed(client, maker, session):
    answer = client.post("/account/name", data={"name": "  Bu Ani  "})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "Saved." in client.get("/account").text
    session.expire_all()
    assert session.get(Person, maker.person_id).name == "Bu Ani"


@pytest.mark.parametrize(("name", "words"), [("", "Please fill this in."), (" ", "Please"), ("x" * 121, "too long")])
def test_a_name_that_cannot_be_is_said_beside_its_field_and_kept(client, maker, session, name, words):
    answer = client.post("/account/name", data={"name": name})
    assert answer.status_code == 422
    field = re.search(r'<input[^>]*id="field-name".*?</div>', answer.text, re.DOTALL).group()
    assert f'value="{name}"' in field
    assert 'aria-invalid="true"' in field
    assert words in field
    session.expire_all()
    assert session.get(Person, maker.person_id).name != name


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_language_is_kept_for_the_person_on_every_device(app, client, sign_in, maker, language):
    assert client.post("/account/language", data={"language": language}).status_code == 303
    other = app.test_client()
    sign_in(maker, client=other)
    page = other.get("/account", headers={"Accept-Language": {"id": "en", "en": "id"}[language]}).text
    assert f'<html lang="{language}">' in page


def test_a_language_that_is_none_is_refused(client, maker):
    assert client.post("/account/language", data={"language": "tlh"}).status_code == 422


def test_a_token_is_shown_once_and_opens_the_api(client, maker, app):
    answer = client.post("/account/tokens", data={"token_name": "Camera"})
    assert answer.headers["Cache-Control"] == "no-store"
    token = re.search(r'id="token">([^<]+)<', answer.text).group(1)
    page = client.get("/account").text
    assert "Camera" in page
    assert token not in page
    told = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json
    assert (told["name"], told["token_name"]) == (maker.person.name, "Camera")


def test_a_token_without_a_name_is_asked_for_one(client, maker, session):
    answer = client.post("/account/tokens", data={"token_name": " "})
    assert answer.status_code == 422
    assert 'id="field-token_name-error"' in answer.text
    assert accounts.tokens_of(session, maker.id) == []


def test_a_token_is_revoked(client, maker, session):
    token = accounts.add_token(session, maker, "Camera")
    session.commit()
    [kept] = accounts.tokens_of(session, maker.id)
    assert client.post(f"/account/tokens/{kept.id}/revoke").status_code == 303
    assert "Camera" not in client.get("/account").text
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_only_so_many_tokens_are_made_and_the_page_says_why(client, maker, session):
    for number in range(accounts.MAX_TOKENS):
        accounts.add_token(session, maker, f"token {number}")
    session.commit()
    answer = client.post("/account/tokens", data={"token_name": "one more"})
    assert answer.status_code == 422
    assert f"at most {accounts.MAX_TOKENS} tokens" in answer.text


@pytest.mark.parametrize("path", ["/account/name", "/account/tokens"])
def test_the_answer_to_a_form_survives_a_reload_and_the_switch_of_language(client, maker, path):
    page = client.post(path, data={}).text
    switch = re.search(r'href="([^"]*lang=id[^"]*)"', page).group(1)
    answer = client.get(switch, follow_redirects=True)
    assert answer.status_code == 200
    assert '<html lang="id">' in answer.text


def test_the_page_after_a_failed_form_elsewhere_switches_language_where_the_form_stood(client, maker):
    """Where only a form is taken, asking again in another language would be refused."""
    headers = {"Referer": "http://localhost/account?x=1"}
    page = client.post("/account/language", data={"language": "tlh"}, headers=headers).text
    assert 'href="/account?lang=id"' in page
    foreign = {"Referer": "http://evil.example/account"}
    page = client.post("/account/language", data={"language": "tlh"}, headers=foreign).text
    assert 'href="/?lang=id"' in page


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example/x", "/\\evil.example/x", "/\\/evil.example/x"])
def test_the_switch_of_language_leads_to_no_other_site(client, path):
    """On the page that says that nothing is there, under whatever path that was."""
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    [switch] = re.findall(r'href="([^"]*lang=en)"', answer.text)
    # As a browser reads it, for which a backslash is a slash.
    assert urlsplit(urljoin("http://localhost/", switch.replace("\\", "/"))).netloc == "localhost"


def test_another_person_s_page_is_none_of_theirs(client, maker, session):
    other = make_account(session, Role.WORKSHOP)
    assert other.person.name not in client.get("/account").text
