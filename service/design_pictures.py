"""The use case of a design's pictures: store one without its metadata, remember it, have it embedded for
"more like this" and its small copies made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.store import designs, pictures
from catalog.store.tables import DesignPicture
from catalog.tech_pack import StepPicture
from catalog.text import Text
from service.context import Parts
from service.picture_metadata import take_picture


@dataclass(frozen=True)
class StoredPicture:
    """A picture in the image store, and what is known of it."""

    key: str
    content_type: str
    size_px: tuple[int, int]  # (width, height)


def store_picture(parts: Parts, data: bytes) -> StoredPicture:
    """Raises: PhotoTooLarge, UnreadableImage, StorageUnavailable, StorageFull."""
    data, info = take_picture(data, parts.settings.max_photo_mb)
    return StoredPicture(parts.images.put(data, info.content_type), info.content_type, (info.width_px, info.height_px))


def receive_picture(
    session: Session, parts: Parts, version_id: uuid.UUID, data: bytes, alt: Text = Text()
) -> tuple[DesignPicture, bool]:
    """Put a picture last in a draft, unless it is in there already; returns (picture, is_new).

    Raises: PhotoTooLarge, UnreadableImage, NotFound, WrongState, RuleBroken, StorageUnavailable, StorageFull.
    """
    return add_picture(session, parts, version_id, store_picture(parts, data), alt)


def add_picture(
    session: Session, parts: Parts, version_id: uuid.UUID, stored: StoredPicture, alt: Text
) -> tuple[DesignPicture, bool]:
    """The same with one that is stored already. Raises: NotFound, WrongState, RuleBroken."""
    version = designs.get_version(session, version_id, lock=True)
    same = next((picture for picture in version.pictures if picture.image_key == stored.key), None)
    if same is not None:
        return same, False
    picture = pictures.add_picture(session, version, stored.key, stored.content_type, stored.size_px, alt)
    parts.queue.embed_picture(session, picture.id)
    parts.queue.prepare_picture(session, stored.key)
    return picture, True


def receive_step_picture(parts: Parts, data: bytes) -> StepPicture:
    """Store a picture of a process step.

    Raises: PhotoTooLarge, UnreadableImage, StorageUnavailable, StorageFull.
    """
    stored = store_picture(parts, data)
    return StepPicture(stored.key, stored.content_type, *stored.size_px)
