"""Designs, batches, photos and standards as the person who asks may have them: what is somebody else's is not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from catalog.errors import NotFound
from catalog.organisations import Actor, OrganisationKind
from catalog.permissions import (
    BatchOwnership,
    may_add_photos,
    may_edit_design,
    may_review,
    may_see_batch,
    may_see_tech_pack,
)
from catalog.store import batches, designs, listing, organisations, standards, tech_packs
from catalog.store.tables import Batch, BatchPhoto, Design, DesignVersion, Organisation, ReferenceStandard
from catalog.tech_pack import TechPack
from service.database import current_session
from service.security import current_actor


def get_published_design(slug: str) -> Design:
    """A design that everyone sees. Raises: NotFound."""
    design = designs.get_design(current_session(), slug)
    if designs.published_version(design) is None:
        raise NotFound("design_not_found")
    return design


def get_visible_batch(batch_id: uuid.UUID) -> Batch:
    """A batch to look at. Raises: NotFound."""
    return _theirs(batches.get_batch(current_session(), batch_id), may_see_batch)


def get_own_batch(batch_id: uuid.UUID) -> Batch:
    """A batch to add photos to, or to remove. Raises: NotFound."""
    return _theirs(batches.get_batch(current_session(), batch_id), may_add_photos)


def get_visible_photo(photo_id: uuid.UUID) -> BatchPhoto:
    """A photo of a batch to look at. Raises: NotFound."""
    photo = batches.get_photo(current_session(), photo_id)
    _theirs(photo.batch, may_see_batch, "photo_not_found")
    return photo


def get_photo_to_review(photo_id: uuid.UUID) -> BatchPhoto:
    """A photo to say something of, locked until the commit. Raises: NotFound."""
    photo = batches.get_photo(current_session(), photo_id, lock=True)
    _theirs(photo.batch, may_review, "photo_not_found")
    return photo


def get_own_standard(standard_id: uuid.UUID, *, lock: bool = False) -> ReferenceStandard:
    """A standard to change, with `lock` held until the commit. Raises: NotFound."""
    standard = standards.get_standard(current_session(), standard_id, lock=lock)
    if not may_edit_design(current_actor(), standard.version.design.studio_id):
        raise NotFound("standard_not_found")
    return standard


def get_public_studio(studio_id: uuid.UUID) -> Organisation:
    """A studio with a page of its own: everyone sees it once it has published, before that its people do.

    Raises: NotFound.
    """
    studio = organisations.get_organisation(current_session(), studio_id)
    is_public = listing.count_of_studio(current_session(), studio_id) > 0 or may_edit_design(current_actor(), studio_id)
    if studio.kind != OrganisationKind.STUDIO or not is_public:
        raise NotFound("organisation_not_found")
    return studio


def _theirs(batch: Batch, rule: Callable[[Actor, BatchOwnership], bool], code: str = "batch_not_found") -> Batch:
    if not rule(current_actor(), batches.ownership(current_session(), batch)):
        raise NotFound(code)
    return batch


def get_readable_pack(slug: str, number: int | None) -> tuple[DesignVersion, TechPack]:
    """The version asked for, else the newest published one, with its tech pack.

    Raises: NotFound, also for a tech pack that this reader may not see.
    """
    session = current_session()
    found = designs.get_design(session, slug)
    published = designs.published_version(found)
    version = next((each for each in found.versions if each.number == number), None) if number else published
    if version is None or not may_see_tech_pack(current_actor(), tech_packs.ownership_of(session, version)):
        raise NotFound("tech_pack_not_found")
    pack = tech_packs.read_pack(session, version.id)
    if pack.is_empty:
        raise NotFound("tech_pack_not_found")
    return version, pack
