"""Inquiries: a buyer asks a studio for a quotation, and the two, with workshops they invite, come to terms.

An inquiry is a thread of entries that never change: the request, messages, quotations and events. `TRANSITIONS` is
the one table of who may do what in which state, and where that leads. Who reads what is said in `sees`:

- The buyer's organisation and the studio read everything.
- An invited workshop reads the request as it was made, target price included, since it cannot quote without it, and
  what the two write from its invitation on, unless they keep it to themselves. It never reads what other workshops
  write, nor that they were invited: their prices are theirs.
- Nobody else reads anything, administrators included: running the service asks for no look into people's business.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalog.countries import COUNTRIES
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.money import CURRENCIES, MAX_AMOUNT
from catalog.organisations import Actor, Role

MAX_LINES = 20
MAX_QUANTITY = 1_000_000
MAX_TEXT = 4000
MAX_PLACE = 120
MAX_YEARS_AHEAD = 5
MAX_WORKSHOPS = 12
# A person who works writes less than this; a program that runs wild writes more.
MAX_INQUIRIES_A_DAY = 40
MAX_ENTRIES_AN_HOUR = 120


class Party(StrEnum):
    BUYER = "buyer"
    STUDIO = "studio"
    WORKSHOP = "workshop"


class InquiryState(StrEnum):
    SENT = "sent"
    ANSWERED = "answered"
    QUOTED = "quoted"
    SAMPLE_AGREED = "sample_agreed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Action(StrEnum):
    REPLY = "reply"
    QUOTE = "quote"
    WITHDRAW_QUOTATION = "withdraw_quotation"
    INVITE = "invite"
    AGREE_SAMPLE = "agree_sample"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CLOSE = "close"


class EntryKind(StrEnum):
    REQUEST = "request"
    MESSAGE = "message"
    QUOTATION = "quotation"
    EVENT = "event"


class Audience(StrEnum):
    """Who reads an entry: everybody in the thread, or buyer and studio alone."""

    ALL = "all"
    PRINCIPALS = "principals"


# The delivery terms of Incoterms 2020 (ICC publication 723), those for any transport first.
INCOTERMS = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")

S = InquiryState
OPEN = (S.SENT, S.ANSWERED, S.QUOTED, S.SAMPLE_AGREED)
TALKING = (*OPEN, S.ACCEPTED, S.DECLINED, S.WITHDRAWN)


def _stay(*states: InquiryState) -> dict[InquiryState, InquiryState]:
    return {state: state for state in states}


def _go(to: InquiryState, *states: InquiryState) -> dict[InquiryState, InquiryState]:
    return dict.fromkeys(states, to)


_ANSWER = _stay(*TALKING) | {S.SENT: S.ANSWERED}
_QUOTE = _go(S.QUOTED, S.SENT, S.ANSWERED, S.QUOTED) | _stay(S.SAMPLE_AGREED)
_TAKE_BACK = _stay(S.QUOTED, S.SAMPLE_AGREED)

# What each party may do, from which state, and to which it leads. What is not here is not possible.
TRANSITIONS: Mapping[Action, Mapping[Party, Mapping[InquiryState, InquiryState]]] = {
    Action.REPLY: {Party.BUYER: _stay(*TALKING), Party.STUDIO: _ANSWER, Party.WORKSHOP: _ANSWER},
    Action.QUOTE: {Party.STUDIO: _QUOTE, Party.WORKSHOP: _QUOTE},
    Action.WITHDRAW_QUOTATION: {Party.STUDIO: _TAKE_BACK, Party.WORKSHOP: _TAKE_BACK},
    Action.INVITE: {Party.BUYER: _stay(*OPEN), Party.STUDIO: _stay(*OPEN, S.ACCEPTED)},
    Action.AGREE_SAMPLE: {Party.BUYER: _go(S.SAMPLE_AGREED, S.QUOTED)},
    Action.ACCEPT: {Party.BUYER: _go(S.ACCEPTED, S.QUOTED, S.SAMPLE_AGREED)},
    Action.DECLINE: {Party.STUDIO: _go(S.DECLINED, *OPEN)},
    Action.WITHDRAW: {Party.BUYER: _go(S.WITHDRAWN, *OPEN)},
    Action.REOPEN: {Party.STUDIO: _go(S.ANSWERED, S.DECLINED), Party.BUYER: _go(S.ANSWERED, S.WITHDRAWN)},
    Action.CLOSE: {Party.BUYER: _go(S.CLOSED, S.ACCEPTED), Party.STUDIO: _go(S.CLOSED, S.ACCEPTED)},
}
# These name one quotation.
ABOUT_QUOTATION = frozenset({Action.AGREE_SAMPLE, Action.ACCEPT, Action.WITHDRAW_QUOTATION})


def may_act(action: Action, party: Party, state: InquiryState) -> bool:
    return state in TRANSITIONS[action].get(party, {})


def state_after(action: Action, party: Party, state: InquiryState) -> InquiryState:
    """Where an action leads.

    Raises: RuleBroken("not_your_part") for what this party never does; WrongState("inquiry_moved_on").
    """
    if party not in TRANSITIONS[action]:
        raise RuleBroken("not_your_part")
    if not may_act(action, party, state):
        raise WrongState("inquiry_moved_on")
    return TRANSITIONS[action][party][state]


def settle(state: InquiryState, has_quotation: bool, has_sample: bool) -> InquiryState:
    """The state that tells the truth about quotations: whether one is left, and whoever agreed to a sample has one."""
    if state not in (S.ANSWERED, S.QUOTED, S.SAMPLE_AGREED) or (state == S.SAMPLE_AGREED and has_sample):
        return state
    return S.QUOTED if has_quotation else S.ANSWERED


@dataclass(frozen=True)
class Viewer:
    """Who looks at an inquiry. `since`: the number of the entry that invited this workshop."""

    party: Party
    organisation_id: uuid.UUID
    since: int = 0


@dataclass(frozen=True)
class EntryFacts:
    """What decides who reads an entry. `workshop_id`: whom an invitation invites."""

    number: int
    kind: EntryKind
    party: Party
    organisation_id: uuid.UUID
    audience: Audience = Audience.ALL
    workshop_id: uuid.UUID | None = None


def sees(viewer: Viewer, entry: EntryFacts) -> bool:
    """Whether this viewer reads this entry; the rules are at the head of this file."""
    if viewer.party != Party.WORKSHOP or entry.kind == EntryKind.REQUEST:
        return True
    if entry.number < viewer.since or entry.audience == Audience.PRINCIPALS:
        return False
    if entry.party == Party.WORKSHOP:
        return entry.organisation_id == viewer.organisation_id
    return entry.workshop_id in (None, viewer.organisation_id)


class Whose(StrEnum):
    """How a decision about a quotation is told: to who made it, to who may know who that is, and to all others."""

    YOURS = "yours"
    NAMED = "named"
    OTHERS = "others"


def whose(viewer: Viewer, maker_id: uuid.UUID) -> Whose:
    """Whose quotation it is to this viewer, which the organisation `maker_id` made."""
    if viewer.organisation_id == maker_id:
        return Whose.YOURS
    return Whose.OTHERS if viewer.party == Party.WORKSHOP else Whose.NAMED


def party_of(
    actor: Actor, buyer_id: uuid.UUID, studio_id: uuid.UUID, workshop_ids: frozenset[uuid.UUID]
) -> Party | None:
    """As what this person takes part; None for everybody else."""
    if actor.role == Role.BUYER and actor.organisation_id == buyer_id:
        return Party.BUYER
    if actor.role == Role.DESIGNER and actor.organisation_id == studio_id:
        return Party.STUDIO
    if actor.role == Role.WORKSHOP and actor.organisation_id in workshop_ids:
        return Party.WORKSHOP
    return None


@dataclass(frozen=True)
class LineDraft:
    """So many pieces of one design version; `target` is a price for one piece in the inquiry's currency."""

    version_id: uuid.UUID
    quantity: int | None
    target: Decimal | None = None


@dataclass(frozen=True)
class InquiryDraft:
    """All that a buyer asks for. `country` is an ISO 3166 code, `destination` a town or port in it."""

    lines: tuple[LineDraft, ...]
    currency: str = ""
    incoterm: str = ""
    incoterm_place: str = ""
    country: str = ""
    destination: str = ""
    wanted_on: datetime.date | None = None
    sample_first: bool = False
    note: str = ""


def check_inquiry(draft: InquiryDraft, today: datetime.date) -> None:
    """Raises: InvalidFields; a line's fields are named with its place, such as `quantity_1`."""
    problems = dict(_line_problems(draft.lines))
    if draft.currency and draft.currency not in CURRENCIES:
        problems["currency"] = "unknown_choice"
    elif not draft.currency and any(line.target is not None for line in draft.lines):
        problems["currency"] = "required"
    problems |= incoterm_problems(draft.incoterm, draft.incoterm_place)
    if not draft.country:
        problems["country"] = "required"
    elif draft.country not in COUNTRIES:
        problems["country"] = "unknown_choice"
    if len(draft.destination) > MAX_PLACE:
        problems["destination"] = "too_long"
    if draft.wanted_on is not None:
        problems |= date_problems("wanted_on", draft.wanted_on, today)
    if len(draft.note) > MAX_TEXT:
        problems["note"] = "too_long"
    if problems:
        raise InvalidFields(problems)


def _line_problems(lines: tuple[LineDraft, ...]) -> Iterator[tuple[str, str]]:
    if not lines:
        yield "lines", "required"
    if len(lines) > MAX_LINES:
        yield "lines", "too_many"
    for place, line in enumerate(lines, start=1):
        if line.quantity is None:
            yield f"quantity_{place}", "required"
        elif not 1 <= line.quantity <= MAX_QUANTITY:
            yield f"quantity_{place}", "out_of_range"
        if line.target is not None and not 0 < line.target <= MAX_AMOUNT:
            yield f"target_{place}", "out_of_range"


def incoterm_problems(incoterm: str, place: str, *, required: bool = False) -> dict[str, str]:
    """A term means nothing without the place that it names."""
    if not incoterm:
        return {"incoterm": "required"} if required else {}
    if incoterm not in INCOTERMS:
        return {"incoterm": "unknown_choice"}
    if not place:
        return {"incoterm_place": "required"}
    return {"incoterm_place": "too_long"} if len(place) > MAX_PLACE else {}


def date_problems(name: str, day: datetime.date, today: datetime.date) -> dict[str, str]:
    """A day to come, and not one so far off that it was mistyped."""
    if day < today:
        return {name: "date_is_past"}
    return {name: "date_is_far"} if day > today + datetime.timedelta(days=366 * MAX_YEARS_AHEAD) else {}


def check_message(text: str, attachments: int) -> None:
    """A message says something, or brings something. Raises: InvalidFields."""
    if not text and not attachments:
        raise InvalidFields({"text": "required"})
    if len(text) > MAX_TEXT:
        raise InvalidFields({"text": "too_long"})
