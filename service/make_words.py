"""How consistently a workshop makes a design, in words: the level, the figures with their range, what is missing."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

from flask_babel import format_date, format_decimal, format_percent, gettext, ngettext
from flask_babel import lazy_gettext as _l

from catalog.consistency import CONFIDENCE, PROVEN_SHARE, Consistency, Level, Missing, missing_for
from catalog.store.tables import MakeRecord

MONTH = "MMMM y"
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class LevelWords:
    """The badge of a level: a word, an icon, and the tone that colours it besides."""

    word: str
    icon: str
    tone: str


LEVELS = {
    Level.NEW: (_l("Too early to say"), "clock", ""),
    Level.FORMING: (_l("Not proven yet"), "info", "info"),
    Level.PROVEN: (_l("Proven consistent"), "success", "good"),
    Level.SLIPPING: (_l("Slipping lately"), "warning", "warning"),
    Level.RESTING: (_l("Proven earlier"), "clock", "accent"),
}


def level_words(level: Level) -> LevelWords:
    word, icon, tone = LEVELS[level]
    return LevelWords(str(word), icon, tone)


def statement(found: Consistency | MakeRecord) -> str:
    """'58 of 60 pieces in 4 batches accepted, January 2024 to March 2026; at least 91% with 95% confidence.'"""
    if not found.pieces:
        return gettext("No piece has been judged in the last three years.")
    counted = ngettext(
        "%(accepted)s of %(pieces)s piece in %(batches)s accepted, %(period)s",
        "%(accepted)s of %(pieces)s pieces in %(batches)s accepted, %(period)s",
        found.pieces,
        pieces=format_decimal(found.pieces),
        accepted=format_decimal(found.accepted),
        batches=batch_count(found.batches),
        period=period(found.first_on, found.last_on),
    )
    if found.level == Level.NEW or found.lower is None:
        return gettext("%(counted)s.", counted=counted)
    sure, confidence = lower_percent(found.lower), format_percent(CONFIDENCE)
    return gettext(
        "%(counted)s; at least %(sure)s with %(confidence)s confidence.",
        counted=counted,
        sure=sure,
        confidence=confidence,
    )


def outlook(found: Consistency | MakeRecord) -> str:
    """Why the level is not another one, and what would change that."""
    if found.level == Level.NEW:
        return missing_sentence(missing_of(found))
    if found.level == Level.FORMING:
        return gettext(
            "Proven means that at least %(share)s are accepted for sure; so far %(sure)s are.",
            share=format_percent(PROVEN_SHARE),
            sure=lower_percent(found.lower),
        )
    if found.level == Level.SLIPPING:
        return gettext("The last batches are clearly worse than those before.")
    if found.level == Level.RESTING:
        return gettext("No batch has been judged for a year and a half.")
    return ""


def missing_of(found: Consistency | MakeRecord) -> Missing:
    if isinstance(found, Consistency):
        return found.missing
    days = (found.last_on - found.first_on).days if found.first_on else 0
    return missing_for(found.pieces, found.batches, days)


def missing_sentence(missing: Missing) -> str:
    """'12 more pieces and 2 more batches are needed, over at least 4 weeks in all.'"""
    more = []
    if missing.pieces:
        more.append(_more_pieces(missing.pieces))
    if missing.batches:
        more.append(ngettext("%(num)d more batch", "%(num)d more batches", missing.batches))
    if not more:
        weeks = math.ceil(missing.days / DAYS_A_WEEK)
        return ngettext(
            "A batch from at least %(num)d week later is needed.",
            "A batch from at least %(num)d weeks later is needed.",
            weeks,
        )
    needed = gettext("%(one)s and %(other)s", one=more[0], other=more[1]) if len(more) == 2 else more[0]
    if missing.days:
        return gettext("Needed: %(needed)s, the last at least four weeks after the first.", needed=needed)
    return gettext("Needed: %(needed)s.", needed=needed)


def _more_pieces(count: int) -> str:
    return ngettext("%(count)s more piece", "%(count)s more pieces", count, count=format_decimal(count))


def batch_count(count: int) -> str:
    return ngettext("%(num)d batch", "%(num)d batches", count)


def period(first_on: datetime.date, last_on: datetime.date) -> str:
    first, last = format_date(first_on, MONTH), format_date(last_on, MONTH)
    return first if first == last else gettext("%(first)s to %(last)s", first=first, last=last)


def lower_percent(share: float) -> str:
    """Rounded down: a bound is not promised higher than it is."""
    return format_percent(math.floor(100 * share) / 100)


def _share_in_words(accepted: int, pieces: int) -> str:
    return gettext("%(accepted)s of %(pieces)s", accepted=format_decimal(accepted), pieces=format_decimal(pieces))


def change_sentence(found: Consistency) -> str:
    """Whether the level holds: the last batches against those before."""
    if found.earlier is None or found.recent is None:
        return gettext("Whether it holds over time cannot be told yet: there are too few batches to compare.")
    values = {
        "recent": _share_in_words(*found.recent),
        "earlier": _share_in_words(*found.earlier),
    }
    if found.level == Level.SLIPPING:
        return gettext(
            "In the last batches %(recent)s pieces were accepted, before that %(earlier)s: a fall beyond chance.",
            **values,
        )
    return gettext(
        "In the last batches %(recent)s pieces were accepted, before that %(earlier)s: no fall beyond chance.", **values
    )


def spread_sentence(found: Consistency) -> str:
    """Whether the batches differ more than pieces drawn by chance would."""
    if found.batches < 2:
        return ""
    if found.dispersion < 1.5:
        return gettext("The batches differ no more than chance makes them differ.")
    return gettext(
        "The batches differ %(times)s times as much as chance alone makes them differ; the range allows for it.",
        times=format_decimal(round(found.dispersion, 1)),
    )
