"""Files that are handed over: always to be kept as a file, and never run or shown as a page of ours."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

PHOTO_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
}


def send_as_file(data: bytes | Iterator[bytes], content_type: str, name: str) -> Response:
    """The answer to a request for a file. `name` may have any letters; whoever asked may keep it, no cache may."""
    response = Response(data, mimetype=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def photo_ending(content_type: str) -> str:
    """How the file's name of a photo ends, without the point."""
    return PHOTO_ENDINGS.get(content_type, "jpg")
