"""Calibrations: how strictly a standard in use is applied, as a chain of records that only grows.

The standard itself stays as it was fitted. Each calibration has an artifact of its own, the same measurements with
another limit, and counts for what is inspected while it is the newest; to go back is one more record.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.errors import RuleBroken, WrongState
from catalog.standards import StandardState

AS_FITTED = 1.0


@dataclass(frozen=True)
class LimitInForce:
    """What photos are inspected with now. `number` 0 is the standard as it was fitted; `limit` in limits of the fit."""

    number: int
    limit: float
    artifact_key: str
    artifact_hash: str


def check_may_calibrate(state: StandardState) -> None:
    """Raises: RuleBroken("standard_is_not_active")."""
    if state != StandardState.ACTIVE:
        raise RuleBroken("standard_is_not_active")


def check_proposal(shown: str, now: str) -> None:
    """What is used is what was shown: both are named by a tag.

    Raises: WrongState("corrections_changed").
    """
    if shown != now:
        raise WrongState("corrections_changed")


def check_may_go_back(number: int, in_force: LimitInForce) -> None:
    """Raises: RuleBroken("limit_is_in_force")."""
    if number == in_force.number:
        raise RuleBroken("limit_is_in_force")
