"""The use case of inquiries: keep the files, write the entry, tell the others, all in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from catalog.errors import NotFound
from catalog.inquiries import Action, InquiryDraft, Party, Whose, sees, whose
from catalog.notifications import NotificationKind
from catalog.organisations import Actor
from catalog.quotations import QuotationDraft
from catalog.store import inquiries, inquiry_entries, inquiry_threads
from catalog.store import notifications as notification_records
from catalog.store.inquiry_entries import Author, Words
from catalog.store.tables import Inquiry, InquiryAttachment, InquiryEntry
from service import notifications
from service.attachments import receive_attachments
from service.context import Parts

Files = Iterable[tuple[str, bytes]]  # (file name, bytes)


def ask(
    session: Session,
    parts: Parts,
    actor: Actor,
    draft: InquiryDraft,
    files: Files = (),
    *,
    token: uuid.UUID | None = None,
    language: str | None = None,
) -> Inquiry:
    """Send a buyer's request to the studio. Sent twice it is there once.

    Raises: what add_inquiry and receive_attachments raise.
    """
    attachments = receive_attachments(parts, files)
    inquiry, is_new = inquiries.add_inquiry(session, actor, draft, token=token, language=language)
    if is_new:
        request = inquiry_threads.entries_of(session, inquiry.id, inquiries.viewer_of(inquiry, actor))[0]
        inquiry_entries.attach(session, request, attachments)
        _tell(session, parts, inquiry, request, NotificationKind.INQUIRY_RECEIVED)
    return inquiry


def get_part(session: Session, actor: Actor, inquiry_id: uuid.UUID, *, lock: bool = False) -> Inquiry:
    """An inquiry in which this person takes part. Raises: NotFound, also for those of others."""
    inquiry = inquiries.get_inquiry(session, inquiry_id, lock=lock)
    if inquiries.viewer_of(inquiry, actor) is None:
        raise NotFound("inquiry_not_found")
    return inquiry


def author_in(inquiry: Inquiry, actor: Actor, language: str | None) -> Author:
    """This person as who writes in the inquiry. Raises: NotFound."""
    viewer = inquiries.viewer_of(inquiry, actor)
    if viewer is None:
        raise NotFound("inquiry_not_found")
    return Author(actor.person_id, viewer, language)


def find_attachment(session: Session, actor: Actor, attachment_id: uuid.UUID) -> InquiryAttachment:
    """A file in an entry that this person reads. Raises: NotFound, also for those of others."""
    found = inquiry_threads.get_attachment(session, attachment_id)
    viewer = inquiries.viewer_of(inquiries.get_inquiry(session, found.entry.inquiry_id), actor)
    if viewer is None or not sees(viewer, inquiry_threads.facts_of(found.entry)):
        raise NotFound("attachment_not_found")
    return found


def reply(session: Session, parts: Parts, inquiry: Inquiry, author: Author, words: Words) -> InquiryEntry:
    """Raises: what inquiry_entries.reply raises."""
    entry, is_new = inquiry_entries.reply(session, inquiry, author, words)
    if is_new:
        _tell(session, parts, inquiry, entry, NotificationKind.INQUIRY_MESSAGE)
    return entry


def quote(
    session: Session, parts: Parts, inquiry: Inquiry, author: Author, draft: QuotationDraft, words: Words
) -> InquiryEntry:
    """Raises: what inquiry_entries.quote raises."""
    entry, is_new = inquiry_entries.quote(session, inquiry, author, draft, words)
    if is_new:
        _tell(session, parts, inquiry, entry, NotificationKind.INQUIRY_QUOTATION)
    return entry


def act(
    session: Session,
    parts: Parts,
    inquiry: Inquiry,
    author: Author,
    action: Action,
    words: Words,
    *,
    quotation_id: uuid.UUID | None,
    moves: int | None,
) -> InquiryEntry:
    """Raises: what inquiry_entries.act raises."""
    entry, is_new = inquiry_entries.act(session, inquiry, author, action, words, quotation_id=quotation_id, moves=moves)
    if is_new:
        _tell(session, parts, inquiry, entry, NotificationKind.INQUIRY_STATE)
    return entry


def invite(
    session: Session, parts: Parts, inquiry: Inquiry, author: Author, workshop_id: uuid.UUID, words: Words
) -> InquiryEntry:
    """Raises: what inquiry_entries.invite raises."""
    entry, is_new = inquiry_entries.invite(session, inquiry, author, workshop_id, words)
    if is_new:
        _tell(session, parts, inquiry, entry, NotificationKind.INQUIRY_INVITATION)
    return entry


def open_thread(session: Session, inquiry: Inquiry, actor: Actor) -> tuple[list[InquiryEntry], int]:
    """The thread as this person reads it, and up to which entry they had read it; from now on all of it is read."""
    entries = inquiry_threads.entries_of(session, inquiry.id, inquiries.viewer_of(inquiry, actor))
    before = inquiry_threads.read_numbers(session, actor.person_id, [inquiry.id]).get(inquiry.id, 0)
    if inquiry.last_number > before:
        inquiry_threads.mark_read(session, inquiry.id, actor.person_id, inquiry.last_number)
        notification_records.mark_read(session, actor.person_id, inquiry.id)
    return entries, before


def _tell(session: Session, parts: Parts, inquiry: Inquiry, entry: InquiryEntry, kind: NotificationKind) -> None:
    """Tell everybody who reads the entry, except who wrote it; an invitation is news to whom it invites."""
    workshops = {each.workshop_id for each in inquiry.workshops}
    for organisation_id in {inquiry.buyer_id, inquiry.studio_id, *workshops}:
        viewer = _viewer_at(inquiry, organisation_id)
        if not sees(viewer, inquiry_threads.facts_of(entry)):
            continue
        is_invited = organisation_id == entry.workshop_id
        told = NotificationKind.INQUIRY_STATE if entry.workshop_id and not is_invited else kind
        people = [each.id for each in inquiries.people_of(session, [organisation_id]) if each.id != entry.person_id]
        notifications.tell(session, parts, people, told, inquiry.id, _details(inquiry, entry, viewer))


def _details(inquiry: Inquiry, entry: InquiryEntry, viewer: inquiries.Viewer) -> dict[str, Any]:
    """What service.notification_words makes a sentence of, for this viewer."""
    details = {
        "title": inquiry.lines[0].version.title,
        "more": len(inquiry.lines) - 1,
        "by": entry.organisation.name,
        "action": entry.action and entry.action.value,
        "workshop": entry.workshop and entry.workshop.name,
    }
    if entry.about is None:
        return details
    told_as = whose(viewer, entry.about.organisation_id)
    maker = entry.about.organisation.name if told_as == Whose.NAMED else None
    return details | {"whose": told_as.value, "maker": maker}


def _viewer_at(inquiry: Inquiry, organisation_id: uuid.UUID) -> inquiries.Viewer:
    since = {each.workshop_id: each.since for each in inquiry.workshops}
    if organisation_id in since:
        return inquiries.Viewer(Party.WORKSHOP, organisation_id, since[organisation_id])
    party = Party.BUYER if organisation_id == inquiry.buyer_id else Party.STUDIO
    return inquiries.Viewer(party, organisation_id)
