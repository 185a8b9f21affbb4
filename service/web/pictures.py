"""Photos as the pages show them: AVIF or WebP at fixed widths, and the anomaly map as an overlay.

An address never changes what it shows, so browsers keep it for a year; what is not everyone's is theirs alone.
"""

from __future__ import annotations

import uuid
from functools import partial
from zlib import crc32

from flask import Blueprint, Response, abort, request

from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.permissions import Permission, may_see_picture, may_see_standard
from catalog.standards import StandardState
from catalog.store import pictures, standards
from catalog.store.tables import ReferenceStandard
from service.assets import YEAR_S
from service.context import current_parts
from service.database import current_session
from service.downloads import send_as_file
from service.fitted_report import picture_keys
from service.images import WIDTHS_PX, Format
from service.inquiries import find_attachment
from service.inspection import decode_map
from service.overlays import overlay_png
from service.picture_metadata import get_picture
from service.picture_rights import NOTHING_SAID, rights_packet, with_rights
from service.security import current_actor, requires
from service.visible import get_visible_photo

OVERLAY_STYLE = 1

DAY_S = 86_400
PRIVATE = f"private, max-age={YEAR_S}, immutable"
# What browsers have they keep; a cache that many share asks again each day, so that it forgets what was retired.
PUBLIC = f"public, max-age={YEAR_S}, s-maxage={DAY_S}, immutable"

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/pictures/<string(length=64):image_key>/<int:width_px>.<any(avif, webp):form>")
@requires(Permission.BROWSE_CATALOG)
def design_picture(image_key: str, width_px: int, form: str) -> Response:
    """A picture by what it shows: the same address in every version that has it, and nobody's who may see none."""
    holders = pictures.holders_of(current_session(), image_key)
    published = [holder for holder in holders if holder.state == VersionState.PUBLISHED]
    if published:
        return send_derivative(image_key, width_px, Format(form), PUBLIC, rights_packet(published))
    if not any(_may_see_picture(holder.studio_id, holder.state) for holder in holders):
        raise NotFound("picture_not_found")
    return send_derivative(image_key, width_px, Format(form))


def _may_see_picture(studio_id: uuid.UUID, state: VersionState) -> bool:
    is_published, is_retired = state == VersionState.PUBLISHED, state == VersionState.RETIRED
    return may_see_picture(current_actor(), studio_id, is_published=is_published, is_retired=is_retired)


@blueprint.get("/standards/<uuid:fitted_id>/defects/<picture_key>/<int:width_px>.webp")
@requires(Permission.VIEW_STANDARDS)
def defect_picture(fitted_id: uuid.UUID, picture_key: str, width_px: int) -> Response:
    """What the self-test of a standard has painted. The key is in the address, since another fit paints anew."""
    standard = standards.get_standard(current_session(), fitted_id)
    if not _may_see_pictures_of(standard) or picture_key not in picture_keys(standard.report):
        raise NotFound("photo_not_found")
    return send_derivative(picture_key, width_px)


@blueprint.get("/references/<uuid:reference_id>/<int:width_px>.webp")
@requires(Permission.VIEW_STANDARDS)
def reference_photo(reference_id: uuid.UUID, width_px: int) -> Response:
    reference = standards.get_reference(current_session(), reference_id)
    if not _may_see_pictures_of(reference.standard):
        raise NotFound("photo_not_found")
    return send_derivative(reference.image_key, width_px)


def _may_see_pictures_of(standard: ReferenceStandard) -> bool:
    was_used = standard.state in (StandardState.ACTIVE, StandardState.RETIRED)
    return may_see_standard(current_actor(), standard.version.design.studio_id, was_used)


@blueprint.get("/photos/<uuid:photo_id>/<int:width_px>.webp")
@requires(Permission.VIEW_BATCHES)
def batch_photo(photo_id: uuid.UUID, width_px: int) -> Response:
    return send_derivative(get_visible_photo(photo_id).image_key, width_px)


@blueprint.get("/photos/<uuid:photo_id>/map.png")
@requires(Permission.VIEW_BATCHES)
def anomaly_map(photo_id: uuid.UUID) -> Response:
    """How unlike the references each place is, to be laid over the photo."""
    photo = get_visible_photo(photo_id)
    if photo.inspection is None or photo.inspection.map_key is None:
        raise NotFound("photo_not_found")
    parts = current_parts()
    # The key names the measurement, OVERLAY_STYLE how it is painted: a browser asks, and paints anew after a change.
    response = Response(mimetype="image/png")
    response.set_etag(f"{OVERLAY_STYLE}-{photo.inspection.map_key}")
    response.headers["Cache-Control"] = "private, no-cache"
    if not request.if_none_match.contains(response.get_etag()[0]):
        response.set_data(overlay_png(decode_map(parts.images.get(photo.inspection.map_key))))
    return response.make_conditional(request)


@blueprint.get("/attachments/<uuid:attachment_id>/<int:width_px>.webp")
@requires(Permission.USE_INQUIRIES)
def attached_photo(attachment_id: uuid.UUID, width_px: int) -> Response:
    """A photo of an inquiry made anew from its pixels, without what the camera wrote beside them."""
    found = find_attachment(current_session(), current_actor(), attachment_id)
    if found.width_px is None:
        raise NotFound("attachment_not_found")
    return send_derivative(found.file_key, width_px)


@blueprint.get("/attachments/<uuid:attachment_id>")
@requires(Permission.USE_INQUIRIES)
def attached_file(attachment_id: uuid.UUID) -> Response:
    """A file of an inquiry, photos without metadata: always a download, which no browser shows as a page of ours."""
    found = find_attachment(current_session(), current_actor(), attachment_id)
    parts = current_parts()
    read = parts.images.get if found.width_px is None else partial(get_picture, parts.images)
    return send_as_file(read(found.file_key), found.content_type, found.file_name)


def send_derivative(
    image_key: str,
    width_px: int,
    form: Format = Format.WEBP,
    caching: str = PRIVATE,
    rights: bytes = NOTHING_SAID,
) -> Response:
    """A stored image at one of the fixed widths, saying whose it is where that is known and the copy has room.

    Whether this reader may see it, the caller has asked.
    """
    if width_px not in WIDTHS_PX:
        abort(404)
    parts = current_parts()
    copy = with_rights(parts.derivatives.get(image_key, width_px, form), rights)
    response = Response(copy, mimetype=form.content_type)
    response.headers["Cache-Control"] = caching
    said = f"-{crc32(rights):08x}" if rights in copy else ""
    response.set_etag(f"{image_key}-{width_px}-{form}{said}")
    return response.make_conditional(request)
