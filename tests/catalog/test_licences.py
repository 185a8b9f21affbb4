"""Licences: a derived design never loosens what it comes from."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.licences import CREATIVE_COMMONS, Licence, allowed_licences, derivation_problems, may_derive
from catalog.money import Money

# What each Creative Commons licence lets anybody do, and what it asks in return.
FREEDOMS = {
    Licence.CC_BY: {"share", "adapt", "sell"},
    Licence.CC_BY_SA: {"share", "adapt", "sell"},
    Licence.CC_BY_ND: {"share", "sell"},
    Licence.CC_BY_NC: {"share", "adapt"},
    Licence.CC_BY_NC_SA: {"share", "adapt"},
    Licence.CC_BY_NC_ND: {"share"},
}


@pytest.mark.parametrize("is_owner", [True, False])
@pytest.mark.parametrize("original", FREEDOMS)
def test_no_derived_licence_gives_a_freedom_that_the_original_does_not(original: Licence, is_owner: bool):
    for derived in allowed_licences(original, is_owner=is_owner) & set(FREEDOMS):
        assert FREEDOMS[derived] <= FREEDOMS[original]


@pytest.mark.parametrize("original", [licence for licence in Licence if licence != Licence.CC_BY])
def test_what_asks_for_permission_or_pay_does_not_become_free(original: Licence):
    assert Licence.CC_BY not in allowed_licences(original, is_owner=True)


@pytest.mark.parametrize(
    "original", [Licence.ALL_RIGHTS_RESERVED, Licence.ROYALTY_PER_PIECE, Licence.CC_BY_ND, Licence.CC_BY_NC_ND]
)
def test_nobody_else_derives_where_rights_are_reserved_or_derivatives_excluded(original: Licence):
    assert not may_derive(original, is_owner=False)
    assert may_derive(original, is_owner=True)


@pytest.mark.parametrize("licence", [Licence.CC_BY_SA, Licence.CC_BY_NC_SA, Licence.PROGRAMME_OWNED])
def test_share_alike_and_what_the_programme_owns_stay_as_they_are(licence: Licence):
    assert allowed_licences(licence, is_owner=False) == {licence}


def test_an_owner_may_do_whatever_others_may():
    for licence in Licence:
        assert allowed_licences(licence, is_owner=False) <= allowed_licences(licence, is_owner=True)


def test_a_version_without_a_licence_is_not_derived_from():
    assert derivation_problems("", None, "", None, is_owner=True) == {"derived_from_id": "may_not_be_derived"}


@pytest.mark.parametrize(
    ("royalty", "problems"),
    [
        (Money(Decimal(5000), "IDR"), {}),
        (Money(Decimal(6000), "IDR"), {}),
        (Money(Decimal(4999), "IDR"), {"royalty": "lower_than_original"}),
        (Money(Decimal(5000), "EUR"), {"royalty": "other_currency_than_original"}),
        (None, {}),
    ],
)
def test_a_derived_royalty_is_at_least_that_of_the_original(royalty: Money | None, problems: dict):
    terms = (Licence.ROYALTY_PER_PIECE, Money(Decimal(5000), "IDR"), Licence.ROYALTY_PER_PIECE, royalty)
    assert derivation_problems(*terms, is_owner=True) == problems


def test_a_licence_that_the_original_does_not_allow_is_named_as_such():
    problems = derivation_problems(Licence.CC_BY_NC, None, Licence.CC_BY, None, is_owner=False)
    assert problems == {"licence": "not_as_original_asks"}


def test_a_draft_may_leave_the_licence_open():
    assert derivation_problems(Licence.CC_BY_NC, None, "", None, is_owner=False) == {}


def test_every_creative_commons_licence_has_its_address():
    assert set(CREATIVE_COMMONS) == {licence for licence in Licence if licence.startswith("cc_")}
