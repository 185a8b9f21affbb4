"""Texts leave compressed: with Brotli where the browser reads it, which they do over HTTPS alone, else with gzip.

Pages are compressed as they are made. Static files are compressed once, as well as it goes, and kept in memory.
Photos, archives and PDFs are compressed already and left alone.

What compression could give away (the BREACH attack: a page that holds a secret beside something the attacker chose,
fetched thousands of times, betrays the secret by its length): the one secret in our pages is the form token, and its
signature changes every second, so that no two guesses are about the same one. Links and tokens that open something
stand in the one answer to the form that made them. And another site's requests carry no session: SameSite=Lax.
Whoever puts a lasting secret into a page has to mask it anew in each answer.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, current_app, request
from flask_compress import Compress

ALGORITHMS = ["br", "gzip"]
# Of Brotli's 11: 5 takes a millisecond for a page, and 11 saves a tenth more in fifty times the time.
PAGE_QUALITY = 5
MIN_BYTES = 500
TEXTS = (
    "text/html",
    "text/css",
    "text/csv",
    "text/plain",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/xml",
    "application/atom+xml",
    "application/manifest+json",
    "image/svg+xml",
)


@lru_cache(maxsize=256)
def _compressed(path: Path, _changed_ns: int, algorithm: str) -> bytes:
    data = path.read_bytes()
    return brotli.compress(data, mode=brotli.MODE_TEXT) if algorithm == "br" else gzip.compress(data, mtime=0)


def compress_static(response: Response) -> Response:
    """A whole static text, as it was compressed when it was first asked for."""
    if request.endpoint != "static" or response.status_code != 200 or response.mimetype not in TEXTS:
        return response
    algorithm = request.accept_encodings.best_match(ALGORITHMS)
    path = Path(current_app.static_folder) / request.view_args["filename"]
    stat = path.stat()
    if algorithm is None or stat.st_size < MIN_BYTES:
        return response
    response.response.close()  # the file, which nobody will read now
    response.direct_passthrough = False
    response.set_data(_compressed(path, stat.st_mtime_ns, algorithm))
    response.headers["Content-Encoding"] = algorithm
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-{algorithm}")
    return response


def attach(app: Flask) -> None:
    """Before anything else that changes answers: what is registered first sees them last."""
    app.config.update(
        COMPRESS_ALGORITHM=ALGORITHMS,
        COMPRESS_ALGORITHM_STREAMING=ALGORITHMS,
        COMPRESS_BR_LEVEL=PAGE_QUALITY,
        COMPRESS_MIN_SIZE=MIN_BYTES,
        COMPRESS_MIMETYPES=list(TEXTS),
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=[],
    )
    Compress(app)
    app.after_request(compress_static)
