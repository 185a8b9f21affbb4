"""Photos as the pages show them: WebP at fixed widths, and the anomaly map as an overlay.

An address never changes what it shows, so browsers keep it for a year; what is not everyone's is theirs alone.
"""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, current_app, request

from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.organisations import VISITOR
from catalog.permissions import Permission, may_see_design, may_see_standard
from catalog.standards import StandardState
from catalog.store import pictures, standards
from catalog.store.tables import DesignPicture, ReferenceStandard
from service.assets import YEAR_S
from service.context import Parts
from service.database import current_session
from service.fitted_report import picture_keys
from service.images import WIDTHS_PX, Derivatives
from service.inspection import decode_map
from service.overlays import overlay_png
from service.security import current_actor, requires
from service.visible import get_visible_photo

OVERLAY_STYLE = 1

blueprint = Blueprint("pictures", __name__)


def derivatives() -> Derivatives:
    parts: Parts = current_app.extensions["parts"]
    return Derivatives(parts.images, parts.settings.home / "derivatives")


@blueprint.app_template_global()
def picture_colour(image_key: str) -> str:
    """The colour that holds a picture's place while it loads; empty as long as nobody has seen it."""
    return derivatives().colour(image_key) or ""


@blueprint.get("/pictures/<uuid:picture_id>/<int:width_px>.webp")
@requires(Permission.BROWSE_CATALOG)
def design_picture(picture_id: uuid.UUID, width_px: int) -> Response:
    picture = pictures.get_picture(current_session(), picture_id)
    if not _may_see_picture(picture):
        raise NotFound("picture_not_found")
    is_public = picture.version.state == VersionState.PUBLISHED
    return _send(picture.image_key, width_px, is_public=is_public)


def _may_see_picture(picture: DesignPicture) -> bool:
    """A retired design has left the catalog, but workshops still hold batches made to it."""
    state = picture.version.state
    if state == VersionState.RETIRED and current_actor() != VISITOR:
        return True
    studio_id = picture.version.design.studio_id
    return may_see_design(current_actor(), studio_id, state == VersionState.PUBLISHED)


@blueprint.get("/standards/<uuid:fitted_id>/defects/<picture_key>/<int:width_px>.webp")
@requires(Permission.VIEW_STANDARDS)
def defect_picture(fitted_id: uuid.UUID, picture_key: str, width_px: int) -> Response:
    """What the self-test of a standard has painted. The key is in the address, since another fit paints anew."""
    standard = standards.get_standard(current_session(), fitted_id)
    if not _may_see_pictures_of(standard) or picture_key not in picture_keys(standard.report):
        raise NotFound("photo_not_found")
    return _send(picture_key, width_px)


@blueprint.get("/references/<uuid:reference_id>/<int:width_px>.webp")
@requires(Permission.VIEW_STANDARDS)
def reference_photo(reference_id: uuid.UUID, width_px: int) -> Response:
    reference = standards.get_reference(current_session(), reference_id)
    if not _may_see_pictures_of(reference.standard):
        raise NotFound("photo_not_found")
    return _send(reference.image_key, width_px)


def _may_see_pictures_of(standard: ReferenceStandard) -> bool:
    was_used = standard.state in (StandardState.ACTIVE, StandardState.RETIRED)
    return may_see_standard(current_actor(), standard.version.design.studio_id, was_used)


@blueprint.get("/photos/<uuid:photo_id>/<int:width_px>.webp")
@requires(Permission.VIEW_BATCHES)
def batch_photo(photo_id: uuid.UUID, width_px: int) -> Response:
    return _send(get_visible_photo(photo_id).image_key, width_px)


@blueprint.get("/photos/<uuid:photo_id>/map.png")
@requires(Permission.VIEW_BATCHES)
def anomaly_map(photo_id: uuid.UUID) -> Response:
    """How unlike the references each place is, to be laid over the photo."""
    photo = get_visible_photo(photo_id)
    if photo.inspection is None or photo.inspection.map_key is None:
        raise NotFound("photo_not_found")
    parts: Parts = current_app.extensions["parts"]
    # The key names the measurement, OVERLAY_STYLE how it is painted: a browser asks, and paints anew after a change.
    response = Response(mimetype="image/png")
    response.set_etag(f"{OVERLAY_STYLE}-{photo.inspection.map_key}")
    response.headers["Cache-Control"] = "private, no-cache"
    if not request.if_none_match.contains(response.get_etag()[0]):
        response.set_data(overlay_png(decode_map(parts.images.get(photo.inspection.map_key))))
    return response.make_conditional(request)


def _send(image_key: str, width_px: int, *, is_public: bool = False) -> Response:
    if width_px not in WIDTHS_PX:
        abort(404)
    response = Response(derivatives().get(image_key, width_px), mimetype="image/webp")
    response.headers["Cache-Control"] = f"{'public' if is_public else 'private'}, max-age={YEAR_S}, immutable"
    response.set_etag(f"{image_key}-{width_px}")
    return response.make_conditional(request)
