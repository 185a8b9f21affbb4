"""What a row of an import is derived from: a published version, or another row of the same file.

Rows name an original as an export calls it, celadon-bowl@2, or by its reference. A row of the file that is meant is
imported before, and its design is a draft then: the derived one waits for it to be published.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.designs import DesignDraft, VersionState
from catalog.exchange.cells import Cell
from catalog.exchange.columns import DERIVED_FROM, SLUG, VERSION, Problem
from catalog.exchange.plan import RowAction
from catalog.exchange.row_cells import RowRefused, plain
from catalog.licences import check_terms
from catalog.money import Money
from catalog.store.tables import Design, DesignVersion

_VERSION = re.compile(r"(?P<slug>[a-z0-9-]+)(?:@(?P<number>\d{1,6}))?")


def find_version(session: Session, name: str) -> DesignVersion | None:
    """The version of that name that was published; without a number the newest one."""
    found = _VERSION.fullmatch(name.strip().lower())
    if found is None:
        return None
    query = select(DesignVersion).join(Design).where(Design.slug == found["slug"])
    query = query.where(DesignVersion.state.in_((VersionState.PUBLISHED, VersionState.RETIRED)))
    if found["number"]:
        query = query.where(DesignVersion.number == int(found["number"]))
    return session.scalar(query.order_by(DesignVersion.number.desc()).limit(1))


@dataclass(frozen=True)
class Terms:
    """Under what the row of an original lets others derive from it."""

    studio_id: uuid.UUID
    licence: str
    royalty: Money | None

    def check(self, draft: DesignDraft, studio_id: uuid.UUID) -> None:
        """Whether a studio's design keeps to them. Raises: InvalidFields."""
        terms = (self.licence, self.royalty, draft.licence, draft.royalty)
        check_terms(*terms, is_owner=self.studio_id == studio_id)


@dataclass(frozen=True)
class Original:
    """The row of the same file that a row is derived from.

    `version_id` stands for its version, also while that is still to be made; None: the row has a problem.
    `terms` are what it will say, None where it was imported and the catalog knows better.
    """

    row: int
    version_id: uuid.UUID | None = None
    terms: Terms | None = None


def find_original(session: Session, name: str, original: Original | None) -> uuid.UUID | None:
    """The version that a row names, if it is published or `original` is meant. Raises: RowRefused."""
    if original is None:
        version = find_version(session, name)
        return version.id if version else None
    if original.version_id is None:
        raise RowRefused([Problem("original_not_imported", DERIVED_FROM, {"row": original.row})])
    return original.version_id


@dataclass(frozen=True)
class FileDesign:
    """A design that a row is about; `version` is the number that the file tells, or ""."""

    row: int
    studio_id: uuid.UUID
    reference: str
    version: str

    def is_of(self, version: DesignVersion) -> bool:
        """Whether the design is in the catalog and a version its own."""
        called = version.design.reference or version.design.slug
        return (version.design.studio_id, called) == (self.studio_id, self.reference)


class FileDesigns:
    """The designs that the rows of a file are about, and as what other rows may derive from them."""

    def __init__(self) -> None:
        self._by_reference: dict[tuple[uuid.UUID, str], FileDesign] = {}
        self._by_slug: dict[str, FileDesign] = {}
        self._planned: dict[int, Original] = {}

    def add(self, row: int, cells: Mapping[str, Cell], studio_id: uuid.UUID, reference: str) -> int:
        """Returns the first row that is about the same design."""
        made = FileDesign(row, studio_id, reference, plain(cells.get(VERSION, "")).strip())
        first = self._by_reference.setdefault((studio_id, reference), made)
        slug = plain(cells.get(SLUG, "")).strip().lower()
        if slug and first is made:
            self._by_slug.setdefault(slug, made)
        return first.row

    def original_row(self, session: Session, cells: Mapping[str, Cell], studio_id: uuid.UUID) -> int | None:
        """The row that a row is derived from; None where that is in the catalog, or nowhere."""
        name = " ".join(plain(cells.get(DERIVED_FROM, "")).split())
        published, called = find_version(session, name), _VERSION.fullmatch(name.lower())
        told = self._by_slug.get(called["slug"]) if called else None
        if told is not None and not (published and told.is_of(published)) and called["number"] in (None, told.version):
            return told.row
        meant = None if published else self._by_reference.get((studio_id, name))
        return meant.row if meant else None

    def plan(self, row: int, action: RowAction, version_id: uuid.UUID | None, terms: Terms) -> None:
        """What a row without a problem does, to the newest version of its design if there is one."""
        is_new = action in (RowAction.NEW, RowAction.NEXT_VERSION)
        self._planned[row] = Original(row, uuid.uuid4() if is_new else version_id, terms)

    def original(self, row: int) -> Original:
        return self._planned.get(row) or Original(row)
