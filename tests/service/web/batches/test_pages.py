"""What a workshop reads: the list, the batch worst first, and its state while verdicts arrive."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.batches import PhotoState
from catalog.store.tables import Batch, BatchPhoto
from service.context import Parts
from tests.factories import (
    make_batch,
    make_inspection,
    make_photo,
    make_standard,
)
from tests.service.web.batches.requests import FINDING, JSON, count_jobs


class TestList:
    def test_a_workshop_without_batches_is_shown_how_to_begin(self, client, workshop):
        page = client.get("/batches").text
        assert "Start the first batch" in page

    def test_a_batch_is_listed_with_its_counts(self, client, session, batch):
        make_photo(session, batch, seed=1, verdict="accept")
        make_photo(session, batch, seed=2, verdict="reject")
        page = client.get("/batches").text
        assert "Batch 1" in page
        assert '<b data-count="accept">1</b> accept' in page
        assert '<b data-count="reject">1</b> reject' in page

    def test_batches_of_others_are_not_listed(self, client, session, workshop):
        make_batch(session, name="Somebody else's")
        assert "Somebody else" not in client.get("/batches").text

    def test_more_batches_than_a_page_holds_are_leafed_through(self, client, session, workshop):
        standard = make_standard(session)
        for number in range(21):
            make_batch(session, workshop, standard, name=f"Lot {number}.")
        first, second = client.get("/batches").text, client.get("/batches?page=2").text
        assert "Lot 20." in first
        assert "Lot 0." not in first
        assert "Lot 0." in second


class TestBatchPage:
    def test_the_decision_comes_first_with_its_causes(self, client, session, batch):
        make_photo(session, batch, seed=1, verdict="accept")
        make_photo(session, batch, seed=2, verdict="accept")
        make_photo(session, batch, seed=3, verdict="rework", reasons=[FINDING])
        make_photo(session, batch, seed=4, verdict="retake", reasons=[{"code": "too_dark", "region": None}])
        page = client.get(f"/batches/{batch.id}").text
        wanted = "2 of 3 match the standard. 1 needs rework: surface differs. 1 photo must be taken again: too dark."
        assert wanted in page

    def test_pieces_stand_worst_first_and_what_waits_last(self, client, session, batch):
        waiting = make_photo(session, batch, seed=1)
        accepted = make_photo(session, batch, seed=2, verdict="accept")
        rework = make_photo(session, batch, seed=3, verdict="rework", score=60.0)
        worse_rework = make_photo(session, batch, seed=4, verdict="rework", score=45.0)
        retake = make_photo(session, batch, seed=5, verdict="retake", reasons=[{"code": "blurred", "region": None}])
        rejected = make_photo(session, batch, seed=6, verdict="reject")
        page = client.get(f"/batches/{batch.id}").text
        places = [
            page.index(f'data-key="{photo.id}"')
            for photo in (rejected, worse_rework, rework, retake, accepted, waiting)
        ]
        assert places == sorted(places)

    def test_a_verdict_can_be_looked_at_alone(self, client, session, batch):
        accepted = make_photo(session, batch, seed=1, verdict="accept")
        rejected = make_photo(session, batch, seed=2, verdict="reject")
        page = client.get(f"/batches/{batch.id}?verdict=reject").text
        assert f'data-key="{rejected.id}"' in page
        assert f'data-key="{accepted.id}"' not in page

    def test_photos_to_take_again_come_with_what_to_do(self, client, session, batch):
        make_photo(session, batch, seed=1, verdict="retake", reasons=[{"code": "too_dark", "region": None}])
        page = client.get(f"/batches/{batch.id}").text
        assert "Take this photo again" in page
        assert "Go closer to a window" in page

    def test_an_empty_batch_says_what_comes(self, client, batch):
        page = client.get(f"/batches/{batch.id}").text
        assert "No photos yet" in page
        assert "Take photos" in page

    def test_a_file_name_is_shown_as_text(self, client, session, batch):
        photo = make_photo(session, batch, file_name="<script>alert(1)</script>.jpg", verdict="accept")
        assert "<script>alert" not in client.get(f"/batches/{batch.id}").text
        assert "&lt;script&gt;alert(1)&lt;" in client.get(f"/pieces/{photo.id}").text

    def test_the_number_of_queries_does_not_grow_with_the_photos(self, client, session, batch, count_queries):
        for seed in range(2):
            make_photo(session, batch, seed=seed, verdict="accept")
        few = count_queries(lambda: client.get(f"/batches/{batch.id}"))
        for seed in range(2, 12):
            make_photo(session, batch, seed=seed, verdict="reject", reasons=[FINDING])
        assert count_queries(lambda: client.get(f"/batches/{batch.id}")) == few


class TestState:
    def state(self, client: FlaskClient, batch: Batch, tag: str = ""):
        return client.get(f"/batches/{batch.id}/state", headers=JSON | ({"If-None-Match": tag} if tag else {}))

    def test_it_counts_and_brings_the_changed_part_of_the_page(self, client, session, batch):
        make_photo(session, batch, seed=1, verdict="accept")
        make_photo(session, batch, seed=2)
        found = self.state(client, batch).json
        wanted = {"accept": 1, "rework": 0, "reject": 0, "retake": 0, "queued": 1, "failed": 0, "total": 2}
        assert found["counts"] == wanted
        assert found["is_done"] is False
        assert 'class="decision"' in found["html"]

    def test_nothing_new_is_answered_without_a_body(self, client, session, batch):
        make_photo(session, batch)
        tag = self.state(client, batch).headers["ETag"]
        again = self.state(client, batch, tag)
        assert (again.status_code, again.data) == (304, b"")

    def test_a_verdict_changes_the_tag(self, client, session, batch):
        photo = make_photo(session, batch)
        tag = self.state(client, batch).headers["ETag"]
        make_inspection(session, photo, "accept")
        fresh = self.state(client, batch, tag)
        assert fresh.status_code == 200
        assert fresh.json["is_done"] is True

    def test_the_page_carries_the_tag_that_the_state_answers(self, client, session, batch):
        make_photo(session, batch)
        tag = self.state(client, batch).headers["ETag"].strip('"')
        assert f'data-tag="{tag}"' in client.get(f"/batches/{batch.id}").text

    def test_photos_that_wait_without_a_worker_are_said_to_be_safe(self, client, session, batch):
        make_photo(session, batch)
        assert "The inspector is not at work at the moment." in self.state(client, batch).json["html"]

    def test_with_a_worker_nothing_is_said_of_waiting(self, client, session, batch):
        make_photo(session, batch)
        session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"))
        session.commit()
        assert "inspector is" not in self.state(client, batch).json["html"]


class TestBusyInspector:
    @pytest.fixture(autouse=True)
    def _worker(self, session: Session) -> None:
        session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"))
        session.commit()

    def queue_photos(self, session: Session, parts: Parts, batch: Batch, count: int) -> None:
        for seed in range(count):
            parts.queue.inspect(session, make_photo(session, batch, seed=seed).id)
        session.commit()

    def test_photos_of_others_that_wait_as_well_are_counted_in_tens(self, client, session, parts, batch):
        self.queue_photos(session, parts, batch, 2)
        self.queue_photos(session, parts, make_batch(session, standard=batch.standard), 24)
        page = client.get(f"/batches/{batch.id}").text
        assert "The inspector is busy: about 20 photos of others wait as well." in page

    def test_one_s_own_other_batches_are_not_others(self, client, session, parts, batch):
        self.queue_photos(session, parts, batch, 2)
        self.queue_photos(session, parts, make_batch(session, batch.workshop, batch.standard), 24)
        assert "The inspector is busy" not in client.get(f"/batches/{batch.id}").text


class TestFailedPhotos:
    def fail(self, session: Session, photo: BatchPhoto) -> None:
        photo.state = PhotoState.FAILED
        session.commit()

    def test_the_service_takes_the_blame_and_offers_another_try(self, client, session, batch):
        self.fail(session, make_photo(session, batch))
        page = client.get(f"/batches/{batch.id}").text
        assert "The fault is the service's" in page
        assert "Inspect again" in page

    def test_another_try_queues_each_failed_photo_once(self, client, session, batch):
        failed = make_photo(session, batch, seed=1)
        self.fail(session, failed)
        make_photo(session, batch, seed=2, verdict="accept")
        for _ in range(2):
            assert client.post(f"/batches/{batch.id}/retry").status_code == 303
        session.refresh(failed)
        assert failed.state == PhotoState.QUEUED
        assert count_jobs(session) == 1


class TestExport:
    def rows(self, client: FlaskClient, batch: Batch) -> list[dict[str, str]]:
        answer = client.get(f"/batches/{batch.id}/results.csv")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="kriya-batch-1.csv"'
        return list(csv.DictReader(io.StringIO(answer.text)))

    def test_each_photo_is_a_line_in_the_order_received(self, client, session, batch):
        make_photo(session, batch, seed=1, verdict="rework", score=55.25, reasons=[FINDING, FINDING])
        make_photo(session, batch, seed=2)
        first, second = self.rows(client, batch)
        assert (first["number"], first["verdict"], first["score"]) == ("1", "rework", "55.25")
        assert first["reasons"] == "surface"
        assert (second["state"], second["verdict"], second["score"]) == ("queued", "", "")

    @pytest.mark.parametrize("name", ["=1+2.jpg", "+1.jpg", "-1.jpg", "@SUM(A1).jpg"])
    def test_no_file_name_becomes_a_formula(self, client, session, batch, name):
        make_photo(session, batch, file_name=name)
        assert self.rows(client, batch)[0]["file_name"] == f"'{name}"
