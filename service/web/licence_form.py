"""The choice of a licence: every one with what it means, and which of them the original of a design allows."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.licences import CREATIVE_COMMONS, Licence
from service.licence_words import LICENCES, LicenceWords
from service.origins import Origin


@dataclass(frozen=True)
class LicenceChoice:
    licence: Licence
    words: LicenceWords
    is_allowed: bool


@dataclass(frozen=True)
class LicenceGroups:
    """Those of one's own terms first, then the Creative Commons ones."""

    own: list[LicenceChoice]
    open: list[LicenceChoice]


def licence_groups(origin: Origin | None) -> LicenceGroups:
    """All licences; for a derived design, only some are allowed: see catalog.licences."""
    choices = [
        LicenceChoice(licence, words, origin is None or licence in origin.licences)
        for licence, words in LICENCES.items()
    ]
    return LicenceGroups(
        own=[choice for choice in choices if choice.licence not in CREATIVE_COMMONS],
        open=[choice for choice in choices if choice.licence in CREATIVE_COMMONS],
    )
