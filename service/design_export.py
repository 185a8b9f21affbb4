"""Designs out of the catalog: as a spreadsheet, or as an archive with their pictures that imports back to the same.

Everything is written as it is read, a picture at a time: an export of the whole catalog needs no more memory than one
of a few designs.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from sqlalchemy.orm import Session

from catalog.exchange.columns import CALLED, REFERENCE, SLUG, STUDIO, TECH_PACK, TOLD, VERSION, all_columns
from catalog.exchange.showing import ShownCell, show_pictures, show_row
from catalog.licences import CREATIVE_COMMONS
from catalog.store import designs, exports, tech_packs
from catalog.store.tables import DesignPicture, DesignVersion
from catalog.text import Text
from service.archive_reading import MANIFEST
from service.context import Parts
from service.downloads import photo_ending
from service.pack_export import pack_files, pack_name
from service.picture_metadata import get_picture
from service.row_import import show_version
from service.sent_files import HASH_LETTERS
from service.sheet_writing import csv_lines, write_xlsx
from service.storage import ImageNotFound, key_of

FORMAT = 1
SHEET_NAME = "designs.csv"
PICTURE_FOLDER = "pictures"
CHUNK_BYTES = 256 * 1024
COLUMNS = (*all_columns(), *CALLED, *TOLD)


@dataclass(frozen=True)
class Choice:
    """Which designs to export: of one studio or of all, their newest versions or the newest that are published."""

    studio_id: uuid.UUID | None = None
    only_published: bool = False


def exported_rows(session: Session, choice: Choice) -> Iterator[dict[str, ShownCell]]:
    """A row for each design."""
    for version in exports.exported_versions(session, choice.studio_id, only_published=choice.only_published):
        yield row_of(session, version)


def row_of(session: Session, version: DesignVersion) -> dict[str, ShownCell]:
    """A version as cells by column."""
    design = version.design
    names = [picture_name(version, number, each) for number, each in enumerate(version.pictures, start=1)]
    return {
        REFERENCE: design.reference or design.slug,
        STUDIO: design.studio.name,
        **show_row(designs.read_draft(version), lambda version_id: show_version(session, version_id)),
        **show_pictures(names, [Text(**picture.alt) for picture in version.pictures]),
        TECH_PACK: pack_name(version, tech_packs.pack_of(version)),
        SLUG: design.slug,
        VERSION: version.number,
        "state": version.state.value,
        "published_at": version.published_at.isoformat(timespec="seconds") if version.published_at else "",
    }


def picture_name(version: DesignVersion, number: int, picture: DesignPicture) -> str:
    """The name of a picture's file: which design, which picture, and the beginning of its hash."""
    ending = photo_ending(picture.content_type)
    return f"{version.design.slug}-{number}-{picture.image_key[:HASH_LETTERS]}.{ending}"


def csv_chunks(parts: Parts, choice: Choice) -> Iterator[bytes]:
    """The designs as CSV, as they are read."""
    with parts.database.session() as session:
        for line in csv_lines(COLUMNS, exported_rows(session, choice)):
            yield line.encode()


def write_workbook(parts: Parts, choice: Choice, target: IO[bytes]) -> None:
    """The designs as XLSX."""
    with parts.database.session() as session:
        write_xlsx(target, COLUMNS, exported_rows(session, choice))


def archive_chunks(parts: Parts, choice: Choice) -> Iterator[bytes]:
    """The designs, their pictures and tech packs as ZIP, a manifest at the end: without it the archive is not whole.

    Spreadsheet and pictures are of one moment, whatever changes meanwhile.
    Raises: StorageUnavailable, in the middle too; what was sent by then is no whole archive.
    """
    now, sink = datetime.datetime.now(datetime.UTC), _Sink()
    with parts.database.session() as session, tempfile.TemporaryFile("w+") as listed:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        with zipfile.ZipFile(sink, "w") as archive:
            told = {"format": FORMAT, "service": "Kriya", "made_at": now.isoformat(timespec="seconds")}
            sheet = _Sheet()
            yield from sheet.write(archive, sink, session, choice, now)
            yield from _write_pictures(archive, sink, session, parts, choice, now, listed)
            yield from _write_packs(archive, sink, session, parts, choice, now)
            manifest = {**told, "designs": sheet.count, "studios": sheet.studios}
            manifest["sheet"] = {"file": SHEET_NAME, "sha256": sheet.hash.hexdigest()}
            yield from _write_manifest(archive, sink, manifest, listed, now)
        yield sink.take()


class _Sheet:
    """The spreadsheet on its way into an archive."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.count = 0
        self.studios: list[dict[str, str]] = []

    def write(
        self, archive: zipfile.ZipFile, sink: _Sink, session: Session, choice: Choice, now: datetime.datetime
    ) -> Iterator[bytes]:
        with archive.open(_member(SHEET_NAME, now, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as file:
            for line in csv_lines(COLUMNS, self._counted(session, choice)):
                data = line.encode()
                self.hash.update(data)
                file.write(data)
                yield from sink.take_if_full()

    def _counted(self, session: Session, choice: Choice) -> Iterator[dict[str, ShownCell]]:
        known: set[uuid.UUID] = set()
        for version in exports.exported_versions(session, choice.studio_id, only_published=choice.only_published):
            self.count += 1
            studio = version.design.studio
            if studio.id not in known:
                known.add(studio.id)
                self.studios.append({"name": studio.name, "place": studio.place})
            yield row_of(session, version)


def _write_pictures(
    archive: zipfile.ZipFile,
    sink: _Sink,
    session: Session,
    parts: Parts,
    choice: Choice,
    now: datetime.datetime,
    listed: IO[str],
) -> Iterator[bytes]:
    """Every picture under its name; what the manifest says of each goes into `listed`, a line each."""
    for version in exports.exported_versions(session, choice.studio_id, only_published=choice.only_published):
        for number, picture in enumerate(version.pictures, start=1):
            name = f"{PICTURE_FOLDER}/{picture_name(version, number, picture)}"
            told = {"file": name, "sha256": picture.image_key, **_rights(version)}
            try:
                data = get_picture(parts.images, picture.image_key)
            except ImageNotFound:
                told["missing"] = True
            else:
                archive.writestr(_member(name, now, zipfile.ZIP_STORED), data)
                told |= {"sha256": key_of(data), "bytes": len(data)}
                yield from sink.take_if_full()
            listed.write(json.dumps(told, ensure_ascii=False) + "\n")


def _write_packs(
    archive: zipfile.ZipFile, sink: _Sink, session: Session, parts: Parts, choice: Choice, now: datetime.datetime
) -> Iterator[bytes]:
    for version in exports.exported_versions(session, choice.studio_id, only_published=choice.only_published):
        for name, data in pack_files(parts.images, version):
            archive.writestr(_member(name, now, zipfile.ZIP_DEFLATED), data)
            yield from sink.take_if_full()


def _rights(version: DesignVersion) -> dict[str, str]:
    """Under what a picture may be used: the licence of its design goes with it."""
    told = {
        "design": version.design.reference or version.design.slug,
        "licence": version.licence,
        "credit": version.credit or version.design.studio.name,
    }
    address = CREATIVE_COMMONS.get(version.licence)
    return told | ({"licence_url": address} if address else {})


def _write_manifest(
    archive: zipfile.ZipFile, sink: _Sink, manifest: dict, listed: IO[str], now: datetime.datetime
) -> Iterator[bytes]:
    listed.seek(0)
    head = json.dumps(manifest, ensure_ascii=False, indent=1)[:-2]
    with archive.open(_member(MANIFEST, now, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as file:
        file.write(f'{head},\n "pictures": ['.encode())
        for number, line in enumerate(listed):
            file.write(f"{',' if number else ''}\n  {line.strip()}".encode())
            yield from sink.take_if_full()
        file.write(b"\n ]\n}\n")


def _member(name: str, now: datetime.datetime, method: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, now.timetuple()[:6])
    member.compress_type, member.external_attr = method, 0o644 << 16
    return member


class _Sink(io.RawIOBase):
    """Where a ZIP archive is written to, to be sent on piece by piece. It cannot be gone back in."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        self._size += len(data)
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting, self._size = [], 0
        return taken

    def take_if_full(self) -> Iterator[bytes]:
        if self._size >= CHUNK_BYTES:
            yield self.take()
