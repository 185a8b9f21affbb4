"""Organisations, people and who mentors whom."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from catalog.errors import InvalidFields, NotFound
from catalog.organisations import (
    ROLE_OF_KIND,
    OrganisationKind,
    Role,
    check_mentorship,
    check_organisation,
    name_problems,
)
from catalog.store.entries import index_studio
from catalog.store.tables import Mentorship, Organisation, Person
from catalog.text import LANGUAGES


def add_organisation(
    session: Session, kind: str, name: str, place: str = "", about: Mapping[str, str] | None = None
) -> Organisation:
    """Raises: InvalidFields."""
    check_organisation(kind, name, place, about)
    organisation = Organisation(kind=OrganisationKind(kind))
    _write_organisation(organisation, name, place, about)
    session.add(organisation)
    session.flush()
    return organisation


def remove_unused(session: Session, organisation_ids: Sequence[uuid.UUID]) -> None:
    """Take away organisations that were just made, and that nothing belongs to."""
    session.execute(delete(Organisation).where(Organisation.id.in_(organisation_ids)))


def change_organisation(
    session: Session, organisation: Organisation, name: str, place: str, about: Mapping[str, str] | None
) -> None:
    """All but the kind: the roles of its people hang on that.

    Raises: InvalidFields.
    """
    check_organisation(organisation.kind, name, place, about)
    _write_organisation(organisation, name, place, about)
    session.flush()
    if organisation.kind == OrganisationKind.STUDIO:
        index_studio(session, organisation.id)


def _write_organisation(organisation: Organisation, name: str, place: str, about: Mapping[str, str] | None) -> None:
    organisation.name, organisation.place = name.strip(), place.strip()
    organisation.about = {language: (about or {}).get(language, "").strip() for language in LANGUAGES}


def add_person(session: Session, organisation: Organisation, name: str, *, is_owner: bool = False) -> Person:
    """A person of an organisation; the role follows from the organisation's kind.

    Raises: InvalidFields.
    """
    person = Person(organisation=organisation, role=ROLE_OF_KIND[organisation.kind], is_owner=is_owner)
    rename_person(person, name)
    session.add(person)
    session.flush()
    return person


def rename_person(person: Person, name: str) -> None:
    """Raises: InvalidFields."""
    problems = name_problems(name)
    if problems:
        raise InvalidFields(problems)
    person.name = name.strip()


def get_organisation(session: Session, organisation_id: uuid.UUID) -> Organisation:
    """Raises: NotFound."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("organisation_not_found")
    return organisation


def list_organisations(session: Session, kind: OrganisationKind | None = None) -> list[Organisation]:
    """All, or all of a kind, by name."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    return list(session.scalars(query if kind is None else query.where(Organisation.kind == kind)))


def count_people(session: Session) -> dict[uuid.UUID, int]:
    """How many people each organisation has; one without any is not in it."""
    query = select(Person.organisation_id, func.count()).group_by(Person.organisation_id)
    return dict(session.execute(query).all())


def people_with_role(session: Session, role: Role) -> list[uuid.UUID]:
    return list(session.scalars(select(Person.id).where(Person.role == role)))


def get_person(session: Session, person_id: uuid.UUID) -> Person | None:
    return session.get(Person, person_id)


def add_mentorship(session: Session, agency: Organisation, workshop: Organisation) -> None:
    """From now on the agency sees the workshop's batches. Said twice is said once.

    Raises: InvalidFields.
    """
    check_mentorship(agency.kind, workshop.kind)
    session.merge(Mentorship(agency_id=agency.id, workshop_id=workshop.id))
    session.flush()


def remove_mentorship(session: Session, agency_id: uuid.UUID, workshop_id: uuid.UUID) -> None:
    session.execute(delete(Mentorship).where(Mentorship.agency_id == agency_id, Mentorship.workshop_id == workshop_id))


def workshops_of(session: Session, agency_id: uuid.UUID) -> list[Organisation]:
    """The workshops an agency follows, by name."""
    query = select(Organisation).join(Mentorship, Mentorship.workshop_id == Organisation.id)
    return list(session.scalars(query.where(Mentorship.agency_id == agency_id).order_by(Organisation.name)))


def agencies_of(session: Session, workshop_id: uuid.UUID) -> list[Organisation]:
    """The agencies that follow a workshop, by name."""
    query = select(Organisation).join(Mentorship, Mentorship.agency_id == Organisation.id)
    return list(session.scalars(query.where(Mentorship.workshop_id == workshop_id).order_by(Organisation.name)))


def mentor_agency_ids(session: Session, workshop_id: uuid.UUID) -> frozenset[uuid.UUID]:
    query = select(Mentorship.agency_id).where(Mentorship.workshop_id == workshop_id)
    return frozenset(session.scalars(query))
