"""The main job through the API: make a batch, send photos, read what was found."""

from __future__ import annotations

import hashlib
import io

import pytest
from sqlalchemy import func, select

from catalog.batches import BatchSource
from catalog.organisations import OrganisationKind
from catalog.standards import StandardState
from catalog.store.tables import Batch, BatchPhoto
from service.settings import Settings
from tests.factories import make_batch, make_organisation, make_photo, make_standard, photo_bytes

NOWHERE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def workshop(session):
    return make_organisation(session, OrganisationKind.WORKSHOP)


@pytest.fixture
def token(token_of, workshop) -> str:
    return token_of("workshop", organisation=workshop)


def test_a_program_does_the_main_job(call, token, session):
    standard = make_standard(session)
    [listed] = call("GET", "/standards", token).json["items"]
    assert listed["id"] == str(standard.id)
    made = call("POST", "/batches", token, json={"standard_id": listed["id"], "name": "Order 12"})
    assert made.status_code == 201
    assert made.json["counts"]["total"] == 0
    photos = f"/batches/{made.json['id']}/photos"
    for seed in (1, 2):
        sent = call("POST", photos, token, data=photo_bytes(seed), content_type="image/jpeg")
        assert sent.status_code == 201
        assert sent.json["sha256"] == hashlib.sha256(photo_bytes(seed)).hexdigest()
        assert (sent.json["state"], sent.json["verdict"], sent.json["duplicate"]) == ("queued", None, False)
    batch = call("GET", f"/batches/{made.json['id']}", token).json
    assert (batch["name"], batch["counts"]["queued"], batch["is_done"]) == ("Order 12", 2, False)
    assert session.get(Batch, made.json["id"]).source == BatchSource.API
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'inspect_photo'"
    assert session.connection().exec_driver_sql(jobs).scalar() == 2


def test_a_batch_without_photos_can_be_removed_and_no_other(call, token, session, workshop, check_error):
    empty, full = make_batch(session, workshop), make_batch(session, workshop, photos=1)
    assert call("DELETE", f"/batches/{empty.id}", token).status_code == 204
    check_error(call("DELETE", f"/batches/{empty.id}", token), 404, "batch_not_found")
    refused = check_error(call("DELETE", f"/batches/{full.id}", token), 409, "batch_has_photos")
    assert "has photos" in refused["message"]
    assert session.scalars(select(Batch.id)).all() == [full.id]


def test_a_photo_that_is_sent_twice_is_taken_once(call, token, session, workshop):
    batch = make_batch(session, workshop)
    first = call("POST", f"/batches/{batch.id}/photos", token, data=photo_bytes(1), content_type="image/jpeg")
    again = call("POST", f"/batches/{batch.id}/photos", token, data=photo_bytes(1), content_type="image/jpeg")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["duplicate"] is True
    assert again.json["id"] == first.json["id"]
    assert session.scalar(select(func.count(BatchPhoto.id))) == 1


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_photo_comes_raw_or_in_a_form(call, token, session, workshop, method):
    batch = make_batch(session, workshop)
    photos = f"/batches/{batch.id}/photos"
    raw = call(method, f"{photos}?file_name=../etc/pic.jpg", token, data=photo_bytes(1), content_type="image/jpeg")
    assert (raw.status_code, raw.json["file_name"]) == (201, "pic.jpg")
    form = call(method, photos, token, data={"photo": (io.BytesIO(photo_bytes(2)), "my piece.jpg")})
    assert (form.status_code, form.json["file_name"]) == (201, "my piece.jpg")
    unnamed = call(method, photos, token, data=photo_bytes(3, "PNG"))
    assert unnamed.status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"data": b"", "content_type": "image/jpeg"}, 422, "empty"),
        ({"data": b"hello", "content_type": "image/jpeg"}, 422, "not_an_image"),
        ({"data": photo_bytes(1)[:800], "content_type": "image/jpeg"}, 422, "truncated"),
        ({"data": photo_bytes(1), "content_type": "text/plain"}, 415, "unsupported_format"),
        ({"data": {"other": (io.BytesIO(b"x"), "x.jpg")}}, 422, "missing_file"),
    ],
)
def test_what_is_no_photo_is_refused_in_the_one_shape(call, check_error, token, session, workshop, body, status, code):
    batch = make_batch(session, workshop)
    check_error(call("POST", f"/batches/{batch.id}/photos", token, **body), status, code)
    assert session.scalar(select(func.count(BatchPhoto.id))) == 0


def test_more_than_a_photo_may_hold_is_refused(app, call, check_error, token, session, workshop):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    batch = make_batch(session, workshop)
    answer = call("POST", f"/batches/{batch.id}/photos", token, data=b"x" * 1001, content_type="image/jpeg")
    assert "25 MB" in check_error(answer, 413, "photo_too_large")["message"]


class TestFullBatch:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"max_batch_photos": 2}))

    def test_a_full_batch_takes_no_more_but_knows_its_photos(self, call, check_error, token, session, workshop):
        batch = make_batch(session, workshop)
        photos = f"/batches/{batch.id}/photos"
        for seed in (1, 2):
            assert call("POST", photos, token, data=photo_bytes(seed), content_type="image/jpeg").status_code == 201
        full = call("POST", photos, token, data=photo_bytes(3), content_type="image/jpeg")
        assert "at most 2 photos" in check_error(full, 422, "batch_is_full")["message"]
        assert call("POST", photos, token, data=photo_bytes(1), content_type="image/jpeg").status_code == 200


def test_nothing_is_acknowledged_while_the_image_store_is_down(call, check_error, token, session, workshop, images):
    batch = make_batch(session, workshop)
    images.is_down = True
    answer = call("POST", f"/batches/{batch.id}/photos", token, data=photo_bytes(1), content_type="image/jpeg")
    check_error(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert session.scalar(select(func.count(BatchPhoto.id))) == 0


def test_results_come_worst_first_with_reasons_in_words(call, token, session, workshop, images):
    batch = make_batch(session, workshop)
    place = {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    reason = {"code": "surface", "region": place, "strength": 1.5}
    make_photo(session, batch, seed=1, verdict="accept")
    make_photo(session, batch, seed=2, verdict="reject", reasons=[reason])
    make_photo(session, batch, seed=3)
    found = call("GET", f"/batches/{batch.id}/photos", token).json
    assert [photo["verdict"] for photo in found["items"]] == ["reject", "accept", None]
    assert found["total"] == 3
    worst = found["items"][0]
    assert worst["score"] == 20.0
    [told] = worst["reasons"]
    assert (told["code"], told["region"], told["strength"]) == ("surface", place, 1.5)
    assert "upper left" in told["message"]
    assert told["strength_in_words"] == "clearly beyond what the references show"
    assert "/references/" in worst["nearest_reference_url"]
    assert (found["items"][2]["nearest_reference_url"], found["items"][2]["shape"]) == (None, None)
    assert worst["photo_url"].startswith("http://localhost/photos/")
    assert found["items"][2]["reasons"] == []
    assert call("GET", f"/photos/{worst['id']}", token).json == worst


def test_results_are_told_in_the_language_that_is_asked_for(call, check_error, token):
    english = check_error(call("GET", f"/batches/{NOWHERE}", token), 404, "batch_not_found")
    both = [call("GET", f"/batches/{NOWHERE}", token, headers={"Accept-Language": lang}) for lang in ("en", "id")]
    assert both[0].json["error"]["message"] == english["message"]
    assert both[1].headers["Content-Type"] == "application/json"


def test_results_are_read_page_by_page_and_by_verdict(call, token, session, workshop):
    batch = make_batch(session, workshop)
    for seed, verdict in enumerate(["accept", "accept", "rework"]):
        make_photo(session, batch, seed=seed, verdict=verdict)
    second = call("GET", f"/batches/{batch.id}/photos?page=2&page_size=2", token).json
    assert (second["page"], second["page_size"], second["total"], len(second["items"])) == (2, 2, 3, 1)
    rework = call("GET", f"/batches/{batch.id}/photos?verdict=rework", token).json
    assert [photo["verdict"] for photo in rework["items"]] == ["rework"]


def test_the_photo_that_an_answer_points_to_opens_with_the_same_token(call, client, token, session, workshop, images):
    batch = make_batch(session, workshop, images=images)
    make_photo(session, batch, images=images)
    [photo] = call("GET", f"/batches/{batch.id}/photos", token).json["items"]
    assert client.get(photo["photo_url"], headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert client.get(photo["photo_url"], headers={"Authorization": "Bearer kriya_none"}).status_code == 401


def test_batches_are_listed_newest_first_and_only_the_own(call, token, session, workshop):
    standard = make_standard(session)
    older = make_batch(session, workshop, standard)
    newer = make_batch(session, workshop, standard)
    make_batch(session, None, standard)
    found = call("GET", "/batches?page_size=1", token).json
    assert (found["total"], found["items"][0]["id"]) == (2, str(newer.id))
    assert call("GET", "/batches?page_size=1&page=2", token).json["items"][0]["id"] == str(older.id)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "standard_id"),
        ({"standard_id": "here"}, "standard_id"),
        ({"standard_id": None}, "standard_id"),
        ({"standard_id": NOWHERE, "name": "x" * 81}, "name"),
        ({"standard_id": NOWHERE, "name": 5}, "name"),
        ({"standard_id": NOWHERE, "nmae": "Order 12"}, "nmae"),
    ],
)
def test_every_field_that_cannot_be_taken_is_named(call, check_error, token, sent, field):
    error = check_error(call("POST", "/batches", token, json=sent), 422, "invalid_fields")
    assert list(error["fields"]) == [field]
    assert error["fields"][field].endswith(".")


def test_a_body_that_is_no_json_is_an_error_like_any_other(call, check_error, token):
    check_error(call("POST", "/batches", token, data=b"{", content_type="application/json"), 400, "bad_request")
    check_error(call("POST", "/batches", token, json=[1]), 422, "invalid_fields")


def test_a_batch_needs_a_standard_that_is_in_use(call, check_error, token, session):
    check_error(call("POST", "/batches", token, json={"standard_id": NOWHERE}), 404, "standard_not_found")
    retired = make_standard(session, state=StandardState.RETIRED)
    answer = call("POST", "/batches", token, json={"standard_id": str(retired.id)})
    check_error(answer, 422, "standard_is_not_active")
