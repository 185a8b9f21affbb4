"""What was acknowledged is inspected exactly once, whatever is killed and whichever part goes away."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import psycopg
import pytest
import urllib3

from catalog.standards import StandardState, View
from catalog.store import standards
from service import accounts, inspection
from service.context import Parts
from service.database import Database
from service.embedded import find_running
from service.queue import JobQueue, conninfo
from service.settings import Settings
from service.storage import key_of, open_store
from tests.factories import make_account, make_design
from tests.processes import READY_WITHIN_S, Kriya
from tests.servers import S3Server, free_port, wait_until

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "celadon_bowl"
PHOTOS = 100
REFERENCES = 8
SENDERS = 4
DONE_WITHIN_S = 240
# A worker that is silent for so long is taken for dead, so that the tests need not wait for the usual time.
STALLED_AFTER_S = "3"


@dataclass
class Workshop:
    """A workshop's own client of the API: sends photos until they are acknowledged, as its uploader does."""

    url: str
    token: str
    batch_id: str
    acknowledged: set[str]

    def send(self, photo: bytes) -> urllib3.BaseHTTPResponse:
        """One attempt. Raises: urllib3.exceptions.HTTPError when nobody answers."""
        return self._ask("POST", f"batches/{self.batch_id}/photos?file_name=piece.jpg", photo, "image/jpeg")

    def send_until_acknowledged(self, photo: bytes, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                status = self.send(photo).status
            except urllib3.exceptions.HTTPError:
                status = 503
            if status in (200, 201):
                self.acknowledged.add(key_of(photo))
                return
            assert status == 503, status
            time.sleep(0.2)

    def counts(self) -> dict:
        return self._ask("GET", f"batches/{self.batch_id}").json()

    def is_done(self) -> bool:
        try:
            return self.counts().get("is_done", False)
        except urllib3.exceptions.HTTPError:
            return False

    def _ask(self, method: str, path: str, body: bytes | None = None, content_type: str = "application/json"):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type}
        return urllib3.request(
            method, f"{self.url}/api/v1/{path}", body=body, headers=headers, retries=False, timeout=20
        )


def distinct_photos(count: int) -> list[bytes]:
    """Photos of the sample batch, each with a comment of its own, so that no two have the same bytes."""
    originals = [path.read_bytes() for path in sorted((SAMPLE / "batch").glob("*.jpg"))]
    return [with_comment(originals[number % len(originals)], str(number).encode()) for number in range(count)]


def with_comment(jpeg: bytes, text: bytes) -> bytes:
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]


@contextmanager
def parts_over(url: str, settings: Settings) -> Iterator[Parts]:
    database = Database(url, pool_size=2)
    try:
        yield Parts(settings=settings, database=database, images=open_store(settings), queue=JobQueue())
    finally:
        database.close()


def open_workshop(parts: Parts, url: str) -> Workshop:
    """A workshop with a token and an empty batch against a standard that the real engine has fitted."""
    with parts.database.session() as session:
        account = make_account(session, "workshop")
        token = accounts.add_token(session, account, "test")
        standard = standards.add_standard(session, make_design(session, images=parts.images), View.FROM_ABOVE, None)
        for path in sorted((SAMPLE / "standard").glob("*.jpg"))[:REFERENCES]:
            inspection.receive_reference(session, parts, standard.id, path.name, path.read_bytes())
        standards.start_fit(session, standard)
    inspection.fit_standard(parts, standard.id)
    with parts.database.session() as session:
        standard = standards.get_standard(session, standard.id, lock=True)
        assert standard.state == StandardState.FITTED
        standards.activate(session, standard)
    made = urllib3.request(
        "POST",
        f"{url}/api/v1/batches",
        json={"standard_id": str(standard.id), "name": "Killed in the middle"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
    assert made.status == 201, made.data
    return Workshop(url, token, made.json()["id"], set())


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
        workshop = open_workshop(parts, kriya.url)
    photos = distinct_photos(PHOTOS)
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
        workshop = open_workshop(parts, web.url)
    before, refused = distinct_photos(4)[:3], distinct_photos(4)[3]
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
