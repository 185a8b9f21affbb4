"""Static files under addresses that change with their content, so that a phone keeps them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for

YEAR_S = 31_536_000


@lru_cache(maxsize=256)
def _content_hash(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static_url(filename: str) -> str:
    """The address of a static file with its content's hash. Raises: FileNotFoundError, so a typo shows at once."""
    path = Path(current_app.static_folder) / filename
    return url_for("static", filename=filename, v=_content_hash(path, path.stat().st_mtime_ns))


def attach(app: Flask) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_S
    app.jinja_env.globals["static_url"] = static_url
