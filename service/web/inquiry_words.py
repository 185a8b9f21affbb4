"""States, terms, countries and money of inquiries in the reader's words."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from catalog.countries import COUNTRIES
from catalog.inquiries import INCOTERMS, InquiryState, Party, Viewer, Whose, whose
from catalog.money import Money
from catalog.quotations import Price, QuotationState, total_of
from service.money_words import format_money

# (words, kind of badge, icon)
Badge = tuple[LazyString, str, str]
STATES = {
    InquiryState.SENT: (_l("Waits for an answer"), "info", "letter"),
    InquiryState.ANSWERED: (_l("Answered"), "info", "letter"),
    InquiryState.QUOTED: (_l("Quotation made"), "accent", "letter"),
    InquiryState.SAMPLE_AGREED: (_l("Sample agreed"), "accent", "piece"),
    InquiryState.ACCEPTED: (_l("Accepted"), "good", "accept"),
    InquiryState.DECLINED: (_l("Declined"), "bad", "reject"),
    InquiryState.WITHDRAWN: (_l("Withdrawn"), "", "reject"),
    InquiryState.CLOSED: (_l("Closed"), "", "accept"),
}
# What the same is to a workshop whose quotation was not the one.
STATES_OF_OTHERS = {
    InquiryState.SAMPLE_AGREED: STATES[InquiryState.QUOTED],
    InquiryState.ACCEPTED: (_l("Given to another"), "", "reject"),
}
QUOTATION_STATES = {
    QuotationState.STANDING: (_l("valid"), "good", "accept"),
    QuotationState.EXPIRED: (_l("no longer valid"), "warning", "clock"),
    QuotationState.REPLACED: (_l("replaced by a newer one"), "", "refresh"),
    QuotationState.TAKEN_BACK: (_l("taken back"), "bad", "reject"),
    QuotationState.ACCEPTED: (_l("accepted"), "good", "accept"),
    QuotationState.NOT_CHOSEN: (_l("not chosen"), "", "reject"),
}
PARTIES = {Party.BUYER: _l("Buyer"), Party.STUDIO: _l("Studio"), Party.WORKSHOP: _l("Workshop")}
# What the terms of Incoterms 2020 mean, in short: who pays until where.
TERMS = {
    "EXW": _l("Ex works: the buyer fetches it"),
    "FCA": _l("Free carrier: handed to the buyer's carrier"),
    "CPT": _l("Carriage paid to the place"),
    "CIP": _l("Carriage and insurance paid to the place"),
    "DAP": _l("Delivered at the place, before import duties"),
    "DPU": _l("Delivered and unloaded at the place"),
    "DDP": _l("Delivered, import duties paid"),
    "FAS": _l("Free alongside the ship"),
    "FOB": _l("Free on board of the ship"),
    "CFR": _l("Cost and freight to the port"),
    "CIF": _l("Cost, insurance and freight to the port"),
}
EVENTS = {
    "decline": _l("%(by)s declines"),
    "withdraw": _l("%(by)s withdraws the inquiry"),
    "withdraw_quotation": _l("%(by)s takes its quotation back"),
    "reopen": _l("%(by)s takes the inquiry up again"),
    "close": _l("%(by)s closes the inquiry"),
    "invite": _l("%(by)s invites %(workshop)s"),
}
# Those about one of several quotations, by whose it is to the reader.
CHOICES = {
    ("agree_sample", Whose.YOURS): _l("%(by)s agrees to your sample"),
    ("agree_sample", Whose.NAMED): _l("%(by)s agrees to a sample from %(maker)s"),
    ("agree_sample", Whose.OTHERS): _l("%(by)s agrees to somebody else's sample"),
    ("accept", Whose.YOURS): _l("%(by)s accepts your quotation"),
    ("accept", Whose.NAMED): _l("%(by)s accepts the quotation of %(maker)s"),
    ("accept", Whose.OTHERS): _l("%(by)s accepts somebody else's quotation"),
}


def state_badge(state: InquiryState, viewer: Viewer, maker_id: uuid.UUID | None) -> Badge:
    """How an inquiry stands to this viewer; `maker_id`: who made the quotation that was chosen, if one was."""
    if maker_id is not None and whose(viewer, maker_id) == Whose.OTHERS:
        return STATES_OF_OTHERS.get(state, STATES[state])
    return STATES[state]


def event_sentence(entry: Any, viewer: Viewer) -> str:
    """What an event of a thread was, to this viewer."""
    workshop = entry.workshop.name if entry.workshop else ""
    maker = entry.about.organisation.name if entry.about else ""
    told_as = whose(viewer, entry.about.organisation_id) if entry.about else None
    text = CHOICES.get((entry.action, told_as)) or EVENTS[entry.action]
    return str(text) % {"by": entry.organisation.name, "workshop": workshop, "maker": maker}


def terms() -> list[tuple[str, str]]:
    return [(code, f"{code}: {TERMS[code]}") for code in INCOTERMS]


def country_name(code: str) -> str:
    return get_locale().territories.get(code, code)


def countries() -> list[tuple[str, str]]:
    """(code, name) by name in the reader's language."""
    return sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda each: each[1])


def money_in_words(amount: Decimal | str | None, currency: str) -> str:
    """An amount as the reader writes it; empty for none."""
    return "" if amount is None else format_money(Money(Decimal(amount), currency))


def title_of(inquiry: Any) -> dict[str, Any]:
    """What an inquiry is about, as notification_words.subject_of takes it."""
    return {"title": inquiry.lines[0].version.title, "more": len(inquiry.lines) - 1}


def quotation_total(offer: Any, inquiry: Any) -> Decimal | None:
    """What all that was asked for costs; None where not all of it is offered in that quantity."""
    prices = [Price(each["line"], Decimal(each["unit"]), each["minimum"]) for each in offer.prices]
    return total_of(prices, [line.quantity for line in inquiry.lines])
