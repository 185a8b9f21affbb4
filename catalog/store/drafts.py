"""Throwing away what never left its draft: a wrong import, a design made twice, a next version begun in vain."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.designs import DesignDraft, stamp_of
from catalog.errors import WrongState
from catalog.publishing import DraftUses, check_may_be_thrown_away
from catalog.store.designs import get_version, read_draft
from catalog.store.imports import is_being_imported
from catalog.store.notifications import forget_subject
from catalog.store.tables import (
    Design,
    DesignEvent,
    DesignPicture,
    DesignVersion,
    ReferenceStandard,
    TechPackRecord,
    TechPackShare,
)
from catalog.store.tech_packs import read_pack
from catalog.tech_pack import TechPack


@dataclass(frozen=True)
class Contents:
    """All that goes with a draft. `pictures` are (image key, words)."""

    draft: DesignDraft
    reference: str | None
    pictures: tuple[tuple[str, dict[str, str]], ...]
    pack: TechPack


def stamp_of_contents(session: Session, version: DesignVersion) -> str:
    """Of a draft as its page shows it to whoever may throw it away."""
    pictures = tuple((picture.image_key, picture.alt) for picture in version.pictures)
    pack = read_pack(session, version.id)
    return stamp_of(Contents(read_draft(version), version.design.reference, pictures, pack))


def uses_of(session: Session, version: DesignVersion) -> DraftUses:
    """What counts on a draft at this moment."""
    standard = select(ReferenceStandard.id).where(ReferenceStandard.version_id == version.id)
    derived = select(DesignVersion.id).where(DesignVersion.derived_from_id == version.id)
    return DraftUses(
        has_standards=session.scalar(standard.limit(1)) is not None,
        is_original=session.scalar(derived.limit(1)) is not None,
        is_being_imported=is_being_imported(session, version),
    )


def throw_away(session: Session, version: DesignVersion, *, stamp: str | None = None) -> DesignVersion | None:
    """Remove a draft with all that belongs to it, and with its only version the design; returns the version before.

    `stamp` is of what the reader saw, where they saw it. Stored images stay, since others may show the same.

    Raises: NotFound; WrongState("draft_has_changed"), also while somebody else changes the design, and those of
    check_may_be_thrown_away.
    """
    version = get_version(session, version.id, lock=True)
    # Not waited for: an import holds the design first and its versions after, and would wait for this one.
    held = select(Design.id).where(Design.id == version.design_id).with_for_update(skip_locked=True)
    is_held = session.scalar(held) is not None
    check_may_be_thrown_away(version.state, uses_of(session, version))
    if not is_held or (stamp is not None and stamp != stamp_of_contents(session, version)):
        raise WrongState("draft_has_changed")
    before = select(DesignVersion).where(DesignVersion.design_id == version.design_id, DesignVersion.id != version.id)
    left = session.scalar(before.order_by(DesignVersion.number.desc()).limit(1))
    _remove(session, version.id, version.design_id if left is None else None)
    return left


def _remove(session: Session, version_id: uuid.UUID, design_id: uuid.UUID | None) -> None:
    """A version, and its design where one is named."""
    for table in (DesignPicture, DesignEvent, TechPackRecord):
        session.execute(delete(table).where(table.version_id == version_id))
    forget_subject(session, version_id)
    session.execute(delete(DesignVersion).where(DesignVersion.id == version_id))
    if design_id is not None:
        session.execute(delete(TechPackShare).where(TechPackShare.design_id == design_id))
        session.execute(delete(Design).where(Design.id == design_id))
