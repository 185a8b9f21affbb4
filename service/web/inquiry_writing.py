"""Writing in an inquiry: messages, quotations, decisions and invitations. Each form answers with the thread."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext

from catalog.designs import clean_text
from catalog.errors import InvalidFields, RuleBroken
from catalog.inquiries import MAX_TEXT, Action, Audience
from catalog.permissions import Permission
from catalog.store.inquiry_entries import Author, Words
from catalog.store.inquiry_threads import today
from catalog.store.tables import Inquiry, InquiryEntry
from service import inquiries as cases
from service.attachments import receive_attachments
from service.context import current_parts
from service.database import current_session
from service.errors import problem_of
from service.language import current_language
from service.security import current_actor, requires
from service.storage import StorageUnavailable
from service.web.inquiries import blueprint, files_of_form, thread_page, with_lost_files
from service.web.inquiry_form import Form, parse_token, read_quotation, take_quotation

# What is decided by the one button beside it, without a quotation or a reason being asked for first.
DECISIONS = frozenset(
    {
        Action.AGREE_SAMPLE,
        Action.ACCEPT,
        Action.DECLINE,
        Action.WITHDRAW,
        Action.WITHDRAW_QUOTATION,
        Action.REOPEN,
        Action.CLOSE,
    }
)


def _write(
    inquiry_id: uuid.UUID, write: Callable[[Inquiry, Author], InquiryEntry], **typed: Form
) -> Response | tuple[str, int]:
    """Let `write` add its entry and go back to the thread; what could not be taken stays typed in it.

    Raises: NotFound, also for an inquiry of others.
    """
    session, actor = current_session(), current_actor()
    inquiry = cases.get_part(session, actor, inquiry_id, lock=True)
    try:
        entry = write(inquiry, cases.author_in(inquiry, actor, current_language()))
    except (RuleBroken, StorageUnavailable) as error:
        session.rollback()
        problem = problem_of(error)
        inquiry = cases.get_part(session, actor, inquiry_id)
        told = "" if problem.fields else problem.message
        errors = with_lost_files(problem.fields)
        return thread_page(inquiry, errors=errors, problem=told, **typed), problem.status
    return redirect(url_for("inquiries.show", inquiry_id=inquiry_id, _anchor=f"entry-{entry.number}"), 303)


def _words(form: Form, *, with_files: bool = False) -> Words:
    """Raises: InvalidFields, AttachmentRefused, StorageFull, StorageUnavailable."""
    return Words(
        text=form.get("text"),
        attachments=receive_attachments(current_parts(), files_of_form()) if with_files else (),
        audience=Audience.PRINCIPALS if form.get("private") else Audience.ALL,
        token=parse_token(form.get("token")),
    )


def _read(*names: str) -> Form:
    return Form({name: clean_text(request.form.get(name, "")) for name in names})


@blueprint.post("/inquiries/<uuid:inquiry_id>/messages")
@requires(Permission.USE_INQUIRIES)
def write_message(inquiry_id: uuid.UUID) -> Response | tuple[str, int]:
    form = _read("text", "private", "token")

    def write(inquiry: Inquiry, author: Author) -> InquiryEntry:
        return cases.reply(current_session(), current_parts(), inquiry, author, _words(form, with_files=True))

    return _write(inquiry_id, write, message=form)


@blueprint.post("/inquiries/<uuid:inquiry_id>/quotations")
@requires(Permission.USE_INQUIRIES)
def make_quotation(inquiry_id: uuid.UUID) -> Response | tuple[str, int]:
    inquiry = cases.get_part(current_session(), current_actor(), inquiry_id)
    form = read_quotation(request.form, len(inquiry.lines))

    def write(inquiry: Inquiry, author: Author) -> InquiryEntry:
        draft = take_quotation(form, len(inquiry.lines), today())
        return cases.quote(current_session(), current_parts(), inquiry, author, draft, _words(form, with_files=True))

    return _write(inquiry_id, write, quotation=form)


@blueprint.post("/inquiries/<uuid:inquiry_id>/state")
@requires(Permission.USE_INQUIRIES)
def decide(inquiry_id: uuid.UUID) -> Response | tuple[str, int]:
    form = _read("text", "token", "action", "quotation", "moves")

    def write(inquiry: Inquiry, author: Author) -> InquiryEntry:
        if form.get("action") not in DECISIONS:
            raise InvalidFields({"action": "unknown_choice"})
        if len(form.get("text")) > MAX_TEXT:
            raise InvalidFields({"text": "too_long"})
        return cases.act(
            current_session(),
            current_parts(),
            inquiry,
            author,
            Action(form.get("action")),
            _words(form),
            quotation_id=parse_token(form.get("quotation")),
            moves=int(form.get("moves")) if form.get("moves").isdecimal() else None,
        )

    return _write(inquiry_id, write)


@blueprint.post("/inquiries/<uuid:inquiry_id>/workshops")
@requires(Permission.USE_INQUIRIES)
def invite(inquiry_id: uuid.UUID) -> Response | tuple[str, int]:
    form = _read("workshop", "token")

    def write(inquiry: Inquiry, author: Author) -> InquiryEntry:
        workshop_id = parse_token(form.get("workshop"))
        if workshop_id is None:
            raise InvalidFields({"workshop": "required"})
        entry = cases.invite(current_session(), current_parts(), inquiry, author, workshop_id, _words(form))
        flash(gettext("%(workshop)s is invited and reads along from here.", workshop=entry.workshop.name), "success")
        return entry

    return _write(inquiry_id, write)
