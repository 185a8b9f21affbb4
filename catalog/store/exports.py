"""Designs as an export goes through them: some hundred at a time, in an order that does not move."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from catalog.designs import VersionState
from catalog.store.tables import Design, DesignVersion

DESIGNS_AT_ONCE = 200


def exported_versions(
    session: Session, studio_id: uuid.UUID | None, *, only_published: bool = False
) -> Iterator[DesignVersion]:
    """The newest version of every design of a studio (of all for None), or the newest that is published.

    Let go of after its turn: however many there are, some hundred are in memory.
    """
    last = ""
    while True:
        found = _designs_after(session, studio_id, last)
        for design in found:
            version = _chosen(design, only_published=only_published)
            if version is not None:
                yield version
        if len(found) < DESIGNS_AT_ONCE:
            return
        last = found[-1].slug
        session.expunge_all()


def _designs_after(session: Session, studio_id: uuid.UUID | None, slug: str) -> Sequence[Design]:
    query = select(Design).where(Design.slug > slug).order_by(Design.slug).limit(DESIGNS_AT_ONCE)
    if studio_id is not None:
        query = query.where(Design.studio_id == studio_id)
    versions = selectinload(Design.versions)
    with_parts = (versions.selectinload(DesignVersion.pictures), versions.selectinload(DesignVersion.tech_pack))
    return session.scalars(query.options(*with_parts)).all()


def _chosen(design: Design, *, only_published: bool) -> DesignVersion | None:
    if not only_published:
        return next(iter(design.versions), None)
    return next((version for version in design.versions if version.state == VersionState.PUBLISHED), None)


def count_designs(session: Session, studio_id: uuid.UUID | None) -> int:
    query = select(func.count()).select_from(Design)
    if studio_id is not None:
        query = query.where(Design.studio_id == studio_id)
    return session.scalar(query) or 0
