"""PDF: every object is looked at, whether a page shows it or not."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

import pypdf
import pypdfium2
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from . import POINT_MM, PREVIEW_PX, Refused

MAX_PAGES = 40
MAX_OBJECTS = 100_000
# What does something when a PDF is opened, or carries another file.
ACTS = {
    *("/JS", "/JavaScript", "/Launch", "/AA", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"),
    *("/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/Rendition", "/XFA"),
}


def read(data: bytes, _fonts: Sequence[str]) -> tuple[dict, bytes]:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Refused("drawing_has_password")
        pages = len(reader.pages)
        if not 1 <= pages <= MAX_PAGES:
            raise Refused("drawing_too_long")
        _check(reader)
        _copy_pages(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused("drawing_damaged") from error
    return _render(data, pages)


def _check(reader: pypdf.PdfReader) -> None:
    """Look at every object, in use or not."""
    numbers = {(number, generation) for generation, offsets in reader.xref.items() for number in offsets}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise Refused("drawing_too_long")
    if any(_acts(IndirectObject(number, generation, reader).get_object()) for number, generation in numbers):
        raise Refused("drawing_acts")
    if _opens_elsewhere(reader.root_object) or _acts(reader.trailer):
        raise Refused("drawing_acts")


def _opens_elsewhere(root: DictionaryObject) -> bool:
    """Whether opening the PDF does more than go to one of its own pages."""
    opening = root.get("/OpenAction")
    opening = opening.get_object() if opening is not None else None
    return isinstance(opening, dict) and (opening.get("/S") != "/GoTo" or "/Next" in opening)


def _copy_pages(reader: pypdf.PdfReader) -> None:
    """As the tech pack's document will: a drawing that cannot stand in it is refused now."""
    writer = pypdf.PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.write(io.BytesIO())


def _acts(item: object) -> bool:
    """Whether a PDF object, or what stands in it, does something by itself or lies in another file."""
    if isinstance(item, StreamObject) and "/F" in item:
        return True
    if isinstance(item, dict):
        return any(key in ACTS or _acts(value) for key, value in _raw_items(item))
    if isinstance(item, (list, tuple)):
        return any(_acts(value) for value in item)
    return isinstance(item, str) and item in ACTS


def _raw_items(item: Mapping) -> Iterator[tuple[str, object]]:
    """Without following references: each object is looked at once, by its own number."""
    for key in item:
        value = item.raw_get(key) if hasattr(item, "raw_get") else item[key]
        yield key, None if isinstance(value, IndirectObject) else value


def _render(data: bytes, pages: int) -> tuple[dict, bytes]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            page = document[0]
            width_pt, height_pt = page.get_size()
            if not (0 < width_pt < 15_000 and 0 < height_pt < 15_000):
                raise Refused("drawing_has_no_size")
            picture = page.render(scale=PREVIEW_PX / max(width_pt, height_pt)).to_pil()
    except pypdfium2.PdfiumError as error:
        raise Refused("drawing_damaged") from error
    target = io.BytesIO()
    picture.convert("RGB").save(target, "PNG", compress_level=1)
    return {"pages": pages, "width_mm": width_pt * POINT_MM, "height_mm": height_pt * POINT_MM}, target.getvalue()
