"""Designs in bulk: send a spreadsheet, read what it would do, confirm; and fetch everything as a file."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, request

from catalog.errors import NotFound
from catalog.exchange.plan import RowAction
from catalog.permissions import Permission
from catalog.store import imports
from catalog.store.tables import DesignImport
from service.api import schemas
from service.api.operations import URL_PREFIX, Blueprint, in_path, open_to, page_of
from service.api.photo_body import FORM
from service.context import current_parts
from service.database import current_session
from service.design_files import export_response
from service.exchange_access import chosen_studio_id, own_import, own_studio_id
from service.import_files import SentFile, allow_files, receive_import, receive_pictures
from service.security import current_actor

blueprint = Blueprint("api-exchange", __name__, url_prefix=URL_PREFIX)

FILE_FORMS = ("csv", "xlsx", "zip")
TAG = "Import and export"
IMPORT_ID = in_path("import_id", "The `id` of an import.")
FILE = {"type": "string", "format": "binary"}
UPLOADS = ("api-exchange.make_import", "api-exchange.add_import_pictures")


def form_of(**properties: dict[str, Any]) -> dict[str, Any]:
    """The body of an operation that takes files, for the document."""
    schema = {"type": "object", "properties": properties}
    return {"required": True, "content": {FORM: {"schema": schema}}}


SHEET_BODY = form_of(
    sheet={**FILE, "description": "XLSX, CSV, or a ZIP that was exported here."},
    pictures={"type": "array", "items": FILE, "description": "Pictures, or ZIP archives of them."},
    studio_id={"type": "string", "format": "uuid", "description": "For administrators: whose designs they are."},
)
PICTURE_BODY = form_of(pictures={"type": "array", "items": FILE, "description": "Pictures, or ZIP archives of them."})


@blueprint.url_value_preprocessor
def allow_archives(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint in UPLOADS and request.method == "POST":
        allow_files(request, current_parts().settings)


def told(found: DesignImport) -> dict[str, Any]:
    counts = imports.counts_of(current_session(), found.id)
    names = ("id", "state", "file_name", "studio", "created_at", "finished_at", "problems", "picture_problems")
    rows = {action.value: counts.outcomes.get(action, 0) for action in RowAction}
    return {name: getattr(found, name) for name in names} | {"rows": rows, "left": counts.changes - counts.finished}


def sent_files(*fields: str) -> list[SentFile]:
    if request.mimetype != FORM:
        abort(415)
    return [SentFile(file.filename, file.stream) for name in fields for file in request.files.getlist(name) if file]


@blueprint.route("/imports", tags=[TAG])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.ImportPage)
@open_to(Permission.EXCHANGE_DESIGNS)
def list_imports(query: dict[str, Any]) -> dict[str, Any]:
    """List imports

    Those of the studio, newest first; for an administrator those of all.
    """
    session, own, size = current_session(), own_studio_id(), query["page_size"]
    found = imports.imports_of(session, own, limit=size, offset=(query["page"] - 1) * size)
    return page_of([told(each) for each in found], query, imports.count_imports(session, own))


@blueprint.route("/imports", methods=["POST"], tags=[TAG])
@blueprint.response(202, schemas.Import)
@blueprint.doc(requestBody=SHEET_BODY)
@open_to(Permission.EXCHANGE_DESIGNS)
def make_import() -> dict[str, Any]:
    """Send a spreadsheet to be checked

    Nothing changes yet. Ask for the import until its state is `checked` or `refused`, read its rows, then confirm.
    Designs are recognised by their `reference`: a second import changes them instead of making them again.
    """
    files = sent_files("sheet", "pictures")
    studio_id = chosen_studio_id(request.form.get("studio_id"))
    parts = current_parts()
    return told(receive_import(current_session(), parts, studio_id, current_actor().person_id, files))


@blueprint.route("/imports/<uuid:import_id>", tags=[TAG], parameters=IMPORT_ID)
@blueprint.response(200, schemas.Import)
@open_to(Permission.EXCHANGE_DESIGNS)
def get_import(import_id: uuid.UUID) -> dict[str, Any]:
    """Read an import

    While it is `checking` or `importing`, ask again.
    """
    return told(own_import(import_id))


@blueprint.route("/imports/<uuid:import_id>/rows", tags=[TAG], parameters=IMPORT_ID)
@blueprint.arguments(schemas.ImportRowQuery, location="query")
@blueprint.response(200, schemas.ImportRowPage)
@open_to(Permission.EXCHANGE_DESIGNS)
def list_import_rows(query: dict[str, Any], import_id: uuid.UUID) -> dict[str, Any]:
    """Read an import row by row"""
    session, found, size = current_session(), own_import(import_id), query["page_size"]
    action = RowAction(query["show"]) if "show" in query else None
    counts = imports.counts_of(session, found.id)
    rows = imports.rows_of(session, found.id, action, offset=(query["page"] - 1) * size, limit=size)
    return page_of(rows, query, counts.outcomes.get(action, 0) if action else counts.total)


@blueprint.route("/imports/<uuid:import_id>/pictures", methods=["POST"], tags=[TAG], parameters=IMPORT_ID)
@blueprint.response(202, schemas.Import)
@blueprint.doc(requestBody=PICTURE_BODY)
@open_to(Permission.EXCHANGE_DESIGNS)
def add_import_pictures(import_id: uuid.UUID) -> dict[str, Any]:
    """Send pictures of an import

    Those that are missing, or better ones under the same names; then its rows are checked again.
    """
    found = own_import(import_id, lock=True)
    receive_pictures(current_session(), current_parts(), found, sent_files("pictures"))
    return told(found)


@blueprint.route("/imports/<uuid:import_id>/confirm", methods=["POST"], tags=[TAG], parameters=IMPORT_ID)
@blueprint.arguments(schemas.ConfirmedImport)
@blueprint.response(202, schemas.Import)
@open_to(Permission.EXCHANGE_DESIGNS)
def confirm_import(given: dict[str, Any], import_id: uuid.UUID) -> dict[str, Any]:
    """Confirm an import

    Its rows without a problem are imported, as drafts.
    """
    session, found = current_session(), own_import(import_id, lock=True)
    imports.confirm(session, found, current_actor().person_id, submits=given["submits"])
    current_parts().queue.run_import(session, found.id)
    return told(found)


@blueprint.route("/imports/<uuid:import_id>/cancel", methods=["POST"], tags=[TAG], parameters=IMPORT_ID)
@blueprint.response(200, schemas.Import)
@open_to(Permission.EXCHANGE_DESIGNS)
def cancel_import(import_id: uuid.UUID) -> dict[str, Any]:
    """Cancel an import

    What was imported by then stays.
    """
    found = own_import(import_id, lock=True)
    imports.cancel(current_session(), found)
    return told(found)


@blueprint.route(
    "/exports/designs.<file_form>",
    tags=[TAG],
    parameters=in_path("file_form", "`csv`, `xlsx`, or `zip`, which holds the pictures as well."),
)
@blueprint.arguments(schemas.ExportQuery, location="query")
@blueprint.response(200, content_type="application/octet-stream", description="The file.")
@open_to(Permission.EXCHANGE_DESIGNS)
def export_designs(query: dict[str, Any], file_form: str) -> Response:
    """Export designs

    As a spreadsheet, or as an archive with pictures and a manifest that imports back to the same.
    """
    if file_form not in FILE_FORMS:
        raise NotFound
    studio_id = chosen_studio_id(str(query["studio_id"] or ""))
    return export_response(file_form, studio_id, only_published=query["which"] == "published")
