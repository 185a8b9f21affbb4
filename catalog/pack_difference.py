"""What changed from the tech pack of one version to that of another: rows that came, went or say something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.tech_pack import Drawing, MaterialLine, Packaging, ProcessStep, TechPack, Tolerance
from catalog.text import Text
from catalog.version_difference import EntryKind

PackRow = MaterialLine | ProcessStep | Tolerance | Drawing | Packaging


@dataclass(frozen=True)
class RowChange:
    """One row; `before` is None for an added one, `after` for a removed one."""

    kind: EntryKind
    before: PackRow | None
    after: PackRow | None


@dataclass(frozen=True)
class PartChange:
    """A part of the pack: "materials", "steps", "tolerances", "packaging" or "drawings"."""

    part: str
    rows: tuple[RowChange, ...]
    is_reordered: bool = False


# A row is the same one while it is called the same; a drawing while its file has the same name.
NAMES: dict[str, Callable[[Any], Text | str]] = {
    "materials": lambda row: row.name,
    "steps": lambda row: row.title,
    "tolerances": lambda row: row.feature,
    "drawings": lambda row: row.file_name,
}


def compare_packs(before: TechPack, after: TechPack) -> tuple[PartChange, ...]:
    """The parts that differ, in the order of the pack; rows of `after` in their order, then those that went."""
    return tuple(_changes(before, after))


def _changes(before: TechPack, after: TechPack) -> Iterator[PartChange]:
    for part in ("materials", "steps", "tolerances"):
        yield from _part(part, getattr(before, part), getattr(after, part))
    if before.packaging != after.packaging:
        yield PartChange("packaging", (_packaging(before.packaging, after.packaging),))
    yield from _part("drawings", before.drawings, after.drawings)


def _packaging(before: Packaging, after: Packaging) -> RowChange:
    if not before.is_said:
        return RowChange(EntryKind.ADDED, None, after)
    if not after.is_said:
        return RowChange(EntryKind.REMOVED, before, None)
    return RowChange(EntryKind.CHANGED, before, after)


def _part(part: str, before: Sequence[PackRow], after: Sequence[PackRow]) -> Iterator[PartChange]:
    pairs, gone = _pairs(before, after, NAMES[part])
    rows = [RowChange(EntryKind.CHANGED if old else EntryKind.ADDED, old, row) for old, row in pairs if old != row]
    rows += [RowChange(EntryKind.REMOVED, row, None) for row in gone]
    stayed = [old for old, _ in pairs if old is not None]
    is_reordered = stayed != [row for row in before if row not in gone]
    if rows or is_reordered:
        yield PartChange(part, tuple(rows), is_reordered)


def _pairs(
    before: Sequence[PackRow], after: Sequence[PackRow], name_of: Callable[[PackRow], object]
) -> tuple[list[tuple[PackRow | None, PackRow]], list[PackRow]]:
    """(each row of `after` behind the one that it was, the rows of `before` that are none of these)."""
    left = list(before)
    pairs = []
    for row in after:
        # The very same row first, so that two of one name are not taken for each other.
        old = next((each for each in left if each == row), None)
        old = old or next((each for each in left if name_of(each) == name_of(row) and each not in after), None)
        if old is not None:
            left.remove(old)
        pairs.append((old, row))
    return pairs, left
