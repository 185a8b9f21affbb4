"""From what was measured to what is decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.disposition import Tolerances, decide_verdict
from catalog.inspections import SEVERITY, Measurements, Reason, Region, Verdict

TOLERANCES = Tolerances(accept_score=70.0, reject_score=40.0)


def measured(score: float | None, *, can_be_judged: bool = True, reasons: tuple[Reason, ...] = ()) -> Measurements:
    return Measurements(can_be_judged, score, surface=None, colour_delta_e=None, shape=None, reasons=reasons)


@pytest.mark.parametrize(
    ("score", "verdict"),
    [
        (100.0, Verdict.ACCEPT),
        (70.0, Verdict.ACCEPT),
        (69.999, Verdict.REWORK),
        (40.0, Verdict.REWORK),
        (39.999, Verdict.REJECT),
        (0.0, Verdict.REJECT),
    ],
)
def test_the_score_is_held_against_both_tolerances(score: float, verdict: Verdict):
    assert decide_verdict(measured(score), TOLERANCES).verdict == verdict


def test_a_photo_that_cannot_be_judged_is_taken_again_whatever_its_score():
    assert decide_verdict(measured(95.0, can_be_judged=False), TOLERANCES).verdict == Verdict.RETAKE


def test_a_photo_without_a_score_is_taken_again():
    assert decide_verdict(measured(None), TOLERANCES).verdict == Verdict.RETAKE


@pytest.mark.parametrize("score", [90.0, 55.0, 10.0, None])
def test_every_reason_is_kept_in_its_order(score: float | None):
    reasons = (Reason("surface", Region(0.1, 0.2, 0.3, 0.4), 1.8), Reason("colour"))
    assert decide_verdict(measured(score, reasons=reasons), TOLERANCES).reasons == reasons


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_better_score_never_gets_a_worse_verdict(one: float, other: float):
    worse, better = sorted((one, other))
    ladder = [Verdict.REJECT, Verdict.REWORK, Verdict.ACCEPT]
    places = [ladder.index(decide_verdict(measured(score), TOLERANCES).verdict) for score in (worse, better)]
    assert places == sorted(places)


def test_every_verdict_has_its_place_in_the_order_of_severity():
    assert sorted(SEVERITY) == sorted(Verdict)
    assert SEVERITY[0] == Verdict.REJECT
    assert SEVERITY[-1] == Verdict.ACCEPT
