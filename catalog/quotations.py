"""Quotations: what a studio or a workshop offers, until when it holds, and which of several counts."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalog.errors import InvalidFields, WrongState
from catalog.inquiries import MAX_QUANTITY, MAX_TEXT, date_problems, incoterm_problems
from catalog.money import CURRENCIES, MAX_AMOUNT

MAX_LEAD_DAYS = 1000


@dataclass(frozen=True)
class Price:
    """What one piece of a line costs, in the quotation's currency, from `minimum` pieces on."""

    line: int
    unit: Decimal
    minimum: int | None = None


@dataclass(frozen=True)
class QuotationDraft:
    """An offer. A line without a price is not offered. `sample` is the price of one sample, 0 for a free one."""

    prices: tuple[Price, ...]
    currency: str
    incoterm: str
    incoterm_place: str
    lead_time_days: int | None
    valid_until: datetime.date | None
    sample: Decimal | None = None
    text: str = ""


class QuotationState(StrEnum):
    STANDING = "standing"
    EXPIRED = "expired"
    REPLACED = "replaced"
    TAKEN_BACK = "taken_back"
    ACCEPTED = "accepted"
    NOT_CHOSEN = "not_chosen"


def check_quotation(draft: QuotationDraft, lines: int, today: datetime.date) -> None:
    """Raises: InvalidFields; the price of a line is named with its place, such as `unit_1`."""
    problems = dict(_price_problems(draft.prices, lines))
    if draft.currency not in CURRENCIES:
        problems["currency"] = "unknown_choice" if draft.currency else "required"
    problems |= incoterm_problems(draft.incoterm, draft.incoterm_place, required=True)
    if draft.lead_time_days is None:
        problems["lead_time_days"] = "required"
    elif not 1 <= draft.lead_time_days <= MAX_LEAD_DAYS:
        problems["lead_time_days"] = "out_of_range"
    if draft.valid_until is None:
        problems["valid_until"] = "required"
    else:
        problems |= date_problems("valid_until", draft.valid_until, today)
    if draft.sample is not None and not 0 <= draft.sample <= MAX_AMOUNT:
        problems["sample"] = "out_of_range"
    if len(draft.text) > MAX_TEXT:
        problems["text"] = "too_long"
    if problems:
        raise InvalidFields(problems)


def _price_problems(prices: Sequence[Price], lines: int) -> Iterator[tuple[str, str]]:
    if not prices:
        yield "unit_1", "required"
    places = [price.line for price in prices]
    if len(set(places)) != len(places) or not set(places) <= set(range(1, lines + 1)):
        yield "prices", "unknown_choice"
    for price in prices:
        if not 0 < price.unit <= MAX_AMOUNT:
            yield f"unit_{price.line}", "out_of_range"
        if price.minimum is not None and not 1 <= price.minimum <= MAX_QUANTITY:
            yield f"minimum_{price.line}", "out_of_range"


@dataclass(frozen=True)
class Offer:
    """One quotation among the others of its inquiry, in the order they were made."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    valid_until: datetime.date
    is_taken_back: bool = False
    is_accepted: bool = False


def states_of(offers: Iterable[Offer], today: datetime.date) -> dict[uuid.UUID, QuotationState]:
    """How each quotation stands: the newest of an organisation replaces its earlier ones, the accepted one all."""
    offers = list(offers)
    is_over = any(offer.is_accepted for offer in offers)
    states: dict[uuid.UUID, QuotationState] = {}
    spoken: set[uuid.UUID] = set()
    for offer in reversed(offers):
        if offer.is_taken_back:
            states[offer.id] = QuotationState.TAKEN_BACK
        elif offer.organisation_id in spoken:
            states[offer.id] = QuotationState.REPLACED
        else:
            spoken.add(offer.organisation_id)
            states[offer.id] = _decided(offer) if is_over else _on_offer(offer, today)
    return states


def _decided(offer: Offer) -> QuotationState:
    return QuotationState.ACCEPTED if offer.is_accepted else QuotationState.NOT_CHOSEN


def _on_offer(offer: Offer, today: datetime.date) -> QuotationState:
    return QuotationState.EXPIRED if offer.valid_until < today else QuotationState.STANDING


def today_at_the_latest(now: datetime.datetime) -> datetime.date:
    """The day that it still is somewhere: what holds until a day holds until that day is over everywhere."""
    return (now - datetime.timedelta(hours=12)).date()


def check_may_accept(state: QuotationState) -> None:
    """Only what is still offered can be accepted, as an order or as a sample.

    Raises: WrongState("quotation_expired"), WrongState("quotation_replaced"), WrongState("quotation_taken_back").
    """
    if state != QuotationState.STANDING:
        raise WrongState(f"quotation_{state.value}")


def total_of(prices: Iterable[Price], quantities: Sequence[int]) -> Decimal | None:
    """What the whole inquiry costs; None unless every line has a price and its minimum is met."""
    by_line = {price.line: price for price in prices}
    total = Decimal(0)
    for place, quantity in enumerate(quantities, start=1):
        price = by_line.get(place)
        if price is None or quantity < (price.minimum or 1):
            return None
        total += price.unit * quantity
    return total
