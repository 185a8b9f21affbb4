"""The files of an import on their way in: one spreadsheet, and pictures by themselves or in archives."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from flask import Request
from sqlalchemy.orm import Session

from catalog.batches import clean_file_name
from catalog.errors import RuleBroken
from catalog.exchange.columns import Problem
from catalog.exchange.plan import MAX_ROWS
from catalog.store import imports
from catalog.store.tables import DesignImport
from models.errors import UnreadableImage
from service.archive_reading import ArchivedFile, ArchivedPack, PictureArchive
from service.context import Parts
from service.drawings import CONTENT_TYPES, kind_of
from service.inspection import PhotoTooLarge
from service.picture_metadata import take_picture
from service.settings import Settings
from service.sheet_reading import MAX_SHEET_MB, OLD_OFFICE_START, SHEET_ENDINGS, ZIP_START, check_can_be_read
from service.spool import hold_spool, open_spool
from service.storage import key_of

MB = 1_000_000
SHEET_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Bounds:
    """What an import may measure, in MB: the spreadsheet, and an archive unpacked."""

    sheet_mb: int
    unpacked_mb: int


def bounds_of(settings: Settings) -> Bounds:
    """What may be sent over the web."""
    return Bounds(MAX_SHEET_MB, 2 * settings.max_import_mb)


def allow_files(request: Request, settings: Settings) -> None:
    """Let a request carry an import: its megabytes, and as many pictures as it may have rows."""
    request.max_content_length = (settings.max_import_mb + 1) * MB
    request.max_form_parts = MAX_ROWS


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent: its name and its bytes, to be read once from the beginning."""

    name: str
    file: IO[bytes]

    def start(self, count: int = 8) -> bytes:
        self.file.seek(0)
        found = self.file.read(count)
        self.file.seek(0)
        return found

    @property
    def is_zip(self) -> bool:
        return self.start().startswith(ZIP_START)

    @property
    def is_called_a_sheet(self) -> bool:
        return self.name.lower().endswith(SHEET_ENDINGS)

    @property
    def is_sheet(self) -> bool:
        """A spreadsheet that is no archive, by its name or by what old ones begin with."""
        return self.is_called_a_sheet or self.start().startswith(OLD_OFFICE_START)


@dataclass
class _Sorted:
    """What was sent, by what it is."""

    sheets: list[tuple[str, bytes]] = field(default_factory=list)
    archives: list[PictureArchive] = field(default_factory=list)
    pictures: list[SentFile] = field(default_factory=list)


def receive_import(
    session: Session,
    parts: Parts,
    studio_id: uuid.UUID | None,
    person_id: uuid.UUID | None,
    files: Iterable[SentFile],
    bounds: Bounds | None = None,
) -> DesignImport:
    """Keep a spreadsheet with its pictures, and have it checked. Nothing of the catalog changes.

    Once this is committed all that was sent is on disk. What is wrong with a picture stands among the import's
    problems.

    Raises: RuleBroken for no spreadsheet, several, one that is none, or an archive that cannot be read;
        StorageUnavailable, StorageFull.
    """
    bounds = bounds or bounds_of(parts.settings)
    sent = _sort(files, bounds)
    name, data = _only_sheet(sent.sheets)
    check_can_be_read(data, bounds.sheet_mb)
    hold_spool(session)
    sheet_key = open_spool(parts.settings).put(data, SHEET_TYPE)
    made = imports.add_import(session, studio_id, person_id, clean_file_name(name), sheet_key)
    _keep_pictures(session, parts, made, sent)
    parts.queue.check_import(session, made.id, made.check_number)
    return made


def receive_pictures(session: Session, parts: Parts, found: DesignImport, files: Iterable[SentFile]) -> int:
    """Add pictures to an import and have it checked again; returns how many were taken.

    Raises: WrongState, RuleBroken, StorageUnavailable, StorageFull.
    """
    sent = _sort(files, bounds_of(parts.settings))
    if sent.sheets:
        raise RuleBroken("no_second_sheet")
    hold_spool(session)
    imports.check_again(session, found)
    taken = _keep_pictures(session, parts, found, sent)
    parts.queue.check_import(session, found.id, found.check_number)
    return taken


def _sort(files: Iterable[SentFile], bounds: Bounds) -> _Sorted:
    found = _Sorted()
    for sent in files:
        archive = _open(sent, bounds) if sent.is_zip else None
        is_sheet = sent.is_sheet if archive is None else archive.is_workbook or sent.is_called_a_sheet
        if is_sheet:
            found.sheets.append((sent.name, _read_sheet(sent, bounds)))
        elif archive is None:
            found.pictures.append(sent)
        else:
            found.archives.append(archive)
            sheet = archive.read_sheet(bounds.sheet_mb)
            if sheet is not None:
                found.sheets.append((sent.name, sheet.data))
    return found


def _open(sent: SentFile, bounds: Bounds) -> PictureArchive:
    """An archive, or a workbook, which is one as well. Raises: RuleBroken."""
    try:
        return PictureArchive(sent.file, bounds.unpacked_mb * MB)
    except RuleBroken as error:
        if error.code == "archive_is_broken" and sent.is_called_a_sheet:
            raise RuleBroken("sheet_is_broken") from error
        raise


def _read_sheet(sent: SentFile, bounds: Bounds) -> bytes:
    """As much as it takes to say that it is too large."""
    sent.file.seek(0)
    return sent.file.read(bounds.sheet_mb * MB + 1)


def _only_sheet(sheets: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    if not sheets:
        raise RuleBroken("no_sheet")
    if len(sheets) > 1:
        raise RuleBroken("several_sheets", names=", ".join(name for name, _ in sheets[:3]))
    return sheets[0]


def _keep_pictures(session: Session, parts: Parts, found: DesignImport, sent: _Sorted) -> int:
    """Put every picture into the spool under its name; returns how many were taken."""
    problems = {each["details"]["name"]: each for each in found.picture_problems}
    taken = 0
    most_bytes = parts.settings.max_photo_mb * MB
    for file in _pictures(sent, most_bytes):
        problem = file.problem or _keep_picture(session, parts, found, file)
        if problem:
            problems[file.name] = Problem(f"picture_{problem}", details={"name": file.name}).to_plain()
        else:
            problems.pop(file.name, None)
            taken += 1
    for pack in (pack for archive in sent.archives for pack in archive.packs(most_bytes)):
        for name in _keep_pack(session, parts, found, pack):
            problems[name] = Problem("tech_pack_file_not_taken", details={"name": name}).to_plain()
    found.picture_problems = list(problems.values())[: imports.MAX_PROBLEMS]
    session.flush()
    return taken


def _keep_picture(session: Session, parts: Parts, found: DesignImport, file: ArchivedFile) -> str:
    """What keeps the picture from being taken, or ""."""
    try:
        data, info = take_picture(file.data, parts.settings.max_photo_mb)
    except UnreadableImage as error:
        return error.code
    except PhotoTooLarge:
        return "too_large"
    key = open_spool(parts.settings).put(data, info.content_type)
    size_px = (info.width_px, info.height_px)
    imports.put_picture(session, found.id, file.name, key, info.content_type, size_px)
    return ""


def _keep_pack(session: Session, parts: Parts, found: DesignImport, pack: ArchivedPack) -> Iterator[str]:
    """Put a tech pack into the spool with its files; yields the names of those that were not taken."""
    if pack.content.problem:
        yield pack.content.name
        return
    spool = open_spool(parts.settings)
    drawings, pictures, content = [], [], pack.content.data
    for file in pack.files:
        # A drawing is read when it is imported: that takes a process of its own.
        kind = kind_of(file.data)
        picture = None if file.problem or kind else _find_picture(file.data, parts.settings.max_photo_mb)
        if kind is not None:
            drawings.append(spool.put(file.data, CONTENT_TYPES[kind]))
        elif picture:
            pictures.append(spool.put(*picture))
            # The pack names a picture by the bytes that came, the catalog by what it keeps of them.
            content = content.replace(key_of(file.data).encode(), pictures[-1].encode())
        else:
            yield file.name
    content_key = spool.put(content, "application/json")
    imports.put_pack(session, found.id, pack.name, content_key, drawing_keys=drawings, picture_keys=pictures)


def _find_picture(data: bytes, most_mb: int) -> tuple[bytes, str] | None:
    """A picture without its metadata, with its media type, or None for what is none."""
    try:
        data, info = take_picture(data, most_mb)
    except (UnreadableImage, PhotoTooLarge):
        return None
    return data, info.content_type


def _pictures(sent: _Sorted, most_bytes: int) -> Iterator[ArchivedFile]:
    for archive in sent.archives:
        yield from archive.pictures(most_bytes)
    for each in sent.pictures:
        yield ArchivedFile(clean_file_name(each.name), each.file.read(most_bytes + 1))
