"""The pages of one import: what was sent, what each row would do, and what came of it."""

from __future__ import annotations

import uuid

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from catalog.errors import RuleBroken, WrongState
from catalog.exchange.plan import ImportState, RowAction
from catalog.permissions import Permission
from catalog.store import imports
from catalog.store.tables import DesignImport
from service.context import current_parts
from service.database import current_session
from service.design_files import send_streamed
from service.exchange_access import chosen_studio_id, own_import
from service.import_files import SentFile, receive_import, receive_pictures
from service.import_report import report_lines
from service.import_words import ACTIONS, RESULTS, STATES, problem_lines, problem_sentence
from service.language import current_language
from service.messages import sentence
from service.security import current_actor, requires
from service.sheet_writing import CSV_TYPE
from service.web.exchange import blueprint, index_page
from service.web.paging import asked_page, count_pages

ROWS_ON_A_PAGE = 100


def sent_files(*fields: str) -> list[SentFile]:
    return [SentFile(file.filename, file.stream) for name in fields for file in request.files.getlist(name) if file]


@blueprint.post("/studio/imports")
@requires(Permission.EXCHANGE_DESIGNS)
def start_import() -> Response | tuple[str, int]:
    studio_id = chosen_studio_id(request.form.get("studio"))
    try:
        made = receive_import(
            current_session(), current_parts(), studio_id, current_actor().person_id, sent_files("sheet", "pictures")
        )
    except RuleBroken as error:
        return index_page(sentence(error.code, error.details)), 422
    return redirect(url_for("exchange.show_import", import_id=made.id), 303)


@blueprint.get("/studio/imports/<uuid:import_id>")
@requires(Permission.EXCHANGE_DESIGNS)
def show_import(import_id: uuid.UUID) -> str:
    return _page(own_import(import_id))


def _page(found: DesignImport, error: str = "") -> str:
    session, counts = current_session(), imports.counts_of(current_session(), found.id)
    shown = request.args.get("show", "")
    action = RowAction(shown) if shown in set(RowAction) else None
    total = counts.outcomes.get(action, 0) if action else counts.total
    pages = count_pages(total, ROWS_ON_A_PAGE)
    page = min(pages, asked_page())
    return render_template(
        "exchange/import.html",
        found=found,
        error=error,
        counts=counts,
        shown=action,
        rows=imports.rows_of(session, found.id, action, offset=(page - 1) * ROWS_ON_A_PAGE, limit=ROWS_ON_A_PAGE),
        page=page,
        pages=pages,
        most_mb=current_parts().settings.max_import_mb,
        words={"actions": ACTIONS, "results": RESULTS, "states": STATES},
        problem_sentence=problem_sentence,
        problem_lines=problem_lines,
    )


@blueprint.get("/studio/imports/<uuid:import_id>/report.csv")
@requires(Permission.EXCHANGE_DESIGNS)
def report(import_id: uuid.UUID) -> Response:
    found = own_import(import_id)
    return send_streamed(report_lines(current_parts(), found.id, current_language()), "report.csv", CSV_TYPE)


@blueprint.post("/studio/imports/<uuid:import_id>/pictures")
@requires(Permission.EXCHANGE_DESIGNS)
def add_pictures(import_id: uuid.UUID) -> Response | tuple[str, int]:
    found = own_import(import_id, lock=True)
    files = sent_files("pictures")
    if not files:
        return _page(found, gettext("Choose pictures or an archive first.")), 422
    try:
        taken = receive_pictures(current_session(), current_parts(), found, files)
    except RuleBroken as error:
        current_session().rollback()
        return _page(own_import(import_id), sentence(error.code, error.details)), 422
    flash(ngettext("%(num)s picture received.", "%(num)s pictures received.", taken), "success")
    return redirect(url_for("exchange.show_import", import_id=import_id), 303)


@blueprint.post("/studio/imports/<uuid:import_id>/confirm")
@requires(Permission.EXCHANGE_DESIGNS)
def confirm_import(import_id: uuid.UUID) -> Response:
    found = own_import(import_id, lock=True)
    submits = request.form.get("submits") == "1"
    try:
        imports.confirm(current_session(), found, current_actor().person_id, submits=submits)
        current_parts().queue.run_import(current_session(), found.id)
    except RuleBroken as error:  # pressed twice, or by two: the page says how far it is
        flash(sentence(error.code, error.details), "info")
    return redirect(url_for("exchange.show_import", import_id=import_id), 303)


@blueprint.post("/studio/imports/<uuid:import_id>/cancel")
@requires(Permission.EXCHANGE_DESIGNS)
def cancel_import(import_id: uuid.UUID) -> Response:
    found = own_import(import_id, lock=True)
    was_running = found.state == ImportState.IMPORTING
    try:
        imports.cancel(current_session(), found)
        told = gettext("Stopped. What was imported by then stays.") if was_running else gettext("Nothing was imported.")
        flash(told, "success")
    except WrongState as error:
        flash(sentence(error.code, error.details), "info")
    return redirect(url_for("exchange.show_import", import_id=import_id), 303)
