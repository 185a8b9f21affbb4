"""Backup and restore: one archive with the database, every image and the key that signs sessions.

The archive is a tar: manifest.json, database.dump (pg_dump's custom format), secret_key if it was generated here,
and images/KEY. The database goes in first: an image is stored before the record that names it is committed, so
every image that the dump names is there when the images are read.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from models import image
from models.errors import KriyaModelError
from service.database import migrate
from service.database_address import database_url
from service.postgres_wheel import tool_path
from service.preflight import exclusive_home
from service.queue import conninfo
from service.settings import Settings
from service.storage import ImageNotFound, ImageStore, key_of
from service.stores import open_store

FORMAT = 1
_HAS_TABLES = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"


class BackupError(Exception):
    """A backup or a restore did not work; the message says why, in one line."""


def write_backup(settings: Settings, folder: Path) -> Path:
    """Write kriya-DATE-TIME.tar into `folder` and return its path; the service may be running.

    The file appears under its name only when it is whole; only its owner can read it.
    Raises: BackupError, EmbeddedDatabaseError, StorageUnavailable.
    """
    now = datetime.datetime.now(datetime.UTC)
    target = folder / f"kriya-{now:%Y%m%d-%H%M%S}.tar"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".kriya-", suffix=".partial") as partial:
            _fill(partial, settings, now)
            partial.flush()
            os.fsync(partial.fileno())
            os.link(partial.name, target)
    except OSError as error:
        raise BackupError(f"cannot write {target}: {error.strerror}") from error
    return target


def restore_backup(settings: Settings, file: Path, *, force: bool = False) -> None:
    """Bring back what `write_backup` wrote, and the database to this version.

    Raises: BackupError, when there is data already and `force` is not set, or the archive is not whole;
        StartError when the service is running on this home; EmbeddedDatabaseError; StorageUnavailable.
    """
    with exclusive_home(settings), _open(file) as archive, tempfile.TemporaryDirectory() as scratch:
        url = database_url(settings)
        if not force and _has_data(url):
            raise BackupError("there is data already; FORCE=1 replaces it with the backup's")
        # Images first: by their nature they replace nothing, and a record without its image would be a lie.
        found = _unpack(archive, Path(scratch) / "database.dump", open_store(settings))
        if not found.is_whole:
            raise BackupError(f"{file} is not a whole backup; the database was not touched")
        _replace_database(url, found.dump)
        if found.secret_key is not None:
            _restore_key(settings, found.secret_key)
        migrate(url)


def _fill(target: IO[bytes], settings: Settings, now: datetime.datetime) -> None:
    with tarfile.open(fileobj=target, mode="w") as archive, tempfile.TemporaryDirectory() as scratch:
        dump = Path(scratch) / "database.dump"
        _postgres_tool("pg_dump", database_url(settings), "--format=custom", f"--file={dump}")
        archive.add(dump, "database.dump")
        generated_key = settings.home / "secret_key"
        if not settings.secret_key and generated_key.exists():
            archive.add(generated_key, "secret_key")
        count = _add_images(archive, open_store(settings), now)
        # Last, so that an archive that was cut short has none.
        manifest = {"format": FORMAT, "made_at": now.isoformat(), "images": count}
        _add(archive, "manifest.json", json.dumps(manifest).encode(), now)


def _add_images(archive: tarfile.TarFile, store: ImageStore, now: datetime.datetime) -> int:
    count = 0
    for key in store.all_keys():
        try:
            data = store.get(key)
        except ImageNotFound:
            continue  # deleted since the listing, so nothing names it
        _add(archive, f"images/{key}", data, now)
        count += 1
    return count


def _add(archive: tarfile.TarFile, name: str, data: bytes, now: datetime.datetime) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = len(data), int(now.timestamp()), 0o600
    archive.addfile(member, io.BytesIO(data))


def _open(file: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(file)
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"cannot read {file}: {error}") from error


@dataclass
class _Found:
    """What an archive held, read to its end or to where it breaks."""

    dump: Path
    secret_key: bytes | None = None
    images: int = 0
    expected_images: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.dump.exists() and self.images == self.expected_images


def _unpack(archive: tarfile.TarFile, dump: Path, store: ImageStore) -> _Found:
    """Put the images into the store and the dump into `dump`.

    Names inside the archive are compared, never used as paths.
    """
    found = _Found(dump)
    try:
        for member in archive:
            data = archive.extractfile(member).read()
            if member.name == "database.dump":
                dump.write_bytes(data)
            elif member.name == "secret_key":
                found.secret_key = data
            elif member.name == "manifest.json":
                found.expected_images = json.loads(data).get("images")
            elif member.name == f"images/{key_of(data)}":
                store.put(data, _content_type(data))
                found.images += 1
    except (tarfile.TarError, EOFError, ValueError, AttributeError):
        found.expected_images = None  # cut short, or no backup of ours
    return found


def _restore_key(settings: Settings, data: bytes) -> None:
    path = settings.home / "secret_key"
    path.touch(mode=0o600)
    path.write_bytes(data)


def _content_type(data: bytes) -> str:
    try:
        return image.read_info(data).content_type
    except KriyaModelError:
        return "application/octet-stream"  # a fitted standard


def _has_data(url: str) -> bool:
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(_HAS_TABLES).fetchone()[0]


def _replace_database(url: str, dump: Path) -> None:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        # The schema whole, not only what the dump knows: a newer version may have made tables that it does not.
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    options = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--single-transaction")
    _postgres_tool("pg_restore", url, *options, str(dump))


def _postgres_tool(name: str, url: str, *arguments: str) -> None:
    """Run a PostgreSQL program on a database; the password travels where others on the machine cannot see it."""
    info = conninfo_to_dict(conninfo(url))
    environ = os.environ | {"PGPASSWORD": str(info.pop("password", ""))}
    command = [str(tool_path(name)), f"--dbname={make_conninfo(**info)}", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupError(f"{name} failed: {reason}")
