"""The rules of a reference standard: collected, fitted, activated, never changed again."""

from __future__ import annotations

import pytest

from catalog.designs import VersionState
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.inspections import Region
from catalog.standards import (
    MAX_REFERENCES,
    MIN_REFERENCES,
    StandardState,
    View,
    check_may_activate,
    check_may_add_reference,
    check_may_change_references,
    check_may_fit,
    check_may_start,
    check_region,
    check_view,
    longer_side_mm,
    outlier_indexes,
)

CLOSED = (StandardState.FITTING, StandardState.ACTIVE, StandardState.RETIRED)
OPEN = (StandardState.COLLECTING, StandardState.FITTED, StandardState.FAILED)


def test_a_view_is_one_of_the_list():
    assert check_view("side") is View.SIDE
    with pytest.raises(InvalidFields) as raised:
        check_view("through")
    assert raised.value.fields == {"view": "unknown_choice"}


def test_the_part_that_is_judged_lies_within_the_photo():
    assert check_region(0.1, 0.2, 0.5, 0.6) == Region(0.1, 0.2, 0.5, 0.6)
    assert check_region(0.1, 0.2, 0.9 + 1e-9, 0.8).width == 0.9  # as three rounded figures in percent add up


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ((-0.1, 0, 0.5, 0.5), {"x": "out_of_range"}),
        ((0, 1.1, 0.5, 0.5), {"y": "out_of_range"}),
        ((0.6, 0, 0.5, 0.5), {"width": "region_out_of_photo"}),
        ((0, 0, 0.5, 1.5), {"height": "region_out_of_photo"}),
        ((0, 0, 0.05, float("nan")), {"width": "region_too_small", "height": "region_too_small"}),
    ],
)
def test_what_is_no_part_of_a_photo_is_named(given, wrong):
    with pytest.raises(InvalidFields) as raised:
        check_region(*given)
    assert raised.value.fields == wrong


@pytest.mark.parametrize("state", [VersionState.DRAFT, VersionState.PUBLISHED])
def test_a_standard_may_be_made_before_and_after_publishing(state: VersionState):
    check_may_start(state)


def test_a_retired_version_gets_no_new_standard():
    with pytest.raises(WrongState, match="version_is_retired"):
        check_may_start(VersionState.RETIRED)


@pytest.mark.parametrize("state", OPEN)
def test_photos_come_and_go_until_the_standard_is_activated(state: StandardState):
    check_may_change_references(state)


@pytest.mark.parametrize("state", CLOSED)
def test_a_standard_that_is_being_fitted_or_was_activated_keeps_its_photos(state: StandardState):
    with pytest.raises(WrongState, match="standard_is_closed"):
        check_may_change_references(state)
    with pytest.raises(WrongState, match="standard_is_closed"):
        check_may_fit(state, MIN_REFERENCES)


def test_a_standard_takes_photos_up_to_its_limit():
    check_may_add_reference(StandardState.COLLECTING, MAX_REFERENCES - 1)
    with pytest.raises(RuleBroken, match="too_many_references"):
        check_may_add_reference(StandardState.COLLECTING, MAX_REFERENCES)


def test_a_fit_needs_enough_photos():
    check_may_fit(StandardState.COLLECTING, MIN_REFERENCES)
    with pytest.raises(RuleBroken) as raised:
        check_may_fit(StandardState.COLLECTING, MIN_REFERENCES - 1)
    assert (raised.value.code, raised.value.details) == ("too_few_references", {"least": 8, "count": 7})


@pytest.mark.parametrize("state", [state for state in StandardState if state != StandardState.FITTED])
def test_only_a_fitted_standard_is_activated(state: StandardState):
    check_may_activate(StandardState.FITTED)
    with pytest.raises(WrongState, match="standard_is_not_fitted"):
        check_may_activate(state)


def test_the_outliers_of_a_report_are_counted_in_its_order():
    references = [{"name": "photo.jpg", "score": 70.0, "is_outlier": outlier} for outlier in (False, True, True)]
    assert outlier_indexes({"references": references}) == {1, 2}


def test_without_a_report_there_are_no_outliers():
    assert outlier_indexes(None) == frozenset()


@pytest.mark.parametrize(
    ("view", "sizes_mm", "longer_mm"),
    [
        (View.FROM_ABOVE, {"diameter": 140, "height": 200}, 140),
        (View.SIDE, {"diameter": 140, "height": 200}, 200),
        (View.INSIDE, {"length": 300, "width": 200, "thickness": 900}, 300),
        (View.FRONT, {"thickness": 4}, None),
        (View.DETAIL, {"diameter": 140}, None),
        (View.FRONT, {}, None),
    ],
)
def test_the_longer_side_is_the_longest_size_that_the_view_shows(view: View, sizes_mm: dict, longer_mm: float | None):
    assert longer_side_mm(view, sizes_mm) == longer_mm
