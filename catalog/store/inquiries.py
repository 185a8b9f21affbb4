"""Inquiries: asked for, found and listed. What is said in them stands in catalog.store.inquiry_entries."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import NotFound, RuleBroken, TooOften, WrongState
from catalog.inquiries import (
    MAX_INQUIRIES_A_DAY,
    EntryKind,
    InquiryDraft,
    InquiryState,
    Party,
    Viewer,
    check_inquiry,
    party_of,
)
from catalog.organisations import Actor, OrganisationKind
from catalog.quotations import today_at_the_latest
from catalog.store import makers
from catalog.store.tables import (
    DesignVersion,
    Inquiry,
    InquiryEntry,
    InquiryLine,
    InquiryWorkshop,
    Organisation,
    Person,
)


def add_inquiry(
    session: Session,
    actor: Actor,
    draft: InquiryDraft,
    *,
    token: uuid.UUID | None = None,
    language: str | None = None,
) -> tuple[Inquiry, bool]:
    """Ask a studio; returns (inquiry, is_new). The same form (`token`) sent again is the inquiry that is there.

    Raises: InvalidFields, WrongState("version_is_not_published"), RuleBroken("several_studios"),
        TooOften("too_many_inquiries").
    """
    _wait_for_own_turn(session, actor.person_id)
    if (same := _find_by_token(session, actor.person_id, token)) is not None:
        return same, False
    now = datetime.datetime.now(datetime.UTC)
    check_inquiry(draft, today_at_the_latest(now))
    _check_pace(session, actor.person_id, now)
    versions = versions_to_ask_for(session, [line.version_id for line in draft.lines])
    inquiry = _write_inquiry(draft, actor.organisation_id, versions[0].design.studio_id)
    session.add(inquiry)
    session.flush()
    session.add(
        InquiryEntry(
            inquiry_id=inquiry.id,
            number=1,
            kind=EntryKind.REQUEST,
            state=InquiryState.SENT,
            party=Party.BUYER,
            organisation_id=actor.organisation_id,
            person_id=actor.person_id,
            text=draft.note,
            language=language,
            token=token,
        )
    )
    session.flush()
    session.refresh(inquiry)
    return inquiry, True


def _write_inquiry(draft: InquiryDraft, buyer_id: uuid.UUID, studio_id: uuid.UUID) -> Inquiry:
    return Inquiry(
        buyer_id=buyer_id,
        studio_id=studio_id,
        state=InquiryState.SENT,
        last_number=1,
        currency=draft.currency or None,
        incoterm=draft.incoterm or None,
        incoterm_place=draft.incoterm_place if draft.incoterm else "",
        country=draft.country,
        destination=draft.destination,
        wanted_on=draft.wanted_on,
        sample_first=draft.sample_first,
        lines=[
            InquiryLine(position=place, version_id=line.version_id, quantity=line.quantity, target=line.target)
            for place, line in enumerate(draft.lines, start=1)
        ],
    )


def _wait_for_own_turn(session: Session, person_id: uuid.UUID) -> None:
    """One request of a person after the other: of two that arrive at once, the second finds what the first made."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _find_by_token(session: Session, person_id: uuid.UUID, token: uuid.UUID | None) -> Inquiry | None:
    if token is None:
        return None
    entry = select(InquiryEntry.inquiry_id).where(InquiryEntry.person_id == person_id, InquiryEntry.token == token)
    return session.scalar(select(Inquiry).where(Inquiry.id.in_(entry)))


def _check_pace(session: Session, person_id: uuid.UUID, now: datetime.datetime) -> None:
    asked = select(func.count()).select_from(InquiryEntry).where(InquiryEntry.person_id == person_id)
    asked = asked.where(InquiryEntry.kind == EntryKind.REQUEST, InquiryEntry.created_at > now - datetime.timedelta(1))
    if session.scalar(asked) >= MAX_INQUIRIES_A_DAY:
        raise TooOften("too_many_inquiries", retry_after_s=3600, most=MAX_INQUIRIES_A_DAY)


def versions_to_ask_for(session: Session, version_ids: Sequence[uuid.UUID]) -> list[DesignVersion]:
    """The versions, in this order: all published, all of one studio.

    Raises: NotFound, WrongState("version_is_not_published"), RuleBroken("several_studios").
    """
    found = {each.id: each for each in session.scalars(select(DesignVersion).where(DesignVersion.id.in_(version_ids)))}
    if not set(version_ids) <= found.keys():
        raise NotFound("design_not_found")
    versions = [found[each] for each in version_ids]
    if any(version.state != VersionState.PUBLISHED for version in versions):
        raise WrongState("version_is_not_published")
    if len({version.design.studio_id for version in versions}) > 1:
        raise RuleBroken("several_studios")
    return versions


def get_inquiry(session: Session, inquiry_id: uuid.UUID, *, lock: bool = False) -> Inquiry:
    """With `lock`, others who want to write in it wait for this transaction.

    Raises: NotFound.
    """
    query = select(Inquiry).where(Inquiry.id == inquiry_id)
    if lock:
        query = query.with_for_update(of=Inquiry).execution_options(populate_existing=True)
    inquiry = session.scalar(query)
    if inquiry is None:
        raise NotFound("inquiry_not_found")
    return inquiry


def viewer_of(inquiry: Inquiry, actor: Actor) -> Viewer | None:
    """As what this person looks at the inquiry; None for who has no part in it."""
    since = {each.workshop_id: each.since for each in inquiry.workshops}
    party = party_of(actor, inquiry.buyer_id, inquiry.studio_id, frozenset(since))
    if party is None:
        return None
    return Viewer(party, actor.organisation_id, since.get(actor.organisation_id, 0))


def inquiries_of(session: Session, actor: Actor, *, limit: int, offset: int = 0) -> list[Inquiry]:
    """Those in which this person takes part, the one with the newest entry first."""
    query = _in_part(select(Inquiry), actor).order_by(Inquiry.touched_at.desc(), Inquiry.id)
    return list(session.scalars(query.limit(limit).offset(offset)))


def count_inquiries_of(session: Session, actor: Actor) -> int:
    return session.scalar(_in_part(select(func.count()).select_from(Inquiry), actor))


def _in_part(query: Select, actor: Actor) -> Select:
    """Only where `viewer_of` would find a part: the same rule, as the database reads it."""
    organisation_id = actor.organisation_id
    invited = exists().where(InquiryWorkshop.inquiry_id == Inquiry.id, InquiryWorkshop.workshop_id == organisation_id)
    parts = {"buyer": Inquiry.buyer_id == organisation_id, "designer": Inquiry.studio_id == organisation_id}
    part = invited if actor.role == "workshop" else parts.get(actor.role)
    return query.where(part) if part is not None and organisation_id is not None else query.where(or_(False))


@dataclass(frozen=True)
class Candidate:
    """A workshop that could be invited. `pieces`: how many of the designs asked for it had judged."""

    id: uuid.UUID
    name: str
    place: str
    pieces: int


def workshops_to_invite(session: Session, inquiry: Inquiry) -> list[Candidate]:
    """Those not in the thread yet: who makes the designs first, the most experienced first, then all others."""
    invited = {each.workshop_id for each in inquiry.workshops}
    pieces = makers.pieces_by_workshop(session, {line.version.design_id for line in inquiry.lines})
    workshops = session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.WORKSHOP))
    found = [Candidate(each.id, each.name, each.place, pieces.get(each.id, 0)) for each in workshops]
    return sorted((each for each in found if each.id not in invited), key=lambda each: (-each.pieces, each.name))


def people_of(session: Session, organisation_ids: Collection[uuid.UUID]) -> list[Person]:
    """Everybody in these organisations."""
    return list(session.scalars(select(Person).where(Person.organisation_id.in_(organisation_ids))))
