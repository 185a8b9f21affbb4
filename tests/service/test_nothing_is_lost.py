"""What was acknowledged is inspected exactly once, whatever is killed and whichever part goes away."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from service.embedded import find_running
from service.queue import conninfo
from service.settings import Settings
from service.storage import key_of
from tests.processes import READY_WITHIN_S, Kriya
from tests.servers import S3Server, free_port, wait_until
from tests.workshops import Workshop, distinct_photos, open_workshop, parts_over, photos_in

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "celadon_bowl"
PHOTOS = 100
REFERENCES = photos_in(SAMPLE / "standard")[:8]
SENDERS = 4
DONE_WITHIN_S = 240
# A worker that is silent for so long is taken for dead, so that the tests need not wait for the usual time.
STALLED_AFTER_S = "3"


def results(url: str, batch_id: str) -> list[tuple[str, str, int]]:
    """(image key, state of the photo, number of inspections) of every photo of a batch."""
    query = """
        SELECT image_key, state, (SELECT count(*) FROM inspection WHERE photo_id = batch_photo.id)
        FROM batch_photo WHERE batch_id = %s
    """
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(query, [uuid.UUID(batch_id)]).fetchall()


def assert_each_was_inspected_once(url: str, workshop: Workshop, photos: list[bytes]) -> None:
    found = results(url, workshop.batch_id)
    assert workshop.acknowledged == {key_of(photo) for photo in photos}
    assert sorted(key for key, _state, _count in found) == sorted(workshop.acknowledged)
    assert {(state, count) for _key, state, count in found} == {("inspected", 1)}


def kill(kriya: Kriya, mark: str) -> None:
    """kill -9 of one child of the supervisor, named by what its command line contains, with all it started."""
    for child in psutil.Process(kriya.process.pid).children():
        if any(mark in word for word in child.cmdline()):
            family = [child, *child.children(recursive=True)]
            for process in family:
                process.kill()
            psutil.wait_procs(family)
            return
    raise AssertionError(f"no {mark} is running")


@pytest.fixture
def senders() -> Iterator[Callable[[Workshop, list[bytes]], None]]:
    """`senders(workshop, photos)`: several senders at a time, in the background; ended with the test."""
    stop = threading.Event()
    pool = ThreadPoolExecutor(SENDERS)
    sent = []

    def send_all(workshop: Workshop, photos: list[bytes]) -> None:
        sent.extend(pool.submit(workshop.send_until_acknowledged, photo, stop) for photo in photos)

    yield send_all
    stop.set()
    pool.shutdown()
    for future in sent:
        future.result()


def test_every_acknowledged_photo_is_inspected_once_though_web_worker_and_database_are_killed(
    start, home: Path, senders
):
    settings = {
        "KRIYA_HOME": str(home),
        "PORT": str(free_port()),
        "SAMPLE_DATA": "0",
        "STALLED_AFTER_S": STALLED_AFTER_S,
    }
    kriya = start("run", settings)
    kriya.wait_until_well()
    with parts_over(find_running(home), Settings(home=home)) as parts:
        workshop = open_workshop(parts, kriya.url, REFERENCES)
    photos = distinct_photos(photos_in(SAMPLE / "batch"), PHOTOS)
    senders(workshop, photos)
    for mark, after in (("gunicorn", 20), ("worker", 40), ("postgres", 60)):
        wait_until(lambda after=after: len(workshop.acknowledged) >= after, f"{after} photos", DONE_WITHIN_S)
        kill(kriya, mark)
    wait_until(lambda: len(workshop.acknowledged) >= 80, "80 photos", DONE_WITHIN_S)
    kriya.process.kill()  # and everything at once, as when the machine goes
    kriya.process.wait()
    start("run", settings)
    wait_until(lambda: len(workshop.acknowledged) == PHOTOS, "all photos to be acknowledged", DONE_WITHIN_S)
    wait_until(workshop.is_done, "all photos to be inspected", DONE_WITHIN_S)
    assert_each_was_inspected_once(find_running(home), workshop, photos)


@pytest.fixture
def own_s3_server(tmp_path: Path) -> Iterator[S3Server]:
    server = S3Server(tmp_path / "own-s3")
    server.start()
    yield server
    server.kill()


def test_object_store_that_goes_away_refuses_uploads_and_the_worker_waits_for_it(
    start, home: Path, database_url: str, s3_settings: Settings, own_s3_server: S3Server
):
    settings = replace(s3_settings, s3_endpoint=own_s3_server.endpoint, database_url=database_url)
    environ = {
        "KRIYA_HOME": str(home),
        "DATABASE_URL": database_url,
        "PORT": str(free_port()),
        "SECRET_KEY": "only-for-tests",
        "STALLED_AFTER_S": STALLED_AFTER_S,
        "S3_ENDPOINT": settings.s3_endpoint,
        "S3_BUCKET": settings.s3_bucket,
        "S3_ACCESS_KEY": settings.s3_access_key,
        "S3_SECRET_KEY": settings.s3_secret_key,
    }
    web = start("web", environ)
    web.wait_until_well()
    with parts_over(database_url, settings) as parts:
        workshop = open_workshop(parts, web.url, REFERENCES)
    *before, refused = distinct_photos(photos_in(SAMPLE / "batch"), 4)
    for photo in before:
        workshop.send_until_acknowledged(photo, threading.Event())

    own_s3_server.kill()
    answer = workshop.send(refused)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert key_of(refused) not in {key for key, _state, _count in results(database_url, workshop.batch_id)}
    start("worker", environ)
    wait_until(lambda: retried_jobs(database_url) >= 1, "the worker to find the store away", READY_WITHIN_S)
    assert {count for _key, _state, count in results(database_url, workshop.batch_id)} == {0}

    own_s3_server.start()
    workshop.send_until_acknowledged(refused, threading.Event())
    wait_until(workshop.is_done, "all photos to be inspected", DONE_WITHIN_S)
    assert_each_was_inspected_once(database_url, workshop, [*before, refused])


def retried_jobs(url: str) -> int:
    """How many inspections wait to be tried again."""
    query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'inspect_photo' AND attempts > 0"
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(query).fetchone()[0]
