"""Static files under addresses that change with their content, so that a phone keeps them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

YEAR_S = 31_536_000


@lru_cache(maxsize=512)
def _address(filename: str, _script_root: str) -> str:
    """Made once: a page names some twenty, and an icon most of them again."""
    content = Path(current_app.static_folder, filename).read_bytes()
    return url_for("static", filename=filename, v=hashlib.sha256(content).hexdigest()[:12])


def static_url(filename: str) -> str:
    """The address of a static file with the hash of its content, as it was when it was first asked for.

    Raises: FileNotFoundError, so a typo shows at once.
    """
    return _address(filename, request.script_root)


def keep_only_hashed(response: Response) -> Response:
    """An address without a hash, as one script imports another by, is asked for anew each time (and answered 304)."""
    if request.endpoint == "static" and "v" not in request.args:
        response.headers["Cache-Control"] = "no-cache"
    return response


def attach(app: Flask) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_S
    app.after_request(keep_only_hashed)
    app.jinja_env.globals["static_url"] = static_url
