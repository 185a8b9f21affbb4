"""Corrections: a reviewer says of an inspected piece that it is good, or that it has a defect.

A correction stands beside the inspection, never in its place, and can be withdrawn. Together with others it can
move the limit of the standard: how far is the engine's to compute, which of them count is said here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import InvalidFields, WrongState
from catalog.inspections import Verdict

MAX_NOTE = 500


class Opinion(StrEnum):
    GOOD = "good"
    DEFECTIVE = "defective"


def check_correction(verdict: Verdict | None, opinion: str, note: str) -> tuple[Opinion, str]:
    """What is said of a photo with this verdict, as it will be kept: (opinion, note).

    Raises: WrongState("photo_is_not_judged") where there is no piece to agree or disagree about; InvalidFields.
    """
    if verdict is None or verdict == Verdict.RETAKE:
        raise WrongState("photo_is_not_judged")
    note = " ".join(note.replace("\0", "").split())
    wrong = {}
    if opinion not in set(Opinion):
        wrong["opinion"] = "unknown_choice"
    if len(note) > MAX_NOTE:
        wrong["note"] = "too_long"
    if wrong:
        raise InvalidFields(wrong)
    return Opinion(opinion), note


@dataclass(frozen=True)
class ReviewedPhoto:
    """One photo that was judged, not to be taken again, and what a reviewer said of it, if anybody did."""

    photo_id: uuid.UUID
    batch_id: uuid.UUID
    verdict: Verdict
    opinion: Opinion | None


def find_uncounted(photos: Iterable[ReviewedPhoto]) -> frozenset[uuid.UUID]:
    """The good pieces that do not count as samples of good ones: accepted, in a batch that is not reviewed in full.

    If only accepted pieces were called good, each new limit would be drawn from what the last one let through, and
    shrink without end. So they count once somebody has looked at every piece of their batch that was not accepted.
    """
    photos = list(photos)
    unfinished = {each.batch_id for each in photos if each.verdict != Verdict.ACCEPT and each.opinion is None}
    return frozenset(
        each.photo_id
        for each in photos
        if each.opinion == Opinion.GOOD and each.verdict == Verdict.ACCEPT and each.batch_id in unfinished
    )


def find_waiting(photos: Iterable[ReviewedPhoto], uncounted: frozenset[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """The pieces to review next, so that those that do not count yet will: not accepted, in the same batches."""
    photos = list(photos)
    batches = {each.batch_id for each in photos if each.photo_id in uncounted}
    return tuple(
        each.photo_id
        for each in photos
        if each.batch_id in batches and each.verdict != Verdict.ACCEPT and each.opinion is None
    )


@dataclass(frozen=True)
class ReplayedPhoto:
    """One inspected photo under two limits, the one in force and the one proposed."""

    photo_id: uuid.UUID
    opinion: Opinion | None
    before: Verdict
    after: Verdict


@dataclass(frozen=True)
class Effect:
    """What another limit would have changed. Pairs are (before, after)."""

    counts: dict[Verdict, tuple[int, int]]
    good: int
    false_rejects: tuple[int, int]  # of the good ones
    defective: int
    caught: tuple[int, int]  # of the defective ones
    changed: tuple[ReplayedPhoto, ...]


def compare(photos: Iterable[ReplayedPhoto]) -> Effect:
    """What the replay of all inspected photos comes to."""
    photos = list(photos)
    good = [each for each in photos if each.opinion == Opinion.GOOD]
    defective = [each for each in photos if each.opinion == Opinion.DEFECTIVE]
    return Effect(
        counts={
            verdict: (sum(each.before == verdict for each in photos), sum(each.after == verdict for each in photos))
            for verdict in Verdict
        },
        good=len(good),
        false_rejects=_not_accepted(good),
        defective=len(defective),
        caught=_not_accepted(defective),
        changed=tuple(each for each in photos if each.before != each.after),
    )


def _not_accepted(photos: list[ReplayedPhoto]) -> tuple[int, int]:
    return sum(each.before != Verdict.ACCEPT for each in photos), sum(each.after != Verdict.ACCEPT for each in photos)
