"""What corrections come to, in words: the decision first, then what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_date, format_percent, gettext, ngettext

from catalog.calibrations import AS_FITTED
from catalog.store.tables import Calibration, ReferenceStandard
from service.recalibration import Recalibration
from service.web.standard_words import chance_words, interval_words


@dataclass(frozen=True)
class RecalibrationWords:
    decision: str
    evidence: str
    false_rejects: str
    interval: str
    remarks: tuple[str, ...]


def describe_recalibration(found: Recalibration) -> RecalibrationWords:
    """A proposal, or why there is none, said to a designer."""
    proposal = found.proposal
    return RecalibrationWords(
        decision=_decision(found),
        evidence=_evidence(found) if found.evidence else "",
        false_rejects=chance_words(proposal.expected_false_reject_rate),
        interval=interval_words(*proposal.false_reject_interval),
        remarks=tuple(_remarks(found)),
    )


def _decision(found: Recalibration) -> str:
    proposal = found.proposal
    if proposal.missing:
        return ngettext(
            "%(num)d more piece has to be reviewed before the limit can move.",
            "%(num)d more pieces have to be reviewed before the limit can move.",
            proposal.missing,
        )
    if not proposal.is_change:
        return gettext("The limit in force is right for what reviewers said.")
    change = proposal.limit / found.in_force.limit - 1
    share = format_percent(abs(change), "#,##0.#%" if abs(change) < 0.1 else "#,##0%")
    if change < 0:
        return gettext("The limit can be %(share)s tighter.", share=share)
    return gettext("The limit has to be %(share)s wider, or good pieces are rejected too often.", share=share)


def _evidence(found: Recalibration) -> str:
    good = sum(each.opinion == "good" for each in found.evidence)
    counts = {"references": found.proposal.sample_count - good, "good": good, "defective": len(found.evidence) - good}
    if not counts["references"]:
        return gettext(
            "It rests on %(good)s pieces called good and %(defective)s called defective: enough without the "
            "reference photos.",
            **counts,
        )
    return gettext(
        "It rests on %(references)s reference photos, %(good)s pieces called good and %(defective)s called defective.",
        **counts,
    )


def _remarks(found: Recalibration):
    if found.uncounted:
        yield ngettext(
            "%(num)d piece called good does not count yet: in its batch, not every piece that was not accepted is "
            "reviewed. If only accepted pieces counted, the limit would shrink without end.",
            "%(num)d pieces called good do not count yet: in their batches, not every piece that was not accepted is "
            "reviewed. If only accepted pieces counted, the limit would shrink without end.",
            len(found.uncounted),
        )
    elif found.effect.good and not found.accepted_good:
        yield gettext(
            "Only pieces that the inspector did not accept were called good. Say it of some accepted ones as well, "
            "or the limit becomes wider than good pieces need."
        )


@dataclass(frozen=True)
class LimitWords:
    """One limit of a standard's history."""

    number: int
    title: str
    detail: str
    is_in_force: bool
    can_go_back: bool


def describe_history(standard: ReferenceStandard, calibrations: list[Calibration]) -> list[LimitWords]:
    """Every limit that was put in force, the newest first, and the one of the fit last."""
    in_force = calibrations[0].number if calibrations else 0
    numbers = {in_force, *(each.back_to for each in calibrations[:1] if each.back_to is not None)}
    listed = [
        LimitWords(
            each.number,
            _title(each),
            _detail(each),
            is_in_force=each.number == in_force,
            can_go_back=each.back_to is None and each.number not in numbers,
        )
        for each in calibrations
    ]
    day = format_date(standard.activated_at, "long") if standard.activated_at else ""
    fitted = LimitWords(0, gettext("As fitted"), day, in_force == 0, 0 not in numbers)
    return [*listed, fitted]


def _title(calibration: Calibration) -> str:
    if calibration.back_to == 0:
        return gettext("Back to the limit of the fit")
    if calibration.back_to is not None:
        return gettext("Back to limit %(number)s", number=calibration.back_to)
    share = format_percent(calibration.limit / AS_FITTED, "#,##0.#%")
    return gettext("Limit %(number)s: %(share)s of the fitted one", number=calibration.number, share=share)


def _detail(calibration: Calibration) -> str:
    day = format_date(calibration.created_at, "long")
    who = calibration.person.name if calibration.person else ""
    parts = [day, who]
    if calibration.evidence is not None:
        count = len(calibration.evidence["corrections"])
        parts.append(ngettext("%(num)d correction", "%(num)d corrections", count))
    return " · ".join(part for part in parts if part)
