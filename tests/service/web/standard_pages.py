"""Where the pages of a standard are."""

from __future__ import annotations

from catalog.store.tables import ReferenceStandard


def address(standard: ReferenceStandard, *more: object) -> str:
    return "/".join(["/standards", str(standard.id), *map(str, more)])
