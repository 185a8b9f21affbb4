"""The tech pack of a version for those whom it is for: a page, a document, an archive, and each of its files."""

from __future__ import annotations

from flask import Response, render_template, request

from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.permissions import Permission
from catalog.store import designs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import DrawingKind, TechPack
from service.context import current_parts
from service.database import current_session
from service.downloads import send_as_file
from service.drawings import CONTENT_TYPES
from service.security import requires
from service.tech_pack_archive import write_archive
from service.tech_pack_files import PackTold, write_document
from service.visible import get_readable_pack
from service.web.pictures import PRIVATE, send_derivative
from service.web.tech_packs import blueprint


@blueprint.get("/designs/<slug>/tech-pack")
@requires(Permission.READ_TECH_PACKS)
def show(slug: str) -> str:
    version, pack = readable_pack(slug)
    return render_template("tech_packs/show.html", version=version, pack=pack, newest=_newer(version))


@blueprint.get("/designs/<slug>/tech-pack.pdf")
@requires(Permission.READ_TECH_PACKS)
def document(slug: str) -> Response:
    version, pack = readable_pack(slug)
    data = write_document(current_session(), current_parts(), PackTold(version, pack))
    return send_as_file(data, "application/pdf", f"{slug}-v{version.number}.pdf")


@blueprint.get("/designs/<slug>/tech-pack.zip")
@requires(Permission.READ_TECH_PACKS)
def archive(slug: str) -> Response:
    version, pack = readable_pack(slug)
    chunks, size_bytes = write_archive(current_session(), current_parts(), PackTold(version, pack))
    response = send_as_file(chunks, "application/zip", f"{slug}-v{version.number}.zip")
    response.content_length = size_bytes
    return response


@blueprint.get("/designs/<slug>/tech-pack/drawings/<string(length=64):file_key>")
@requires(Permission.READ_TECH_PACKS)
def drawing(slug: str, file_key: str) -> Response:
    """A drawing as it was sent: always a download, which no browser shows as a page of ours."""
    _, pack = readable_pack(slug)
    found = next((each for each in pack.drawings if each.file_key == file_key), None)
    if found is None:
        raise NotFound("attachment_not_found")
    data = current_parts().images.get(file_key)
    return send_as_file(data, CONTENT_TYPES[DrawingKind(found.kind)], found.file_name)


@blueprint.get("/designs/<slug>/tech-pack/pictures/<string(length=64):shown_key>/<int:width_px>.webp")
@requires(Permission.READ_TECH_PACKS)
def picture(slug: str, shown_key: str, width_px: int) -> Response:
    """A picture of a step, or how a drawing looks."""
    _, pack = readable_pack(slug)
    if shown_key not in pack.shown_keys:
        raise NotFound("picture_not_found")
    return send_derivative(shown_key, width_px, caching=PRIVATE)


def readable_pack(slug: str) -> tuple[DesignVersion, TechPack]:
    """Raises: NotFound, also where this reader may not see it: the design's page says why, this address nothing."""
    return get_readable_pack(slug, request.args.get("version", type=int))


def _newer(version: DesignVersion) -> DesignVersion | None:
    return designs.newer_version(version) if version.state != VersionState.DRAFT else None
