"""The one table of permissions: who may do what. What is not in it is denied.

`ROLES_OF` says which roles may do a thing at all; every route names one `Permission`, and a route that names
none is closed to everyone. The functions below say on whose records: they are asked after the table.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from catalog.licences import CREATIVE_COMMONS, Licence
from catalog.organisations import Actor, Role


class Permission(StrEnum):
    BROWSE_CATALOG = "browse_catalog"
    USE_ACCOUNT = "use_account"
    KEEP_COLLECTIONS = "keep_collections"
    WRITE_DESIGNS = "write_designs"
    EXCHANGE_DESIGNS = "exchange_designs"
    READ_TECH_PACKS = "read_tech_packs"
    SHARE_TECH_PACKS = "share_tech_packs"
    WRITE_STANDARDS = "write_standards"
    VIEW_STANDARDS = "view_standards"
    MAKE_BATCHES = "make_batches"
    VIEW_BATCHES = "view_batches"
    REVIEW_PIECES = "review_pieces"
    ASK_FOR_QUOTATIONS = "ask_for_quotations"
    USE_INQUIRIES = "use_inquiries"
    KEEP_RATES = "keep_rates"
    SHOW_MAKES = "show_makes"
    HIDE_MAKES = "hide_makes"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_ORGANISATIONS = "manage_organisations"


EVERYONE = frozenset(Role)
SIGNED_IN = EVERYONE - {Role.VISITOR}

ROLES_OF: dict[Permission, frozenset[Role]] = {
    Permission.BROWSE_CATALOG: EVERYONE,
    Permission.USE_ACCOUNT: SIGNED_IN,
    # Favourites and collections are a person's own: not even administrators see those of others.
    Permission.KEEP_COLLECTIONS: SIGNED_IN,
    Permission.WRITE_DESIGNS: frozenset({Role.DESIGNER, Role.ADMINISTRATOR}),
    # Import and export: a studio's own designs; administrators all of them.
    Permission.EXCHANGE_DESIGNS: frozenset({Role.DESIGNER, Role.ADMINISTRATOR}),
    # By role and by licence, see `may_see_tech_pack`: a Creative Commons one is everyone's.
    Permission.READ_TECH_PACKS: EVERYONE,
    Permission.SHARE_TECH_PACKS: frozenset({Role.DESIGNER, Role.ADMINISTRATOR}),
    Permission.WRITE_STANDARDS: frozenset({Role.DESIGNER, Role.ADMINISTRATOR}),
    Permission.VIEW_STANDARDS: frozenset({Role.DESIGNER, Role.WORKSHOP, Role.MENTOR, Role.ADMINISTRATOR}),
    Permission.MAKE_BATCHES: frozenset({Role.WORKSHOP}),
    Permission.VIEW_BATCHES: frozenset({Role.WORKSHOP, Role.DESIGNER, Role.MENTOR, Role.ADMINISTRATOR}),
    Permission.REVIEW_PIECES: frozenset({Role.DESIGNER, Role.MENTOR, Role.ADMINISTRATOR}),
    Permission.ASK_FOR_QUOTATIONS: frozenset({Role.BUYER}),
    # Only the parties to an inquiry, see catalog.inquiries: other people's business is not the administrators'.
    Permission.USE_INQUIRIES: frozenset({Role.BUYER, Role.DESIGNER, Role.WORKSHOP}),
    Permission.KEEP_RATES: frozenset({Role.MARKET_OFFICER, Role.ADMINISTRATOR}),
    Permission.SHOW_MAKES: frozenset({Role.WORKSHOP}),
    Permission.HIDE_MAKES: frozenset({Role.DESIGNER, Role.ADMINISTRATOR}),
    # Owners of an organisation manage its people: see `may_manage_people`.
    Permission.MANAGE_PEOPLE: SIGNED_IN,
    Permission.MANAGE_ORGANISATIONS: frozenset({Role.ADMINISTRATOR}),
}


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the table lets this actor's role do this at all."""
    return actor.role in ROLES_OF.get(permission, frozenset())


def is_everyones(permission: Permission) -> bool:
    """Whether the table lets every role do this, visitors among them."""
    return ROLES_OF.get(permission) == EVERYONE


@dataclass(frozen=True)
class BatchOwnership:
    """Whose a batch is: the workshop that made it, the studio of the design, the mentors of the workshop."""

    workshop_id: uuid.UUID
    studio_id: uuid.UUID
    mentor_agency_ids: frozenset[uuid.UUID]


def may_edit_design(actor: Actor, studio_id: uuid.UUID) -> bool:
    """The studio's own designers, and administrators."""
    if actor.role == Role.ADMINISTRATOR:
        return True
    return actor.role == Role.DESIGNER and actor.organisation_id == studio_id


def may_see_import(actor: Actor, studio_id: uuid.UUID | None) -> bool:
    """Who may edit the studio's designs; an import for several studios is the administrators'."""
    if studio_id is None:
        return actor.role == Role.ADMINISTRATOR
    return may_edit_design(actor, studio_id)


def may_see_design(actor: Actor, studio_id: uuid.UUID, is_published: bool) -> bool:
    """Everyone sees what is published; a draft is its studio's alone."""
    return is_published or may_edit_design(actor, studio_id)


@dataclass(frozen=True)
class TechPackOwnership:
    """Whose a tech pack is. `partner_ids`: the workshops that the studio shares it with, and their mentors."""

    studio_id: uuid.UUID
    was_published: bool
    licence: str
    partner_ids: frozenset[uuid.UUID] = frozenset()


def may_see_tech_pack(actor: Actor, pack: TechPackOwnership) -> bool:
    """The studio and administrators always; of what was published, whoever the licence lets make the piece.

    A Creative Commons licence lets everyone, one of the programme all who work in it: designers, workshops and
    mentors. Else it is the studio that says with which workshops it shares.
    """
    if may_edit_design(actor, pack.studio_id):
        return True
    if not pack.was_published:
        return False
    if actor.role in opens_by_licence(pack.licence):
        return True
    return actor.role in (Role.WORKSHOP, Role.MENTOR) and actor.organisation_id in pack.partner_ids


def opens_by_licence(licence: str) -> frozenset[Role]:
    """Who may see a published tech pack by its licence alone, whoever they are."""
    if licence in CREATIVE_COMMONS:
        return EVERYONE
    if licence == Licence.PROGRAMME_OWNED:
        return frozenset({Role.DESIGNER, Role.WORKSHOP, Role.MENTOR})
    return frozenset()


def may_see_picture(actor: Actor, studio_id: uuid.UUID, *, is_published: bool, is_retired: bool) -> bool:
    """As its design; and a retired design has left the catalog, but workshops still hold batches made to it."""
    return (is_retired and actor.role != Role.VISITOR) or may_see_design(actor, studio_id, is_published)


def may_see_standard(actor: Actor, studio_id: uuid.UUID, is_active: bool) -> bool:
    """The studio sees its standards while it works on them, workshops and mentors once they are active."""
    if may_edit_design(actor, studio_id):
        return True
    return is_active and actor.role in (Role.WORKSHOP, Role.MENTOR)


def may_add_photos(actor: Actor, batch: BatchOwnership) -> bool:
    """Only the workshop that owns the batch."""
    return actor.role == Role.WORKSHOP and actor.organisation_id == batch.workshop_id


def may_see_batch(actor: Actor, batch: BatchOwnership) -> bool:
    """The workshop, the design's studio, the workshop's mentors, administrators."""
    if actor.role == Role.ADMINISTRATOR:
        return True
    if actor.organisation_id is None:
        return False
    owners = {
        Role.WORKSHOP: {batch.workshop_id},
        Role.DESIGNER: {batch.studio_id},
        Role.MENTOR: set(batch.mentor_agency_ids),
    }
    return actor.organisation_id in owners.get(actor.role, set())


def may_see_evidence(actor: Actor, makers: BatchOwnership, is_shown: bool) -> bool:
    """How consistently a workshop makes a design: everyone where it shows that, else those who see its batches."""
    return is_shown or may_see_batch(actor, makers)


def may_show_makes(actor: Actor, workshop_id: uuid.UUID) -> bool:
    """Only the workshop's own people say what is shown of it."""
    return actor.role == Role.WORKSHOP and actor.organisation_id == workshop_id


def may_review(actor: Actor, batch: BatchOwnership) -> bool:
    """The design's studio, the workshop's mentors, administrators; nobody reviews the own pieces."""
    return may(actor, Permission.REVIEW_PIECES) and may_see_batch(actor, batch)


def may_manage_people(actor: Actor, organisation_id: uuid.UUID) -> bool:
    """Administrators everywhere, an owner in the own organisation."""
    if actor.role == Role.ADMINISTRATOR:
        return True
    return actor.is_owner and actor.organisation_id == organisation_id
