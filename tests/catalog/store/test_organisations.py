"""Queries of organisations, their people and who mentors whom."""

from __future__ import annotations

import uuid

import pytest

from catalog.errors import InvalidFields, NotFound
from catalog.organisations import ROLE_OF_KIND, OrganisationKind
from catalog.store import organisations
from tests.factories import make_organisation, make_person


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_a_person_s_role_follows_from_the_organisation(session, kind):
    assert make_person(session, make_organisation(session, kind)).role == ROLE_OF_KIND[kind]


def test_texts_are_kept_without_the_spaces_around_them(session):
    made = organisations.add_organisation(session, "studio", " Studio ", " Solo ", {"id": " Kami ", "fr": "Nous"})
    assert (made.name, made.place, made.about) == ("Studio", "Solo", {"id": "Kami", "en": ""})


def test_a_change_that_cannot_be_changes_nothing(session):
    made = make_organisation(session, "studio", "Studio")
    with pytest.raises(InvalidFields):
        organisations.change_organisation(session, made, "", "Solo", None)
    assert (made.name, made.place) == ("Studio", "Klaten")


def test_a_name_that_cannot_be_is_not_taken(session):
    person = make_person(session, make_organisation(session, "buyer"), "Ani")
    for name in ("", " ", "x" * 121):
        with pytest.raises(InvalidFields):
            organisations.rename_person(person, name)
    organisations.rename_person(person, " Bu Ani ")
    assert person.name == "Bu Ani"


def test_people_are_counted_by_organisation(session):
    one, two, empty = (make_organisation(session, "buyer") for _ in range(3))
    for organisation in (one, two, two):
        make_person(session, organisation)
    assert organisations.count_people(session) == {one.id: 1, two.id: 2}
    assert empty in organisations.list_organisations(session, OrganisationKind.BUYER)
    assert organisations.list_organisations(session, OrganisationKind.STUDIO) == []


def test_mentoring_is_begun_once_and_ended(session):
    agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
    bayat, apik = (make_organisation(session, OrganisationKind.WORKSHOP, name) for name in ("Bayat", "Apik"))
    for workshop in (bayat, apik, bayat):
        organisations.add_mentorship(session, agency, workshop)
    assert organisations.workshops_of(session, agency.id) == [apik, bayat]
    assert organisations.agencies_of(session, bayat.id) == [agency]
    organisations.remove_mentorship(session, agency.id, bayat.id)
    organisations.remove_mentorship(session, agency.id, bayat.id)
    assert organisations.workshops_of(session, agency.id) == [apik]
    assert organisations.mentor_agency_ids(session, bayat.id) == frozenset()


def test_two_workshops_do_not_mentor_each_other(session):
    one, two = (make_organisation(session, OrganisationKind.WORKSHOP) for _ in range(2))
    with pytest.raises(InvalidFields):
        organisations.add_mentorship(session, one, two)


def test_an_organisation_that_is_not_there_is_not_found(session):
    with pytest.raises(NotFound, match="organisation_not_found"):
        organisations.get_organisation(session, uuid.uuid4())
