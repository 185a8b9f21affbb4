"""Import and export: designs out as a spreadsheet or an archive, and the way in for those that come."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from catalog.exchange.columns import all_columns
from catalog.exchange.plan import MAX_ROWS
from catalog.permissions import Permission, may
from catalog.store import exports, imports
from service.column_words import column_help, template_csv, write_template
from service.context import current_parts
from service.database import current_session
from service.design_files import export_response, send_streamed, send_written
from service.exchange_access import chosen_studio_id, own_studio_id, studios_to_choose
from service.import_files import allow_files
from service.import_words import STATES
from service.security import current_actor, requires
from service.sheet_reading import MAX_SHEET_MB
from service.sheet_writing import CSV_TYPE

blueprint = Blueprint("exchange", __name__)

SHOWN_IMPORTS = 20
UPLOADS = ("exchange.start_import", "exchange.add_pictures")


@blueprint.url_value_preprocessor
def allow_archives(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let these requests carry an archive; for who may send one, nobody else fills the disk."""
    if endpoint in UPLOADS and request.method == "POST" and may(current_actor(), Permission.EXCHANGE_DESIGNS):
        allow_files(request, current_parts().settings)


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


@blueprint.get("/studio/exchange/template.<any(csv, xlsx):table_form>")
@requires(Permission.EXCHANGE_DESIGNS)
def template(table_form: str) -> Response:
    """A spreadsheet to begin with."""
    if table_form == "xlsx":
        return send_written(write_template, "designs-template.xlsx")
    return send_streamed(template_csv(), "designs-template.csv", CSV_TYPE)
