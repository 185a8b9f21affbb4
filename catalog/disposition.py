"""From measurements to a verdict: accept, rework, reject or retake, with every reason."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.inspections import Measurements, Reason, Verdict


@dataclass(frozen=True)
class Tolerances:
    """What a standard lets pass. Scores are 0..100, 100 like the references.

    A score at or above `accept_score` is accepted, one below `reject_score` is rejected, between lies rework.
    """

    accept_score: float
    reject_score: float


@dataclass(frozen=True)
class Decision:
    verdict: Verdict
    reasons: tuple[Reason, ...]


def decide_verdict(measured: Measurements, tolerances: Tolerances) -> Decision:
    """Accept, rework or reject one piece, or ask for another photo, with every reason found."""
    if not measured.can_be_judged or measured.score is None:
        return Decision(Verdict.RETAKE, measured.reasons)
    if measured.score >= tolerances.accept_score:
        return Decision(Verdict.ACCEPT, measured.reasons)
    if measured.score < tolerances.reject_score:
        return Decision(Verdict.REJECT, measured.reasons)
    return Decision(Verdict.REWORK, measured.reasons)
