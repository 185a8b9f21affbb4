"""Organisations, the people in them and the role each person has."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import InvalidFields, RuleBroken
from catalog.text import is_visible


class OrganisationKind(StrEnum):
    WORKSHOP = "workshop"
    STUDIO = "studio"
    BUYER = "buyer"
    MENTOR_AGENCY = "mentor_agency"
    MARKET_OFFICE = "market_office"
    OPERATOR = "operator"


class Role(StrEnum):
    """What a person does here. `VISITOR` is anybody who has not signed in; no record has it."""

    VISITOR = "visitor"
    BUYER = "buyer"
    WORKSHOP = "workshop"
    DESIGNER = "designer"
    MENTOR = "mentor"
    MARKET_OFFICER = "market_officer"
    ADMINISTRATOR = "administrator"


ROLE_OF_KIND = {
    OrganisationKind.WORKSHOP: Role.WORKSHOP,
    OrganisationKind.STUDIO: Role.DESIGNER,
    OrganisationKind.BUYER: Role.BUYER,
    OrganisationKind.MENTOR_AGENCY: Role.MENTOR,
    OrganisationKind.MARKET_OFFICE: Role.MARKET_OFFICER,
    OrganisationKind.OPERATOR: Role.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Actor:
    """Who is asking: all that a rule of permission needs to know of a person."""

    person_id: uuid.UUID | None = None
    role: Role = Role.VISITOR
    organisation_id: uuid.UUID | None = None
    is_owner: bool = False


VISITOR = Actor()


MAX_NAME = 120
MAX_ABOUT = 2000


def check_organisation(kind: str, name: str, place: str = "", about: Mapping[str, str] | None = None) -> None:
    """Raises: InvalidFields; `about` is named with its language, such as `about_id`."""
    problems = name_problems(name)
    if kind not in set(OrganisationKind):
        problems["kind"] = "unknown_choice"
    if len(place) > MAX_NAME:
        problems["place"] = "too_long"
    problems |= {f"about_{language}": "too_long" for language, text in (about or {}).items() if len(text) > MAX_ABOUT}
    if problems:
        raise InvalidFields(problems)


def check_mentorship(agency: OrganisationKind, workshop: OrganisationKind) -> None:
    """Only a mentor agency mentors, and only workshops.

    Raises: InvalidFields.
    """
    if (agency, workshop) != (OrganisationKind.MENTOR_AGENCY, OrganisationKind.WORKSHOP):
        raise InvalidFields({"organisation": "unknown_choice"})


def check_may_set_active(actor: Actor, person_id: uuid.UUID) -> None:
    """Nobody switches off the own account: so one administrator always remains.

    Raises: RuleBroken.
    """
    if actor.person_id == person_id:
        raise RuleBroken("own_account")


def name_problems(name: str) -> dict[str, str]:
    """What is wrong with a person's or an organisation's name, by field."""
    if not is_visible(name):
        return {"name": "required"}
    return {"name": "too_long"} if len(name) > MAX_NAME else {}
