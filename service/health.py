"""GET /healthz: is each part there? 200 when all are, 503 when one is not."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text

from service.context import Parts

log = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    parts: Parts = current_app.extensions["parts"]
    states = {
        "database": _state(parts.database.check),
        "images": _state(parts.images.check),
        "queue": _state(lambda: _count_waiting(parts)),
    }
    is_well = all(state["ok"] for state in states.values())
    response = jsonify({"status": "ok" if is_well else "down", **states})
    response.status_code = 200 if is_well else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _state(check: Callable[[], dict | None]) -> dict:
    try:
        return {"ok": True, **(check() or {})}
    except Exception as error:  # whatever it is, the part is down; the log says why, the answer does not
        log.warning("health check failed: %s", error)
        return {"ok": False}


def _count_waiting(parts: Parts) -> dict[str, int]:
    query = text(
        "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),"
        " (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '60 seconds')"
        " FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name IN ('inspect_photo', 'fit_standard')"
    )
    with parts.database.engine.connect() as connection:
        waiting, running, workers = connection.execute(query).one()
    return {"waiting": waiting, "running": running, "workers": workers}
