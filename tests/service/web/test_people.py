"""Organisations and their people: whom administrators and owners add, switch off, and connect."""

from __future__ import annotations

import re
import uuid
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from catalog.organisations import OrganisationKind, Role
from catalog.store import organisations
from catalog.store.tables import Organisation, Person
from service import accounts
from service.accounts import Account
from tests.factories import KIND_OF_ROLE, make_account, make_design, make_organisation

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def workshop(session) -> Organisation:
    return make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")


@pytest.fixture
def administrator(sign_in) -> Account:
    return sign_in(Role.ADMINISTRATOR)


def page_of(organisation: Organisation) -> str:
    return f"/people/organisations/{organisation.id}"


def count(session, table) -> int:
    return len(session.scalars(select(table.id)).all())


class TestOrganisations:
    def test_an_administrator_sees_all_by_kind_and_how_many_people_are_in_each(
        self, client, administrator, session, workshop
    ):
        make_account(session, Role.WORKSHOP, organisation=workshop)
        make_account(session, Role.WORKSHOP, organisation=workshop)
        page = client.get("/people").text
        assert "Sanggar Bayat" in page
        assert "2 people" in page
        assert page.index("Workshops") < page.index("Operators")

    def test_an_owner_is_led_to_the_own_organisation_and_sees_no_other(self, client, sign_in, workshop):
        owner = sign_in(Role.WORKSHOP, is_owner=True)
        own = page_of(owner.person.organisation)
        assert client.get("/people").headers["Location"] == own
        assert client.get(own).status_code == 200
        assert client.get(page_of(workshop)).status_code == 404

    @pytest.mark.parametrize("kind", list(OrganisationKind))
    def test_an_organisation_of_each_kind_is_made(self, client, administrator, session, kind):
        form = {"kind": kind, "name": "Baru", "place": "Klaten", "about_id": "Kami.", "about_en": "We."}
        answer = client.post("/people/organisations/new", data=form)
        assert answer.status_code == 303
        made = session.scalar(select(Organisation).where(Organisation.name == "Baru"))
        assert answer.headers["Location"] == page_of(made)
        assert (made.kind, made.place, made.about) == (kind, "Klaten", {"id": "Kami.", "en": "We."})
        page = client.get(answer.headers["Location"]).text
        assert "Now add the first person" in page
        assert 'name="is_owner" value="1" checked' in page

    def test_every_field_that_cannot_be_is_named_and_what_was_typed_is_kept(self, client, administrator, session):
        before = count(session, Organisation)
        form = {"kind": "guild", "name": "", "place": "x" * 121, "about_id": "Kami", "about_en": "y" * 2001}
        answer = client.post("/people/organisations/new", data=form)
        assert answer.status_code == 422
        for field in ("kind", "name", "place", "about_en"):
            assert f'id="field-{field}-error"' in answer.text
            assert f'href="#field-{field}"' in answer.text
        assert 'id="field-about_id-error"' not in answer.text
        assert ">Kami</textarea>" in answer.text
        assert "y" * 2001 in answer.text
        listed = re.findall(r'href="#field-(\w+)"', answer.text)
        assert listed == ["kind", "name", "place", "about_en"]  # as they stand in the form
        assert count(session, Organisation) == before

    def test_an_owner_edits_the_own_but_makes_none(self, client, sign_in, session):
        owner = sign_in(Role.DESIGNER, is_owner=True)
        own = page_of(owner.person.organisation)
        assert "Klaten" in client.get(f"{own}/edit").text
        assert client.post(f"{own}/edit", data={"name": "Studio Baru", "kind": "operator"}).status_code == 303
        session.expire_all()
        changed = session.get(Organisation, owner.person.organisation_id)
        assert (changed.name, changed.kind) == ("Studio Baru", OrganisationKind.STUDIO)
        assert client.post("/people/organisations/new", data={"kind": "studio", "name": "X"}).status_code == 403

    def test_a_name_is_one_line_that_every_feed_can_hold(self, client, administrator, session):
        studio = make_organisation(session, OrganisationKind.STUDIO)
        make_design(session, studio)
        typed = {"name": "Sanggar\x0b Ba\0yat\ufffe\nJaya", "place": "Kla\x1bten", "about_en": "We\x08 weave.\nSlowly."}
        assert client.post(f"{page_of(studio)}/edit", data=typed).status_code == 303
        session.refresh(studio)
        assert (studio.name, studio.place, studio.about["en"]) == ("Sanggar Bayat Jaya", "Klaten", "We weave.\nSlowly.")
        feed = ElementTree.fromstring(client.get("/feeds/designs.atom").data)  # noqa: S314, our own
        assert "Sanggar Bayat Jaya" in "".join(feed.itertext())

    def test_a_name_of_control_characters_alone_is_none(self, client, administrator, session, workshop):
        answer = client.post(f"{page_of(workshop)}/edit", data={"name": "\0\x0b", "place": "Klaten"})
        assert answer.status_code == 422
        assert 'value="Klaten"' in answer.text
        session.refresh(workshop)
        assert workshop.name == "Sanggar Bayat"

    def test_an_edit_without_a_name_changes_nothing(self, client, administrator, session, workshop):
        answer = client.post(f"{page_of(workshop)}/edit", data={"name": "", "place": "Solo"})
        assert answer.status_code == 422
        assert 'value="Solo"' in answer.text
        session.expire_all()
        assert session.get(Organisation, workshop.id).place == "Klaten"


class TestPersons:
    def add(self, client, organisation, **form):
        return client.post(f"{page_of(organisation)}/people", data={"name": "Sri", "email": "Sri@Example.org"} | form)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.VISITOR])
    def test_a_person_gets_the_role_of_the_organisation_and_a_link(self, client, administrator, session, role):
        answer = self.add(client, make_organisation(session, KIND_OF_ROLE[role]))
        assert answer.status_code == 200
        assert "/reset/" in re.search(r'id="link">([^<]+)<', answer.text).group(1)
        account = accounts.find_account(session, "sri@example.org")
        assert (account.person.role, account.person.is_owner, account.password) == (role, False, None)

    def test_an_owner_adds_another_owner(self, client, sign_in, session):
        owner = sign_in(Role.WORKSHOP, is_owner=True)
        self.add(client, owner.person.organisation, is_owner="1")
        assert accounts.find_account(session, "sri@example.org").person.is_owner

    def test_what_cannot_be_is_named_field_by_field_and_kept(self, client, administrator, session, workshop):
        before = count(session, Person)
        answer = self.add(client, workshop, name="", email="sri at home", is_owner="1")
        assert answer.status_code == 422
        assert 'id="field-name-error"' in answer.text
        assert 'id="field-email-error"' in answer.text
        assert 'value="sri at home"' in answer.text
        assert 'name="is_owner" value="1" checked' in answer.text
        assert count(session, Person) == before

    @pytest.mark.parametrize("email", ["sri@example.org", "SRI@example.org ", " Sri@Example.ORG"])
    def test_an_address_signs_in_one_person_only(self, client, administrator, session, workshop, email):
        self.add(client, workshop)
        answer = self.add(client, workshop, name="Siti", email=email)
        assert answer.status_code == 422
        assert "Somebody already signs in with this address." in answer.text

    def test_the_answer_to_the_form_survives_a_reload_and_the_switch_of_language(self, client, administrator, workshop):
        for answer in (self.add(client, workshop, name=""), self.add(client, workshop)):
            switch = re.search(r'href="([^"]*lang=id[^"]*)"', answer.text).group(1)
            again = client.get(switch, follow_redirects=True)
            assert again.status_code == 200
            assert '<html lang="id">' in again.text
            client.get("/?lang=en")

    def test_a_link_is_not_shown_again(self, client, administrator, session):
        account = make_account(session, Role.BUYER)
        answer = client.get(f"/people/{account.person_id}/link")
        assert answer.headers["Location"] == page_of(account.person.organisation)

    def test_a_person_is_switched_off_and_on(self, client, administrator, session):
        account = make_account(session, Role.WORKSHOP)
        active = f"/people/{account.person_id}/active"
        for value, is_active in (("0", False), ("1", True)):
            assert client.post(active, data={"active": value}).status_code == 303
            session.expire_all()
            assert session.get(Account, account.id).active is is_active
        assert "can sign in again" in client.get(page_of(account.person.organisation)).text

    def test_nobody_switches_off_themselves(self, client, administrator, session):
        answer = client.post(f"/people/{administrator.person_id}/active", data={"active": "0"})
        assert answer.status_code == 422
        assert "You cannot switch off your own account." in answer.text
        session.expire_all()
        assert session.get(Account, administrator.id).active

    def test_who_only_works_here_manages_nobody(self, client, sign_in, session):
        maker = sign_in(Role.WORKSHOP)
        other = make_account(session, Role.WORKSHOP, organisation=maker.person.organisation)
        for path in ("link", "active"):
            assert client.post(f"/people/{other.person_id}/{path}").status_code == 404
        assert client.get(page_of(maker.person.organisation)).status_code == 404
        assert self.add(client, maker.person.organisation).status_code == 404

    def test_a_person_who_is_not_there_is_not_found(self, client, administrator):
        assert client.post(f"/people/{uuid.uuid4()}/link").status_code == 404
        assert client.get(f"/people/organisations/{uuid.uuid4()}").status_code == 404


class TestMentoring:
    @pytest.fixture
    def agency(self, session) -> Organisation:
        return make_organisation(session, OrganisationKind.MENTOR_AGENCY, "Balai Pendampingan")

    @pytest.mark.parametrize("starts_with_agency", [True, False])
    def test_an_agency_and_a_workshop_are_connected_and_parted_from_either_side(
        self, client, administrator, session, workshop, agency, starts_with_agency
    ):
        one, other = (agency, workshop) if starts_with_agency else (workshop, agency)
        assert other.name in client.get(page_of(one)).text
        client.post(f"{page_of(one)}/mentoring", data={"other": other.id})
        assert "now sees the batches of Sanggar Bayat" in client.get(page_of(one)).text
        assert organisations.workshops_of(session, agency.id) == [workshop]
        client.post(f"{page_of(one)}/mentoring", data={"other": other.id, "connected": "0"})
        assert "no longer sees" in client.get(page_of(one)).text
        assert organisations.workshops_of(session, agency.id) == []

    def test_connecting_twice_is_no_error(self, client, administrator, session, workshop, agency):
        for _ in range(2):
            assert client.post(f"{page_of(agency)}/mentoring", data={"other": workshop.id}).status_code == 303
        assert organisations.workshops_of(session, agency.id) == [workshop]

    @pytest.mark.parametrize("other", ["", "x", "11111111-1111-4111-8111-111111111111"])
    def test_whoever_is_none_is_refused(self, client, administrator, agency, other):
        assert client.post(f"{page_of(agency)}/mentoring", data={"other": other}).status_code in (404, 422)

    def test_two_of_a_kind_are_not_connected(self, client, administrator, session, workshop):
        another = make_organisation(session, OrganisationKind.WORKSHOP)
        assert client.post(f"{page_of(workshop)}/mentoring", data={"other": another.id}).status_code == 422

    def test_an_owner_sees_the_mentors_and_connects_none(self, client, sign_in, session, workshop, agency):
        organisations.add_mentorship(session, agency, workshop)
        sign_in(Role.WORKSHOP, organisation=workshop, is_owner=True)
        page = client.get(page_of(workshop)).text
        assert "Balai Pendampingan" in page
        assert "/mentoring" not in page
        assert client.post(f"{page_of(workshop)}/mentoring", data={"other": agency.id}).status_code == 403
