"""GET /designs/{slug}/tech-pack: what it takes to make a design, for those whom licence or studio lets see it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from catalog.errors import NotFound
from catalog.permissions import Permission
from catalog.store.tables import DesignVersion
from catalog.tech_pack import TechPack
from service.addresses import address
from service.api import schemas
from service.api.operations import DESIGN_SLUG, URL_PREFIX, Blueprint, in_path, open_to
from service.context import current_parts
from service.database import current_session
from service.downloads import send_as_file
from service.drawings import CONTENT_TYPES
from service.images import Format
from service.tech_pack_archive import write_archive
from service.tech_pack_files import PackTold
from service.visible import get_readable_pack

TAG = "Designs"
PICTURE_PX = 1600

blueprint = Blueprint("api-tech-packs", __name__, url_prefix=URL_PREFIX)


@blueprint.route("/designs/<slug>/tech-pack", tags=[TAG], parameters=DESIGN_SLUG)
@blueprint.arguments(schemas.TechPackQuery, location="query")
@blueprint.response(200, schemas.TechPack)
@open_to(Permission.READ_TECH_PACKS)
def get_tech_pack(query: dict[str, Any], slug: str) -> dict[str, Any]:
    """Read a tech pack

    Materials, steps, tolerances, packaging and drawings. A Creative Commons licence opens it to everyone, the
    programme's own to designers, workshops and mentors; else its studio shares it with workshops.
    """
    version, pack = get_readable_pack(slug, query["version"])
    return _told(version, pack)


def _told(version: DesignVersion, pack: TechPack) -> dict[str, Any]:
    told, slug = asdict(pack), version.design.slug
    for step in told["steps"]:
        if step["picture"]:
            key = step["picture"]["image_key"]
            step["picture"]["url"] = address(
                "api-tech-packs.get_tech_pack_picture", slug=slug, shown_key=key, version=version.number
            )
    for drawing in told["drawings"]:
        drawing["preview_url"] = address(
            "api-tech-packs.get_tech_pack_picture", slug=slug, shown_key=drawing["preview_key"], version=version.number
        )
        drawing["url"] = address(
            "api-tech-packs.get_drawing", slug=slug, file_key=drawing["file_key"], version=version.number
        )
    credit = version.credit or version.design.studio.name
    return told | {"version": version.number, "licence": version.licence, "credit": credit}


@blueprint.route("/designs/<slug>/tech-pack.zip", tags=[TAG], parameters=DESIGN_SLUG)
@blueprint.arguments(schemas.TechPackQuery, location="query")
@blueprint.response(200, content_type="application/zip", description="The archive.")
@open_to(Permission.READ_TECH_PACKS)
def get_tech_pack_archive(query: dict[str, Any], slug: str) -> Response:
    """Download a tech pack

    The document in both languages, every drawing as it was sent, every picture without its metadata, and a manifest
    with their SHA-256.
    """
    version, pack = get_readable_pack(slug, query["version"])
    chunks, size_bytes = write_archive(current_session(), current_parts(), PackTold(version, pack))
    response = send_as_file(chunks, "application/zip", f"{slug}-v{version.number}.zip")
    response.content_length = size_bytes
    return response


@blueprint.route(
    "/designs/<slug>/tech-pack/drawings/<string(length=64):file_key>",
    tags=[TAG],
    parameters=[*DESIGN_SLUG, *in_path("file_key", "The `sha256` of a drawing.")],
)
@blueprint.arguments(schemas.TechPackQuery, location="query")
@blueprint.response(200, content_type="application/octet-stream", description="The file.")
@open_to(Permission.READ_TECH_PACKS)
def get_drawing(query: dict[str, Any], slug: str, file_key: str) -> Response:
    """Download a drawing"""
    _, pack = get_readable_pack(slug, query["version"])
    found = next((each for each in pack.drawings if each.file_key == file_key), None)
    if found is None:
        raise NotFound("attachment_not_found")
    data = current_parts().images.get(file_key)
    return send_as_file(data, CONTENT_TYPES[found.kind], found.file_name)


@blueprint.route(
    "/designs/<slug>/tech-pack/pictures/<string(length=64):shown_key>",
    tags=[TAG],
    parameters=[*DESIGN_SLUG, *in_path("shown_key", "The SHA-256 of a picture.")],
)
@blueprint.arguments(schemas.TechPackQuery, location="query")
@blueprint.response(200, content_type="image/webp", description="The picture.")
@open_to(Permission.READ_TECH_PACKS)
def get_tech_pack_picture(query: dict[str, Any], slug: str, shown_key: str) -> Response:
    """Download a picture of a tech pack

    Of a step, or how a drawing looks.
    """
    _, pack = get_readable_pack(slug, query["version"])
    if shown_key not in pack.shown_keys:
        raise NotFound("picture_not_found")
    data = current_parts().derivatives.get(shown_key, PICTURE_PX)
    return Response(data, mimetype=Format.WEBP.content_type)
