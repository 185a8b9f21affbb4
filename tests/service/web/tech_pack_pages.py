"""Where a version's tech pack is written and read, and one to read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from catalog.store import publishing
from catalog.store.tables import DesignVersion
from tests.factories import make_design
from tests.fakes import MemoryStore
from tests.tech_packs import give_pack


def writing(version: DesignVersion, *more: object) -> str:
    return "/".join(["/studio/designs", str(version.id), "tech-pack", *map(str, more)])


def reading(version: DesignVersion, ending: str = "") -> str:
    return f"/designs/{version.design.slug}/tech-pack{ending}"


def make_published(session: Session, images: MemoryStore, **texts: object) -> DesignVersion:
    version = make_design(session, published=False, images=images, **texts)
    give_pack(session, images, version)
    publishing.publish(session, version, None)
    session.commit()
    return version
