"""Batches and photos as the person who asks may have them: what is somebody else's is not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from catalog.errors import NotFound
from catalog.organisations import Actor
from catalog.permissions import BatchOwnership, may_add_photos, may_see_batch
from catalog.store import batches
from catalog.store.tables import Batch, BatchPhoto
from service.database import current_session
from service.security import current_actor


def get_visible_batch(batch_id: uuid.UUID) -> Batch:
    """A batch to look at. Raises: NotFound."""
    return _theirs(batches.get_batch(current_session(), batch_id), may_see_batch)


def get_own_batch(batch_id: uuid.UUID) -> Batch:
    """A batch to add photos to. Raises: NotFound."""
    return _theirs(batches.get_batch(current_session(), batch_id), may_add_photos)


def get_visible_photo(photo_id: uuid.UUID) -> BatchPhoto:
    """A photo of a batch to look at. Raises: NotFound."""
    photo = batches.get_photo(current_session(), photo_id)
    _theirs(photo.batch, may_see_batch, "photo_not_found")
    return photo


def _theirs(batch: Batch, rule: Callable[[Actor, BatchOwnership], bool], code: str = "batch_not_found") -> Batch:
    if not rule(current_actor(), batches.ownership(current_session(), batch)):
        raise NotFound(code)
    return batch
