"""Who may do what with an inquiry, where it leads, and who reads what."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.inquiries import (
    MAX_LINES,
    MAX_TEXT,
    OPEN,
    TRANSITIONS,
    Action,
    Audience,
    EntryFacts,
    EntryKind,
    InquiryDraft,
    InquiryState,
    LineDraft,
    Party,
    Viewer,
    Whose,
    check_inquiry,
    check_message,
    may_act,
    party_of,
    sees,
    settle,
    state_after,
    whose,
)
from catalog.organisations import Actor, Role

TODAY = datetime.date(2026, 11, 25)
BUYER, STUDIO, WORKSHOP, OTHER_WORKSHOP = (uuid.uuid4() for _ in range(4))
LINE = LineDraft(uuid.uuid4(), 120, Decimal("14.50"))
DRAFT = InquiryDraft((LINE,), "EUR", "FOB", "Semarang", "NL", "Rotterdam", TODAY, note="For the spring.")


def problems(draft: InquiryDraft) -> dict[str, str]:
    with pytest.raises(InvalidFields) as caught:
        check_inquiry(draft, TODAY)
    return caught.value.fields


def test_a_whole_inquiry_and_the_shortest_one_are_taken():
    assert check_inquiry(DRAFT, TODAY) is None
    assert check_inquiry(InquiryDraft((LineDraft(uuid.uuid4(), 1),), country="ID"), TODAY) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lines": ()}, {"lines": "required"}),
        ({"lines": (LINE,) * (MAX_LINES + 1)}, {"lines": "too_many"}),
        ({"lines": (LINE, replace(LINE, quantity=None))}, {"quantity_2": "required"}),
        ({"lines": (replace(LINE, quantity=0),)}, {"quantity_1": "out_of_range"}),
        ({"lines": (replace(LINE, target=Decimal(0)),)}, {"target_1": "out_of_range"}),
        ({"currency": ""}, {"currency": "required"}),
        ({"currency": "XXX"}, {"currency": "unknown_choice"}),
        ({"incoterm": "DAF"}, {"incoterm": "unknown_choice"}),
        ({"incoterm_place": ""}, {"incoterm_place": "required"}),
        ({"country": ""}, {"country": "required"}),
        ({"country": "XX"}, {"country": "unknown_choice"}),
        ({"destination": "x" * 121}, {"destination": "too_long"}),
        ({"wanted_on": TODAY - datetime.timedelta(days=1)}, {"wanted_on": "date_is_past"}),
        ({"wanted_on": TODAY.replace(year=2126)}, {"wanted_on": "date_is_far"}),
        ({"note": "x" * (MAX_TEXT + 1)}, {"note": "too_long"}),
    ],
)
def test_what_cannot_be_taken_is_told_field_by_field(changes, told):
    assert problems(replace(DRAFT, **changes)) == told


def test_all_that_is_wrong_is_told_at_once():
    assert len(problems(replace(DRAFT, country="", incoterm="DAF", note="x" * 9999, lines=()))) == 4


def test_a_message_says_or_brings_something():
    check_message("Good morning", 0)
    check_message("", 1)
    with pytest.raises(InvalidFields):
        check_message("", 0)


def test_every_state_has_a_way_on_but_the_closed_one():
    ways_on = {state for parties in TRANSITIONS.values() for table in parties.values() for state in table}
    assert set(InquiryState) - ways_on == {InquiryState.CLOSED}


def test_every_state_can_be_reached():
    reached = {state for parties in TRANSITIONS.values() for table in parties.values() for state in table.values()}
    assert reached == set(InquiryState)


@pytest.mark.parametrize(
    ("action", "party", "state", "after"),
    [
        (Action.REPLY, Party.STUDIO, "sent", "answered"),
        (Action.REPLY, Party.BUYER, "sent", "sent"),
        (Action.REPLY, Party.WORKSHOP, "accepted", "accepted"),
        (Action.QUOTE, Party.STUDIO, "sent", "quoted"),
        (Action.QUOTE, Party.WORKSHOP, "sample_agreed", "sample_agreed"),
        (Action.AGREE_SAMPLE, Party.BUYER, "quoted", "sample_agreed"),
        (Action.ACCEPT, Party.BUYER, "quoted", "accepted"),
        (Action.ACCEPT, Party.BUYER, "sample_agreed", "accepted"),
        (Action.DECLINE, Party.STUDIO, "quoted", "declined"),
        (Action.WITHDRAW, Party.BUYER, "sent", "withdrawn"),
        (Action.REOPEN, Party.BUYER, "withdrawn", "answered"),
        (Action.CLOSE, Party.STUDIO, "accepted", "closed"),
    ],
)
def test_an_action_leads_where_the_table_says(action, party, state, after):
    assert state_after(action, party, InquiryState(state)) == InquiryState(after)


@pytest.mark.parametrize(
    ("action", "party", "state"),
    [
        (Action.ACCEPT, Party.BUYER, "sent"),
        (Action.ACCEPT, Party.BUYER, "accepted"),
        (Action.REOPEN, Party.BUYER, "declined"),
        (Action.REOPEN, Party.STUDIO, "withdrawn"),
        (Action.QUOTE, Party.STUDIO, "accepted"),
        (Action.REPLY, Party.BUYER, "closed"),
        (Action.INVITE, Party.STUDIO, "declined"),
    ],
)
def test_what_comes_too_late_or_too_early_is_refused(action, party, state):
    assert not may_act(action, party, InquiryState(state))
    with pytest.raises(WrongState, match="inquiry_moved_on"):
        state_after(action, party, InquiryState(state))


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.DECLINE, Action.WITHDRAW, Action.INVITE, Action.CLOSE])
def test_a_workshop_decides_nothing(action):
    for state in OPEN:
        with pytest.raises(RuleBroken, match="not_your_part"):
            state_after(action, Party.WORKSHOP, state)


def test_the_state_follows_the_quotations_that_stand():
    assert settle(InquiryState.QUOTED, False, False) == InquiryState.ANSWERED
    assert settle(InquiryState.ANSWERED, True, False) == InquiryState.QUOTED
    assert settle(InquiryState.SAMPLE_AGREED, True, True) == InquiryState.SAMPLE_AGREED
    assert settle(InquiryState.SAMPLE_AGREED, True, False) == InquiryState.QUOTED
    assert settle(InquiryState.SAMPLE_AGREED, False, False) == InquiryState.ANSWERED
    assert settle(InquiryState.ACCEPTED, False, False) == InquiryState.ACCEPTED


def test_a_workshop_does_not_learn_whose_the_quotation_of_another_is():
    workshop = Viewer(Party.WORKSHOP, WORKSHOP)
    assert whose(workshop, WORKSHOP) == Whose.YOURS
    assert whose(workshop, OTHER_WORKSHOP) == whose(workshop, STUDIO) == Whose.OTHERS
    assert whose(Viewer(Party.BUYER, BUYER), WORKSHOP) == whose(Viewer(Party.STUDIO, STUDIO), WORKSHOP) == Whose.NAMED
    assert whose(Viewer(Party.STUDIO, STUDIO), STUDIO) == Whose.YOURS


@pytest.mark.parametrize(
    ("role", "home", "party"),
    [
        (Role.BUYER, BUYER, Party.BUYER),
        (Role.DESIGNER, STUDIO, Party.STUDIO),
        (Role.WORKSHOP, WORKSHOP, Party.WORKSHOP),
        (Role.WORKSHOP, OTHER_WORKSHOP, None),
        (Role.DESIGNER, BUYER, None),
        (Role.ADMINISTRATOR, STUDIO, None),
        (Role.MENTOR, WORKSHOP, None),
        (Role.VISITOR, None, None),
    ],
)
def test_only_the_three_parties_take_part(role, home, party):
    assert party_of(Actor(uuid.uuid4(), role, home), BUYER, STUDIO, frozenset({WORKSHOP})) == party


INVITED = Viewer(Party.WORKSHOP, WORKSHOP, since=5)
LATER = EntryFacts(6, EntryKind.MESSAGE, Party.BUYER, BUYER)


@pytest.mark.parametrize(
    ("entry", "is_seen"),
    [
        (replace(LATER, number=1, kind=EntryKind.REQUEST), True),
        (replace(LATER, number=4), False),
        (replace(LATER, number=5, kind=EntryKind.EVENT, workshop_id=WORKSHOP), True),
        (LATER, True),
        (replace(LATER, audience=Audience.PRINCIPALS), False),
        (replace(LATER, party=Party.WORKSHOP, organisation_id=WORKSHOP), True),
        (replace(LATER, party=Party.WORKSHOP, organisation_id=OTHER_WORKSHOP), False),
        (replace(LATER, kind=EntryKind.EVENT, workshop_id=OTHER_WORKSHOP), False),
    ],
)
def test_a_workshop_reads_the_request_and_what_is_for_it_from_its_invitation_on(entry, is_seen):
    assert sees(INVITED, entry) == is_seen
    for viewer in (Viewer(Party.BUYER, BUYER), Viewer(Party.STUDIO, STUDIO)):
        assert sees(viewer, entry)
