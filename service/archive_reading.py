"""Pictures and tech packs out of a ZIP archive, one file at a time and within bounds.

Names in it are compared, never used as paths.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from catalog.errors import RuleBroken
from service.pack_export import PACK_FILE, PACK_FOLDER
from service.sheet_reading import MAX_SHEET_MB, SHEET_ENDINGS, is_workbook
from service.storage import key_of
from service.zip_errors import UNREADABLE

MAX_MEMBERS = 50_000
MAX_NAME = 200
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 100_000_000
MAX_PACK_BYTES = 1_000_000
# What operating systems put into archives by themselves.
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
IS_ENCRYPTED = 0x1


@dataclass(frozen=True)
class ArchivedFile:
    """A file out of an archive: its bytes, or why there are none."""

    name: str
    data: bytes = b""
    problem: str = ""


@dataclass(frozen=True)
class ArchivedPack:
    """A tech pack out of an archive: what it says, and its files, each read when it comes to it."""

    name: str  # of its folder
    content: ArchivedFile
    files: Iterator[ArchivedFile]


class PictureArchive:
    """A ZIP archive that somebody sent.

    Raises: RuleBroken "archive_is_broken", "archive_has_too_many_files" or "archive_too_large".
    """

    def __init__(self, file: IO[bytes], most_unpacked_bytes: int) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except UNREADABLE as error:
            raise RuleBroken("archive_is_broken") from error
        named = [each for each in self._zip.infolist() if each.filename and not each.is_dir()]
        self._members = [each for each in named if not _is_clutter(each.filename)]
        unpacked = sum(member.file_size for member in self._members)
        if len(self._members) > MAX_MEMBERS:
            raise RuleBroken("archive_has_too_many_files", most=MAX_MEMBERS)
        if unpacked > most_unpacked_bytes:
            raise RuleBroken("archive_too_large", most=most_unpacked_bytes // 1_000_000)

    @property
    def is_workbook(self) -> bool:
        return is_workbook(self._zip)

    def read_sheet(self, most_mb: int = MAX_SHEET_MB) -> ArchivedFile | None:
        """The one spreadsheet in it, if there is one. Raises: RuleBroken("several_sheets"), "archive_is_broken"."""
        sheets = [each for each in self._members if each.filename.lower().endswith(SHEET_ENDINGS)]
        if len(sheets) > 1:
            raise RuleBroken("several_sheets", names=", ".join(_shown(each.filename) for each in sheets[:3]))
        if not sheets:
            return None
        found = self._read(sheets[0], most_mb * 1_000_000)
        if found.problem:
            code = "sheet_too_large" if found.problem == "too_large" else "archive_is_broken"
            raise RuleBroken(code, most=most_mb)
        return found

    def pictures(self, most_bytes: int) -> Iterator[ArchivedFile]:
        """In the archive's order, one in memory at a time; spreadsheet, manifest and tech packs are none."""
        hashes, seen = self._hashes(), set()
        for member in self._members:
            name = _clean_name(member.filename)
            path = PurePosixPath(name or member.filename)
            if path.name == MANIFEST or path.name.lower().endswith(SHEET_ENDINGS) or PACK_FOLDER in path.parts[:-1]:
                continue
            if name is None:
                yield ArchivedFile(_shown(member.filename), problem="unsafe_name")
            elif name.casefold() in seen:
                yield ArchivedFile(name, problem="duplicate_name")
            else:
                seen.add(name.casefold())
                yield _checked(self._read(member, most_bytes, name), hashes)

    def packs(self, most_bytes: int) -> Iterator[ArchivedPack]:
        """The tech packs as an export of ours writes them, also where somebody has put all of it into a folder."""
        folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
        for member in self._members:
            path = PurePosixPath(_clean_name(member.filename) or "").parts
            if path[-3:-2] == (PACK_FOLDER,):
                folders.setdefault(path[-2], {})[path[-1]] = member
        seen: set[str] = set()
        for name, members in folders.items():
            content = members.pop(PACK_FILE, None)
            if content is None:
                continue
            if name.casefold() in seen:
                yield ArchivedPack(name, ArchivedFile(_shown(content.filename), problem="duplicate_name"), iter(()))
                continue
            seen.add(name.casefold())
            files = (self._read(member, most_bytes) for member in members.values())
            yield ArchivedPack(name, self._read(content, MAX_PACK_BYTES), files)

    def _read(self, member: zipfile.ZipInfo, most_bytes: int, name: str = "") -> ArchivedFile:
        """Not a byte more than `most_bytes`, whatever the archive says of the file's size."""
        name = name or _shown(member.filename)
        if member.flag_bits & IS_ENCRYPTED:
            return ArchivedFile(name, problem="encrypted")
        try:
            with self._zip.open(member) as file:
                data = file.read(most_bytes + 1)
        except UNREADABLE:
            return ArchivedFile(name, problem="damaged")
        return ArchivedFile(name, data) if len(data) <= most_bytes else ArchivedFile(name, problem="too_large")

    def _hashes(self) -> dict[str, str]:
        """SHA-256 by name, as a manifest of ours says it; an archive of somebody else's has none."""
        member = next((each for each in self._members if each.filename == MANIFEST), None)
        if member is None:
            return {}
        try:
            pictures = json.loads(self._read(member, MAX_MANIFEST_BYTES).data)["pictures"]
            return {picture["file"]: picture["sha256"] for picture in pictures}
        except (ValueError, KeyError, TypeError, RecursionError):
            return {}


def _checked(file: ArchivedFile, hashes: dict[str, str]) -> ArchivedFile:
    """The file, unless the manifest says that it was another one."""
    expected = hashes.get(file.name)
    if file.problem or expected is None or expected == key_of(file.data):
        return file
    return ArchivedFile(file.name, problem="damaged")


def _clean_name(name: str) -> str | None:
    """The name in the archive, or None for one that leads out of it."""
    path = PurePosixPath(name.replace("\\", "/"))
    leads_out = path.is_absolute() or ".." in path.parts or ":" in str(path).partition("/")[0]
    return None if leads_out or not path.name or len(name) > MAX_NAME or not name.isprintable() else str(path)


def _shown(name: str) -> str:
    return "".join(each for each in name if each.isprintable())[:MAX_NAME]


def _is_clutter(name: str) -> bool:
    return name.startswith(CLUTTER) or name.rsplit("/", 1)[-1] in CLUTTER
