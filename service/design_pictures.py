"""The use case of a design's pictures: store one, remember it, have it embedded for "more like this"
and its small copies made."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from catalog.designs import Text
from catalog.store import designs, pictures
from catalog.store.tables import DesignPicture
from service.context import Parts
from service.inspection import check_photo


def receive_picture(
    session: Session, parts: Parts, version_id: uuid.UUID, data: bytes, alt: Text = Text()
) -> tuple[DesignPicture, bool]:
    """Put a picture last in a draft, unless it is in there already; returns (picture, is_new).

    Raises: PhotoTooLarge, UnreadableImage, NotFound, WrongState, RuleBroken, StorageUnavailable, StorageFull.
    """
    info = check_photo(data, parts.settings.max_photo_mb)
    key = parts.images.put(data, info.content_type)
    version = designs.get_version(session, version_id, lock=True)
    same = next((picture for picture in version.pictures if picture.image_key == key), None)
    if same is not None:
        return same, False
    picture = pictures.add_picture(session, version, key, info.content_type, (info.width_px, info.height_px), alt)
    parts.queue.embed_picture(session, picture.id)
    parts.queue.prepare_picture(session, key)
    return picture, True
