"""Files that come with a message: photos, PDF and spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.errors import InvalidFields

MAX_ATTACHMENTS = 6

PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})


@dataclass(frozen=True)
class Attachment:
    """A file that is in the store already. `content_type` is what its bytes say it is."""

    file_key: str
    content_type: str
    file_name: str
    size_bytes: int
    width_px: int | None = None
    height_px: int | None = None


def check_count(count: int) -> None:
    """Raises: InvalidFields."""
    if count > MAX_ATTACHMENTS:
        raise InvalidFields({"attachments": "too_many_files"})
