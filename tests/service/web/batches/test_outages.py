"""Nowhere to keep a photo: nothing is acknowledged, nothing is half-written, and the answer says what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.store.tables import Batch
from service import accounts
from service.directory_store import DirectoryStore
from service.storage import StorageFull
from tests.factories import make_account, photo_bytes
from tests.fakes import MemoryStore
from tests.service.web.batches.requests import count_jobs, count_photos, form_of, send

AWAY = (
    "The service cannot store anything at the moment. Try again in a few seconds.",
    "Saat ini belum ada yang bisa disimpan. Coba lagi beberapa detik lagi.",
)
FULL = (
    "The server has no room left for photos. The administrator has to make some.",
    "Tempat menyimpan foto di server sudah penuh. Administrator perlu menambahnya.",
)


class FailingStore(MemoryStore):
    """Takes `room` photos; after that it is full."""

    room = 1_000_000

    def put(self, data: bytes, content_type: str) -> str:
        if len(self.images) >= self.room:
            raise StorageFull("no room left")
        return super().put(data, content_type)


@pytest.fixture
def images() -> FailingStore:
    return FailingStore()


@pytest.fixture(params=["script", "form", "API"])
def post(request: pytest.FixtureRequest, client: FlaskClient, session: Session, batch: Batch) -> Callable:
    """`post(language)`: a photo to `batch`, as the page's script, a form without scripts or a program sends it."""
    token = accounts.add_token(session, make_account(session, "workshop", organisation=batch.workshop), "tests")
    session.commit()

    def post(language: str) -> TestResponse:
        if request.param == "script":
            return send(client, batch, photo_bytes(1), Accept_Language=language)
        if request.param == "form":
            headers = {"Accept": "text/html", "Accept-Language": language}
            return client.post(f"/batches/{batch.id}/photos", **form_of((photo_bytes(1), "a.jpg")), headers=headers)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        address = f"/api/v1/batches/{batch.id}/photos"
        return client.post(address, data=photo_bytes(1), content_type="image/jpeg", headers=headers)

    return post


@pytest.mark.parametrize(("language", "sentence"), [("en", AWAY[0]), ("id", AWAY[1])])
def test_a_store_that_is_away_asks_to_come_back(session, images, post, language, sentence):
    images.is_down = True
    answer = post(language)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert sentence in answer.get_data(as_text=True)
    assert (count_photos(session), count_jobs(session)) == (0, 0)
    images.is_down = False
    assert post(language).status_code in (201, 303)
    assert (count_photos(session), count_jobs(session)) == (1, 1)


@pytest.mark.parametrize(("language", "sentence"), [("en", FULL[0]), ("id", FULL[1])])
def test_a_full_store_says_who_has_to_make_room(session, images, post, language, sentence):
    images.room = 0
    answer = post(language)
    assert answer.status_code == 507
    assert sentence in answer.get_data(as_text=True)
    assert (count_photos(session), count_jobs(session)) == (0, 0)


def test_of_a_form_s_photos_none_is_acknowledged_when_the_store_fills_up_in_the_middle(client, session, images, batch):
    images.room = 1
    form = form_of((photo_bytes(1), "a.jpg"), (photo_bytes(2), "b.jpg"))
    answer = client.post(f"/batches/{batch.id}/photos", **form)
    assert answer.status_code == 507
    assert (count_photos(session), count_jobs(session)) == (0, 0)
    images.room = 2
    assert client.post(f"/batches/{batch.id}/photos", **form).status_code == 303
    assert (count_photos(session), count_jobs(session)) == (2, 2)


class TestFullDisk:
    @pytest.fixture
    def images(self, home: Path) -> DirectoryStore:
        return DirectoryStore(home / "images")

    def test_it_is_said_and_no_part_of_a_photo_stays(self, client, session, home, batch, monkeypatch):
        def fsync(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as full:
            full.setattr(os, "fsync", fsync)
            answer = send(client, batch, photo_bytes(1))
        assert (answer.status_code, answer.json["error"]["code"]) == (507, "storage_full")
        assert answer.json["error"]["message"] == FULL[0]
        assert count_photos(session) == 0
        assert [path for path in (home / "images").rglob("*") if path.is_file()] == []
        assert send(client, batch, photo_bytes(1)).status_code == 201
