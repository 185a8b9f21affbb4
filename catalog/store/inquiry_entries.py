"""What is said and decided in an inquiry. Entries are added, and never changed.

Who writes holds the inquiry's row: entries get their numbers one after the other, and of two decisions at once the
second finds that the first was made.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.attachments import Attachment, check_count
from catalog.errors import InvalidFields, NotFound, RuleBroken, TooOften, WrongState
from catalog.inquiries import (
    ABOUT_QUOTATION,
    MAX_ENTRIES_AN_HOUR,
    MAX_WORKSHOPS,
    Action,
    Audience,
    EntryKind,
    Party,
    Viewer,
    check_message,
    settle,
    state_after,
)
from catalog.organisations import OrganisationKind
from catalog.quotations import (
    QuotationDraft,
    QuotationState,
    check_may_accept,
    check_quotation,
)
from catalog.store.inquiry_threads import chosen_makers, quotations_as_they_stand, today
from catalog.store.tables import (
    Inquiry,
    InquiryAttachment,
    InquiryEntry,
    InquiryQuotation,
    InquiryWorkshop,
    Organisation,
)


@dataclass(frozen=True)
class Author:
    """Who writes, as which party. `language` is that of the pages they read."""

    person_id: uuid.UUID
    viewer: Viewer
    language: str | None = None


@dataclass(frozen=True)
class Words:
    """What can come with every entry. `token`: the form's own, so that a form sent twice is one entry."""

    text: str = ""
    attachments: Sequence[Attachment] = ()
    audience: Audience = Audience.ALL
    token: uuid.UUID | None = None


def reply(session: Session, inquiry: Inquiry, author: Author, words: Words) -> tuple[InquiryEntry, bool]:
    """Write a message; returns (entry, is_new). `inquiry` must be locked.

    Raises: InvalidFields, WrongState, TooOften.
    """
    check_count(len(words.attachments))
    check_message(words.text, len(words.attachments))
    return _write(session, inquiry, author, Action.REPLY, EntryKind.MESSAGE, words)


def quote(
    session: Session,
    inquiry: Inquiry,
    author: Author,
    draft: QuotationDraft,
    words: Words,
) -> tuple[InquiryEntry, bool]:
    """Make an offer; it replaces the one that this organisation made before. `inquiry` must be locked.

    Raises: InvalidFields, RuleBroken, WrongState, TooOften.
    """
    check_count(len(words.attachments))
    check_quotation(draft, len(inquiry.lines), today())
    entry, is_new = _write(session, inquiry, author, Action.QUOTE, EntryKind.QUOTATION, words)
    if is_new:
        entry.quotation = InquiryQuotation(
            prices=[{"line": each.line, "unit": str(each.unit), "minimum": each.minimum} for each in draft.prices],
            **{
                name: getattr(draft, name)
                for name in ("currency", "incoterm", "incoterm_place", "lead_time_days", "valid_until", "sample")
            },
        )
        session.flush()
        _settle(session, inquiry, entry)
    return entry, is_new


def act(
    session: Session,
    inquiry: Inquiry,
    author: Author,
    action: Action,
    words: Words = Words(),
    *,
    quotation_id: uuid.UUID | None = None,
    moves: int | None = None,
) -> tuple[InquiryEntry, bool]:
    """Decide something. `moves` is what the decision was made over: if more was decided since, it is refused.

    `inquiry` must be locked.
    Raises: WrongState("changed_meanwhile"), WrongState("inquiry_moved_on"), other WrongState about the quotation,
        RuleBroken("not_your_part"), NotFound, InvalidFields, TooOften.
    """
    if (same := _find_by_token(session, author, words.token)) is not None:
        return same, False
    if moves is not None and moves != inquiry.moves:
        raise WrongState("changed_meanwhile")
    state_after(action, author.viewer.party, inquiry.state)
    if action in ABOUT_QUOTATION:
        quotation = _quotation_for(session, inquiry, author, action, quotation_id)
        if action == Action.WITHDRAW_QUOTATION:  # is told to whom it was made
            words = replace(words, audience=quotation.audience)
    entry, is_new = _write(session, inquiry, author, action, EntryKind.EVENT, words, quotation_id=quotation_id)
    _settle(session, inquiry, entry)
    return entry, is_new


def invite(
    session: Session, inquiry: Inquiry, author: Author, workshop_id: uuid.UUID, words: Words = Words()
) -> tuple[InquiryEntry, bool]:
    """Let a workshop into the thread, from this entry on. Invited twice is invited once. `inquiry` must be locked.

    Raises: InvalidFields, RuleBroken, WrongState, TooOften.
    """
    workshop = session.get(Organisation, workshop_id)
    if workshop is None or workshop.kind != OrganisationKind.WORKSHOP:
        raise InvalidFields({"workshop": "unknown_choice"})
    if workshop_id in {each.workshop_id for each in inquiry.workshops}:
        query = select(InquiryEntry).where(
            InquiryEntry.inquiry_id == inquiry.id, InquiryEntry.workshop_id == workshop_id
        )
        return session.scalars(query).one(), False
    if len(inquiry.workshops) >= MAX_WORKSHOPS:
        raise RuleBroken("too_many_workshops", most=MAX_WORKSHOPS)
    entry, is_new = _write(session, inquiry, author, Action.INVITE, EntryKind.EVENT, words, workshop_id=workshop_id)
    if is_new:
        session.add(InquiryWorkshop(inquiry_id=inquiry.id, workshop_id=workshop_id, since=entry.number))
        session.flush()
        session.expire(inquiry, ["workshops"])
    return entry, is_new


def _write(
    session: Session,
    inquiry: Inquiry,
    author: Author,
    action: Action,
    kind: EntryKind,
    words: Words,
    **about: uuid.UUID | None,
) -> tuple[InquiryEntry, bool]:
    if (same := _find_by_token(session, author, words.token)) is not None:
        return same, False
    viewer = author.viewer
    state = state_after(action, viewer.party, inquiry.state)
    _check_pace(session, author.person_id)
    inquiry.last_number += 1
    inquiry.moves += action not in (Action.REPLY, Action.INVITE)
    inquiry.state, inquiry.touched_at = state, func.now()
    entry = InquiryEntry(
        inquiry_id=inquiry.id,
        number=inquiry.last_number,
        kind=kind,
        action=action,
        state=state,
        party=viewer.party,
        organisation_id=viewer.organisation_id,
        person_id=author.person_id,
        # What a workshop writes buyer and studio read in any case, and other workshops never.
        audience=Audience.ALL if viewer.party == Party.WORKSHOP else words.audience,
        text=words.text,
        language=author.language,
        token=words.token,
        **about,
    )
    session.add(entry)
    attach(session, entry, words.attachments)
    return entry, True


def attach(session: Session, entry: InquiryEntry, attachments: Iterable[Attachment]) -> None:
    """Give a new entry its files."""
    session.flush()
    for place, each in enumerate(attachments, start=1):
        session.add(InquiryAttachment(entry_id=entry.id, position=place, **asdict(each)))
    session.flush()
    session.expire(entry, ["attachments"])


def _find_by_token(session: Session, author: Author, token: uuid.UUID | None) -> InquiryEntry | None:
    if token is None:
        return None
    query = select(InquiryEntry).where(InquiryEntry.person_id == author.person_id, InquiryEntry.token == token)
    return session.scalar(query)


def _check_pace(session: Session, person_id: uuid.UUID) -> None:
    hour_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    written = select(func.count()).select_from(InquiryEntry)
    written = written.where(InquiryEntry.person_id == person_id, InquiryEntry.created_at > hour_ago)
    if session.scalar(written) >= MAX_ENTRIES_AN_HOUR:
        raise TooOften("too_many_messages", retry_after_s=600, most=MAX_ENTRIES_AN_HOUR)


def _quotation_for(
    session: Session, inquiry: Inquiry, author: Author, action: Action, quotation_id: uuid.UUID | None
) -> InquiryEntry:
    quotations = quotations_as_they_stand(session, inquiry.id)
    found, state = next((each for each in quotations if each[0].id == quotation_id), (None, None))
    if found is None:
        raise NotFound("quotation_not_found")
    if action == Action.WITHDRAW_QUOTATION:
        if found.organisation_id != author.viewer.organisation_id:
            raise NotFound("quotation_not_found")
        if state in (QuotationState.TAKEN_BACK, QuotationState.REPLACED):
            raise WrongState(f"quotation_{state.value}")
        return found
    check_may_accept(state)
    if action == Action.AGREE_SAMPLE and found.quotation.sample is None:
        raise WrongState("quotation_has_no_sample")
    return found


def _settle(session: Session, inquiry: Inquiry, entry: InquiryEntry) -> None:
    """Let the state follow the quotations that are left."""
    left = {
        entry.organisation_id
        for entry, state in quotations_as_they_stand(session, inquiry.id)
        if state in (QuotationState.STANDING, QuotationState.EXPIRED)
    }
    has_sample = chosen_makers(session, [inquiry.id]).get(inquiry.id) in left
    inquiry.state = entry.state = settle(inquiry.state, bool(left), has_sample)
    session.flush()
