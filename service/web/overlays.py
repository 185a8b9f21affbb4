"""The anomaly map of a photo as a picture over it."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, request

from catalog.errors import NotFound
from catalog.permissions import Permission, may_see_batch
from catalog.store import batches
from service.context import Parts
from service.database import current_session
from service.inspection import decode_map
from service.overlays import overlay_png
from service.security import current_actor, requires

blueprint = Blueprint("overlays", __name__)


@blueprint.get("/photos/<uuid:photo_id>/map.png")
@requires(Permission.VIEW_BATCHES)
def anomaly_map(photo_id: uuid.UUID) -> Response:
    session = current_session()
    photo = batches.get_photo(session, photo_id)
    if not may_see_batch(current_actor(), batches.ownership(session, photo.batch)):
        raise NotFound("photo_not_found")
    if photo.inspection is None or photo.inspection.map_key is None:
        raise NotFound("photo_not_found")
    # A key names its content for ever, so it is the tag; who may see it can change, so a browser asks each time.
    response = Response(mimetype="image/png")
    response.set_etag(f"1-{photo.inspection.map_key[:32]}")
    response.headers["Cache-Control"] = "private, no-cache"
    if not request.if_none_match.contains(response.get_etag()[0]):
        parts: Parts = current_app.extensions["parts"]
        response.set_data(overlay_png(decode_map(parts.images.get(photo.inspection.map_key))))
    return response.make_conditional(request)
