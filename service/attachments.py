"""Files that come with messages: what they are is read from their bytes, whatever they are called.

Taken are photos, PDF and spreadsheets (XLSX, ODS, CSV). Nothing in them is run or shown by the service: a photo is
shown as a picture made anew from its pixels, everything else is only handed over as a download. Of a photo is kept
what it shows, not what the camera wrote beside it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from catalog.attachments import Attachment, check_count
from catalog.batches import clean_file_name
from catalog.errors import RuleBroken
from models.errors import UnreadableImage
from models.image import ImageInfo
from service.context import Parts
from service.picture_metadata import take_picture
from service.zip_errors import UNREADABLE

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"
ENDINGS = {
    PDF: (".pdf",),
    XLSX: (".xlsx",),
    ODS: (".ods",),
    CSV: (".csv",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
}
ACCEPTED = ",".join(ending for endings in ENDINGS.values() for ending in endings)

# A PDF may begin with rubbish of so many bytes, and end with as many: readers look no further (ISO 32000-2, annex).
PDF_SLACK = 1024
MAX_ZIP_ENTRIES = 10_000
XLSX_WORKBOOK = "xl/workbook.xml"
MACROS = ("xl/vbaproject.bin", "basic/script-lc.xml")


class AttachmentRefused(RuleBroken):
    """A file that is not taken; `details` has its `name`."""


def receive_attachments(parts: Parts, files: Iterable[tuple[str, bytes]]) -> list[Attachment]:
    """Store the files of a message, given as (name, bytes). The same file twice is taken once.

    Raises: InvalidFields, AttachmentRefused, StorageFull, StorageUnavailable.
    """
    files = list(files)
    check_count(len(files))
    # All are looked at before the first is stored: a refused message leaves nothing behind.
    found = [_describe(name, data, parts.settings.max_photo_mb) for name, data in files]
    kept = {}
    for attachment, data in found:
        key = parts.images.put(data, attachment["content_type"])
        kept.setdefault(key, Attachment(file_key=key, **attachment))
    return list(kept.values())


def _describe(name: str, data: bytes, most_mb: int) -> tuple[dict, bytes]:
    """What is said of a file, and what is kept of it. Raises: AttachmentRefused."""
    name = clean_file_name(name)
    if len(data) > most_mb * 1_000_000:
        raise AttachmentRefused("attachment_too_large", name=name, most=most_mb)
    if not data:
        raise AttachmentRefused("attachment_empty", name=name)
    kind = _find_document(name, data)
    width_px = height_px = None
    if kind is None:
        data, info = _take_photo(name, data, most_mb)
        kind, width_px, height_px = info.content_type, info.width_px, info.height_px
    told = {
        "content_type": kind,
        "file_name": _with_ending(name, kind),
        "size_bytes": len(data),
        "width_px": width_px,
        "height_px": height_px,
    }
    return told, data


def _find_document(name: str, data: bytes) -> str | None:
    """The content type of a PDF or a spreadsheet. Raises: AttachmentRefused."""
    if b"%PDF-" in data[:PDF_SLACK]:
        if b"%%EOF" not in data[-PDF_SLACK:]:
            raise AttachmentRefused("attachment_damaged", name=name)
        return PDF
    if data.startswith(b"PK\3\4"):
        return _spreadsheet_kind(name, data)
    if name.lower().endswith(".csv") and _is_text(data):
        return CSV
    return None


def _take_photo(name: str, data: bytes, most_mb: int) -> tuple[bytes, ImageInfo]:
    """A photo as it is kept, with its format and size. Raises: AttachmentRefused."""
    try:
        return take_picture(data, most_mb)
    except UnreadableImage as error:
        is_damaged = error.code in ("truncated", "too_many_pixels")
        raise AttachmentRefused("attachment_damaged" if is_damaged else "attachment_not_taken", name=name) from error


def _spreadsheet_kind(name: str, data: bytes) -> str:
    """XLSX or ODS, by what is in the archive; nothing is unpacked but a name of a type, of known length."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename.lower(): entry for entry in archive.infolist()[:MAX_ZIP_ENTRIES]}
            mimetype = entries.get("mimetype")
            is_ods = mimetype is not None and mimetype.file_size == len(ODS) and archive.read(mimetype) == ODS.encode()
    except UNREADABLE as error:
        raise AttachmentRefused("attachment_damaged", name=name) from error
    if any(macro in entries for macro in MACROS):
        raise AttachmentRefused("attachment_has_macros", name=name)
    if is_ods:
        return ODS
    if XLSX_WORKBOOK in entries and "[content_types].xml" in entries:
        return XLSX
    raise AttachmentRefused("attachment_not_taken", name=name)


def _is_text(data: bytes) -> bool:
    """Letters, digits and line breaks in UTF-8, UTF-16 with its mark, or an older one-byte alphabet."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return not any(ord(each) < 32 and each not in "\t\r\n\f" for each in text)


def _with_ending(name: str, kind: str) -> str:
    """A name that says what the file is: a PDF called photo.jpg would open in the wrong program."""
    return name if name.lower().endswith(ENDINGS[kind]) else f"{name}{ENDINGS[kind][0]}"
