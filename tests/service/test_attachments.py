"""Files that come with messages: taken by what their bytes are, refused with their name."""

from __future__ import annotations

import io
import zipfile

import pytest

from catalog.attachments import MAX_ATTACHMENTS
from catalog.errors import InvalidFields
from service.attachments import CSV, ODS, PDF, XLSX, AttachmentRefused, receive_attachments
from service.context import Parts
from service.queue import JobQueue
from service.settings import Settings
from service.storage import StorageFull
from tests.factories import photo_bytes
from tests.fakes import MemoryStore

PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def parts() -> Parts:
    return Parts(Settings(max_photo_mb=1), None, MemoryStore(), JobQueue())


def archive(**entries: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in entries.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


def damaged_ods() -> bytes:
    """Of the right lengths, but what is packed cannot be unpacked."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", ODS)
    start = len("mimetype") + 30  # the header of the entry
    return file.getvalue()[:start] + b"\xff" * 8 + file.getvalue()[start + 8 :]


def xlsx(**more: str) -> bytes:
    return archive(**{"[Content_Types]_xml": "<Types/>", "xl__workbook_xml": "<workbook/>"}, **more)


@pytest.mark.parametrize(
    ("name", "data", "kind", "kept_as"),
    [
        ("kiln.jpg", photo_bytes(1), "image/jpeg", "kiln.jpg"),
        ("kiln.pdf", photo_bytes(1), "image/jpeg", "kiln.pdf.jpg"),
        ("drawing.pdf", PDF_BYTES, PDF, "drawing.pdf"),
        ("photo.jpg", PDF_BYTES, PDF, "photo.jpg.pdf"),
        ("../../etc/prices.xlsx", xlsx(), XLSX, "prices.xlsx"),
        ("prices.ods", archive(mimetype=ODS), ODS, "prices.ods"),
        ("prices.csv", "piece;price\nMangkuk;€ 12\n".encode(), CSV, "prices.csv"),
        ("prices.csv", "piece;price\nbowl;£12\n".encode("latin-1"), CSV, "prices.csv"),
    ],
)
def test_photos_pdf_and_spreadsheets_are_taken_for_what_they_are(parts, name, data, kind, kept_as):
    [taken] = receive_attachments(parts, [(name, data)])
    assert (taken.content_type, taken.file_name, taken.size_bytes) == (kind, kept_as, len(data))
    assert parts.images.get(taken.file_key) == data
    assert (taken.width_px is not None) == kind.startswith("image/")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.jpg", b"", "attachment_empty"),
        ("a.pdf", b"MZ\x90\0" + b"\0" * 64, "attachment_not_taken"),
        ("a.html", b"<script>alert(1)</script>", "attachment_not_taken"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment_not_taken"),
        ("a.csv", b"\0\1\2\3", "attachment_not_taken"),
        ("a.pdf", PDF_BYTES[:-8], "attachment_damaged"),
        ("a.jpg", photo_bytes(1)[:400], "attachment_damaged"),
        ("a.xlsx", xlsx()[:60], "attachment_damaged"),
        ("a.ods", damaged_ods(), "attachment_damaged"),
        ("a.docx", archive(**{"[Content_Types]_xml": "", "word__document_xml": ""}), "attachment_not_taken"),
        ("a.xlsx", xlsx(**{"xl__vbaProject.bin": "Sub"}), "attachment_has_macros"),
        ("a.pdf", PDF_BYTES + b"\n" * 1_000_000, "attachment_too_large"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_what_is_refused_is_refused_by_name_and_nothing_of_the_message_is_kept(parts, name, data, told):
    with pytest.raises(AttachmentRefused, match=told) as caught:
        receive_attachments(parts, [("good.pdf", PDF_BYTES), (name, data)])
    assert caught.value.details["name"] == name
    assert parts.images.images == {}


def test_the_same_file_twice_is_taken_once(parts):
    assert len(receive_attachments(parts, [("a.pdf", PDF_BYTES), ("b.pdf", PDF_BYTES)])) == 1


def test_too_many_files_are_refused(parts):
    with pytest.raises(InvalidFields):
        receive_attachments(parts, [("a.pdf", PDF_BYTES)] * (MAX_ATTACHMENTS + 1))


def test_a_full_disk_is_said_to_be_full(parts, monkeypatch):
    def full(*_given) -> str:
        raise StorageFull("no room")

    monkeypatch.setattr(parts.images, "put", full)
    with pytest.raises(StorageFull):
        receive_attachments(parts, [("a.pdf", PDF_BYTES)])
