"""A standard's report in plain words: chances as "1 in 20", notes and failures as what to do next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from catalog.standards import MIN_REFERENCES, outlier_indexes
from catalog.store.tables import ReferencePhoto

# Below this nobody can tell the chance apart from none, whatever the references.
LEAST_CHANCE = 0.001
# Above this "1 in 2" says less than "45 of 100".
OFTEN = 0.4

NOTES = {
    "few_references": _l(
        "There are few photos. With 16 or more, of different good pieces, the standard knows better how they may vary."
    ),
    "outlier_found": _l("Look at what is marked: is the piece good, is the photo taken in the same way?"),
    "loose_view": _l(
        "The photos do not match spot by spot, so something in the wrong place can go unseen. "
        "If it is one piece, lay it the same way round in every photo."
    ),
    "misses_small_cracks": _l(
        "It misses small cracks. Have them looked for by eye, or make a standard of photos taken closer."
    ),
    "misses_kinds": _l("Some kinds of defect it misses at every size that was tried; the pictures show which."),
    "not_self_tested": _l("It has not been tried which defects this standard catches. Fit it again to find out."),
}

# What must be known before the standard is relied on, and as long as it is.
WARNINGS = frozenset({"misses_small_cracks", "misses_kinds"})


@dataclass(frozen=True)
class ReportWords:
    agreement: str
    false_rejects: str
    interval: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def describe_report(report: Mapping[str, Any]) -> ReportWords:
    """The engine's report, said to a designer. Notes that this version does not know are left out."""
    low, high = report["false_reject_interval"]
    return ReportWords(
        agreement=agreement_words(len(report["references"]), len(outlier_indexes(report))),
        false_rejects=chance_words(report["expected_false_reject_rate"]),
        interval=interval_words(low, high),
        warnings=tuple(str(NOTES[code]) for code in report["notes"] if code in WARNINGS),
        notes=tuple(str(NOTES[code]) for code in report["notes"] if code in NOTES.keys() - WARNINGS),
    )


def agreement_words(count: int, outliers: int) -> str:
    if outliers == 0:
        return gettext("All %(count)s photos agree with one another.", count=count)
    return ngettext(
        "%(agree)s of %(count)s photos agree with one another; %(num)s differs.",
        "%(agree)s of %(count)s photos agree with one another; %(num)s differ.",
        outliers,
        agree=count - outliers,
        count=count,
    )


def chance_words(rate: float) -> str:
    """How often a good piece is turned back, from a rate in 0..1."""
    if rate < LEAST_CHANCE:
        return gettext("Fewer than 1 in 1000 good pieces will be rejected wrongly.")
    if rate > OFTEN:
        return gettext("About %(count)s of 100 good pieces will be rejected wrongly.", count=round(100 * rate))
    return gettext("About 1 in %(count)s good pieces will be rejected wrongly.", count=one_in(rate))


def interval_words(low: float, high: float) -> str:
    """The bounds of that rate, the better one first."""
    if high < LEAST_CHANCE:
        return ""
    worst = _piece_words(high)
    if low < LEAST_CHANCE:
        return gettext("The true figure most likely lies between almost none and %(worst)s.", worst=worst)
    return gettext(
        "The true figure most likely lies between %(best)s and %(worst)s.", best=_piece_words(low), worst=worst
    )


def _piece_words(rate: float) -> str:
    if rate > OFTEN:
        return gettext("%(count)s of 100", count=round(100 * rate))
    return gettext("1 in %(count)s", count=one_in(rate))


def one_in(rate: float) -> int:
    """0.05 -> 20; from 100 on in steps of ten, since nothing here is known that exactly."""
    count = round(1 / rate)
    return count if count < 100 else round(count, -1)


def describe_failure(failure: Mapping[str, Any] | None, references: Collection[ReferencePhoto]) -> str:
    """Why a standard could not be fitted, and what to do; the photos meant are `failed_references`."""
    code = (failure or {}).get("code")
    count = len(failed_references(failure, references))
    if code == "TooFewReferences":
        return gettext("There are too few photos: a standard needs at least %(least)s.", least=MIN_REFERENCES)
    if code == "UnreadableReferences":
        return ngettext(
            "%(num)s photo cannot be read. Remove it and add it again.",
            "%(num)s photos cannot be read. Remove them and add them again.",
            count,
        )
    if code == "UnlikeReferences":
        return ngettext(
            "The photos do not all show the same piece in the same view. "
            "%(num)s is unlike the others: remove it, or make another standard for that view.",
            "The photos do not all show the same piece in the same view. "
            "%(num)s are unlike the others: remove them, or make another standard for that view.",
            count,
        )
    return gettext("The service could not fit these photos. Start the fit again; if it happens again, tell us.")


def failed_references(
    failure: Mapping[str, Any] | None, references: Collection[ReferencePhoto]
) -> list[ReferencePhoto]:
    """The photos that a failed fit names, by identifier."""
    named = set((failure or {}).get("photos", ()))
    return [reference for reference in references if str(reference.id) in named]
