"""What keeps others out: form tokens, cookies, headers, limits, and rights that end the moment they are taken away."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from catalog.organisations import Role
from catalog.store.tables import BatchPhoto, Person
from service import accounts, create_app
from service.accounts import ApiToken
from service.context import Parts
from service.settings import Settings
from service.storage import StorageUnavailable
from tests.factories import make_account, make_batch, make_design, make_photo, make_picture, photo_bytes
from tests.service.signing_in import EMAIL, PASSWORD, form_token, is_signed_in, try_to_sign_in

KNOWN = {"public_url": "https://kriya.example"}


class TestFormTokens:
    @pytest.fixture
    def app(self, app: Flask) -> Flask:
        app.config["WTF_CSRF_ENABLED"] = True
        return app

    def test_a_form_without_its_token_changes_nothing_and_says_so(self, client, sign_in, session):
        account = sign_in(Role.WORKSHOP)
        answer = client.post("/account/name?lang=en", data={"name": "Somebody else"})
        assert answer.status_code == 400
        assert "This page was open for too long." in answer.text
        session.expire_all()
        assert session.get(Person, account.person_id).name != "Somebody else"

    def test_the_token_comes_in_the_form_or_from_a_script_in_a_header(self, client, sign_in):
        sign_in(Role.WORKSHOP)
        token = form_token(client, "/account")
        assert client.post("/account/name", data={"name": "Ani", "csrf_token": token}).status_code == 303
        assert client.post("/account/name", data={"name": "Ani"}, headers={"X-CSRFToken": token}).status_code == 303

    def test_the_token_of_another_browser_is_worth_nothing(self, app, client, sign_in):
        sign_in(Role.WORKSHOP)
        other = app.test_client()
        sign_in(Role.WORKSHOP, client=other)
        planted = form_token(other, "/account")
        assert client.post("/account/name", data={"name": "Ani", "csrf_token": planted}).status_code == 400

    def test_a_form_token_from_before_signing_in_is_worth_nothing_after_it(self, client, account):
        planted = form_token(client, "/login")
        form = {"email": EMAIL, "password": PASSWORD, "csrf_token": planted}
        assert client.post("/login", data=form).status_code == 302
        assert is_signed_in(client)
        assert client.post("/account/name", data={"name": "X", "csrf_token": planted}).status_code == 400
        fresh = form_token(client, "/account")
        assert client.post("/account/name", data={"name": "X", "csrf_token": fresh}).status_code == 303

    def test_nobody_is_signed_in_by_a_form_of_another_site(self, client, account):
        assert try_to_sign_in(client).status_code == 400
        assert not is_signed_in(client)


def test_only_post_changes_anything_on_the_pages(app):
    """Forms know no other method, and the test of every form's token walks what is sent by POST."""
    unsafe = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS", "POST"}
        if not rule.rule.startswith("/api/")
    }
    assert unsafe == set()


def test_cookies_are_for_this_site_and_not_for_scripts(client, account):
    answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD, "remember": "y"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"kriya_session", "kriya_remember"}
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie


class TestHttps:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"public_url": "https://kriya.example", "trusted_proxies": 1}))

    def test_cookies_are_secure_and_browsers_are_told_to_stay_on_https(self, client, account):
        answer = client.post("/login", data={"email": EMAIL, "password": PASSWORD, "remember": "y"})
        assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
        assert "max-age=" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/login", 200),
        ("GET", "/account", 302),
        ("GET", "/nothing", 404),
        ("DELETE", "/", 405),
        ("POST", "/account/name", 302),
        ("GET", "/healthz", 200),
        ("GET", "/static/css/base.css", 200),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/api/v1/designs", 200),
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/api/v1/docs", 200),
        ("GET", "/api/v1/me", 401),
        ("GET", "/api/v1/nothing", 404),
        ("OPTIONS", "/", 200),
    ],
)
def test_every_kind_of_answer_carries_the_headers_of_a_careful_site(client, method, path, status):
    with client.open(path, method=method) as answer:
        assert answer.status_code == status
        check_headers(answer.headers)


def check_headers(headers) -> None:
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("error", [RuntimeError("a secret detail"), StorageUnavailable("a secret detail")])
def test_an_answer_that_failed_carries_them_too(client, app, monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setitem(app.view_functions, "catalog.home", fail)
    fail.permission = "browse_catalog"
    answer = client.get("/")
    assert answer.status_code in (500, 503)
    assert "secret" not in answer.text
    check_headers(answer.headers)


def test_pictures_and_files_carry_them_too(client, session, images, sign_in):
    version = make_design(session, images=images)
    picture = client.get(f"/pictures/{version.pictures[0].image_key}/320.webp")
    assert picture.mimetype == "image/webp"
    check_headers(picture.headers)
    account = sign_in(Role.WORKSHOP)
    batch = make_batch(session, account.person.organisation, photos=1, images=images)
    answer = client.get(f"/batches/{batch.id}/results.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    check_headers(answer.headers)


def test_pages_of_a_person_are_kept_by_no_shared_cache(client, sign_in):
    sign_in("workshop")
    assert "private" in client.get("/account").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/login", "/account", "/people", "/api/v1/docs", "/nothing"])
def test_no_page_carries_inline_scripts_or_styles(client, sign_in, path):
    sign_in("administrator")
    page = client.get(path).text
    # What search engines read is data: the browser runs none of it.
    assert not re.search(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', page)
    assert not re.search(r"\s(style|on[a-z]+)=", page)


def test_static_files_and_health_ask_nobody_who_they_are(client, sign_in, parts, monkeypatch):
    sign_in("workshop")

    def fail(*_args, **_options):
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    monkeypatch.setattr(parts.database.engine, "connect", fail)
    with client.get("/static/css/base.css") as answer:
        assert answer.status_code == 200
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("host", ["evil.example", "localhost:1", "evil.example:80"])
def test_the_host_header_decides_nothing_where_the_address_is_known(parts, session, account, host):
    known = create_app(Parts(**(vars(parts) | {"settings": Settings(**(vars(parts.settings) | KNOWN))})))
    client = known.test_client()
    token = accounts.add_token(session, account, "tests")
    version = make_design(session)
    headers = {"Host": host, "Authorization": f"Bearer {token}"}
    paths = ("/api/v1/designs", "/api/v1/openapi.json", "/", "/people", f"/designs/{version.design.slug}")
    answers = [client.get(path, headers=headers) for path in paths]
    for answer in answers:
        assert host not in answer.text
        assert host not in answer.headers.get("Location", "")
    for told in (answers[0].text, answers[-1].text):
        assert f"https://kriya.example/designs/{version.design.slug}" in told


@pytest.mark.parametrize("host", ["evil example", "<script>", "a/b", "a@b", ""])
def test_a_host_header_that_is_none_breaks_nothing(client, host):
    for path in ("/", "/api/v1/designs", "/account"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code < 500
        assert "<script>" not in answer.text


class TestRightsThatEnd:
    def test_a_role_that_is_taken_away_is_gone_with_the_next_request(self, client, session, sign_in):
        account = sign_in(Role.ADMINISTRATOR)
        assert client.get("/people/organisations/new").status_code == 200
        account.person.role = Role.BUYER
        session.commit()
        assert client.get("/people/organisations/new").status_code == 403

    def test_an_owner_who_is_one_no_more_manages_nobody(self, client, session, sign_in):
        account = sign_in(Role.WORKSHOP, is_owner=True)
        people = f"/people/organisations/{account.person.organisation_id}"
        assert client.get(people).status_code == 200
        account.person.is_owner = False
        session.commit()
        assert client.get(people).status_code == 404
        assert client.post(f"{people}/people", data={"name": "X", "email": "x@example.org"}).status_code == 404

    def test_a_token_follows_its_person_s_role(self, client, session):
        account = make_account(session, Role.WORKSHOP)
        headers = {"Authorization": f"Bearer {accounts.add_token(session, account, 'tests')}"}
        session.commit()
        assert client.get("/api/v1/batches", headers=headers).status_code == 200
        account.person.role = Role.BUYER
        session.commit()
        assert client.get("/api/v1/batches", headers=headers).status_code == 403

    def test_an_account_that_is_switched_off_has_no_session_and_no_token(self, client, session, sign_in):
        account = sign_in(Role.WORKSHOP)
        headers = {"Authorization": f"Bearer {accounts.add_token(session, account, 'tests')}"}
        accounts.set_active(session, account, False)
        session.commit()
        assert client.get("/batches").status_code == 302
        assert client.get("/api/v1/batches", headers=headers).status_code == 401


def test_of_a_token_only_a_hash_is_kept_and_nothing_close_to_it_opens(client, session):
    token = accounts.add_token(session, make_account(session, Role.WORKSHOP), "tests")
    session.commit()
    kept = session.scalar(select(ApiToken.token_hash))
    assert token.removeprefix("kriya_") not in kept
    for close in (kept, token[:-1], token + "x", token.upper(), "", "kriya_", "%", token[:8] + "%"):
        assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {close}"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


class TestSizes:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"max_photo_mb": 1}))

    @pytest.fixture
    def batch(self, session, sign_in):
        return make_batch(session, sign_in(Role.WORKSHOP).person.organisation)

    def test_a_photo_over_the_limit_is_refused_and_leaves_nothing(self, client, session, batch, images):
        photo = FileStorage(io.BytesIO(photo_bytes(1) + b"\0" * 2_000_000), filename="piece.jpg")
        boundary, body = encode_multipart({"photo": photo})
        answer = client.post(
            f"/batches/{batch.id}/photos?lang=en",
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 413
        assert "larger than 1 MB" in answer.text
        assert session.scalar(select(BatchPhoto.id)) is None
        assert images.images == {}

    @pytest.mark.parametrize("path", ["/login", "/account/name", "/batches", "/reset"])
    def test_no_form_takes_more_than_a_photo_s_worth(self, client, batch, path):
        assert client.post(path, data={"name": "x" * 3_000_000}).status_code == 413

    @pytest.mark.parametrize("size", [1_500_000, 3_000_000])
    def test_a_length_that_is_not_told_is_no_way_around(self, client, session, batch, sign_in, images, size):
        """As with chunked sending: gunicorn then marks the end of the input instead."""
        account = make_account(session, Role.WORKSHOP, organisation=batch.workshop)
        headers = {"Authorization": f"Bearer {accounts.add_token(session, account, 'tests')}"}
        session.commit()
        answer = client.put(
            f"/api/v1/batches/{batch.id}/photos",
            input_stream=io.BytesIO(photo_bytes(1) + b"\0" * size),
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
            headers=headers,
        )
        assert answer.status_code == 413
        assert images.images == {}


def test_asking_for_the_head_alone_opens_nothing_more(client, session, sign_in, images):
    draft = make_design(session, published=False, images=images)
    picture = make_picture(session, draft, seed=9, images=images)
    photo = make_photo(session, make_batch(session, images=images), images=images, verdict="accept")
    sign_in(Role.WORKSHOP)
    for path in (
        f"/designs/{draft.design.slug}",
        f"/pictures/{picture.image_key}/320.webp",
        f"/pieces/{photo.id}",
        f"/photos/{photo.id}/320.webp",
    ):
        assert (client.get(path).status_code, client.head(path).status_code) == (404, 404), path


@pytest.mark.parametrize("address", ["/login", "/reset"])
def test_sign_in_pages_are_kept_by_nobody(client, address):
    assert client.get(address).headers["Cache-Control"] == "private, no-store"
