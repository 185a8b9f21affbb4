"""What the tests of batches ask the app, and what they count afterwards."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from catalog.store.tables import Batch, BatchPhoto

JSON = {"Accept": "application/json"}
FINDING = {"code": "surface", "region": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.1}, "strength": 1.8}


def in_english(client: FlaskClient) -> FlaskClient:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def send(client: FlaskClient, batch: Batch, data: bytes, name: str = "piece.jpg", **headers: str) -> TestResponse:
    """One photo, as the page's script sends it. `headers` with _ for -, such as Accept_Language="id"."""
    extra = {header.replace("_", "-"): value for header, value in headers.items()}
    return client.post(f"/batches/{batch.id}/photos", **form_of((data, name)), headers=JSON | extra)


def form_of(*files: tuple[bytes, str]) -> dict:
    """The body of a form with these (bytes, name) as its photos. In memory: the test client's own leaves files open."""
    photos = [FileStorage(io.BytesIO(data), filename=name) for data, name in files]
    boundary, body = encode_multipart(MultiDict(("photo", photo) for photo in photos))
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def count_photos(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(BatchPhoto))


def count_jobs(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'inspect_photo'"))
