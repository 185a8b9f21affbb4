"""From exceptions to answers: one JSON shape, one HTML page, never a stack trace.

{"error": {"code": "batch_is_full", "message": "A batch holds at most 200 photos. ...", "fields": {}}}
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_babel import gettext
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from catalog.errors import CatalogError, Forbidden, InvalidFields, NotFound, TooOften, WrongState
from catalog.organisations import VISITOR
from models.errors import UnreadableImage
from service.audience import is_for_programs, wants_json
from service.context import current_parts
from service.inspection import PhotoTooLarge
from service.messages import field_sentence, field_sentences, sentence
from service.settings import Settings
from service.storage import ImageNotFound, StorageFull, StorageUnavailable

log = logging.getLogger(__name__)

RETRY_AFTER_S = 10
# Headers of an HTTP error that say how to do better.
TELLING_HEADERS = frozenset({"allow", "www-authenticate", "content-range"})
DISK_FULL = "53100"  # PostgreSQL's code


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
    if isinstance(error, DBAPIError):
        return _database_problem(error)
    if isinstance(error, (StorageUnavailable, PoolTimeout)):
        return _outage()
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
        return Problem(422, error.code, message, field_sentences(error))
    if isinstance(error, TooOften):
        return Problem(429, error.code, message, retry_after_s=error.details.get("retry_after_s"))
    return Problem(409 if isinstance(error, WrongState) else 422, error.code, message)


def _outage() -> Problem:
    message = gettext("The service cannot store anything at the moment. Try again in a few seconds.")
    return Problem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S)


def _database_problem(error: DBAPIError) -> Problem:
    if isinstance(error, DataError):  # a text with a zero byte, a number no column holds: nothing a form sends
        return Problem(422, "invalid_fields", sentence("invalid_fields"))
    if isinstance(error, IntegrityError):  # two did the same at once, and the other was first
        return Problem(409, "wrong_state", sentence("wrong_state"))
    if getattr(error.orig, "sqlstate", None) == DISK_FULL:
        return problem_of(StorageFull("the database's disk is full"))
    return _outage()


def _http_problem(error: HTTPException) -> Problem:
    status = error.code or 500
    if isinstance(error, CSRFError):
        return Problem(400, "form_expired", gettext("This page was open for too long. Load it again and repeat."))
    if status == 413:
        return _too_large(current_parts().settings)
    known = {
        400: ("bad_request", gettext("The request cannot be read.")),
        401: ("not_signed_in", gettext("Sign in to see this.")),
        403: ("forbidden", sentence("forbidden")),
        404: ("not_found", sentence("not_found")),
        405: ("method_not_allowed", gettext("This address does not take such a request.")),
        415: ("unsupported_format", gettext("The service does not read this kind of content.")),
        422: ("invalid_fields", sentence("invalid_fields")),
        429: ("too_many_requests", gettext("Too many tries. Wait a little and try again.")),
    }
    code, message = known.get(status, ("http_error", gettext("The request cannot be answered.")))
    wait_s = g.get("retry_after_s", 60) if status == 429 else None
    return Problem(status, code, message, _schema_problems(error), retry_after_s=wait_s)


def _too_large(settings: Settings) -> Problem:
    """Photos are that large, and files of an import."""
    if (request.blueprint or "").endswith("exchange"):
        return Problem(413, "import_too_large", sentence("import_too_large", {"most": settings.max_import_mb}))
    return problem_of(PhotoTooLarge(settings.max_photo_mb))


def _schema_problems(error: HTTPException) -> dict[str, str]:
    """What the API's schemas found wrong; their messages are codes: {"json": {"name": ["too_long"]}}."""
    messages = getattr(error, "data", {}).get("messages", {})
    found = [each for fields in messages.values() if isinstance(fields, dict) for each in _codes(fields)]
    named = {_field_name(path): field_sentence(code) for path, code in found}
    named.pop("", None)  # of the body as a whole
    return named


def _codes(messages: Mapping[str | int, Any], *path: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(path, code) of all that is wrong, however deep."""
    for key, inner in messages.items():
        if isinstance(inner, dict):
            yield from _codes(inner, *path, key)
        else:
            yield (*path, key), inner[0]


def _field_name(path: Sequence[str | int]) -> str:
    """As the catalog's own rules name it: `title_en` for a part of a field, `quantity_2` in the second of a list."""
    names = [key for key in path if isinstance(key, str) and key != "_schema"]
    place = next((key for key in path if isinstance(key, int)), None)
    return "_".join(names) if place is None else f"{names[-1]}_{place + 1}"


def answer(problem: Problem) -> Response:
    """The problem as JSON or as a page with a way on."""
    response = jsonify(problem.to_dict()) if wants_json() else Response(_page(problem), mimetype="text/html")
    response.status_code = problem.status
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _page(problem: Problem) -> str:
    """The error's page, or a bare one if even that cannot be made (the database is away, say)."""
    try:
        if problem.code == "form_expired" and _may_be_sent_again():
            who = current_user.person.name if current_user.is_authenticated else ""
            return render_template("errors/send_again.html", fields=_typed(), who=who)
        return render_template("errors/error.html", problem=problem)
    except Exception:
        log.exception("the error page itself cannot be made")
        return f"<!doctype html><title>Kriya</title><p>{escape(problem.message)}</p><p><a href='/'>Kriya</a></p>"


def _may_be_sent_again() -> bool:
    """Whether a form with an old token came from a page of ours, and nothing of it is lost or secret.

    Browsers say of a form where it comes from; what another site sends has no session besides (SameSite=Lax).
    """
    is_ours = request.headers.get("Origin") == request.host_url.rstrip("/")
    has_files = any(file.filename for file in request.files.values())
    return is_ours and not has_files and "password" not in request.form


def _typed() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def attach(app: Flask) -> None:
    """Let the app answer every exception."""

    @app.errorhandler(Exception)
    def handle(error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.response is not None:
            return error.response
        # What fails after the view, in the commit above all, arrives wrapped.
        error = getattr(error, "original_exception", None) or error
        _let_go_of_session(error)
        problem = problem_of(error)
        if problem.status >= 500:
            log.error("%s %s: %s", request.method, request.path, problem.code, exc_info=error)
        response = answer(problem)
        if isinstance(error, HTTPException):
            response.headers.extend(
                (name, value) for name, value in error.get_headers() if name.lower() in TELLING_HEADERS
            )
        if problem.status == 401 and is_for_programs():
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


def _let_go_of_session(error: Exception) -> None:
    """Roll back what was begun, before anything else is asked of the session.

    When the database itself failed it is not asked again, not even who is there: the error page is a visitor's.
    """
    session = g.get("session")
    if not isinstance(error, SQLAlchemyError) or isinstance(error, (DataError, IntegrityError)):
        if session is not None:
            session.rollback()
        return
    if session is not None:
        g.pop("session").invalidate()
    g.actor = VISITOR
    g._login_user = current_app.login_manager.anonymous_user()
