"""GET /healthz: each part says for itself whether it is there."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.factories import make_batch, make_photo

PARTS = ("database", "images", "queue")


def states(answer) -> dict[str, bool]:
    return {part: answer.json[part]["ok"] for part in PARTS}


def test_all_is_well_and_the_queue_says_what_waits(client, session, parts):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert states(answer) == dict.fromkeys(PARTS, True)
    before = answer.json["queue"]
    photo = make_photo(session, make_batch(session))
    parts.queue.inspect(session, photo.id)
    session.commit()
    after = client.get("/healthz").json["queue"]
    assert {name for name in before if before[name] != after[name]} == {"waiting"}
    assert after["waiting"] == before["waiting"] + 1


@pytest.mark.parametrize("path", ["/healthz", "/healthz?lang=en"])
def test_it_is_kept_by_no_cache_and_asks_nobody_who_they_are(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_images_that_are_away_are_told_by_themselves(client, images):
    images.is_down = True
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (503, "down")
    assert states(answer) == {"database": True, "images": False, "queue": True}
    images.is_down = False
    assert client.get("/healthz").status_code == 200


def test_a_queue_without_its_tables_is_told_by_itself(client, session):
    session.execute(text("ALTER TABLE procrastinate_jobs RENAME TO elsewhere"))
    session.commit()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert states(answer) == {"database": True, "images": True, "queue": False}


def test_a_database_that_is_away_takes_the_queue_along_and_gives_no_reason_away(client, parts, monkeypatch):
    def fail(*_args, **_options):
        raise OperationalError("SELECT", {}, Exception("password hunter2 for kriya at db.internal"))

    monkeypatch.setattr(parts.database.engine, "connect", fail)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert states(answer) == {"database": False, "images": True, "queue": False}
    assert "hunter2" not in answer.text


def test_only_looking_is_possible(client):
    assert client.post("/healthz").status_code == 405
