"""The tech packs of versions, and with which workshops a studio shares them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.designs import VersionState, stamp_of
from catalog.errors import InvalidFields, NotFound, WrongState
from catalog.organisations import OrganisationKind
from catalog.permissions import TechPackOwnership
from catalog.publishing import not_a_draft_code
from catalog.store.tables import (
    Design,
    DesignVersion,
    Mentorship,
    Organisation,
    TechPackRecord,
    TechPackShare,
)
from catalog.tech_pack import TechPack, check_pack, from_plain, to_plain


def read_pack(session: Session, version_id: uuid.UUID) -> TechPack:
    """An empty one where nothing was written."""
    content = session.scalar(select(TechPackRecord.content).where(TechPackRecord.version_id == version_id))
    return from_plain(content or {})


def pack_of(version: DesignVersion) -> TechPack:
    """The same of a version whose pack was read with it."""
    return from_plain(version.tech_pack.content if version.tech_pack else {})


def change_pack(
    session: Session, version: DesignVersion, pack: TechPack, person_id: uuid.UUID | None, *, stamp: str | None = None
) -> None:
    """Write a draft's pack over the one that the stamp was made of; without a stamp, over any.

    Raises: NotFound, WrongState("version_is_published"), WrongState("changed_meanwhile"), InvalidFields.
    """
    # The version's row stands for all of it: whoever wants to change or to submit it waits.
    query = select(DesignVersion.state).where(DesignVersion.id == version.id).with_for_update(of=DesignVersion)
    state = session.scalar(query)
    if state is None:
        raise NotFound("design_not_found")
    if state != VersionState.DRAFT:
        raise WrongState(not_a_draft_code(state))
    check_pack(pack)
    if stamp is not None and stamp != stamp_of(read_pack(session, version.id)):
        raise WrongState("changed_meanwhile")
    _write(session, version.id, pack, person_id)


def copy_pack(session: Session, source: DesignVersion, target: DesignVersion) -> None:
    """The next version begins with what the last one said."""
    pack = read_pack(session, source.id)
    if not pack.is_empty:
        _write(session, target.id, pack, target.created_by)


def _write(session: Session, version_id: uuid.UUID, pack: TechPack, person_id: uuid.UUID | None) -> None:
    if pack.is_empty:
        session.execute(delete(TechPackRecord).where(TechPackRecord.version_id == version_id))
        return
    values = {"content": to_plain(pack), "changed_by": person_id}
    query = insert(TechPackRecord).values(version_id=version_id, **values)
    session.execute(query.on_conflict_do_update(index_elements=["version_id"], set_=values))


def ownership_of(session: Session, version: DesignVersion) -> TechPackOwnership:
    """Whose the pack of a version is, as catalog.permissions asks it."""
    shared = select(TechPackShare.workshop_id).where(TechPackShare.design_id == version.design_id)
    mentors = select(Mentorship.agency_id).where(Mentorship.workshop_id.in_(shared))
    return TechPackOwnership(
        studio_id=version.design.studio_id,
        was_published=version.state in (VersionState.PUBLISHED, VersionState.RETIRED),
        licence=version.licence,
        partner_ids=frozenset((*session.scalars(shared), *session.scalars(mentors))),
    )


def shares_of(session: Session, design_id: uuid.UUID) -> Sequence[TechPackShare]:
    """The workshops that a design's packs are shared with, by name."""
    query = select(TechPackShare).join(Organisation, TechPackShare.workshop_id == Organisation.id)
    return session.scalars(query.where(TechPackShare.design_id == design_id).order_by(Organisation.name)).all()


def workshops_to_share_with(session: Session, design_id: uuid.UUID) -> Sequence[Organisation]:
    """All that have not got it yet, by name."""
    has_it = select(TechPackShare.workshop_id).where(TechPackShare.design_id == design_id)
    query = select(Organisation).where(Organisation.kind == OrganisationKind.WORKSHOP, Organisation.id.not_in(has_it))
    return session.scalars(query.order_by(Organisation.name)).all()


def share(session: Session, design: Design, workshop_id: uuid.UUID | None, person_id: uuid.UUID | None) -> None:
    """Let a workshop see the design's packs; to share twice is no error.

    Raises: InvalidFields.
    """
    workshop = session.get(Organisation, workshop_id) if workshop_id else None
    if workshop is None or workshop.kind != OrganisationKind.WORKSHOP:
        raise InvalidFields({"workshop": "unknown_choice" if workshop_id else "required"})
    query = insert(TechPackShare).values(design_id=design.id, workshop_id=workshop.id, shared_by=person_id)
    session.execute(query.on_conflict_do_nothing())


def stop_sharing(session: Session, design: Design, workshop_id: uuid.UUID) -> None:
    """What a workshop has downloaded, it keeps."""
    was_shared = TechPackShare.design_id == design.id, TechPackShare.workshop_id == workshop_id
    session.execute(delete(TechPackShare).where(*was_shared))
