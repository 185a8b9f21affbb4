"""Whatever goes wrong, a person gets a page in their language with a way on, and never a stack trace."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from catalog.permissions import Permission
from service.security import requires
from service.storage import StorageUnavailable
from tests.forms import forms_of, values_of

TITLES = {
    401: ("Please sign in", 'href="/login"'),
    403: ("This is not yours to open", 'href="/designs"'),
    404: ("Nothing here", 'href="/designs"'),
    405: ("Not this way", 'href="/designs"'),
    413: ("Too large", 'href="/"'),
    429: ("A little slower, please", 'href="/broken/429"'),
    500: ("Something broke on our side", 'href="/broken/500"'),
    503: ("Back in a moment", 'href="/broken/503"'),
}


@pytest.fixture
def app(new_app):
    @new_app.get("/broken/<int:status>")
    @requires(Permission.BROWSE_CATALOG)
    def broken(status: int):
        if status == 500:
            raise RuntimeError("a secret detail")
        if status == 503:
            raise StorageUnavailable("a secret detail")
        abort(status)

    return new_app


def page_of(client, address: str, language: str = "en"):
    response = client.get(address, headers={"Accept": "text/html", "Accept-Language": language})
    return response, response.get_data(as_text=True)


@pytest.mark.parametrize("status", TITLES)
def test_every_error_has_a_page_with_a_way_on(client, status):
    response, page = page_of(client, f"/broken/{status}")
    title, way_on = TITLES[status]
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert way_on in page.split("<h1>")[1]
    assert "secret detail" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize("status", [404, 500])
def test_error_pages_follow_the_readers_language(client, status):
    assert '<html lang="id">' in page_of(client, f"/broken/{status}", "id")[1]
    assert '<html lang="en">' in page_of(client, f"/broken/{status}", "en")[1]


def test_error_pages_are_kept_out_of_search_engines(client):
    assert page_of(client, "/nowhere")[1].count('<meta name="robots" content="noindex">') == 1


def test_a_page_that_is_ours_to_mend_asks_nothing_of_the_database(client, sign_in, app):
    sign_in("workshop")
    _, page = page_of(client, "/broken/503")
    assert "Back in a moment" in page
    assert 'class="menu-sheet"' not in page


def test_a_page_that_is_missing_keeps_the_way_around(client, sign_in):
    sign_in("workshop")
    _, page = page_of(client, "/nowhere")
    assert 'class="menu-sheet"' in page
    assert 'href="/batches"' in page


def test_visitors_are_sent_to_sign_in_and_come_back(client):
    response, _ = page_of(client, "/batches")
    assert response.status_code == 302
    assert response.location == "/login?next=/batches"


def test_a_foreign_referrer_is_never_the_way_back(client):
    headers = {"Referer": "https://evil.example/", "Accept": "text/html"}
    assert "evil.example" not in client.get("/broken/413", headers=headers).get_data(as_text=True)


def test_a_database_that_goes_away_at_the_commit_is_an_outage_too(client, monkeypatch):
    def commit(_session):
        raise OperationalError("COMMIT", {}, Exception("a secret detail"))

    monkeypatch.setattr(Session, "commit", commit)
    response, page = page_of(client, "/designs")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "secret detail" not in page


class TestFormOfAPageThatWasOpenForTooLong:
    """What was typed is there to be sent again, for who came from a page of ours."""

    TYPED = {"name": ["Ani <b>&", "second"], "note": "baris satu\nbaris dua", "csrf_token": "old"}

    @pytest.fixture(autouse=True)
    def _csrf(self, app):
        app.config["WTF_CSRF_ENABLED"] = True

    def send(self, client, origin: str = "http://localhost", **more):
        headers = {"Origin": origin, "Accept": "text/html", "Accept-Language": "en"}
        return client.post("/account/name?a=1", data=self.TYPED | more, headers=headers)

    def test_it_is_sent_again_with_a_new_token(self, client, sign_in, session):
        account = sign_in("buyer")
        answer = self.send(client)
        assert answer.status_code == 400
        [form] = [form for form in forms_of(answer.text) if form.action == "/account/name?a=1"]
        values = values_of(form)
        assert (values["name"], values["note"]) == (["Ani <b>&", "second"], ["baris satu\nbaris dua"])
        assert values["csrf_token"] != ["old"]
        again = client.post(form.action, data=values, headers={"Referer": "http://localhost/account"})
        assert again.status_code == 303
        session.refresh(account.person)
        assert account.person.name == "Ani <b>&"

    def test_who_was_signed_out_signs_in_and_sends_it(self, client, sign_in, session):
        account = sign_in("buyer")
        with client.session_transaction() as cookies:
            cookies.clear()
        out = self.send(client)
        [form] = [form for form in forms_of(out.text) if form.action == "/account/name?a=1"]
        assert ("You are not signed in any more." in out.text, 'target="_blank"' in out.text) == (True, True)
        sign_in(account)
        with client.session_transaction() as cookies:
            cookies.pop("csrf_token")  # as signing in does
        [form] = [form for form in forms_of(self.send(client).text) if form.action == "/account/name?a=1"]
        headers = {"Referer": "http://localhost/account"}
        assert client.post(form.action, data=values_of(form), headers=headers).status_code == 303
        session.refresh(account.person)
        assert account.person.name == "Ani <b>&"

    def test_not_for_other_sites_passwords_and_files(self, client, sign_in):
        for _ in range(2):
            assert "/account/name?a=1" not in self.send(client, "https://elsewhere.example").text
            sign_in("buyer")
        assert "/account/name?a=1" not in self.send(client, "null").text
        assert "/account/name?a=1" not in self.send(client, password="secret").text
        assert "/account/name?a=1" not in self.send(client, file=(BytesIO(b"x"), "a.txt")).text
