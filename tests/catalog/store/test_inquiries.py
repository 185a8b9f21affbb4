"""Inquiries in the real database: asked once, seen by their parties alone, decided by one at a time."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.attachments import MAX_ATTACHMENTS, Attachment
from catalog.errors import InvalidFields, NotFound, RuleBroken, TooOften, WrongState
from catalog.inquiries import Action, Audience, InquiryDraft, InquiryState, LineDraft
from catalog.organisations import OrganisationKind
from catalog.store import inquiries, inquiry_entries, inquiry_threads
from catalog.store.inquiry_entries import Words
from catalog.store.tables import Inquiry, InquiryEntry, Person
from service.accounts import actor_of
from tests.factories import make_batch, make_design, make_organisation, make_person, make_photo, make_standard
from tests.inquiry_factories import (
    author_of,
    decide,
    invite,
    make_inquiry,
    make_quotation,
    nobody_of,
    say,
)


@dataclass
class World:
    buyer: Person
    designer: Person
    maker: Person
    other_maker: Person
    inquiry: Inquiry


@pytest.fixture
def world(session: Session) -> World:
    def person(kind: OrganisationKind) -> Person:
        return make_person(session, make_organisation(session, kind))

    buyer, designer = person(OrganisationKind.BUYER), person(OrganisationKind.STUDIO)
    inquiry = make_inquiry(session, buyer, make_design(session, designer.organisation))
    return World(buyer, designer, person(OrganisationKind.WORKSHOP), person(OrganisationKind.WORKSHOP), inquiry)


def texts_for(session: Session, world: World, person: Person) -> list[str]:
    found = inquiries.get_inquiry(session, world.inquiry.id)
    entries = inquiry_threads.entries_of(session, found.id, author_of(found, person).viewer)
    return [entry.text for entry in entries if entry.text]


def draft_of(*lines: LineDraft) -> InquiryDraft:
    return InquiryDraft(lines, country="NL")


def test_an_inquiry_is_the_request_as_the_buyer_made_it(session, world):
    found = inquiries.get_inquiry(session, world.inquiry.id)
    assert (found.state, found.studio_id) == (InquiryState.SENT, world.designer.organisation_id)
    assert [(line.quantity, line.target) for line in found.lines] == [(100, Decimal("14.50"))]
    assert texts_for(session, world, world.buyer) == ["For the spring."]


def test_a_form_sent_twice_is_one_inquiry(session, world, database):
    token, version_id = uuid.uuid4(), world.inquiry.lines[0].version_id
    actor = actor_of(world.buyer)
    ready = threading.Barrier(4)

    def send(_number: int) -> tuple[uuid.UUID, bool]:
        with database.session() as own:
            ready.wait()
            draft = draft_of(LineDraft(version_id, 7))
            inquiry, is_new = inquiries.add_inquiry(own, actor, draft, token=token)
            return inquiry.id, is_new

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(send, range(4)))
    assert len({inquiry_id for inquiry_id, _ in sent}) == 1
    assert sum(is_new for _, is_new in sent) == 1


def test_a_message_sent_twice_is_one_message(session, world):
    words = Words("Good morning", token=uuid.uuid4())
    author = author_of(world.inquiry, world.designer)
    first, is_new = inquiry_entries.reply(session, world.inquiry, author, words)
    again, is_new_again = inquiry_entries.reply(session, world.inquiry, author, words)
    assert (first.id, is_new, is_new_again) == (again.id, True, False)


def test_only_published_designs_of_one_studio_are_asked_for(session, world):
    actor = actor_of(world.buyer)
    elsewhere, draft = make_design(session), make_design(session, published=False)
    line = LineDraft(world.inquiry.lines[0].version_id, 1)
    for lines, told in (
        ((line, LineDraft(elsewhere.id, 1)), "several_studios"),
        ((LineDraft(draft.id, 1),), "version_is_not_published"),
    ):
        with pytest.raises(RuleBroken, match=told):
            inquiries.add_inquiry(session, actor, draft_of(*lines))
    with pytest.raises(NotFound):
        inquiries.add_inquiry(session, actor, draft_of(LineDraft(uuid.uuid4(), 1)))


def test_a_person_asks_only_so_often_a_day(session, world, monkeypatch):
    monkeypatch.setattr(inquiries, "MAX_INQUIRIES_A_DAY", 2)
    version = world.inquiry.lines[0].version
    make_inquiry(session, world.buyer, version)
    with pytest.raises(TooOften, match="too_many_inquiries"):
        make_inquiry(session, world.buyer, version)
    session.rollback()
    make_inquiry(session, make_person(session, world.buyer.organisation), version)


def test_a_person_writes_only_so_often_an_hour(session, world, monkeypatch):
    monkeypatch.setattr(inquiry_entries, "MAX_ENTRIES_AN_HOUR", 1)
    say(session, world.inquiry, world.designer, "One")
    with pytest.raises(TooOften, match="too_many_messages"):
        say(session, world.inquiry, world.designer, "Two")


def test_everybody_else_has_no_part_in_it_and_finds_none_in_the_list(session, world):
    for person in (world.buyer, world.designer):
        assert inquiries.viewer_of(world.inquiry, actor_of(person)) is not None
        assert inquiries.count_inquiries_of(session, actor_of(person)) == 1
        stranger = nobody_of(person)
        assert inquiries.viewer_of(world.inquiry, stranger) is None
        assert inquiries.inquiries_of(session, stranger, limit=10) == []
    assert inquiries.viewer_of(world.inquiry, actor_of(world.maker)) is None
    invite(session, world.inquiry, world.designer, world.maker.organisation_id)
    assert inquiries.count_inquiries_of(session, actor_of(world.maker)) == 1
    assert inquiries.count_inquiries_of(session, actor_of(world.other_maker)) == 0


def test_a_workshop_reads_the_request_and_what_comes_after_its_invitation(session, world):
    say(session, world.inquiry, world.designer, "Before")
    for maker in (world.maker, world.other_maker):
        invite(session, world.inquiry, world.designer, maker.organisation_id)
    say(session, world.inquiry, world.buyer, "After")
    say(session, world.inquiry, world.buyer, "Between us", Audience.PRINCIPALS)
    say(session, world.inquiry, world.other_maker, "Ours costs less")
    say(session, world.inquiry, world.maker, "We can make it")
    assert texts_for(session, world, world.maker) == ["For the spring.", "After", "We can make it"]
    assert texts_for(session, world, world.buyer) == [
        "For the spring.", "Before", "After", "Between us", "Ours costs less", "We can make it",
    ]  # fmt: skip


def test_invited_twice_is_invited_once_and_only_workshops_are(session, world):
    first = invite(session, world.inquiry, world.designer, world.maker.organisation_id)
    assert invite(session, world.inquiry, world.buyer, world.maker.organisation_id).id == first.id
    with pytest.raises(InvalidFields):
        invite(session, world.inquiry, world.designer, world.buyer.organisation_id)


def test_workshops_that_make_the_design_come_first(session, world):
    version = world.inquiry.lines[0].version
    batch = make_batch(session, world.other_maker.organisation, make_standard(session, version))
    make_photo(session, batch, verdict="accept")
    found = inquiries.workshops_to_invite(session, world.inquiry)
    assert [(each.id, each.pieces) for each in found][:2] == [
        (world.other_maker.organisation_id, 1),
        (world.maker.organisation_id, 0),
    ]
    invite(session, world.inquiry, world.designer, world.other_maker.organisation_id)
    session.expire_all()
    assert [each.id for each in inquiries.workshops_to_invite(session, world.inquiry)] == [world.maker.organisation_id]


def test_from_the_question_to_the_order(session, world):
    quotation = make_quotation(session, world.inquiry, world.designer)
    assert world.inquiry.state == InquiryState.QUOTED
    decide(session, world.inquiry, world.buyer, Action.AGREE_SAMPLE, quotation)
    accepted = decide(session, world.inquiry, world.buyer, Action.ACCEPT, quotation)
    assert (accepted.state, accepted.quotation_id) == (InquiryState.ACCEPTED, quotation.id)
    decide(session, world.inquiry, world.designer, Action.CLOSE)
    with pytest.raises(WrongState, match="inquiry_moved_on"):
        say(session, world.inquiry, world.buyer, "One more thing")


def test_a_quotation_that_no_longer_holds_is_not_accepted(session, world):
    expired = make_quotation(session, world.inquiry, world.designer, days=-3)
    with pytest.raises(WrongState, match="quotation_expired"):
        decide(session, world.inquiry, world.buyer, Action.ACCEPT, expired)
    session.rollback()
    renewed = make_quotation(session, world.inquiry, world.designer)
    with pytest.raises(WrongState, match="quotation_replaced"):
        decide(session, world.inquiry, world.buyer, Action.ACCEPT, expired)
    session.rollback()
    decide(session, world.inquiry, world.designer, Action.WITHDRAW_QUOTATION, renewed)
    with pytest.raises(WrongState, match="quotation_taken_back"):
        decide(session, world.inquiry, world.buyer, Action.ACCEPT, renewed)


def test_the_last_quotation_taken_back_leaves_a_question_that_was_answered(session, world):
    quotation = make_quotation(session, world.inquiry, world.designer)
    with pytest.raises(RuleBroken, match="not_your_part"):
        decide(session, world.inquiry, world.buyer, Action.WITHDRAW_QUOTATION, quotation)
    session.rollback()
    decide(session, world.inquiry, world.designer, Action.WITHDRAW_QUOTATION, quotation)
    assert world.inquiry.state == InquiryState.ANSWERED


def test_nobody_takes_back_or_accepts_what_is_not_theirs(session, world):
    invite(session, world.inquiry, world.designer, world.maker.organisation_id)
    theirs = make_quotation(session, world.inquiry, world.designer)
    elsewhere = make_inquiry(session, world.buyer, world.inquiry.lines[0].version)
    foreign = make_quotation(session, elsewhere, world.designer)
    for person, action, quotation in (
        (world.maker, Action.WITHDRAW_QUOTATION, theirs),
        (world.buyer, Action.ACCEPT, foreign),
        (world.buyer, Action.ACCEPT, None),
    ):
        with pytest.raises(NotFound, match="quotation_not_found"):
            decide(session, world.inquiry, person, action, quotation)
        session.rollback()


def test_a_sample_is_agreed_on_only_where_one_is_offered(session, world):
    quotation = make_quotation(session, world.inquiry, world.designer, sample=None)
    with pytest.raises(WrongState, match="quotation_has_no_sample"):
        decide(session, world.inquiry, world.buyer, Action.AGREE_SAMPLE, quotation)


def test_reopened_it_stands_where_its_quotations_leave_it(session, world):
    decide(session, world.inquiry, world.buyer, Action.WITHDRAW)
    decide(session, world.inquiry, world.buyer, Action.REOPEN)
    assert world.inquiry.state == InquiryState.ANSWERED
    make_quotation(session, world.inquiry, world.designer)
    decide(session, world.inquiry, world.designer, Action.DECLINE)
    decide(session, world.inquiry, world.designer, Action.REOPEN)
    assert world.inquiry.state == InquiryState.QUOTED


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(session, world, database):
    quotation = make_quotation(session, world.inquiry, world.designer)
    colleague = make_person(session, world.buyer.organisation)
    moves, ready = world.inquiry.moves, threading.Barrier(2)

    def decide_at_once(choice: tuple[Person, Action]) -> str:
        person, action = choice
        with database.session() as own:
            ready.wait()
            inquiry = inquiries.get_inquiry(own, world.inquiry.id, lock=True)
            about = quotation.id if action == Action.ACCEPT else None
            try:
                author = author_of(inquiry, person)
                inquiry_entries.act(own, inquiry, author, action, quotation_id=about, moves=moves)
            except WrongState as error:
                own.rollback()
                return error.code
            return "done"

    with ThreadPoolExecutor(2) as pool:
        choices = [(world.buyer, Action.ACCEPT), (colleague, Action.WITHDRAW)]
        assert sorted(pool.map(decide_at_once, choices)) == ["changed_meanwhile", "done"]
    query = select(func.count()).select_from(InquiryEntry).where(InquiryEntry.kind == "event")
    assert session.scalar(query) == 1


def test_unread_is_what_others_wrote_since_and_one_may_read(session, world):
    def unread(person: Person) -> int:
        found = inquiries.get_inquiry(session, world.inquiry.id)
        viewer = author_of(found, person).viewer
        return inquiry_threads.count_unread(session, person.id, {found.id: viewer})[found.id]

    assert (unread(world.designer), unread(world.buyer)) == (1, 0)
    inquiry_threads.mark_read(session, world.inquiry.id, world.designer.id, 1)
    say(session, world.inquiry, world.buyer, "Are you there?")
    invite(session, world.inquiry, world.designer, world.maker.organisation_id)
    say(session, world.inquiry, world.buyer, "Between us", Audience.PRINCIPALS)
    assert (unread(world.designer), unread(world.buyer), unread(world.maker)) == (2, 1, 2)
    inquiry_threads.mark_read(session, world.inquiry.id, world.designer.id, 4)
    inquiry_threads.mark_read(session, world.inquiry.id, world.designer.id, 2)  # an older page, opened again
    assert unread(world.designer) == 0


def test_a_message_brings_only_so_many_files(session, world):
    files = [Attachment(f"{number:064x}", "application/pdf", "a.pdf", 9) for number in range(MAX_ATTACHMENTS + 1)]
    author = author_of(world.inquiry, world.buyer)
    with pytest.raises(InvalidFields):
        inquiry_entries.reply(session, world.inquiry, author, Words("Look", files))
    entry, _ = inquiry_entries.reply(session, world.inquiry, author, Words("", files[:2]))
    session.commit()
    assert [each.file_name for each in session.get(InquiryEntry, entry.id).attachments] == ["a.pdf"] * 2
