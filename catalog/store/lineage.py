"""Where a design comes from and what came of it: published versions derived from one another."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from catalog.designs import VersionState
from catalog.store.tables import DesignVersion

MOST_DERIVATIONS = 12


def derivations_of(session: Session, design_id: uuid.UUID) -> Sequence[DesignVersion]:
    """The published designs of which a version was derived from any version of this one, the newest first.

    Each by its newest published version that says so; its own later versions are none.
    """
    found = session.scalars(_derivations(), {"design_id": design_id}).all()
    return sorted(found, key=lambda version: version.published_at, reverse=True)[:MOST_DERIVATIONS]


@cache
def _derivations() -> Select:
    """Built once: a design's page is asked for more often than anything else."""
    original = aliased(DesignVersion)
    design_id = bindparam("design_id")
    query = select(DesignVersion).join(original, DesignVersion.derived_from_id == original.id)
    query = query.where(original.design_id == design_id, DesignVersion.design_id != design_id)
    query = query.where(DesignVersion.state == VersionState.PUBLISHED)
    query = query.ext(distinct_on(DesignVersion.design_id))
    return query.order_by(DesignVersion.design_id, DesignVersion.number.desc()).limit(1 + MOST_DERIVATIONS)


def was_published(version: DesignVersion | None) -> bool:
    """Whether everyone has been able to see a version; a retired one is still named by what was derived from it."""
    return version is not None and version.state in (VersionState.PUBLISHED, VersionState.RETIRED)
