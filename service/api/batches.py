"""The main job: make a batch, send its photos, read what was found."""

from __future__ import annotations

import uuid
from typing import Any

from catalog.batches import BatchCounts, BatchSource
from catalog.designs import clean_line
from catalog.permissions import Permission
from catalog.store import batches, standards
from catalog.store.tables import Batch, BatchPhoto
from service.api import schemas
from service.api.operations import URL_PREFIX, Blueprint, in_path, open_to, page_of
from service.api.photo_body import PHOTO_BODY, photo_of_request
from service.context import current_parts
from service.database import current_session
from service.inspection import receive_photo
from service.security import current_actor
from service.visible import get_own_batch, get_visible_batch, get_visible_photo

blueprint = Blueprint("api-batches", __name__, url_prefix=URL_PREFIX)

BATCH_ID = in_path("batch_id", "The `id` of a batch.")
PHOTO_ID = in_path("photo_id", "The `id` of a photo in a batch.")


def with_counts(batch: Batch, counts: BatchCounts) -> dict[str, Any]:
    names = ("id", "number", "name", "workshop", "standard", "source", "created_at")
    return {**{name: getattr(batch, name) for name in names}, "counts": counts, "is_done": counts.is_done}


@blueprint.route("/batches", tags=["Batches"])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.BatchPage)
@open_to(Permission.VIEW_BATCHES)
def list_batches(query: dict[str, Any]) -> dict[str, Any]:
    """List batches

    Those that the token's owner may see, newest first.
    """
    session, actor = current_session(), current_actor()
    size = query["page_size"]
    found = batches.batches_for(session, actor, limit=size, offset=(query["page"] - 1) * size)
    return page_of([with_counts(*pair) for pair in found], query, batches.count_batches_for(session, actor))


@blueprint.route("/batches", methods=["POST"], tags=["Batches"])
@blueprint.arguments(schemas.NewBatch)
@blueprint.response(201, schemas.Batch)
@open_to(Permission.MAKE_BATCHES)
def make_batch(given: dict[str, Any]) -> dict[str, Any]:
    """Make a batch

    An empty batch, held against one standard; its photos follow, each by itself.
    """
    session, actor = current_session(), current_actor()
    standard = standards.get_open_standard(session, given["standard_id"])
    batch = batches.add_batch(
        session,
        actor.organisation_id,
        standard,
        BatchSource.API,
        name=clean_line(given["name"]),
        person_id=actor.person_id,
    )
    return with_counts(batch, BatchCounts())


@blueprint.route("/batches/<uuid:batch_id>", tags=["Batches"], parameters=BATCH_ID)
@blueprint.response(200, schemas.Batch)
@open_to(Permission.VIEW_BATCHES)
def get_batch(batch_id: uuid.UUID) -> dict[str, Any]:
    """Read a batch

    With how many of its photos stand where: ask again until `is_done`.
    """
    batch = get_visible_batch(batch_id)
    return with_counts(batch, batches.counts_of(current_session(), [batch.id])[batch.id])


@blueprint.route("/batches/<uuid:batch_id>", methods=["DELETE"], tags=["Batches"], parameters=BATCH_ID)
@blueprint.response(204)
@open_to(Permission.MAKE_BATCHES)
def remove_batch(batch_id: uuid.UUID) -> None:
    """Remove a batch

    Only one without any photo, begun by mistake. What was received stays, also where it was rejected.
    """
    batches.remove_batch(current_session(), get_own_batch(batch_id).id)


@blueprint.route("/batches/<uuid:batch_id>/photos", tags=["Batches"], parameters=BATCH_ID)
@blueprint.arguments(schemas.PhotoQuery, location="query")
@blueprint.response(200, schemas.PhotoPage)
@open_to(Permission.VIEW_BATCHES)
def list_photos(query: dict[str, Any], batch_id: uuid.UUID) -> dict[str, Any]:
    """Read the results

    The photos of a batch, worst first: reject, rework, retake, accept, then what waits.
    """
    photos = batches.photos_worst_first(current_session(), get_visible_batch(batch_id).id)
    if "verdict" in query:
        photos = [photo for photo in photos if photo.inspection and photo.inspection.verdict == query["verdict"]]
    return page_of(photos, query)


@blueprint.route("/batches/<uuid:batch_id>/photos", methods=["POST"], tags=["Batches"], parameters=BATCH_ID)
@blueprint.arguments(schemas.FileName, location="query")
@blueprint.response(201, schemas.ReceivedPhoto, description="Received; it will be inspected.")
@blueprint.alt_response(200, schema=schemas.ReceivedPhoto, description="The batch has this very photo already.")
@blueprint.doc(requestBody=PHOTO_BODY)
@open_to(Permission.MAKE_BATCHES)
def add_photo(query: dict[str, Any], batch_id: uuid.UUID) -> tuple[BatchPhoto, int]:
    """Send a photo

    One photo a request, as JPEG, PNG, WebP or HEIC. Once it is answered the photo is safe and will be inspected.
    Sending the same photo again is no error and changes nothing: after a lost answer, just send it again.
    """
    return _take(batch_id, query["file_name"])


@blueprint.route("/batches/<uuid:batch_id>/photos", methods=["PUT"], tags=["Batches"], parameters=BATCH_ID)
@blueprint.arguments(schemas.FileName, location="query")
@blueprint.response(201, schemas.ReceivedPhoto, description="Received; it will be inspected.")
@blueprint.alt_response(200, schema=schemas.ReceivedPhoto, description="The batch has this very photo already.")
@blueprint.doc(requestBody=PHOTO_BODY)
@open_to(Permission.MAKE_BATCHES)
def put_photo(query: dict[str, Any], batch_id: uuid.UUID) -> tuple[BatchPhoto, int]:
    """Send a photo with PUT

    The same as POST, for clients that send files with PUT, such as `curl -T`.
    """
    return _take(batch_id, query["file_name"])


def _take(batch_id: uuid.UUID, file_name: str) -> tuple[BatchPhoto, int]:
    """Raises: NotFound, UnsupportedMediaType, and what receive_photo raises."""
    session = current_session()
    batch = get_own_batch(batch_id)
    sent_name, data = photo_of_request()
    parts = current_parts()
    photo, is_new = receive_photo(session, parts, batch.id, file_name or sent_name, data)
    photo.duplicate = not is_new
    return photo, 201 if is_new else 200


@blueprint.route("/photos/<uuid:photo_id>", tags=["Batches"], parameters=PHOTO_ID)
@blueprint.response(200, schemas.Photo)
@open_to(Permission.VIEW_BATCHES)
def get_photo(photo_id: uuid.UUID) -> BatchPhoto:
    """Read the result of one photo"""
    return get_visible_photo(photo_id)
