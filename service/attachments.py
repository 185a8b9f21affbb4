"""Files that come with messages: what they are is read from their bytes, whatever they are called.

Taken are photos, PDF and spreadsheets (XLSX, ODS, CSV). Nothing in them is run or shown by the service: a photo is
shown as a picture made anew from its pixels, everything else is only handed over as a download.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from catalog.attachments import Attachment, check_count
from catalog.batches import clean_file_name
from catalog.errors import RuleBroken
from models.errors import UnreadableImage
from service.context import Parts
from service.inspection import check_photo
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
    for attachment, (_, data) in zip(found, files, strict=True):
        key = parts.images.put(data, attachment["content_type"])
        kept.setdefault(key, Attachment(file_key=key, **attachment))
    return list(kept.values())


def _describe(name: str, data: bytes, most_mb: int) -> dict:
    name = clean_file_name(name)
    if len(data) > most_mb * 1_000_000:
        raise AttachmentRefused("attachment_too_large", name=name, most=most_mb)
    if not data:
        raise AttachmentRefused("attachment_empty", name=name)
    kind, width_px, height_px = _look_into(name, data, most_mb)
    return {
        "content_type": kind,
        "file_name": _with_ending(name, kind),
        "size_bytes": len(data),
        "width_px": width_px,
        "height_px": height_px,
    }


def _look_into(name: str, data: bytes, most_mb: int) -> tuple[str, int | None, int | None]:
    """(content type, width, height) of the bytes. Raises: AttachmentRefused."""
    if b"%PDF-" in data[:PDF_SLACK]:
        if b"%%EOF" not in data[-PDF_SLACK:]:
            raise AttachmentRefused("attachment_damaged", name=name)
        return PDF, None, None
    if data.startswith(b"PK\3\4"):
        return _spreadsheet_kind(name, data), None, None
    if name.lower().endswith(".csv") and _is_text(data):
        return CSV, None, None
    try:
        info = check_photo(data, most_mb)
    except UnreadableImage as error:
        is_damaged = error.code in ("truncated", "too_many_pixels")
        raise AttachmentRefused("attachment_damaged" if is_damaged else "attachment_not_taken", name=name) from error
    return info.content_type, info.width_px, info.height_px


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
