"""Where images live: what every store promises, be it a directory on this machine or a bucket on any S3 server.

An image's key is the SHA-256 of its bytes, so a key never changes its meaning, the same photo twice is stored
once, and a put that is repeated after a failure does no harm.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Protocol

_KEY = re.compile(r"[0-9a-f]{64}")


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


def key_of(data: bytes) -> str:
    """The key of an image: the SHA-256 of its bytes, 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def is_key(text: str) -> bool:
    """Whether this can be an image's key: nothing else may come near a path."""
    return _KEY.fullmatch(text) is not None


def checked_key(key: str) -> str:
    """The key, if it can be one. Raises: ImageNotFound."""
    if not is_key(key):
        raise ImageNotFound(key)
    return key
