"""The designs that a design may be derived from: found by words or by address, with what their licence allows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.licences import Licence, allowed_licences
from catalog.search import SearchQuery
from catalog.store import designs
from catalog.store.lineage import was_published
from catalog.store.tables import DesignVersion
from service.search import Search

MOST_FOUND = 6
ADDRESS = re.compile(r"/designs/([a-z0-9-]+)/?(?:\?(?:[^#]*&)?version=(\d{1,6}))?")


@dataclass(frozen=True)
class Origin:
    """A version that was published, or that a draft waits for.

    `licences` are those a derived design may have; none: it may not be derived.
    """

    version: DesignVersion
    licences: frozenset[Licence]

    @property
    def may_be_derived(self) -> bool:
        return bool(self.licences)

    @property
    def is_published(self) -> bool:
        return was_published(self.version)


def find_origin(
    session: Session, version_id: str, studio_id: uuid.UUID | None, saved_id: uuid.UUID | None = None
) -> Origin | None:
    """The version chosen in a form, if it was published or is the one that the draft has: `saved_id`."""
    try:
        version = designs.get_version(session, uuid.UUID(version_id))
    except (ValueError, NotFound):
        return None
    return _origin(version, studio_id) if was_published(version) or version.id == saved_id else None


def find_origins(
    session: Session, search: Search, words: str, studio_id: uuid.UUID | None, design_id: uuid.UUID | None
) -> Sequence[Origin]:
    """What words or an address stand for, the design itself left out; what may be derived first."""
    if not words.strip():
        return []
    address = ADDRESS.search(words)
    found = _at_address(session, *address.groups()) if address else _by_words(session, search, words)
    origins = [_origin(version, studio_id) for version in found if version.design_id != design_id]
    return sorted(origins, key=lambda origin: not origin.may_be_derived)[:MOST_FOUND]


def _at_address(session: Session, slug: str, number: str | None) -> list[DesignVersion]:
    try:
        versions = designs.get_design(session, slug).versions
    except NotFound:
        return []
    published = [version for version in versions if version.state == VersionState.PUBLISHED]
    return [version for version in published if number is None or version.number == int(number)][:1]


def _by_words(session: Session, search: Search, words: str) -> list[DesignVersion]:
    found = search.find(session, SearchQuery(words=words.replace("\0", "")), MOST_FOUND + 1)
    shown = (designs.published_version(designs.get_design(session, card["slug"])) for card in found.cards)
    return [version for version in shown if version is not None]


def _origin(version: DesignVersion, studio_id: uuid.UUID | None) -> Origin:
    return Origin(version, allowed_licences(version.licence, is_owner=version.design.studio_id == studio_id))
