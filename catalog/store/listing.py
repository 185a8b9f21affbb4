"""The published designs as lists that machines read: which there are, since when, and the newest of them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Text, cast, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array_agg, distinct_on
from sqlalchemy.orm import Session, aliased

from catalog.designs import VersionState
from catalog.store.makes import is_published
from catalog.store.tables import Design, DesignPicture, DesignVersion, ShownDesign

ROWS_AT_ONCE = 500
IDENTIFIER_DIGITS = 32


@dataclass(frozen=True)
class ListedDesign:
    """A published design by its newest version; `image_keys` of its pictures in their order."""

    slug: str
    published_at: datetime.datetime
    image_keys: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """The published designs whose identifier begins with `prefix` (hexadecimal digits, maybe none)."""

    prefix: str
    count: int
    changed_at: datetime.datetime


def shares(session: Session, most: int) -> list[Share]:
    """All published designs in shares of about `most` at most.

    By the first digits of their identifiers, which are random: a share keeps its designs while others come and go.
    """
    total = session.scalar(_published(func.count(DesignVersion.design_id.distinct()))) or 0
    digits = 0
    while total > most * 16**digits:
        digits += 1
    prefix = func.left(func.replace(cast(DesignVersion.design_id, Text), "-", ""), digits)
    query = _published(prefix, func.count(DesignVersion.design_id.distinct()), func.max(DesignVersion.published_at))
    return [Share(*row) for row in session.execute(query.group_by(prefix).order_by(prefix))]


def stream_share(session: Session, prefix: str) -> Iterator[ListedDesign]:
    """The designs of a share, some hundred at a time."""
    newest = select(DesignVersion.id, DesignVersion.design_id, DesignVersion.published_at)
    newest = newest.ext(distinct_on(DesignVersion.design_id)).where(DesignVersion.state == VersionState.PUBLISHED)
    newest = newest.where(DesignVersion.design_id.between(*_identifiers(prefix)))
    newest = newest.order_by(DesignVersion.design_id, DesignVersion.number.desc()).subquery()
    keys = array_agg(aggregate_order_by(DesignPicture.image_key, DesignPicture.position))
    query = select(Design.slug, newest.c.published_at, keys).join(newest, newest.c.design_id == Design.id)
    query = query.outerjoin(DesignPicture, DesignPicture.version_id == newest.c.id)
    query = query.group_by(Design.id, Design.slug, newest.c.published_at).order_by(Design.id)
    for slug, published_at, image_keys in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        yield ListedDesign(slug, published_at, tuple(key for key in image_keys if key))


def newest(
    session: Session, *, craft: str = "", studio_id: uuid.UUID | None = None, limit: int = 24, page: int = 1
) -> Sequence[DesignVersion]:
    """The newest published version of each design, the one published last first. `page` counts from 1."""
    query = _newest(select(DesignVersion))
    if craft:
        query = query.where(DesignVersion.craft == craft)
    if studio_id is not None:
        query = query.where(DesignVersion.design.has(Design.studio_id == studio_id))
    query = query.order_by(DesignVersion.published_at.desc(), DesignVersion.id)
    return session.scalars(query.limit(limit).offset((page - 1) * limit)).all()


def count_by_craft(session: Session) -> dict[str, int]:
    """How many designs of each craft are published; a craft without any is not in it."""
    query = _newest(select(DesignVersion.craft, func.count())).group_by(DesignVersion.craft)
    return {str(craft): count for craft, count in session.execute(query.order_by(func.count().desc()))}


def count_of_studio(session: Session, studio_id: uuid.UUID) -> int:
    query = select(func.count(Design.id)).where(Design.studio_id == studio_id)
    return session.scalar(query.where(Design.versions.any(DesignVersion.state == VersionState.PUBLISHED))) or 0


def studios(session: Session) -> dict[uuid.UUID, datetime.datetime]:
    """The studios that have published, with when they did so last."""
    query = select(Design.studio_id, func.max(DesignVersion.published_at)).join(DesignVersion.design)
    query = query.where(DesignVersion.state == VersionState.PUBLISHED).group_by(Design.studio_id)
    return dict(session.execute(query).all())


def workshops(session: Session) -> dict[uuid.UUID, datetime.datetime]:
    """The workshops that have a public page, with when they last began to show a design."""
    query = select(ShownDesign.workshop_id, func.max(ShownDesign.since)).where(is_published(ShownDesign.design_id))
    return dict(session.execute(query.group_by(ShownDesign.workshop_id)).all())


def _published(*columns) -> Select:
    return select(*columns).where(DesignVersion.state == VersionState.PUBLISHED)


def _newest(query: Select) -> Select:
    """Of each design the published version with the highest number."""
    later = aliased(DesignVersion)
    newer = exists().where(
        later.design_id == DesignVersion.design_id,
        later.number > DesignVersion.number,
        later.state == VersionState.PUBLISHED,
    )
    return query.where(DesignVersion.state == VersionState.PUBLISHED, ~newer)


def _identifiers(prefix: str) -> tuple[uuid.UUID, uuid.UUID]:
    """The first and the last identifier that begin so."""
    return uuid.UUID(prefix.ljust(IDENTIFIER_DIGITS, "0")), uuid.UUID(prefix.ljust(IDENTIFIER_DIGITS, "f"))
