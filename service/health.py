"""GET /healthz: is each part there? 200 when all are, 503 when one is not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from service.context import Parts, current_parts
from service.queue import look_at_queue

log = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    parts = current_parts()
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
    with parts.database.engine.connect() as connection:
        return asdict(look_at_queue(connection, 2 * parts.settings.stalled_after_s))
