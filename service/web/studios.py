"""A studio's own public page: who they are, and what they have designed."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, render_template

from catalog.permissions import Permission
from catalog.store import listing, makers
from service.database import current_session
from service.security import requires
from service.structured_data import studio_data
from service.visible import get_public_studio
from service.web.paging import asked_page, count_pages

PAGE_SIZE = 24

blueprint = Blueprint("studios", __name__)
blueprint.add_app_template_global(studio_data, "studio_data")


@blueprint.get("/studios/<uuid:studio_id>")
@requires(Permission.BROWSE_CATALOG)
def show(studio_id: uuid.UUID) -> str:
    session, studio = current_session(), get_public_studio(studio_id)
    total = listing.count_of_studio(session, studio.id)
    pages = count_pages(total, PAGE_SIZE)
    page = asked_page()
    if page > pages:
        abort(404)
    versions = listing.newest(session, studio_id=studio.id, limit=PAGE_SIZE, page=page)
    return render_template(
        "studios/show.html",
        studio=studio,
        versions=versions,
        crafts=sorted({str(version.craft) for version in versions}),
        total=total,
        page=page,
        pages=pages,
        makers=makers.count_makers(session, [version.design_id for version in versions]),
    )
