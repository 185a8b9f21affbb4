"""The threads of inquiries as somebody reads them, and how far they have read."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from catalog.errors import NotFound
from catalog.inquiries import Action, EntryFacts, EntryKind, Viewer, sees
from catalog.quotations import Offer, QuotationState, states_of, today_at_the_latest
from catalog.store.tables import InquiryAttachment, InquiryEntry, InquiryReading


def today() -> datetime.date:
    return today_at_the_latest(datetime.datetime.now(datetime.UTC))


def quotations_of(session: Session, inquiry_id: uuid.UUID) -> list[InquiryEntry]:
    """The quotations of an inquiry in the order they were made."""
    query = select(InquiryEntry).where(InquiryEntry.inquiry_id == inquiry_id, InquiryEntry.kind == EntryKind.QUOTATION)
    return list(session.scalars(query.order_by(InquiryEntry.number)))


def quotation_states(session: Session, inquiry_id: uuid.UUID) -> dict[uuid.UUID, QuotationState]:
    """How each quotation stands today."""
    return {entry.id: state for entry, state in quotations_as_they_stand(session, inquiry_id)}


def quotations_as_they_stand(session: Session, inquiry_id: uuid.UUID) -> list[tuple[InquiryEntry, QuotationState]]:
    """The quotations of an inquiry in the order they were made, each with how it stands today."""
    entries = quotations_of(session, inquiry_id)
    query = select(InquiryEntry.action, InquiryEntry.quotation_id).where(InquiryEntry.inquiry_id == inquiry_id)
    decided = {tuple(row) for row in session.execute(query.where(InquiryEntry.quotation_id.is_not(None)))}
    offers = [
        Offer(
            each.id,
            each.organisation_id,
            each.quotation.valid_until,
            is_taken_back=(Action.WITHDRAW_QUOTATION, each.id) in decided,
            is_accepted=(Action.ACCEPT, each.id) in decided,
        )
        for each in entries
    ]
    states = states_of(offers, today())
    return [(entry, states[entry.id]) for entry in entries]


def chosen_makers(session: Session, inquiry_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Of each inquiry who made the quotation that was accepted, or else that a sample was last agreed to of."""
    made, chose = aliased(InquiryEntry), (Action.ACCEPT, Action.AGREE_SAMPLE)
    query = select(InquiryEntry.inquiry_id, made.organisation_id).join(made, made.id == InquiryEntry.quotation_id)
    query = query.where(InquiryEntry.inquiry_id.in_(inquiry_ids), InquiryEntry.action.in_(chose))
    return dict(tuple(row) for row in session.execute(query.order_by(InquiryEntry.number)))  # the last one stays


def facts_of(entry: InquiryEntry) -> EntryFacts:
    return EntryFacts(entry.number, entry.kind, entry.party, entry.organisation_id, entry.audience, entry.workshop_id)


def entries_of(session: Session, inquiry_id: uuid.UUID, viewer: Viewer) -> list[InquiryEntry]:
    """The thread as this viewer reads it, from the request on."""
    query = select(InquiryEntry).where(InquiryEntry.inquiry_id == inquiry_id).order_by(InquiryEntry.number)
    return [entry for entry in session.scalars(query) if sees(viewer, facts_of(entry))]


def get_attachment(session: Session, attachment_id: uuid.UUID) -> InquiryAttachment:
    """Raises: NotFound."""
    found = session.get(InquiryAttachment, attachment_id)
    if found is None:
        raise NotFound("attachment_not_found")
    return found


def mark_read(session: Session, inquiry_id: uuid.UUID, person_id: uuid.UUID, number: int) -> None:
    """A person has read a thread up to this entry; what was read stays read."""
    said = insert(InquiryReading).values(inquiry_id=inquiry_id, person_id=person_id, number=number)
    newest = func.greatest(InquiryReading.number, said.excluded.number)
    said = said.on_conflict_do_update(
        index_elements=["inquiry_id", "person_id"], set_={"number": newest, "read_at": func.now()}
    )
    session.execute(said)


def read_numbers(session: Session, person_id: uuid.UUID, inquiry_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Up to which entry a person has read these threads; one never opened is not in it."""
    query = select(InquiryReading.inquiry_id, InquiryReading.number)
    query = query.where(InquiryReading.person_id == person_id, InquiryReading.inquiry_id.in_(inquiry_ids))
    return dict(session.execute(query).all())


def count_unread(session: Session, person_id: uuid.UUID, viewers: dict[uuid.UUID, Viewer]) -> dict[uuid.UUID, int]:
    """How many entries of others a person may read and has not, by inquiry; `viewers` has the inquiries asked for."""
    read = read_numbers(session, person_id, list(viewers))
    query = select(
        InquiryEntry.inquiry_id,
        InquiryEntry.number,
        InquiryEntry.kind,
        InquiryEntry.party,
        InquiryEntry.organisation_id,
        InquiryEntry.audience,
        InquiryEntry.workshop_id,
    ).where(InquiryEntry.inquiry_id.in_(viewers), InquiryEntry.person_id.is_distinct_from(person_id))
    counts = dict.fromkeys(viewers, 0)
    for inquiry_id, *facts in session.execute(query):
        entry = EntryFacts(*facts)
        counts[inquiry_id] += entry.number > read.get(inquiry_id, 0) and sees(viewers[inquiry_id], entry)
    return counts
