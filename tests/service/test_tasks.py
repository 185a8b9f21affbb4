"""What a worker does with its jobs: wait out what passes, give up on what does not, and say so."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from procrastinate.jobs import Job
from sqlalchemy import ColumnElement, column, extract, func, select, table, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from catalog.batches import PhotoState
from catalog.consistency import RULES
from catalog.inspections import Verdict
from catalog.standards import StandardState
from catalog.store.tables import BatchPhoto, Inspection, MakeRecord, ReferenceStandard
from catalog.text import Text
from models.errors import BrokenArtifact
from service.context import Parts
from service.design_pictures import receive_picture
from service.images import Format
from service.inspection import receive_photo
from service.storage import ImageNotFound, StorageFull, StorageUnavailable
from service.tasks import MAX_ATTEMPTS, MAX_WAIT_S, RETRY, prepare_design_picture, reckon_makes
from tests.factories import make_batch, make_design, make_picture, make_standard, photo_bytes
from tests.fakes import MemoryStore
from tests.makes import make_history
from tests.service.fitted import GOOD, make_fitted_standard

PASSES = [StorageUnavailable("away"), StorageFull("full"), OperationalError("SELECT 1", None, Exception("gone"))]
STAYS = [ImageNotFound("0" * 64), BrokenArtifact("damaged"), ValueError("nobody foresaw this")]


def job_after(attempts: int) -> Job:
    return Job(id=1, queue="inspections", lock=None, queueing_lock=None, task_name="inspect_photo", attempts=attempts)


class TestTryingAgain:
    @pytest.mark.parametrize("error", PASSES, ids=lambda error: type(error).__name__)
    def test_what_passes_is_waited_for_however_long_it_takes(self, error):
        waits = [RETRY.get_retry_decision(exception=error, job=job_after(tries)) for tries in (1, 2, 3, 1000)]
        assert None not in waits

    @pytest.mark.parametrize("error", STAYS, ids=lambda error: type(error).__name__)
    def test_what_stays_is_tried_a_few_times(self, error):
        decisions = [RETRY.get_retry_decision(exception=error, job=job_after(tries)) for tries in range(10)]
        assert [decision is not None for decision in decisions] == [tries < MAX_ATTEMPTS for tries in range(10)]


JOBS = table(
    "procrastinate_jobs",
    column("id"),
    column("task_name"),
    column("status"),
    column("priority"),
    column("scheduled_at"),
)
WAIT_S = extract("epoch", JOBS.c.scheduled_at - func.now())


def jobs(session: Session, task_name: str, what: ColumnElement = JOBS.c.status) -> list:
    """A column of every job of this task; periodic ones of the worker's own are beside them in the queue."""
    session.rollback()  # a fresh look
    return list(session.scalars(select(what).where(JOBS.c.task_name == task_name).order_by(JOBS.c.id)))


@pytest.fixture
def run_now(session: Session, run_jobs: Callable[[], None]) -> Callable[[], None]:
    """Do also those jobs that wait for their next try."""

    def run() -> None:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))
        session.commit()
        run_jobs()

    return run


class TestInspectPhoto:
    @pytest.fixture
    def photo(self, session: Session, parts: Parts) -> BatchPhoto:
        """Received, with its job in the queue."""
        batch = make_batch(session, standard=make_fitted_standard(session, parts.images))
        photo, _ = receive_photo(session, parts, batch.id, "piece.jpg", GOOD)
        session.commit()
        return photo

    def test_the_job_is_done_and_the_photo_has_its_verdict(self, session, photo, run_jobs):
        run_jobs()
        session.refresh(photo)
        assert (photo.state, photo.inspection.standard_id) == (PhotoState.INSPECTED, photo.batch.standard_id)
        assert jobs(session, "inspect_photo") == ["succeeded"]

    def test_while_the_store_is_away_the_job_waits_and_then_goes_on(self, session, photo, images, run_now):
        images.is_down = True
        for _ in range(MAX_ATTEMPTS + 2):  # an outage uses up no tries
            run_now()
        assert jobs(session, "inspect_photo") == ["todo"]
        [wait_s] = jobs(session, "inspect_photo", WAIT_S)
        assert 0 < wait_s <= MAX_WAIT_S
        session.refresh(photo)
        assert photo.state == PhotoState.QUEUED
        images.is_down = False
        run_now()
        session.refresh(photo)
        assert photo.state == PhotoState.INSPECTED

    def test_a_job_that_runs_twice_leaves_one_result(self, session, parts, photo, run_jobs):
        parts.queue.inspect(session, photo.id)  # as when a worker died after its commit
        session.commit()
        run_jobs()
        assert jobs(session, "inspect_photo") == ["succeeded", "succeeded"]
        assert session.scalar(select(func.count()).select_from(Inspection)) == 1

    def test_a_photo_that_cannot_be_read_is_a_result_and_no_failure(self, session, photo, images, run_jobs):
        images.images[photo.image_key] = GOOD[:1000]
        run_jobs()
        session.refresh(photo)
        assert photo.inspection.verdict == Verdict.RETAKE
        assert jobs(session, "inspect_photo") == ["succeeded"]

    def test_what_breaks_every_time_is_given_up_and_said_of_the_photo(self, session, photo, images, run_now):
        standard = photo.batch.standard
        standard.artifact_key = images.put(b"not an artifact", "application/octet-stream")
        session.commit()
        for tries in range(MAX_ATTEMPTS + 1):
            session.refresh(photo)
            assert photo.state == PhotoState.QUEUED, tries
            run_now()
        session.refresh(photo)
        assert photo.state == PhotoState.FAILED
        assert jobs(session, "inspect_photo") == ["failed"]

    def test_a_photo_that_is_gone_leaves_nothing_to_do(self, session, parts, run_jobs):
        parts.queue.inspect(session, uuid.uuid4())
        session.commit()
        run_jobs()
        assert jobs(session, "inspect_photo") == ["succeeded"]


class TestFitStandard:
    @pytest.fixture
    def standard(self, session: Session, parts: Parts, images: MemoryStore) -> ReferenceStandard:
        standard = make_standard(session, state=StandardState.FITTING, images=images)
        parts.queue.fit(session, standard.id)
        session.commit()
        return standard

    def test_references_that_are_no_photos_are_named(self, session, standard, images, run_jobs):
        damaged = standard.references[3]
        images.images[damaged.image_key] = b"no photo any more"
        run_jobs()
        session.refresh(standard)
        assert standard.state == StandardState.FAILED
        assert standard.fit_failure == {"code": "UnreadableReferences", "photos": [str(damaged.id)]}

    def test_a_reference_whose_image_is_gone_is_given_up_after_some_tries(self, session, standard, images, run_now):
        images.delete(standard.references[0].image_key)
        for _ in range(MAX_ATTEMPTS + 1):
            session.refresh(standard)
            assert standard.state == StandardState.FITTING
            run_now()
        session.refresh(standard)
        assert standard.state == StandardState.FAILED
        assert standard.fit_failure["code"] == "internal"


def test_a_picture_is_known_by_what_it_looks_like(session, parts, images, run_jobs):
    picture = make_picture(session, make_design(session, published=False), seed=7, images=images)
    parts.queue.embed_picture(session, picture.id)
    parts.queue.embed_picture(session, uuid.uuid4())  # one that was removed meanwhile
    session.commit()
    run_jobs()
    session.refresh(picture)
    assert len(picture.embedding) > 100
    assert jobs(session, "embed_picture") == ["succeeded", "succeeded"]


def test_a_picture_that_comes_in_gets_its_small_copies_after_everything_else(session, parts, images):
    version = make_design(session, published=False)
    picture, _ = receive_picture(session, parts, version.id, photo_bytes(7), Text("mangkuk", "bowl"))
    parts.queue.inspect(session, uuid.uuid4())
    session.commit()
    [copies], [inspection] = (jobs(session, name, JOBS.c.priority) for name in ("prepare_picture", "inspect_photo"))
    assert copies < inspection
    prepare_design_picture(parts, picture.image_key)
    images.is_down = True
    session.refresh(picture)
    assert picture.placeholder.startswith("data:image/webp;base64,")
    assert parts.derivatives.get(picture.image_key, 480, Format.AVIF)


def test_a_worker_that_starts_reckons_the_records_of_another_release(session, parts):
    batch = make_history(session, counts=((5, 6),))
    record = session.get(MakeRecord, (batch.workshop_id, batch.standard.version_id))
    record.rules, record.pieces = 0, 99
    session.commit()
    reckon_makes(parts)
    session.expire_all()
    assert (record.rules, record.accepted, record.pieces) == (RULES, 5, 6)
