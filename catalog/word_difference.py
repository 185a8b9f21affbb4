"""Two wordings of one text, word by word: what stayed, what went, what came."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Below this share of common words, two texts are shown one after the other: a diff of them would be confetti.
LEAST_ALIKE = 0.35


class RunKind(StrEnum):
    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Run:
    """Neighbouring words that share a fate, with the spaces between them."""

    kind: RunKind
    words: str


def compare_words(before: str, after: str) -> tuple[Run, ...]:
    """The two texts as one, in runs of words that stayed, went or came.

    Joined without the inserted runs they are `before`, without the deleted ones `after`.
    """
    old, new = _tokens(before), _tokens(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if not old or not new or matcher.ratio() < LEAST_ALIKE:
        return _filled((Run(RunKind.DELETED, before), Run(RunKind.INSERTED, after)))
    runs: list[Run] = []
    for _, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        went, came = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        runs += [Run(RunKind.SAME, went)] if went == came else [Run(RunKind.DELETED, went), Run(RunKind.INSERTED, came)]
    return _filled(runs)


def _tokens(text: str) -> list[str]:
    """Words with the space before them, and marks by themselves: 'a bowl, green' -> 'a', ' bowl', ',', ' green'."""
    return re.findall(r"\s*\w+|\s*[^\w\s]|\s+", text)


def _filled(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(run for run in runs if run.words)
