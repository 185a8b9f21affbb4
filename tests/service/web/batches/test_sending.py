"""A workshop starts a batch and sends its photos; what is no photo is refused in words."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.standards import StandardState
from catalog.store.tables import Batch, BatchPhoto
from service.context import Parts
from tests.factories import (
    make_batch,
    make_design,
    make_photo,
    make_standard,
    photo_bytes,
)
from tests.service.web.batches.requests import JSON, count_jobs, count_photos, form_of, in_english, send


class TestNewBatch:
    def test_only_active_standards_of_published_designs_are_offered(self, client, session, workshop):
        offered = make_standard(session)
        fitted = make_standard(session, state=StandardState.FITTED)
        retired = make_standard(session, state=StandardState.RETIRED)
        draft = make_standard(session, make_design(session, published=False))
        page = client.get("/batches/new").text
        assert str(offered.id) in page
        assert not [each for each in (fitted, retired, draft) if str(each.id) in page]

    def test_without_standards_the_page_says_what_it_waits_for(self, client, workshop):
        assert "No design can be inspected yet" in client.get("/batches/new").text

    def test_choosing_a_design_leads_to_taking_photos(self, client, session, workshop):
        standard = make_standard(session)
        answer = client.post("/batches", data={"standard_id": str(standard.id)})
        made = session.scalars(select(Batch)).one()
        assert answer.status_code == 303
        assert answer.location == f"/batches/{made.id}/photos"
        assert (made.workshop_id, made.number, made.standard_id) == (workshop.id, 1, standard.id)

    def test_choosing_again_goes_on_with_the_batch_that_is_still_empty(self, client, session, workshop):
        standard = make_standard(session)
        first, again = (client.post("/batches", data={"standard_id": str(standard.id)}) for _ in range(2))
        assert again.location == first.location
        make_photo(session, session.scalars(select(Batch)).one())
        assert client.post("/batches", data={"standard_id": str(standard.id)}).location != first.location

    def test_an_empty_batch_of_a_colleague_stays_theirs(self, client, session, workshop, sign_in):
        standard = make_standard(session)
        first = client.post("/batches", data={"standard_id": str(standard.id)})
        sign_in("workshop", organisation=workshop)
        assert client.post("/batches", data={"standard_id": str(standard.id)}).location != first.location

    def test_choosing_nothing_asks_again(self, client, workshop):
        answer = client.post("/batches", data={"standard_id": "nonsense"})
        assert answer.status_code == 422
        assert "Choose the design first." in answer.text

    def test_a_retired_standard_takes_no_batch(self, client, session, workshop):
        standard = make_standard(session, state=StandardState.RETIRED)
        answer = client.post("/batches", data={"standard_id": str(standard.id)}, headers=JSON)
        assert answer.status_code == 422
        assert answer.json["error"]["code"] == "standard_is_not_active"

    def test_a_standard_of_a_draft_does_not_exist_for_a_workshop(self, client, session, workshop):
        standard = make_standard(session, make_design(session, published=False))
        assert client.post("/batches", data={"standard_id": str(standard.id)}).status_code == 404


class TestTakingPhotos:
    def test_the_page_shows_references_and_the_design_as_examples(self, client, batch):
        page = client.get(f"/batches/{batch.id}/photos").text
        for reference in batch.standard.references[:3]:
            assert f"/references/{reference.id}/" in page
        assert f"/pictures/{batch.standard.version.pictures[0].image_key}/" in page

    def test_the_page_knows_the_photos_that_are_there_already(self, client, session, batch):
        photo = make_photo(session, batch)
        assert photo.image_key in client.get(f"/batches/{batch.id}/photos").text

    def test_gallery_and_camera_are_both_offered(self, client, batch):
        page = client.get(f"/batches/{batch.id}/photos").text
        assert 'capture="environment"' in page
        assert "multiple" in page


class TestSendingAPhoto:
    def test_a_photo_is_stored_recorded_and_queued_with_one_answer(self, client, session, batch, images):
        answer = send(client, batch, photo_bytes(1), "bowl 1.jpg")
        photo = session.scalars(select(BatchPhoto)).one()
        assert answer.status_code == 201
        assert answer.json == {
            "id": str(photo.id),
            "number": 1,
            "file_name": "bowl 1.jpg",
            "state": "queued",
            "url": f"/pieces/{photo.id}",
        }
        assert images.images[photo.image_key] == photo_bytes(1)
        assert count_jobs(session) == 1

    @pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
    def test_other_kinds_of_photos_are_taken_too(self, client, session, batch, image_format):
        assert send(client, batch, photo_bytes(1, image_format)).status_code == 201

    def test_the_same_photo_again_is_known_by_its_content(self, client, session, batch):
        first = send(client, batch, photo_bytes(1), "one.jpg")
        again = send(client, batch, photo_bytes(1), "two.jpg")
        assert (again.status_code, again.json) == (200, first.json)
        assert (count_photos(session), count_jobs(session)) == (1, 1)

    def test_the_same_photo_may_be_in_two_batches(self, client, session, workshop, batch):
        other = make_batch(session, workshop, batch.standard)
        assert send(client, batch, photo_bytes(1)).status_code == 201
        assert send(client, other, photo_bytes(1)).status_code == 201

    def test_a_request_without_a_photo_is_refused(self, client, batch):
        answer = client.post(f"/batches/{batch.id}/photos", data={}, headers=JSON)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "missing_file")

    @pytest.mark.parametrize("size", [25_000_001, 40_000_000])
    def test_a_photo_over_25_mb_is_refused_with_the_limit(self, client, session, batch, size):
        answer = send(client, batch, photo_bytes(1) + bytes(size - len(photo_bytes(1))))
        assert (answer.status_code, answer.json["error"]["code"]) == (413, "photo_too_large")
        assert "25 MB" in answer.json["error"]["message"]
        assert count_photos(session) == 0

    def test_a_form_without_a_csrf_token_changes_nothing(self, app, client, session, batch):
        app.config["WTF_CSRF_ENABLED"] = True
        answer = send(client, batch, photo_bytes(1))
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "form_expired")
        assert count_photos(session) == 0

    def test_somebody_signed_out_is_told_so_in_json(self, app, batch):
        answer = send(in_english(app.test_client()), batch, photo_bytes(1))
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_signed_in")


class TestManyAtOnce:
    @pytest.fixture
    def parts(self, parts: Parts) -> Parts:
        """Room for five photos, so that a race for the last place is a short one."""
        return replace(parts, settings=replace(parts.settings, max_batch_photos=5))

    def send_all(self, app: Flask, account, batch: Batch, photos: list[bytes]) -> list[int]:
        who, address = account.new_sign_in(), f"/batches/{batch.id}/photos"  # read here: no session in two threads

        def send_one(data: bytes) -> int:
            client = app.test_client()
            with client.session_transaction() as cookies:
                cookies.update(_user_id=who, _fresh=True)
            return client.post(address, data={"photo": (io.BytesIO(data), "piece.jpg")}, headers=JSON).status_code

        with ThreadPoolExecutor(8) as threads:
            return sorted(threads.map(send_one, photos))

    def test_the_same_photo_sent_by_many_at_once_is_kept_once(self, app, session, sign_in):
        account = sign_in("workshop")
        batch = make_batch(session, account.person.organisation)
        statuses = self.send_all(app, account, batch, [photo_bytes(7)] * 8)
        assert statuses == [200] * 7 + [201]
        assert (count_photos(session), count_jobs(session)) == (1, 1)

    def test_a_batch_never_holds_more_than_its_limit(self, app, session, sign_in):
        account = sign_in("workshop")
        batch = make_batch(session, account.person.organisation)
        statuses = self.send_all(app, account, batch, [photo_bytes(seed) for seed in range(9)])
        assert statuses == [201] * 5 + [422] * 4
        positions = session.scalars(select(BatchPhoto.position).order_by(BatchPhoto.position)).all()
        assert positions == [1, 2, 3, 4, 5]

    def test_a_photo_that_is_there_already_is_known_even_when_the_batch_is_full(self, client, session, sign_in):
        batch = make_batch(session, sign_in("workshop").person.organisation, photos=5)
        assert send(client, batch, photo_bytes(1000)).status_code == 200
        full = send(client, batch, photo_bytes(1))
        assert (full.status_code, full.json["error"]["code"]) == (422, "batch_is_full")
        assert "5 photos" in full.json["error"]["message"]


class TestFormWithoutScripts:
    def post(self, client: FlaskClient, batch: Batch, *files: tuple[bytes, str]):
        return client.post(f"/batches/{batch.id}/photos", **form_of(*files), follow_redirects=True)

    def test_several_photos_are_taken_and_the_bad_one_named(self, client, session, batch):
        answer = self.post(client, batch, (photo_bytes(1), "a.jpg"), (b"text", "notes.txt"), (photo_bytes(2), "b.jpg"))
        assert count_photos(session) == 2
        assert "2 photos received." in answer.text
        assert "notes.txt: This is not a photo." in answer.text

    def test_more_than_one_photo_s_size_is_taken(self, client, session, batch):
        padding = bytes(20_000_000)
        self.post(client, batch, (photo_bytes(1) + padding, "a.jpg"), (photo_bytes(2) + padding, "b.jpg"))
        assert count_photos(session) == 2

    def test_nothing_chosen_is_said(self, client, batch):
        assert "No photo was chosen." in self.post(client, batch).text
