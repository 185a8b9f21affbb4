"""Organisations, the people in them and the role each person has."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import InvalidFields


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


def check_organisation(kind: str, name: str) -> None:
    """Raises: InvalidFields."""
    problems = {}
    if kind not in set(OrganisationKind):
        problems["kind"] = "unknown_choice"
    if not name.strip():
        problems["name"] = "required"
    elif len(name) > 120:
        problems["name"] = "too_long"
    if problems:
        raise InvalidFields(problems)
