"""Import and export: designs out as a spreadsheet or an archive, and the way in for those that come."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from typing import IO, Any

from flask import Blueprint, Response, render_template, request, stream_with_context

from catalog.errors import NotFound
from catalog.exchange.columns import all_columns
from catalog.exchange.plan import MAX_ROWS
from catalog.organisations import OrganisationKind, Role
from catalog.permissions import Permission, may
from catalog.store import exports, imports, organisations
from catalog.store.tables import Organisation
from service.column_words import column_help, template_csv, write_template
from service.context import current_parts
from service.database import current_session
from service.design_export import Choice, archive_chunks, csv_chunks, write_workbook
from service.import_files import allow_files
from service.import_words import STATES
from service.security import current_actor, requires
from service.sheet_reading import MAX_SHEET_MB
from service.sheet_writing import CSV_TYPE, XLSX_TYPE

blueprint = Blueprint("exchange", __name__)

SHOWN_IMPORTS = 20
CHUNK_BYTES = 256 * 1024
UPLOADS = ("exchange.start_import", "exchange.add_pictures")


@blueprint.url_value_preprocessor
def allow_archives(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let these requests carry an archive; for who may send one, nobody else fills the disk."""
    if endpoint in UPLOADS and request.method == "POST" and may(current_actor(), Permission.EXCHANGE_DESIGNS):
        allow_files(request, current_parts().settings)


def own_studio_id() -> uuid.UUID | None:
    """The studio of the one who asks; None for an administrator, whose are all."""
    actor = current_actor()
    return None if actor.role == Role.ADMINISTRATOR else actor.organisation_id


def chosen_studio_id(sent: str | None) -> uuid.UUID | None:
    """The studio that an administrator chose, None for all; everybody else has their own.

    Raises: NotFound for what is no studio.
    """
    own = own_studio_id()
    if own is not None or not sent:
        return own
    try:
        chosen = uuid.UUID(sent)
    except ValueError:
        raise NotFound("organisation_not_found") from None
    if chosen not in {studio.id for studio in studios_to_choose()}:
        raise NotFound("organisation_not_found")
    return chosen


def studios_to_choose() -> list[Organisation]:
    """What an administrator may choose among; nothing for anybody else."""
    if own_studio_id() is not None:
        return []
    return list(organisations.list_organisations(current_session(), OrganisationKind.STUDIO))


@blueprint.get("/studio/exchange")
@requires(Permission.EXCHANGE_DESIGNS)
def index() -> str:
    return index_page()


def index_page(error: str = "") -> str:
    session, own = current_session(), own_studio_id()
    return render_template(
        "exchange/index.html",
        error=error,
        studios=[(studio.id, studio.name) for studio in studios_to_choose()],
        design_count=exports.count_designs(session, own),
        imports=imports.imports_of(session, own, limit=SHOWN_IMPORTS),
        states=STATES,
        columns=[(column, column_help(column)) for column in all_columns()],
        limits={"rows": MAX_ROWS, "sheet_mb": MAX_SHEET_MB, "all_mb": current_parts().settings.max_import_mb},
    )


@blueprint.get("/studio/exchange/designs.<any(csv, xlsx, zip):file_form>")
@requires(Permission.EXCHANGE_DESIGNS)
def export_designs(file_form: str) -> Response:
    """The studio's designs; for an administrator those of one studio or of all."""
    studio_id = chosen_studio_id(request.args.get("studio"))
    return export_response(file_form, studio_id, only_published=request.args.get("which") == "published")


def export_response(file_form: str, studio_id: uuid.UUID | None, *, only_published: bool) -> Response:
    """The designs as a file, made while it is sent."""
    choice = Choice(studio_id, only_published)
    if file_form == "xlsx":
        return send_written(lambda target: write_workbook(current_parts(), choice, target), "designs.xlsx")
    if file_form == "csv":
        return send_streamed(csv_chunks(current_parts(), choice), "designs.csv", CSV_TYPE)
    return send_streamed(archive_chunks(current_parts(), choice), "designs.zip", "application/zip")


@blueprint.get("/studio/exchange/template.<any(csv, xlsx):table_form>")
@requires(Permission.EXCHANGE_DESIGNS)
def template(table_form: str) -> Response:
    """A spreadsheet to begin with."""
    if table_form == "xlsx":
        return send_written(write_template, "designs-template.xlsx")
    return send_streamed(template_csv(), "designs-template.csv", CSV_TYPE)


def send_streamed(chunks: Iterator[bytes], name: str, content_type: str) -> Response:
    """A file that is made while it is sent."""
    response = Response(stream_with_context(chunks), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def send_written(write: Callable[[IO[bytes]], None], name: str) -> Response:
    """A workbook, which has to be written whole before it is sent; it waits on the disk, not in memory."""

    def chunks() -> Iterator[bytes]:
        with tempfile.TemporaryFile() as target:
            write(target)
            target.seek(0)
            while chunk := target.read(CHUNK_BYTES):
                yield chunk

    return send_streamed(chunks(), name, XLSX_TYPE)
