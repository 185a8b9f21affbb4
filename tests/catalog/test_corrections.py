"""What may be said of an inspected piece, which of it counts, and what a replay comes to."""

from __future__ import annotations

import uuid

import pytest

from catalog.calibrations import LimitInForce, check_may_calibrate, check_may_go_back, check_proposal
from catalog.corrections import (
    MAX_NOTE,
    Opinion,
    ReplayedPhoto,
    ReviewedPhoto,
    check_correction,
    compare,
    find_uncounted,
    find_waiting,
)
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.inspections import Verdict
from catalog.standards import StandardState

FIRST, SECOND = uuid.UUID(int=1), uuid.UUID(int=2)


def reviewed(batch: uuid.UUID, verdict: str, opinion: str | None = None) -> ReviewedPhoto:
    return ReviewedPhoto(uuid.uuid4(), batch, Verdict(verdict), Opinion(opinion) if opinion else None)


def replayed(before: str, after: str, opinion: str | None = None) -> ReplayedPhoto:
    return ReplayedPhoto(uuid.uuid4(), Opinion(opinion) if opinion else None, Verdict(before), Verdict(after))


@pytest.mark.parametrize("verdict", ["accept", "rework", "reject"])
def test_a_judged_piece_is_called_good_or_defective(verdict):
    assert check_correction(Verdict(verdict), "good", "  thin\0 \n rim ") == (Opinion.GOOD, "thin rim")
    assert check_correction(Verdict(verdict), "defective", "")[0] == Opinion.DEFECTIVE


@pytest.mark.parametrize("verdict", [None, Verdict.RETAKE])
def test_where_no_piece_was_judged_there_is_nothing_to_say(verdict):
    with pytest.raises(WrongState, match="photo_is_not_judged"):
        check_correction(verdict, "good", "")


def test_every_wrong_field_is_named():
    with pytest.raises(InvalidFields) as caught:
        check_correction(Verdict.ACCEPT, "fine", "x" * (MAX_NOTE + 1))
    assert caught.value.fields == {"opinion": "unknown_choice", "note": "too_long"}


def test_accepted_good_pieces_wait_until_what_was_not_accepted_in_their_batch_is_reviewed():
    waits, counts = reviewed(FIRST, "accept", "good"), reviewed(SECOND, "accept", "good")
    photos = [
        waits,
        next_up := reviewed(FIRST, "reject"),
        reviewed(FIRST, "rework", "good"),
        reviewed(FIRST, "accept", "defective"),
        counts,
        reviewed(SECOND, "accept"),
        reviewed(SECOND, "reject", "defective"),
    ]
    assert find_uncounted(photos) == {waits.photo_id}
    assert find_waiting(photos, frozenset({waits.photo_id})) == (next_up.photo_id,)
    assert find_waiting(photos, frozenset()) == ()


def test_a_comparison_counts_verdicts_false_rejects_and_caught_defects_before_and_after():
    moved = replayed("rework", "accept", "good")
    effect = compare(
        [moved, replayed("accept", "accept"), replayed("accept", "rework", "defective"), replayed("retake", "retake")]
    )
    assert effect.counts[Verdict.ACCEPT] == (2, 2)
    assert effect.counts[Verdict.REWORK] == (1, 1)
    assert effect.counts[Verdict.RETAKE] == (1, 1)
    assert (effect.good, effect.false_rejects) == (1, (1, 0))
    assert (effect.defective, effect.caught) == (1, (0, 1))
    assert [each.before for each in effect.changed] == ["rework", "accept"]
    assert effect.changed[0] is moved


@pytest.mark.parametrize("state", list(StandardState))
def test_only_the_limit_of_a_standard_in_use_moves(state):
    if state == StandardState.ACTIVE:
        check_may_calibrate(state)
        return
    with pytest.raises(RuleBroken, match="standard_is_not_active"):
        check_may_calibrate(state)


def test_only_the_proposal_that_was_shown_is_used():
    check_proposal("abc", "abc")
    with pytest.raises(WrongState, match="corrections_changed"):
        check_proposal("", "abc")


def test_nobody_goes_back_to_where_one_is():
    in_force = LimitInForce(2, 0.9, "key", "hash")
    check_may_go_back(0, in_force)
    with pytest.raises(RuleBroken, match="limit_is_in_force"):
        check_may_go_back(2, in_force)
