"""Which versions of a design are compared with which, read from the records."""

from __future__ import annotations

from catalog.designs import VersionState
from catalog.store.designs import read_draft
from catalog.store.tables import DesignVersion
from catalog.text import Text
from catalog.version_difference import Picture, VersionDifference, compare_versions

WERE_SHOWN = (VersionState.PUBLISHED, VersionState.RETIRED)


def last_shown(version: DesignVersion) -> DesignVersion | None:
    """The version that people knew before this one: the newest before it that was ever in the catalog."""
    earlier = (other for other in version.design.versions if other.number < version.number)
    return next((other for other in earlier if other.state in WERE_SHOWN), None)


def difference_of(before: DesignVersion, after: DesignVersion) -> VersionDifference:
    return compare_versions(read_draft(before), read_draft(after), _pictures(before), _pictures(after))


def _pictures(version: DesignVersion) -> list[Picture]:
    return [Picture(picture.image_key, Text(**picture.alt)) for picture in version.pictures]
