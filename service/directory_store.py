"""Images as files under one folder of this machine, written atomically and synced."""

from __future__ import annotations

import errno
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.storage import ImageNotFound, StorageFull, StorageUnavailable, checked_key, is_key, key_of

LEAST_FREE_BYTES = 64 * 1024 * 1024
ABANDONED_AFTER_S = 3600
# EFBIG is what a process with a size limit meets where others meet a full disk.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class DirectoryStore:
    """Images as files: folder/ab/cd/abcd..., so that no folder holds more than some thousands.

    A file appears whole or not at all: written beside its place, synced, renamed, and its folder synced.
    The content type is not kept: a directory hands nothing out by itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"

    def put(self, data: bytes, content_type: str) -> str:
        key = key_of(data)
        path = self._path(key)
        with _disk_errors("store an image"):
            _make_folder(path.parent)
            if not path.exists():
                self._write(data, path)
            # Also when another process has just renamed its copy: it may not have synced the folder yet.
            _sync_folder(path.parent)
        return key

    def get(self, key: str) -> bytes:
        with _disk_errors("read an image"):
            try:
                return self._path(key).read_bytes()
            except FileNotFoundError:
                raise ImageNotFound(key) from None

    def exists(self, key: str) -> bool:
        return is_key(key) and self._path(key).exists()

    def delete(self, key: str) -> None:
        if is_key(key):
            with _disk_errors("delete an image"):
                self._path(key).unlink(missing_ok=True)

    def all_keys(self) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            if is_key(path.name):
                yield path.name

    def url(self, key: str, expires_s: int) -> str | None:
        return None

    def check(self) -> None:
        with _disk_errors("reach the image folder"):
            _make_folder(self._incoming)
            disk = os.statvfs(self._incoming)
        if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
            raise StorageFull(f"less than {LEAST_FREE_BYTES // 2**20} MB is free for images")
        if not os.access(self._incoming, os.W_OK | os.X_OK):
            raise StorageUnavailable("the image folder cannot be written to")

    def sweep(self) -> None:
        """Remove what writers that were killed left behind; a live one is done long before the hour is over."""
        for path in self._incoming.glob("*"):
            with _disk_errors("sweep the image folder"):
                if time.time() - path.stat().st_mtime > ABANDONED_AFTER_S:
                    path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        checked_key(key)
        return self.folder / key[:2] / key[2:4] / key

    def _write(self, data: bytes, path: Path) -> None:
        self._incoming.mkdir(exist_ok=True)
        temporary = self._incoming / secrets.token_hex(16)
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def _disk_errors(doing: str) -> Iterator[None]:
    """Turn every error of the disk into one of a store's."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in FULL else StorageUnavailable
        raise kind(f"cannot {doing}: {error.strerror}") from error


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each of them synced into its parent."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
