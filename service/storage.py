"""Where images live: one protocol, a directory on this machine or a bucket on any S3 server.

An image's key is the SHA-256 of its bytes, so a key never changes its meaning, the same photo twice is stored
once, and a put that is repeated after a failure does no harm.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from service.settings import SettingError, Settings

LEAST_FREE_BYTES = 64 * 1024 * 1024
ABANDONED_AFTER_S = 3600
S3_CONNECT_TIMEOUT_S = 2.0
S3_READ_TIMEOUT_S = 10.0
S3_RETRIES = 2

_KEY = re.compile(r"[0-9a-f]{64}")
# EFBIG is what a process with a size limit meets where others meet a full disk.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_S3_MISSING = ("NoSuchKey", "NoSuchBucket", "NoSuchObject")
_S3_FULL = ("XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded")


class StorageError(Exception):
    """What an image store can say.

    StorageError
    ├── ImageNotFound        no image has this key
    └── StorageUnavailable   nothing was stored or read now; worth another try after `retry_after_s`
        └── StorageFull      no room is left: an operator has to make some
    """


class ImageNotFound(StorageError):
    """No image has this key."""


class StorageUnavailable(StorageError):
    """The store did not answer. `retry_after_s`: seconds after which another try is worth it."""

    retry_after_s = 10


class StorageFull(StorageUnavailable):
    """No room is left."""

    retry_after_s = 300


class ImageStore(Protocol):
    """Keeps images by the SHA-256 of their bytes. Safe to share between threads."""

    def put(self, data: bytes, content_type: str) -> str:
        """Store an image and return its key, 64 hex digits, once it would survive a power cut.

        `content_type` is what a store that hands images out by itself will say of it.
        Raises: StorageFull, StorageUnavailable; then nothing half-written can be seen under the key.
        """
        ...

    def get(self, key: str) -> bytes:
        """Raises: ImageNotFound, StorageUnavailable."""
        ...

    def exists(self, key: str) -> bool:
        """Raises: StorageUnavailable."""
        ...

    def delete(self, key: str) -> None:
        """Remove an image; one that is not there is no error. Raises: StorageUnavailable."""
        ...

    def all_keys(self) -> Iterator[str]:
        """Every key, in no order; for backups. Raises: StorageUnavailable."""
        ...

    def url(self, key: str, expires_s: int) -> str | None:
        """An address that gives the image to whoever has it for `expires_s` seconds.

        None when this store has no addresses. Does not look whether the image exists.
        """
        ...

    def check(self) -> None:
        """A cheap look whether a put would work. Raises: StorageFull, StorageUnavailable."""
        ...


def open_store(settings: Settings) -> ImageStore:
    """The store that the settings name. Does not talk to it yet. Raises: SettingError."""
    if not settings.s3_endpoint:
        return DirectoryStore(settings.image_folder)
    return S3Store(
        settings.s3_endpoint,
        settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        region=settings.s3_region,
    )


def key_of(data: bytes) -> str:
    """The key of an image: the SHA-256 of its bytes, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def _checked(key: str) -> str:
    """The key, if it can be one: nothing else may come near a path. Raises: ImageNotFound."""
    if not _KEY.fullmatch(key):
        raise ImageNotFound(key)
    return key


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
        return _KEY.fullmatch(key) is not None and self._path(key).exists()

    def delete(self, key: str) -> None:
        if _KEY.fullmatch(key):
            with _disk_errors("delete an image"):
                self._path(key).unlink(missing_ok=True)

    def all_keys(self) -> Iterator[str]:
        for path in self.folder.glob("??/??/*"):
            if _KEY.fullmatch(path.name):
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
        _checked(key)
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


class S3Store:
    """Images as objects of one bucket, which is made when it is first missed. `endpoint`: http(s)://host[:port]."""

    def __init__(self, endpoint: str, bucket: str, *, access_key: str, secret_key: str, region: str) -> None:
        address = urlsplit(endpoint)
        if address.scheme not in ("http", "https") or not address.hostname or address.path.strip("/"):
            raise SettingError(f"S3_ENDPOINT must be like http://minio:9000, not {endpoint!r}")
        self.bucket = bucket
        # With the region given, the client never asks the server for it: signing an address works offline.
        self._client = Minio(
            address.netloc,
            access_key=access_key,
            secret_key=secret_key,
            secure=address.scheme == "https",
            region=region,
            http_client=_http_pool(),
        )

    def put(self, data: bytes, content_type: str) -> str:
        key = key_of(data)
        with _s3_errors(key):
            self._in_bucket(lambda: self._put(key, data, content_type))
        return key

    def get(self, key: str) -> bytes:
        with _s3_errors(_checked(key)):
            response = self._client.get_object(self.bucket, key)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def exists(self, key: str) -> bool:
        try:
            with _s3_errors(_checked(key)):
                self._client.stat_object(self.bucket, key)
        except ImageNotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        try:
            with _s3_errors(_checked(key)):
                self._client.remove_object(self.bucket, key)
        except ImageNotFound:
            pass

    def all_keys(self) -> Iterator[str]:
        try:
            with _s3_errors(self.bucket):
                for found in self._client.list_objects(self.bucket, recursive=True):
                    if _KEY.fullmatch(found.object_name):
                        yield found.object_name
        except ImageNotFound:
            return  # no bucket yet, so no images

    def url(self, key: str, expires_s: int) -> str | None:
        return self._client.presigned_get_object(self.bucket, key, expires=timedelta(seconds=expires_s))

    def check(self) -> None:
        with _s3_errors(self.bucket):
            self._client.bucket_exists(self.bucket)

    def _put(self, key: str, data: bytes, content_type: str) -> None:
        # In one part whatever its size: an object that appears whole needs no clean-up of parts.
        part_size = max(len(data), 5 * 1024 * 1024)
        self._client.put_object(
            self.bucket, key, io.BytesIO(data), len(data), content_type=content_type, part_size=part_size
        )

    def _in_bucket(self, write: Callable[[], None]) -> None:
        """Write; if the bucket is missing, make it and write again."""
        try:
            write()
        except S3Error as error:
            if error.code != "NoSuchBucket":
                raise
            self._make_bucket()
            write()

    def _make_bucket(self) -> None:
        try:
            self._client.make_bucket(self.bucket)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):  # another process was first
                raise


def _http_pool() -> urllib3.PoolManager:
    """The client's own would wait five minutes for an answer, longer than anyone who uploads does."""
    return urllib3.PoolManager(
        maxsize=16,
        timeout=urllib3.Timeout(connect=S3_CONNECT_TIMEOUT_S, read=S3_READ_TIMEOUT_S),
        retries=urllib3.Retry(total=S3_RETRIES, read=1, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
    )


@contextmanager
def _s3_errors(key: str) -> Iterator[None]:
    """Turn every error of the S3 client into one of this file's."""
    try:
        yield
    except S3Error as error:
        if error.code in _S3_MISSING:
            raise ImageNotFound(key) from None
        kind = StorageFull if error.code in _S3_FULL else StorageUnavailable
        raise kind(f"the S3 server refused: {error.code}") from error
    except (MinioException, HTTPError, OSError) as error:
        raise StorageUnavailable(f"the S3 server does not answer: {type(error).__name__}") from error


@contextmanager
def _disk_errors(doing: str) -> Iterator[None]:
    """Turn every error of the disk into one of this file's."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in _FULL else StorageUnavailable
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
