"""Requests for quotation: list, read, ask, answer. Quotations and decisions are made on the pages, by people."""

from __future__ import annotations

import uuid
from typing import Any

from catalog.designs import clean_text
from catalog.inquiries import Audience, InquiryDraft, LineDraft
from catalog.permissions import Permission
from catalog.store import designs, inquiries, inquiry_threads
from catalog.store.inquiry_entries import Words
from catalog.store.tables import Inquiry, InquiryEntry
from service import inquiries as cases
from service.api import schemas
from service.api.operations import URL_PREFIX, Blueprint, in_path, open_to, page_of
from service.context import current_parts
from service.database import current_session
from service.language import current_language
from service.security import current_actor
from service.visible import get_published_design

blueprint = Blueprint("api-inquiries", __name__, url_prefix=URL_PREFIX)

INQUIRY_ID = in_path("inquiry_id", "The `id` of an inquiry that you take part in.")
TEXTS = ("currency", "incoterm", "incoterm_place", "country", "destination", "note")


def published_id(slug: str) -> uuid.UUID:
    """The version of a design that everyone sees. Raises: NotFound."""
    return designs.published_version(get_published_design(slug)).id


def with_entries(inquiry: Inquiry) -> Inquiry:
    """The inquiry with its thread, as whom the token acts for reads it; quotations with how they stand."""
    session = current_session()
    inquiry.entries = inquiry_threads.entries_of(session, inquiry.id, inquiries.viewer_of(inquiry, current_actor()))
    states = inquiry_threads.quotation_states(session, inquiry.id)
    for entry in inquiry.entries:
        if entry.quotation is not None:
            entry.quotation.state = states[entry.id]
    return inquiry


@blueprint.route("/inquiries", tags=["Inquiries"])
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.InquiryPage)
@open_to(Permission.USE_INQUIRIES)
def list_inquiries(query: dict[str, Any]) -> dict[str, Any]:
    """List inquiries

    Those that the token's owner takes part in, the one with the newest entry first.
    """
    session, actor, size = current_session(), current_actor(), query["page_size"]
    found = inquiries.inquiries_of(session, actor, limit=size, offset=(query["page"] - 1) * size)
    return page_of(found, query, inquiries.count_inquiries_of(session, actor))


@blueprint.route("/inquiries", methods=["POST"], tags=["Inquiries"])
@blueprint.arguments(schemas.NewInquiry)
@blueprint.response(201, schemas.Inquiry)
@open_to(Permission.ASK_FOR_QUOTATIONS)
def ask_for_quotation(given: dict[str, Any]) -> Inquiry:
    """Ask for a quotation

    Of one studio, for one or several of its published designs. Wrong fields of a line are named with its number, such
    as `quantity_1`. Sent again with the same `token` it is the same inquiry.
    """
    lines = tuple(
        LineDraft(published_id(line["design"]), line["quantity"], line["target_price"]) for line in given["lines"]
    )
    draft = InquiryDraft(
        lines,
        wanted_on=given["wanted_on"],
        sample_first=given["sample_first"],
        **{name: clean_text(given.get(name, "")) for name in TEXTS},
    )
    inquiry = cases.ask(
        current_session(),
        current_parts(),
        current_actor(),
        draft,
        token=given["token"],
        language=current_language(),
    )
    return with_entries(inquiry)


@blueprint.route("/inquiries/<uuid:inquiry_id>", tags=["Inquiries"], parameters=INQUIRY_ID)
@blueprint.response(200, schemas.Inquiry)
@open_to(Permission.USE_INQUIRIES)
def get_inquiry(inquiry_id: uuid.UUID) -> Inquiry:
    """Read an inquiry

    With its thread: the request, messages, quotations and events. Reading it here marks nothing as read.
    """
    return with_entries(cases.get_part(current_session(), current_actor(), inquiry_id))


@blueprint.route("/inquiries/<uuid:inquiry_id>/messages", methods=["POST"], tags=["Inquiries"], parameters=INQUIRY_ID)
@blueprint.arguments(schemas.NewMessage)
@blueprint.response(201, schemas.InquiryEntry)
@open_to(Permission.USE_INQUIRIES)
def write_message(given: dict[str, Any], inquiry_id: uuid.UUID) -> InquiryEntry:
    """Write a message

    Sent again with the same `token` it is the same message. It stays as it is.
    """
    session, actor = current_session(), current_actor()
    inquiry = cases.get_part(session, actor, inquiry_id, lock=True)
    author = cases.author_in(inquiry, actor, current_language())
    audience = Audience.PRINCIPALS if given["private"] else Audience.ALL
    words = Words(clean_text(given["text"]), audience=audience, token=given["token"])
    return cases.reply(session, current_parts(), inquiry, author, words)
