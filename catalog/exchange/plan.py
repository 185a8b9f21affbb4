"""What importing a row does, and the states of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.designs import VersionState


class ImportState(StrEnum):
    """An import is checked first; it changes nothing until somebody confirms it."""

    CHECKING = "checking"
    REFUSED = "refused"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    CANCELLED = "cancelled"


class RowAction(StrEnum):
    NEW = "new"
    DRAFT = "draft"
    NEXT_VERSION = "next_version"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


OPEN = frozenset({ImportState.CHECKING, ImportState.CHECKED, ImportState.IMPORTING})
# What a row does that changes something.
CHANGES = frozenset({RowAction.NEW, RowAction.DRAFT, RowAction.NEXT_VERSION})
MAX_ROWS = 10_000


@dataclass(frozen=True)
class ImportCounts:
    """How many rows would do what, and what came of those that were imported."""

    planned: Mapping[RowAction, int]
    done: Mapping[RowAction, int]
    outcomes: Mapping[RowAction, int]  # of each row what came of it, or what it would do as long as nothing has

    @property
    def total(self) -> int:
        return sum(self.planned.values())

    @property
    def changes(self) -> int:
        return sum(self.planned.get(action, 0) for action in CHANGES)

    @property
    def finished(self) -> int:
        return sum(self.done.values())

    @property
    def changed(self) -> int:
        return sum(self.done.get(action, 0) for action in CHANGES)


def decide_action(newest: VersionState | None, *, is_same: bool) -> RowAction:
    """What a row without a problem does to a design whose newest version is in this state; None: there is no design.

    What waits for its review does not change: a row that would change it is a problem.
    """
    if newest is None:
        return RowAction.NEW
    if is_same:
        return RowAction.UNCHANGED
    if newest == VersionState.IN_REVIEW:
        return RowAction.PROBLEM
    return RowAction.DRAFT if newest == VersionState.DRAFT else RowAction.NEXT_VERSION
