"""The one table of permissions, and on whose records a role may do what it may."""

from __future__ import annotations

import uuid

import pytest

from catalog.organisations import VISITOR, Actor, Role
from catalog.permissions import (
    ROLES_OF,
    BatchOwnership,
    Permission,
    may,
    may_add_photos,
    may_edit_design,
    may_manage_people,
    may_review,
    may_see_batch,
    may_see_design,
    may_see_standard,
)

OURS, THEIRS, STUDIO, AGENCY = (uuid.UUID(int=number) for number in range(1, 5))
BATCH = BatchOwnership(workshop_id=OURS, studio_id=STUDIO, mentor_agency_ids=frozenset({AGENCY}))
ADMINISTRATOR = Actor(uuid.uuid4(), Role.ADMINISTRATOR, uuid.uuid4())


def actor(role: Role, organisation_id: uuid.UUID | None, *, is_owner: bool = False) -> Actor:
    return Actor(uuid.uuid4(), role, organisation_id, is_owner)


def test_every_permission_stands_in_the_table():
    assert set(ROLES_OF) == set(Permission)


def test_a_visitor_may_browse_read_what_a_licence_opens_and_nothing_else():
    visitors = [permission for permission in Permission if may(VISITOR, permission)]
    assert visitors == [Permission.BROWSE_CATALOG, Permission.READ_TECH_PACKS]


def test_what_is_not_in_the_table_is_denied_to_everyone():
    assert not any(may(actor(role, OURS), "fly") for role in Role)


def test_only_administrators_manage_organisations_and_only_workshops_make_batches():
    assert ROLES_OF[Permission.MANAGE_ORGANISATIONS] == {Role.ADMINISTRATOR}
    assert ROLES_OF[Permission.MAKE_BATCHES] == {Role.WORKSHOP}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (actor(Role.WORKSHOP, OURS), True),
        (actor(Role.WORKSHOP, THEIRS), False),
        (actor(Role.DESIGNER, STUDIO), True),
        (actor(Role.DESIGNER, OURS), False),  # the right organisation in the wrong role
        (actor(Role.WORKSHOP, STUDIO), False),
        (actor(Role.MENTOR, AGENCY), True),
        (actor(Role.MENTOR, THEIRS), False),
        (actor(Role.MENTOR, OURS), False),
        (actor(Role.BUYER, OURS), False),
        (actor(Role.MARKET_OFFICER, AGENCY), False),
        (actor(Role.WORKSHOP, None), False),
        (ADMINISTRATOR, True),
        (VISITOR, False),
    ],
)
def test_a_batch_is_seen_by_its_workshop_its_studio_and_its_mentors(who: Actor, sees: bool):
    assert may_see_batch(who, BATCH) is sees


@pytest.mark.parametrize("role", list(Role))
def test_photos_are_added_by_the_batch_s_own_workshop_alone(role: Role):
    assert may_add_photos(actor(role, OURS), BATCH) is (role == Role.WORKSHOP)
    assert not may_add_photos(actor(role, THEIRS), BATCH)


@pytest.mark.parametrize(
    ("who", "reviews"),
    [
        (actor(Role.DESIGNER, STUDIO), True),
        (actor(Role.DESIGNER, THEIRS), False),
        (actor(Role.MENTOR, AGENCY), True),
        (actor(Role.MENTOR, THEIRS), False),
        (ADMINISTRATOR, True),
        (actor(Role.WORKSHOP, OURS), False),  # sees its pieces, but does not judge its own work
        (actor(Role.BUYER, STUDIO), False),
        (VISITOR, False),
    ],
)
def test_pieces_are_reviewed_by_the_design_s_studio_and_the_workshop_s_mentors(who: Actor, reviews: bool):
    assert may_review(who, BATCH) is reviews


@pytest.mark.parametrize("role", list(Role))
def test_a_draft_is_its_studio_s_and_what_is_published_everyone_s(role: Role):
    edits = role == Role.ADMINISTRATOR
    assert may_edit_design(actor(role, STUDIO), STUDIO) is (edits or role == Role.DESIGNER)
    assert may_edit_design(actor(role, THEIRS), STUDIO) is edits
    assert may_see_design(actor(role, THEIRS), STUDIO, is_published=False) is edits
    assert may_see_design(actor(role, THEIRS), STUDIO, is_published=True)


@pytest.mark.parametrize("role", list(Role))
def test_workshops_and_mentors_see_a_standard_once_it_is_in_use(role: Role):
    elsewhere = actor(role, THEIRS)
    assert may_see_standard(elsewhere, STUDIO, is_active=False) is (role == Role.ADMINISTRATOR)
    assert may_see_standard(elsewhere, STUDIO, is_active=True) is (
        role in (Role.ADMINISTRATOR, Role.WORKSHOP, Role.MENTOR)
    )


def test_an_owner_manages_the_own_people_and_an_administrator_all():
    owner = actor(Role.WORKSHOP, OURS, is_owner=True)
    assert may_manage_people(owner, OURS)
    assert not may_manage_people(owner, THEIRS)
    assert not may_manage_people(actor(Role.WORKSHOP, OURS), OURS)
    assert may_manage_people(ADMINISTRATOR, OURS)
    assert not may_manage_people(VISITOR, OURS)
