"""A batch in one breath: the decision first, then why, then what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flask_babel import gettext, ngettext

from catalog.batches import BatchCounts
from catalog.inspections import Verdict
from catalog.store.tables import BatchPhoto
from service.reasons import describe

MOST_REASONS = 2


def decision_sentence(counts: BatchCounts, photos: Iterable[BatchPhoto] = ()) -> str:
    """How a batch stands. With its photos the sentence says why as well."""
    if counts.total == 0:
        return gettext("No photos yet.")
    causes = common_causes(photos)
    parts = [
        _matching(counts),
        _with_cause(_rework(counts.rework), causes[Verdict.REWORK]),
        _with_cause(_rejected(counts.reject), causes[Verdict.REJECT]),
        _with_cause(_to_retake(counts.retake), causes[Verdict.RETAKE]),
        _failed(counts.failed),
        _waiting(counts.queued),
    ]
    return " ".join(part for part in parts if part)


def common_causes(photos: Iterable[BatchPhoto]) -> dict[Verdict, str]:
    """The most frequent reasons of each verdict, in few words."""
    found: dict[Verdict, Counter[str]] = {verdict: Counter() for verdict in Verdict}
    for photo in photos:
        if photo.inspection is not None:
            found[photo.inspection.verdict].update({describe(reason).short for reason in photo.inspection.reasons})
    return {verdict: ", ".join(short for short, _ in found[verdict].most_common(MOST_REASONS)) for verdict in Verdict}


def _with_cause(part: str, cause: str) -> str:
    if not part:
        return ""
    return gettext("%(what)s: %(why)s.", what=part, why=cause) if cause else f"{part}."


def _matching(counts: BatchCounts) -> str:
    judged, accepted = counts.judged, counts.accept
    if judged == 0:
        return ""
    if accepted == judged:
        return ngettext("The piece matches the standard.", "All %(num)d pieces match the standard.", judged)
    if accepted == 0:
        return ngettext("The piece does not match the standard.", "None of %(num)d matches the standard.", judged)
    return ngettext(
        "%(num)d of %(judged)d matches the standard.",
        "%(num)d of %(judged)d match the standard.",
        accepted,
        judged=judged,
    )


def _rework(count: int) -> str:
    return ngettext("%(num)d needs rework", "%(num)d need rework", count) if count else ""


def _rejected(count: int) -> str:
    return ngettext("%(num)d is rejected", "%(num)d are rejected", count) if count else ""


def _to_retake(count: int) -> str:
    return ngettext("%(num)d photo must be taken again", "%(num)d photos must be taken again", count) if count else ""


def _failed(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(num)d photo could not be inspected; the fault is ours, not the piece's.",
        "%(num)d photos could not be inspected; the fault is ours, not the pieces'.",
        count,
    )


def _waiting(count: int) -> str:
    return ngettext("%(num)d photo is still waiting.", "%(num)d photos are still waiting.", count) if count else ""
