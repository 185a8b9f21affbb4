"""Designs as a file that is made while it is sent."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from typing import IO

from flask import Response, stream_with_context

from service.context import current_parts
from service.design_export import Choice, archive_chunks, csv_chunks, write_workbook
from service.sheet_writing import CSV_TYPE, XLSX_TYPE

CHUNK_BYTES = 256 * 1024


def export_response(file_form: str, studio_id: uuid.UUID | None, *, only_published: bool) -> Response:
    """The designs as a file, made while it is sent."""
    choice = Choice(studio_id, only_published)
    if file_form == "xlsx":
        return send_written(lambda target: write_workbook(current_parts(), choice, target), "designs.xlsx")
    if file_form == "csv":
        return send_streamed(csv_chunks(current_parts(), choice), "designs.csv", CSV_TYPE)
    return send_streamed(archive_chunks(current_parts(), choice), "designs.zip", "application/zip")


def send_streamed(chunks: Iterator[bytes], name: str, content_type: str) -> Response:
    """A file that is made while it is sent."""
    response = Response(stream_with_context(chunks), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def send_written(write: Callable[[IO[bytes]], None], name: str) -> Response:
    """A workbook, which has to be written whole before it is sent; it waits on the disk, not in memory."""

    def chunks() -> Iterator[bytes]:
        with tempfile.TemporaryFile() as target:
            write(target)
            target.seek(0)
            while chunk := target.read(CHUNK_BYTES):
                yield chunk

    return send_streamed(chunks(), name, XLSX_TYPE)
