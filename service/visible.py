"""Batches and photos as the person who asks may have them: what is somebody else's is not there."""

from __future__ import annotations

import uuid

from catalog.errors import NotFound
from catalog.permissions import may_add_photos, may_see_batch
from catalog.store import batches
from catalog.store.tables import Batch, BatchPhoto
from service.database import current_session
from service.security import current_actor


def get_visible_batch(batch_id: uuid.UUID) -> Batch:
    """A batch to look at. Raises: NotFound."""
    session = current_session()
    batch = batches.get_batch(session, batch_id)
    if not may_see_batch(current_actor(), batches.ownership(session, batch)):
        raise NotFound("batch_not_found")
    return batch


def get_own_batch(batch_id: uuid.UUID) -> Batch:
    """A batch to add photos to. Raises: NotFound."""
    session = current_session()
    batch = batches.get_batch(session, batch_id)
    if not may_add_photos(current_actor(), batches.ownership(session, batch)):
        raise NotFound("batch_not_found")
    return batch


def get_visible_photo(photo_id: uuid.UUID) -> BatchPhoto:
    """A photo of a batch to look at. Raises: NotFound."""
    session = current_session()
    photo = batches.get_photo(session, photo_id)
    if not may_see_batch(current_actor(), batches.ownership(session, photo.batch)):
        raise NotFound("photo_not_found")
    return photo
