"""The use case itself: what "received" means, and what an inspection records."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from catalog.batches import PhotoState
from catalog.inspections import Verdict
from catalog.store.tables import Batch, BatchPhoto, Inspection, ReferenceStandard
from service import inspection
from service.context import Parts
from service.inspection import MAX_KEPT_INSPECTORS, PhotoTooLarge, check_photo, decode_map, encode_map, receive_photo
from service.storage import StorageFull, StorageUnavailable, key_of
from tests.factories import make_batch, make_photo, make_standard, photo_bytes
from tests.fakes import MemoryStore
from tests.service.fitted import BARE, GOOD, fitted_bowl, make_fitted_standard
from tests.service.web.batches.requests import count_jobs, count_photos


class TestReceiving:
    @pytest.fixture
    def batch(self, session: Session) -> Batch:
        return make_batch(session)

    def test_the_image_is_stored_and_record_and_job_come_with_the_commit(self, session, parts, images, batch):
        photo, is_new = receive_photo(session, parts, batch.id, "piece.jpg", photo_bytes(1))
        assert is_new
        assert images.images[photo.image_key] == photo_bytes(1)
        with Session(parts.database.engine) as stranger:
            assert (count_photos(stranger), count_jobs(stranger)) == (0, 0)
        session.commit()
        with Session(parts.database.engine) as stranger:
            assert (count_photos(stranger), count_jobs(stranger)) == (1, 1)

    def test_what_is_rolled_back_leaves_neither_record_nor_job(self, session, parts, batch):
        receive_photo(session, parts, batch.id, "piece.jpg", photo_bytes(1))
        session.rollback()
        assert (count_photos(session), count_jobs(session)) == (0, 0)

    def test_a_photo_that_is_known_is_not_queued_again(self, session, parts, batch):
        first, _ = receive_photo(session, parts, batch.id, "piece.jpg", photo_bytes(1))
        again, is_new = receive_photo(session, parts, batch.id, "other.jpg", photo_bytes(1))
        assert (again, is_new) == (first, False)
        assert count_jobs(session) == 1

    @pytest.mark.parametrize("error", [StorageUnavailable, StorageFull])
    def test_a_store_that_takes_nothing_leaves_nothing(self, session, parts, images, batch, monkeypatch, error):
        def put(data: bytes, content_type: str) -> str:
            raise error("not now")

        monkeypatch.setattr(images, "put", put)
        with pytest.raises(error):
            receive_photo(session, parts, batch.id, "piece.jpg", photo_bytes(1))
        session.commit()
        assert (count_photos(session), count_jobs(session)) == (0, 0)

    def test_the_limit_itself_is_taken_and_one_byte_more_is_not(self):
        padding = bytes(1_000_000 - len(photo_bytes(1)))
        assert check_photo(photo_bytes(1) + padding, max_photo_mb=1).format == "JPEG"
        with pytest.raises(PhotoTooLarge) as caught:
            check_photo(photo_bytes(1) + padding + b"\0", max_photo_mb=1)
        assert caught.value.most == 1


class TestInspecting:
    @pytest.fixture
    def standard(self, session: Session, images: MemoryStore) -> ReferenceStandard:
        return make_fitted_standard(session, images)

    @pytest.fixture
    def batch(self, session: Session, standard: ReferenceStandard) -> Batch:
        return make_batch(session, standard=standard)

    def receive(self, session: Session, parts: Parts, batch: Batch, data: bytes) -> BatchPhoto:
        photo, _ = receive_photo(session, parts, batch.id, "piece.jpg", data)
        session.commit()
        return photo

    def inspect(self, session: Session, parts: Parts, photo: BatchPhoto) -> Inspection:
        inspection.inspect_photo(parts, photo.id)
        session.refresh(photo)
        return photo.inspection

    def test_the_result_says_what_was_found_against_what(self, session, parts, images, batch, standard):
        photo = self.receive(session, parts, batch, BARE)
        found = self.inspect(session, parts, photo)
        assert photo.state == PhotoState.INSPECTED
        assert found.verdict in (Verdict.REWORK, Verdict.REJECT)
        assert found.score < standard.accept_score
        assert {reason["code"] for reason in found.reasons} & {"surface", "colour"}
        assert found.nearest_reference_id in {reference.id for reference in standard.references}
        assert (found.standard_id, found.standard_hash) == (standard.id, models.load(fitted_bowl()).hash)
        assert decode_map(images.get(found.map_key)).max() > 1  # beyond the limit somewhere

    def test_a_good_piece_scores_better_than_a_bad_one(self, session, parts, batch):
        good, bad = (self.receive(session, parts, batch, data) for data in (GOOD, BARE))
        assert self.inspect(session, parts, good).score > self.inspect(session, parts, bad).score

    def test_the_tolerances_of_the_standard_decide(self, session, parts, batch, standard):
        standard.accept_score, standard.reject_score = 0.2, 0.1
        session.commit()
        assert self.inspect(session, parts, self.receive(session, parts, batch, GOOD)).verdict == Verdict.ACCEPT
        standard.accept_score, standard.reject_score = 99.9, 99.8
        session.commit()
        assert self.inspect(session, parts, self.receive(session, parts, batch, BARE)).verdict == Verdict.REJECT

    def test_a_photo_inspected_twice_has_one_result_the_first(self, session, parts, images, batch):
        photo = self.receive(session, parts, batch, GOOD)
        first = self.inspect(session, parts, photo).id
        images.images.clear()  # nothing is needed any more
        assert self.inspect(session, parts, photo).id == first

    def test_two_workers_on_the_same_photo_leave_one_result(self, session, parts, batch):
        photo = self.receive(session, parts, batch, GOOD)
        photo_id = photo.id
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda _: inspection.inspect_photo(parts, photo_id), range(2)))
        assert session.scalar(select(func.count()).select_from(Inspection)) == 1
        session.refresh(photo)
        assert photo.state == PhotoState.INSPECTED

    def test_a_standard_activated_later_does_not_change_what_a_batch_is_judged_against(
        self, session, parts, batch, standard
    ):
        photo = self.receive(session, parts, batch, GOOD)
        newer = make_standard(session, standard.version)  # it has no artifact: the engine could not load it
        session.refresh(standard)
        assert (standard.state, newer.state) == ("retired", "active")
        assert self.inspect(session, parts, photo).standard_id == standard.id

    @pytest.mark.parametrize(
        ("data", "code"),
        [(GOOD[: len(GOOD) // 2], "truncated"), (b"Not a photo at all.", "not_an_image"), (b"", "empty")],
    )
    def test_a_photo_that_cannot_be_read_any_more_is_to_be_taken_again(self, session, parts, images, batch, data, code):
        photo = make_photo(session, batch)
        images.images[photo.image_key] = data
        found = self.inspect(session, parts, photo)
        assert (found.verdict, found.score, found.map_key) == (Verdict.RETAKE, None, None)
        assert [reason["code"] for reason in found.reasons] == [code]

    def test_a_store_that_is_away_leaves_the_photo_waiting(self, session, parts, images, batch):
        photo = self.receive(session, parts, batch, GOOD)
        images.is_down = True
        with pytest.raises(StorageUnavailable):
            inspection.inspect_photo(parts, photo.id)
        session.refresh(photo)
        assert (photo.state, photo.inspection) == (PhotoState.QUEUED, None)


class TestAnomalyMap:
    def test_it_comes_back_as_it_was_kept_in_steps_far_below_the_limit(self):
        found = np.linspace(0, 3, 12, dtype=np.float32).reshape(3, 4)
        assert decode_map(encode_map(found)) == pytest.approx(found, abs=1e-3)

    def test_what_is_far_beyond_the_limit_stays_the_brightest(self):
        found = np.array([[0.0, 1.0, 500.0]], np.float32)
        assert decode_map(encode_map(found))[0] == pytest.approx([0, 1, 8], abs=1e-3)


class TestKeptInspectors:
    def test_the_last_few_need_the_store_no_more_and_the_oldest_goes(self, images):
        keys = [key_of(bytes([number])) for number in range(MAX_KEPT_INSPECTORS + 1)]
        for key in keys:
            images.images[key] = fitted_bowl()
            inspection.load_inspector(images, key)
        images.is_down = True
        for key in keys[1:]:
            inspection.load_inspector(images, key)
        with pytest.raises(StorageUnavailable):
            inspection.load_inspector(images, keys[0])
