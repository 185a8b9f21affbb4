"""Organisations, people and who mentors whom."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import InvalidFields, NotFound
from catalog.organisations import ROLE_OF_KIND, OrganisationKind, check_organisation
from catalog.store.tables import Mentorship, Organisation, Person


def add_organisation(
    session: Session, kind: str, name: str, place: str = "", about: dict | None = None
) -> Organisation:
    """Raises: InvalidFields."""
    check_organisation(kind, name)
    organisation = Organisation(
        kind=OrganisationKind(kind), name=name.strip(), place=place.strip(), about=about or {"id": "", "en": ""}
    )
    session.add(organisation)
    session.flush()
    return organisation


def add_person(session: Session, organisation: Organisation, name: str, *, is_owner: bool = False) -> Person:
    """A person of an organisation; the role follows from the organisation's kind.

    Raises: InvalidFields.
    """
    if not name.strip() or len(name) > 120:
        raise InvalidFields({"name": "too_long" if name.strip() else "required"})
    role = ROLE_OF_KIND[organisation.kind]
    person = Person(organisation=organisation, name=name.strip(), role=role, is_owner=is_owner)
    session.add(person)
    session.flush()
    return person


def get_organisation(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """Raises: NotFound."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("organisation_not_found")
    return organisation


def list_organisations(session: Session) -> list[Organisation]:
    return list(session.scalars(select(Organisation).order_by(Organisation.kind, Organisation.name)))


def add_mentorship(session: Session, agency_id: uuid.UUID, workshop_id: uuid.UUID) -> None:
    session.merge(Mentorship(agency_id=agency_id, workshop_id=workshop_id))
    session.flush()


def mentor_agency_ids(session: Session, workshop_id: uuid.UUID) -> frozenset[uuid.UUID]:
    query = select(Mentorship.agency_id).where(Mentorship.workshop_id == workshop_id)
    return frozenset(session.scalars(query))
