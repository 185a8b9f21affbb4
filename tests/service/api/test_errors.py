"""Whatever goes wrong under /api/v1 has the one shape, in JSON, for whatever kind of client."""

from __future__ import annotations

import io

import pytest
from sqlalchemy.exc import OperationalError

from service.settings import Settings
from service.storage import StorageFull, StorageUnavailable
from tests.factories import make_batch, make_standard, photo_bytes

NOWHERE = "11111111-1111-4111-8111-111111111111"
PHOTO = {"data": photo_bytes(1), "content_type": "image/jpeg"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return Settings(**(vars(settings) | {"max_photo_mb": 1}))


@pytest.fixture
def token(token_of) -> str:
    return token_of("workshop")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/batches", {"data": b"{", "content_type": "application/json"}, 400, "bad_request"),
        ("POST", "/batches", {"data": b"\xff\xfe", "content_type": "application/json"}, 400, "bad_request"),
        ("GET", "/nothing", {}, 404, "not_found"),
        ("GET", "/designs/", {}, 404, "not_found"),
        ("GET", "/batches/x", {}, 404, "not_found"),
        ("GET", f"/batches/{NOWHERE}", {}, 404, "batch_not_found"),
        ("GET", f"/photos/{NOWHERE}", {}, 404, "photo_not_found"),
        ("GET", "/designs/none", {}, 404, "design_not_found"),
        ("POST", "/batches", {"json": {"standard_id": NOWHERE}}, 404, "standard_not_found"),
        ("POST", f"/batches/{NOWHERE}/photos", PHOTO, 404, "batch_not_found"),
        ("DELETE", "/batches", {}, 405, "method_not_allowed"),
        ("PATCH", f"/photos/{NOWHERE}", {}, 405, "method_not_allowed"),
        (
            "POST",
            "/batches",
            {"data": f"standard_id={NOWHERE}", "content_type": "text/plain"},
            415,
            "unsupported_format",
        ),
        ("POST", "/batches", {"data": {"standard_id": NOWHERE}}, 415, "unsupported_format"),
        ("POST", "/batches", {"json": {"standard_id": "x"}}, 422, "invalid_fields"),
        ("GET", "/batches?page=0", {}, 422, "invalid_fields"),
    ],
)
def test_what_a_client_gets_wrong(call, check_error, token, method, path, body, status, code):
    for accept in ("text/html", "application/xml", "*/*"):
        check_error(call(method, path, token, headers={"Accept": accept}, **body), status, code)


def test_a_client_that_may_not(call, check_error, token_of):
    answer = call("GET", "/batches")
    check_error(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    check_error(call("GET", "/batches", "kriya_wrong"), 401, "not_signed_in")
    check_error(call("GET", "/batches", token_of("buyer")), 403, "forbidden")


@pytest.mark.parametrize(
    ("size", "as_form"), [(1_500_000, False), (3_000_000, False), (1_500_000, True), (3_000_000, True)]
)
def test_a_photo_that_is_too_large_by_little_or_by_much(call, check_error, session, token_of, size, as_form):
    batch = make_batch(session)
    token = token_of("workshop", organisation=batch.workshop)
    data = photo_bytes(1) + b"\0" * size
    body = {"data": data, "content_type": "image/jpeg"}
    if as_form:
        head = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        body = {"data": head + data + b"\r\n--b--\r\n", "content_type": "multipart/form-data; boundary=b"}
    error = check_error(call("POST", f"/batches/{batch.id}/photos", token, **body), 413, "photo_too_large")
    assert "1 MB" in error["message"]


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (StorageUnavailable("a secret detail"), 503, "unavailable"),
        (OperationalError("SELECT", {}, Exception("a secret detail")), 503, "unavailable"),
        (StorageFull("a secret detail"), 507, "storage_full"),
        (RuntimeError("a secret detail"), 500, "internal"),
    ],
)
def test_what_the_service_cannot_do(call, check_error, session, token_of, images, monkeypatch, failure, status, code):
    batch = make_batch(session)
    token = token_of("workshop", organisation=batch.workshop)

    def fail(*_args):
        raise failure

    monkeypatch.setattr(images, "put", fail)
    answer = call("POST", f"/batches/{batch.id}/photos", token, **PHOTO)
    error = check_error(answer, status, code)
    assert "secret" not in error["message"]
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_form_with_two_photos_or_with_a_text_for_a_photo(call, check_error, session, token_of):
    batch = make_batch(session)
    token = token_of("workshop", organisation=batch.workshop)
    photos = f"/batches/{batch.id}/photos"
    two = {"photo": [(io.BytesIO(photo_bytes(seed)), f"{seed}.jpg") for seed in (1, 2)]}
    check_error(call("POST", photos, token, data=two), 422, "missing_file")
    check_error(
        call("POST", photos, token, data={"photo": "words"}, content_type="multipart/form-data"), 422, "missing_file"
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_errors_speak_the_client_s_language(call, session, token, language):
    make_standard(session)
    headers = {"Accept-Language": language}
    error = call("POST", "/batches", token, json={"name": "x" * 81}, headers=headers).json["error"]
    assert error["fields"].keys() == {"standard_id", "name"}
    assert ("Please" in error["fields"]["standard_id"]) == (language == "en")
