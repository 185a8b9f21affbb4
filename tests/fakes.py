"""Stand-ins that keep the promises of the real parts, for tests that are about something else."""

from __future__ import annotations

from collections.abc import Iterator

from service.storage import ImageNotFound, StorageUnavailable, key_of


class MemoryStore:
    """An ImageStore in memory; set `is_down` and it answers as an S3 server that is not there."""

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}
        self.content_types: dict[str, str] = {}
        self.is_down = False

    def put(self, data: bytes, content_type: str) -> str:
        self.check()
        key = key_of(data)
        self.images[key] = data
        self.content_types[key] = content_type
        return key

    def get(self, key: str) -> bytes:
        self.check()
        if key not in self.images:
            raise ImageNotFound(key)
        return self.images[key]

    def exists(self, key: str) -> bool:
        self.check()
        return key in self.images

    def delete(self, key: str) -> None:
        self.check()
        self.images.pop(key, None)

    def all_keys(self) -> Iterator[str]:
        self.check()
        yield from list(self.images)

    def url(self, key: str, expires_s: int) -> str | None:
        return None

    def check(self) -> None:
        if self.is_down:
            raise StorageUnavailable("the store is down")
