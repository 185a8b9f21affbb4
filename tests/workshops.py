"""A workshop as a client of the running service: with a fitted standard, a token, a batch and photos to send."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3

from catalog.standards import StandardState, View
from catalog.store import standards
from service import accounts, inspection
from service.context import Parts
from service.database import Database
from service.queue import JobQueue
from service.settings import Settings
from service.storage import key_of
from service.stores import open_store
from tests.factories import make_account, make_design


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


def photos_in(folder: Path) -> list[Path]:
    """The JPEG files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg"))


def distinct_photos(paths: list[Path], count: int) -> list[bytes]:
    """So many photos, each with a comment of its own, so that no two have the same bytes."""
    originals = [path.read_bytes() for path in paths]
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


def open_workshop(parts: Parts, url: str, references: list[Path]) -> Workshop:
    """A workshop with a token and an empty batch against a standard that the real engine has fitted."""
    with parts.database.session() as session:
        account = make_account(session, "workshop")
        token = accounts.add_token(session, account, "test")
        standard = standards.add_standard(session, make_design(session, images=parts.images), View.FROM_ABOVE, None)
        for path in references:
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
        json={"standard_id": str(standard.id), "name": "A batch"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
    assert made.status == 201, made.data
    return Workshop(url, token, made.json()["id"], set())
