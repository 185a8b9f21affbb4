"""What a quotation must say, and which of several counts."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.errors import InvalidFields, WrongState
from catalog.quotations import (
    Offer,
    Price,
    QuotationDraft,
    QuotationState,
    check_may_accept,
    check_quotation,
    states_of,
    today_at_the_latest,
    total_of,
)

TODAY = datetime.date(2026, 11, 25)
TOMORROW = TODAY + datetime.timedelta(days=1)
YESTERDAY = TODAY - datetime.timedelta(days=1)
PRICE = Price(1, Decimal("12.75"), 50)
DRAFT = QuotationDraft((PRICE,), "EUR", "FOB", "Semarang", 45, TOMORROW, Decimal(30), "With gift boxes.")
STUDIO, WORKSHOP = uuid.uuid4(), uuid.uuid4()


def test_a_whole_quotation_is_taken():
    assert check_quotation(DRAFT, 1, TODAY) is None
    assert check_quotation(replace(DRAFT, sample=Decimal(0), text=""), 3, TODAY) is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"prices": ()}, {"unit_1": "required"}),
        ({"prices": (replace(PRICE, line=2),)}, {"prices": "unknown_choice"}),
        ({"prices": (PRICE, PRICE)}, {"prices": "unknown_choice"}),
        ({"prices": (replace(PRICE, unit=Decimal(0)),)}, {"unit_1": "out_of_range"}),
        ({"prices": (replace(PRICE, minimum=0),)}, {"minimum_1": "out_of_range"}),
        ({"currency": ""}, {"currency": "required"}),
        ({"currency": "XXX"}, {"currency": "unknown_choice"}),
        ({"incoterm": ""}, {"incoterm": "required"}),
        ({"incoterm_place": ""}, {"incoterm_place": "required"}),
        ({"lead_time_days": None}, {"lead_time_days": "required"}),
        ({"lead_time_days": 0}, {"lead_time_days": "out_of_range"}),
        ({"valid_until": None}, {"valid_until": "required"}),
        ({"valid_until": YESTERDAY}, {"valid_until": "date_is_past"}),
        ({"sample": Decimal(-1)}, {"sample": "out_of_range"}),
        ({"text": "x" * 5000}, {"text": "too_long"}),
    ],
)
def test_what_cannot_be_taken_is_told_field_by_field(changes, told):
    with pytest.raises(InvalidFields) as caught:
        check_quotation(replace(DRAFT, **changes), 1, TODAY)
    assert caught.value.fields == told


def offer(organisation: uuid.UUID, until: datetime.date = TOMORROW, **more: bool) -> Offer:
    return Offer(uuid.uuid4(), organisation, until, **more)


def test_the_newest_quotation_of_each_organisation_counts():
    offers = [offer(STUDIO), offer(WORKSHOP), offer(STUDIO)]
    assert list(states_of(offers, TODAY).values())[::-1] == ["replaced", "standing", "standing"]


def test_a_quotation_that_is_taken_back_gives_way_to_the_one_before():
    offers = [offer(STUDIO), offer(STUDIO, is_taken_back=True)]
    assert [states_of(offers, TODAY)[each.id] for each in offers] == ["standing", "taken_back"]


def test_a_quotation_holds_through_its_last_day():
    offers = [offer(STUDIO, TODAY), offer(WORKSHOP, YESTERDAY)]
    assert [states_of(offers, TODAY)[each.id] for each in offers] == ["standing", "expired"]


def test_the_accepted_quotation_leaves_the_others_not_chosen():
    offers = [offer(STUDIO), offer(STUDIO, YESTERDAY), offer(WORKSHOP, YESTERDAY, is_accepted=True)]
    offers.append(offer(uuid.uuid4(), is_taken_back=True))
    assert list(states_of(offers, TODAY).values())[::-1] == ["replaced", "not_chosen", "accepted", "taken_back"]


def test_the_last_day_is_over_when_it_is_over_everywhere():
    assert today_at_the_latest(datetime.datetime(2026, 11, 26, 11, 59, tzinfo=datetime.UTC)) == TODAY
    assert today_at_the_latest(datetime.datetime(2026, 11, 26, 12, 0, tzinfo=datetime.UTC)) == TOMORROW


def test_only_a_standing_quotation_is_accepted():
    check_may_accept(QuotationState.STANDING)
    for state in ("expired", "replaced", "taken_back"):
        with pytest.raises(WrongState, match=f"quotation_{state}"):
            check_may_accept(QuotationState(state))


def test_the_total_is_known_when_every_line_is_offered_in_its_quantity():
    two = (PRICE, Price(2, Decimal("3.10")))
    assert total_of(two, [100, 10]) == Decimal("1306.00")
    assert total_of(two, [49, 10]) is None
    assert total_of((PRICE,), [100, 10]) is None
