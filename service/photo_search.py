"""The use case of searching with a photo: read what it shows, remember that under a key, and forget the photo."""

from __future__ import annotations

import threading

from sqlalchemy.orm import Session

import models
from catalog.store import search
from service.inspection import PhotoTooLarge

# The network takes all cores for one photo; more photos at once would only hold memory while they wait for it.
_reading = threading.BoundedSemaphore(2)


def remember_photo(session: Session, data: bytes, max_photo_mb: int) -> str:
    """The key under which designs that look like this photo are found from now on.

    Raises: PhotoTooLarge, models.errors.UnreadableImage.
    """
    if len(data) > max_photo_mb * 1_000_000:
        raise PhotoTooLarge(max_photo_mb)
    with _reading:
        embedding = models.embed(data)
    return search.keep_photo(session, embedding)
