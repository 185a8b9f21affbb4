"""The rules of organisations and people."""

from __future__ import annotations

import itertools
import uuid

import pytest

from catalog.errors import InvalidFields, RuleBroken
from catalog.organisations import (
    MAX_ABOUT,
    MAX_NAME,
    ROLE_OF_KIND,
    Actor,
    OrganisationKind,
    Role,
    check_may_set_active,
    check_mentorship,
    check_organisation,
    name_problems,
)


def test_every_kind_of_organisation_has_a_role_of_its_own():
    assert set(ROLE_OF_KIND) == set(OrganisationKind)
    assert sorted(ROLE_OF_KIND.values()) == sorted(set(Role) - {Role.VISITOR})


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({"name": ""}, {"name": "required"}),
        ({"name": " \t"}, {"name": "required"}),
        ({"name": "\u200b\u2060"}, {"name": "required"}),
        ({"name": "x" * (MAX_NAME + 1)}, {"name": "too_long"}),
        ({"kind": "guild"}, {"kind": "unknown_choice"}),
        ({"place": "x" * (MAX_NAME + 1)}, {"place": "too_long"}),
        ({"about": {"id": "", "en": "x" * (MAX_ABOUT + 1)}}, {"about_en": "too_long"}),
        ({"kind": "", "name": ""}, {"kind": "unknown_choice", "name": "required"}),
    ],
)
def test_each_field_that_cannot_be_is_named(fields: dict, problems: dict):
    with pytest.raises(InvalidFields) as caught:
        check_organisation(**({"kind": "studio", "name": "Studio Lereng"} | fields))
    assert caught.value.fields == problems


def test_the_longest_texts_are_taken():
    check_organisation("studio", "x" * MAX_NAME, "y" * MAX_NAME, {"id": "z" * MAX_ABOUT, "en": ""})
    assert name_problems("x" * MAX_NAME) == {}


@pytest.mark.parametrize("kinds", list(itertools.product(OrganisationKind, repeat=2)))
def test_only_mentor_agencies_mentor_and_only_workshops(kinds: tuple[OrganisationKind, OrganisationKind]):
    if kinds == (OrganisationKind.MENTOR_AGENCY, OrganisationKind.WORKSHOP):
        check_mentorship(*kinds)
        return
    with pytest.raises(InvalidFields):
        check_mentorship(*kinds)


def test_nobody_switches_off_the_own_account():
    me = uuid.uuid4()
    with pytest.raises(RuleBroken, match="own_account"):
        check_may_set_active(Actor(me, Role.ADMINISTRATOR), me)
    check_may_set_active(Actor(me, Role.ADMINISTRATOR), uuid.uuid4())
