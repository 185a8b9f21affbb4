"""From exceptions to answers: one JSON shape, one HTML page, never a stack trace.

{"error": {"code": "batch_is_full", "message": "A batch holds at most 200 photos. ...", "fields": {}}}
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from catalog.errors import CatalogError, Forbidden, InvalidFields, NotFound, WrongState
from models.errors import UnreadableImage
from service.inspection import PhotoTooLarge
from service.messages import field_sentence, sentence
from service.storage import ImageNotFound, StorageFull, StorageUnavailable

log = logging.getLogger(__name__)

RETRY_AFTER_S = 10


@dataclass(frozen=True)
class Problem:
    """What goes wrong, as every client is told it."""

    status: int
    code: str
    message: str
    fields: dict[str, str] = field(default_factory=dict)
    retry_after_s: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"error": {"code": self.code, "message": self.message, "fields": self.fields}}


def problem_of(error: Exception) -> Problem:
    """The answer to an exception; what nobody foresaw is a 500 without details."""
    if isinstance(error, CatalogError):
        return _catalog_problem(error)
    if isinstance(error, PhotoTooLarge):
        return Problem(413, "photo_too_large", sentence("photo_too_large", {"most": error.most}))
    if isinstance(error, UnreadableImage):
        return Problem(415 if error.code == "unsupported_format" else 422, error.code, sentence(error.code))
    if isinstance(error, ImageNotFound):
        return Problem(404, "not_found", sentence("not_found"))
    if isinstance(error, StorageFull):
        message = gettext("The server has no room left for photos. The administrator has to make some.")
        return Problem(507, "storage_full", message)
    if isinstance(error, (StorageUnavailable, DBAPIError, PoolTimeout)):
        message = gettext("The service cannot store anything at the moment. Try again in a few seconds.")
        return Problem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S)
    if isinstance(error, HTTPException):
        return _http_problem(error)
    return Problem(500, "internal", gettext("Something broke on our side. It has been written down."))


def _catalog_problem(error: CatalogError) -> Problem:
    message = sentence(error.code, error.details)
    if isinstance(error, NotFound):
        return Problem(404, error.code, message)
    if isinstance(error, Forbidden):
        return Problem(403, error.code, message)
    if isinstance(error, InvalidFields):
        return Problem(422, error.code, message, {name: field_sentence(code) for name, code in error.fields.items()})
    return Problem(409 if isinstance(error, WrongState) else 422, error.code, message)


def _http_problem(error: HTTPException) -> Problem:
    status = error.code or 500
    if isinstance(error, CSRFError):
        return Problem(400, "form_expired", gettext("This page was open for too long. Load it again and repeat."))
    known = {
        400: ("bad_request", gettext("The request cannot be read.")),
        401: ("not_signed_in", gettext("Sign in to see this.")),
        403: ("forbidden", sentence("forbidden")),
        404: ("not_found", sentence("not_found")),
        405: ("method_not_allowed", gettext("This address does not take such a request.")),
        413: ("too_large", gettext("This is more than the service takes at once.")),
        415: ("unsupported_format", gettext("The service does not read this kind of content.")),
        422: ("invalid_fields", sentence("invalid_fields")),
        429: ("too_many_requests", gettext("Too many tries. Wait a minute and try again.")),
    }
    code, message = known.get(status, ("http_error", error.description or ""))
    return Problem(status, code, message, retry_after_s=60 if status == 429 else None)


def wants_json() -> bool:
    """API clients and the pages' own scripts want JSON, everyone else a page."""
    if request.path.startswith("/api/") or request.path == "/healthz":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def answer(problem: Problem) -> Response:
    """The problem as JSON or as a page with a way on."""
    if wants_json():
        response = jsonify(problem.to_dict())
    else:
        response = Response(_page(problem), mimetype="text/html")
    response.status_code = problem.status
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _page(problem: Problem) -> str:
    """The error's page, or a bare one if even that cannot be made (the database is away, say)."""
    try:
        return render_template("errors/error.html", problem=problem)
    except Exception:
        log.exception("the error page itself cannot be made")
        return f"<!doctype html><title>Kriya</title><p>{escape(problem.message)}</p><p><a href='/'>Kriya</a></p>"


def attach(app: Flask) -> None:
    """Let the app answer every exception."""

    @app.errorhandler(Exception)
    def handle(error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status >= 500:
            log.error("%s %s: %s", request.method, request.path, problem.code, exc_info=error)
            _drop_session()
        if isinstance(error, HTTPException) and error.response is not None:
            return error.response
        return answer(problem)


def _drop_session() -> None:
    """A session whose connection broke must not be asked again while the error page is made."""
    session = g.pop("session", None)
    if session is not None:
        session.invalidate()
