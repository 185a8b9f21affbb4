"""A PDF opened again, as somebody who reads it would: its pages as text, its outline, its pictures' words."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader


def open_pdf(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data), strict=True)


def texts_of(data: bytes) -> list[str]:
    """Each page as one line of words."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in open_pdf(data).pages]


def outline_of(reader: PdfReader) -> list[tuple[str, int]]:
    """(title, page from 1) of every bookmark."""

    def flat(entries):
        for entry in entries:
            yield from flat(entry) if isinstance(entry, list) else [entry]

    return [(entry.title, reader.get_destination_page_number(entry) + 1) for entry in flat(reader.outline)]


def alternative_texts(reader: PdfReader) -> list[str]:
    """What the file says to those who do not see its pictures."""
    root = reader.trailer["/Root"].get("/StructTreeRoot")
    found = [] if root is None else root["/K"][0].get_object()["/K"]
    return [each.get_object()["/Alt"] for each in found if "/Alt" in each.get_object()]
