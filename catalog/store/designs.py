"""Designs and their versions; what is published of them is searched in catalog.store.search."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.designs import (
    TEXTS,
    Colour,
    DesignDraft,
    VersionState,
    check_draft,
    check_reference,
    make_slug,
    stamp_of,
)
from catalog.errors import InvalidFields, NotFound, WrongState
from catalog.families import from_plain, to_plain
from catalog.licences import check_terms
from catalog.publishing import DesignAction, not_a_draft_code
from catalog.store import tech_packs
from catalog.store.lineage import was_published
from catalog.store.tables import Design, DesignEvent, DesignPicture, DesignVersion, ReferenceStandard
from catalog.text import Text


def add_design(
    session: Session,
    studio_id: uuid.UUID,
    person_id: uuid.UUID | None,
    draft: DesignDraft,
    *,
    reference: str | None = None,
    may_wait: bool = False,
) -> DesignVersion:
    """A new design with its first version, a draft. `reference` is the studio's own code of it.

    With `may_wait` it may be derived from a draft. Raises: InvalidFields.
    """
    check_draft(draft)
    check_derivation(session, draft, studio_id, may_wait=may_wait)
    reference = reference or None
    check_own_reference(session, studio_id, reference)
    slug = _free_slug(session, studio_id, draft.title.en or draft.title.id)
    design = Design(studio_id=studio_id, slug=slug, reference=reference)
    version = DesignVersion(design=design, number=1, state=VersionState.DRAFT, created_by=person_id)
    write_draft(version, draft)
    session.add(version)
    session.flush()
    add_event(session, version, DesignAction.CREATED, person_id)
    return version


def check_own_reference(
    session: Session, studio_id: uuid.UUID, reference: str | None, design: Design | None = None
) -> None:
    """No two designs of a studio have the same number. `design` is the one that is to have it.

    Raises: InvalidFields.
    """
    if reference is None:
        return
    check_reference(reference)
    # An export calls a design without a reference by its name in addresses.
    called_so = or_(Design.reference == reference, Design.reference.is_(None) & (Design.slug == reference))
    others = select(Design.id).where(Design.studio_id == studio_id, called_so)
    if design is not None:
        others = others.where(Design.id != design.id)
    if session.scalar(others.limit(1)) is not None:
        raise InvalidFields({"reference": "reference_taken"})


def change_draft(
    session: Session,
    version: DesignVersion,
    draft: DesignDraft,
    *,
    stamp: str | None = None,
    may_wait: bool = False,
) -> None:
    """Write new texts over those that the stamp was made of; without a stamp, over any.

    With `may_wait`, or where it was so before, the design may be derived from a draft.
    Raises: WrongState("version_is_published"), WrongState("changed_meanwhile"), InvalidFields.
    """
    version = get_version(session, version.id, lock=True)
    check_is_draft(version)
    check_draft(draft)
    may_wait = may_wait or draft.derived_from_id == version.derived_from_id
    check_derivation(session, draft, version.design.studio_id, version.design_id, may_wait=may_wait)
    if stamp is not None and stamp != stamp_of(read_draft(version)):
        raise WrongState("changed_meanwhile")
    write_draft(version, draft)
    session.flush()


def write_draft(version: DesignVersion, draft: DesignDraft) -> None:
    """Copy what the draft says into the record."""
    version.craft = draft.craft
    for name in TEXTS:
        setattr(version, name, asdict(getattr(draft, name)))
    version.materials = [asdict(material) for material in draft.materials]
    version.dimensions_mm = dict(draft.dimensions_mm)
    version.colours = [asdict(colour) for colour in draft.colours]
    version.attributes = to_plain(draft.attributes)
    for name in ("lead_time_days", "minimum_order", "origin", "licence", "credit", "derived_from_id"):
        setattr(version, name, getattr(draft, name))
    for name, money in (("price", draft.price), ("royalty", draft.royalty)):
        setattr(version, f"{name}_amount", money.amount if money else None)
        setattr(version, f"{name}_currency", money.currency if money else None)


def read_draft(version: DesignVersion) -> DesignDraft:
    """The record's texts as the rules see them."""
    return DesignDraft(
        **{name: Text(**getattr(version, name)) for name in TEXTS},
        craft=version.craft,
        materials=tuple(Text(**material) for material in version.materials),
        dimensions_mm=dict(version.dimensions_mm),
        colours=tuple(Colour(Text(**colour["name"]), colour["hex"]) for colour in version.colours),
        attributes=from_plain(version.attributes),
        lead_time_days=version.lead_time_days,
        minimum_order=version.minimum_order,
        price=version.price,
        origin=version.origin,
        licence=version.licence,
        royalty=version.royalty,
        credit=version.credit,
        derived_from_id=version.derived_from_id,
    )


def start_next_version(session: Session, version: DesignVersion, person_id: uuid.UUID | None) -> DesignVersion:
    """A draft that begins as a copy of this version, pictures included; an open draft is returned as it is.

    Raises: NotFound.
    """
    design = select(Design.id).where(Design.id == version.design_id).with_for_update()
    if session.scalar(design) is None:
        raise NotFound("design_not_found")
    newest = session.scalar(
        select(DesignVersion).where(DesignVersion.design_id == version.design_id).order_by(DesignVersion.number.desc())
    )
    if newest.state in (VersionState.DRAFT, VersionState.IN_REVIEW):
        return newest
    draft = DesignVersion(
        design=version.design, number=newest.number + 1, state=VersionState.DRAFT, created_by=person_id
    )
    write_draft(draft, read_draft(version))
    session.add(draft)
    session.flush()
    add_event(session, draft, DesignAction.CREATED, person_id)
    _copy_pictures(session, version, draft)
    tech_packs.copy_pack(session, version, draft)
    session.flush()
    session.refresh(draft)
    return draft


def _copy_pictures(session: Session, version: DesignVersion, draft: DesignVersion) -> None:
    copied = ("position", "image_key", "content_type", "width_px", "height_px", "alt", "embedding", "placeholder")
    for picture in version.pictures:
        session.add(DesignPicture(version_id=draft.id, **{name: getattr(picture, name) for name in copied}))


def get_version(session: Session, version_id: uuid.UUID, *, lock: bool = False) -> DesignVersion:
    """With `lock`, others who want to change it wait for this transaction.

    Raises: NotFound.
    """
    query = select(DesignVersion).where(DesignVersion.id == version_id)
    if lock:
        query = query.with_for_update(of=DesignVersion).execution_options(populate_existing=True)
    version = session.scalar(query)
    if version is None:
        raise NotFound("design_not_found")
    return version


def get_design(session: Session, slug: str) -> Design:
    """Raises: NotFound."""
    design = session.scalar(select(Design).where(Design.slug == slug))
    if design is None:
        raise NotFound("design_not_found")
    return design


def published_version(design: Design) -> DesignVersion | None:
    """The newest version that everyone may see."""
    return next((version for version in design.versions if version.state == VersionState.PUBLISHED), None)


def newer_version(version: DesignVersion) -> DesignVersion | None:
    """The published version that came after this one, if one did: suggested wherever this one is used, never forced."""
    shown = published_version(version.design)
    return shown if shown is not None and shown.number > version.number else None


def designs_of(session: Session, studio_id: uuid.UUID | None) -> list[DesignVersion]:
    """The newest version of each design of a studio (of all for None), the one changed last first."""
    newest = select(DesignVersion).ext(distinct_on(DesignVersion.design_id))
    newest = newest.order_by(DesignVersion.design_id, DesignVersion.number.desc())
    if studio_id is not None:
        newest = newest.join(Design).where(Design.studio_id == studio_id)
    with_others = joinedload(DesignVersion.design).selectinload(Design.versions)
    with_standards = selectinload(DesignVersion.standards).lazyload(ReferenceStandard.references)
    versions = list(session.scalars(newest.options(with_others, with_standards)))
    return sorted(versions, key=lambda version: version.created_at, reverse=True)


def _free_slug(session: Session, studio_id: uuid.UUID, title: str) -> str:
    """The title's slug, with a number after it if it is taken.

    The number is found by doubling and then by halving: of a thousand equal titles twenty are looked up.
    """
    base = make_slug(title)
    taken, free = 0, 1
    while _is_taken(session, studio_id, _numbered(base, free)):
        taken, free = free, 2 * free
    while free - taken > 1:
        middle = (taken + free) // 2
        if _is_taken(session, studio_id, _numbered(base, middle)):
            taken = middle
        else:
            free = middle
    return _numbered(base, free)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}-{number}"


def _is_taken(session: Session, studio_id: uuid.UUID, slug: str) -> bool:
    """Also by the studio's own code of another design: an export tells designs by the one or the other."""
    is_reference = (Design.studio_id == studio_id) & (Design.reference == slug)
    return session.scalar(select(Design.id).where(or_(Design.slug == slug, is_reference)).limit(1)) is not None


def check_is_draft(version: DesignVersion) -> None:
    """Raises: WrongState."""
    if version.state != VersionState.DRAFT:
        raise WrongState(not_a_draft_code(version.state))


def check_derivation(
    session: Session,
    draft: DesignDraft,
    studio_id: uuid.UUID,
    design_id: uuid.UUID | None = None,
    *,
    may_wait: bool = False,
) -> None:
    """A derived design comes from a version that was published, of another design, and keeps to its licence.

    With `may_wait` that version may be a draft, under whose licence the design waits until it is published itself.
    Once published as derived, its later versions come from the same design: none of them sheds the licence.
    Raises: InvalidFields.
    """
    original = session.get(DesignVersion, draft.derived_from_id) if draft.derived_from_id else None
    bound_to = _last_original(session, design_id)
    if bound_to is not None and (original is None or original.design_id != bound_to.design_id):
        raise InvalidFields({"derived_from_id": "stays_derived"})
    if draft.derived_from_id is None:
        return
    is_there = was_published(original) or (may_wait and original is not None)
    if not is_there or _comes_from(original, design_id):
        raise InvalidFields({"derived_from_id": "not_a_published_design"})
    terms = (original.licence, original.royalty, draft.licence, draft.royalty)
    check_terms(*terms, is_owner=original.design.studio_id == studio_id)


def _last_original(session: Session, design_id: uuid.UUID | None) -> DesignVersion | None:
    """What the version of a design that was published last is derived from."""
    design = session.get(Design, design_id) if design_id else None
    published = [version for version in design.versions if was_published(version)] if design else []
    return max(published, key=lambda version: version.number).derived_from if published else None


def _comes_from(original: DesignVersion, design_id: uuid.UUID | None) -> bool:
    """Whether an original is of this design, or waits for it over other drafts: none of them could be published."""
    seen: set[uuid.UUID] = set()
    while original.design_id != design_id:
        seen.add(original.id)
        following = original.derived_from
        if was_published(original) or following is None or following.id in seen:
            return False
        original = following
    return True


def add_event(
    session: Session, version: DesignVersion, action: DesignAction, person_id: uuid.UUID | None, note: str = ""
) -> None:
    """Write down who did what with a version."""
    session.add(DesignEvent(version_id=version.id, action=action, person_id=person_id, note=note))
    session.flush()
