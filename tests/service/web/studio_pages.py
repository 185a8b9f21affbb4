"""Where the studio's pages of a version are."""

from __future__ import annotations

from catalog.store.tables import DesignVersion


def address(version: DesignVersion, *more: object) -> str:
    return "/".join(["/studio/designs", str(version.id), *map(str, more)])
