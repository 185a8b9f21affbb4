"""A draft is thrown away from its page, by those who may edit it, and never while somebody else changes it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.organisations import Role
from catalog.store import designs, drafts, publishing, tech_packs
from catalog.store.tables import Design, DesignPicture, DesignVersion
from catalog.tech_pack import ProcessStep, TechPack
from catalog.text import Text
from tests.factories import KIND_OF_ROLE, make_account, make_draft, make_organisation, make_standard
from tests.forms import forms_of, values_of
from tests.service.web.studio_pages import address

pytestmark = pytest.mark.usefixtures("in_english")


def form_on(client: FlaskClient, version: DesignVersion, *page: str):
    """The form that throws a draft away, on a page of it; None where there is none."""
    found = forms_of(client.get(address(version, *page)).text)
    return next((form for form in found if form.action == address(version, "throw-away")), None)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("page", [[], ["pictures"], ["tech-pack"], ["standards"], ["history"]])
def test_each_page_of_a_draft_has_the_button_in_a_closed_part(client, draft, page):
    form = form_on(client, draft, *page)
    [closed] = form.iterancestors("details")
    assert "open" not in closed.attrib
    assert "The design goes for good" in closed.text_content()


def test_a_design_that_was_only_a_draft_is_gone_from_the_studio(client, session, draft):
    form = form_on(client, draft)
    answer = client.post(form.action, data=values_of(form), follow_redirects=True)
    assert answer.request.path == "/studio/designs"
    assert "The design “Celadon bowl” is thrown away." in answer.text
    assert (count(session, Design), count(session, DesignVersion), count(session, DesignPicture)) == (0, 0, 0)
    assert client.get(address(draft)).status_code == 404
    assert client.post(form.action, data=values_of(form)).status_code == 404


def test_after_a_next_version_its_reader_sees_the_one_before(client, session, draft):
    publishing.publish(session, draft, None)
    following = designs.start_next_version(session, draft, None)
    session.commit()
    assert form_on(client, draft) is None
    form = form_on(client, following)
    assert "version 1 stays as it is" in next(form.iterancestors("details")).text_content()
    answer = client.post(form.action, data=values_of(form), follow_redirects=True)
    assert answer.request.path == address(draft)
    assert "The draft of version 2 is thrown away." in answer.text
    assert client.get(f"/designs/{draft.design.slug}").status_code == 200


def test_what_keeps_a_draft_is_told_on_its_page(client, session, draft):
    make_standard(session, draft)
    answer = client.post(address(draft, "throw-away"), follow_redirects=True)
    assert answer.request.path == address(draft)
    assert "This draft has a reference standard" in answer.text
    assert count(session, DesignVersion) == 1


def test_a_draft_that_waits_for_its_review_is_taken_back_first(client, session, designer, draft):
    publishing.submit_for_review(session, draft, designer.person_id)
    session.commit()
    assert form_on(client, draft) is None
    answer = client.post(address(draft, "throw-away"), follow_redirects=True)
    assert "Take it back first" in answer.text
    assert count(session, DesignVersion) == 1


def test_what_a_colleague_saved_after_the_page_was_opened_is_not_lost(client, session, draft):
    form = form_on(client, draft)
    designs.change_draft(session, draft, make_draft(title=Text("Lain", "Another")))
    session.commit()
    answer = client.post(form.action, data=values_of(form), follow_redirects=True)
    assert "saved after you opened the page" in answer.text
    assert count(session, DesignVersion) == 1
    form = form_on(client, draft)
    client.post(form.action, data=values_of(form))
    assert count(session, DesignVersion) == 0


@pytest.mark.parametrize("role", Role)
def test_only_the_studio_and_administrators_throw_away(client, app: Flask, session, draft, sign_in, role):
    if role == Role.VISITOR:
        assert app.test_client().post(address(draft, "throw-away")).location.startswith("/login")
        assert count(session, DesignVersion) == 1
        return
    sign_in(role, organisation=make_organisation(session, KIND_OF_ROLE[role]))
    expected = {Role.DESIGNER: 404, Role.ADMINISTRATOR: 303}.get(role, 403)
    assert client.post(address(draft, "throw-away")).status_code == expected
    assert count(session, DesignVersion) == (0 if role == Role.ADMINISTRATOR else 1)


def test_a_colleague_of_the_studio_may_as_well(client, session, designer, draft, sign_in):
    sign_in(make_account(session, "designer", organisation=designer.person.organisation))
    assert client.post(address(draft, "throw-away")).status_code == 303
    assert count(session, DesignVersion) == 0


class TestAtTheSameMoment:
    """Somebody changes a draft while somebody throws it away: whoever is first is the one that counts."""

    def test_a_save_that_was_first_is_kept(self, client, session, draft, while_held):
        form = form_on(client, draft)
        designs.change_draft(session, draft, replace(designs.read_draft(draft), credit="Sanggar Bayat"))
        answer = while_held(lambda: client.post(form.action, data=values_of(form), follow_redirects=True))
        assert "saved after you opened the page" in answer.text
        session.expire_all()
        assert draft.credit == "Sanggar Bayat"

    def test_a_draft_that_was_submitted_first_waits_for_its_review(self, client, session, designer, draft, while_held):
        form = form_on(client, draft)
        publishing.submit_for_review(session, draft, designer.person_id)
        answer = while_held(lambda: client.post(form.action, data=values_of(form), follow_redirects=True))
        assert "Take it back first" in answer.text
        session.expire_all()
        assert draft.state == VersionState.IN_REVIEW

    def test_another_who_throws_it_away_too_finds_nothing(self, client, session, draft, while_held):
        form = form_on(client, draft)
        drafts.throw_away(session, draft)
        assert while_held(lambda: client.post(form.action, data=values_of(form))).status_code == 404
        assert count(session, Design) == 0

    def test_a_draft_that_begins_to_be_derived_from_stays(self, client, session, designer, draft, while_held):
        form, studio = form_on(client, draft), designer.person.organisation
        designs.add_design(session, studio.id, None, make_draft(derived_from_id=draft.id), may_wait=True)
        answer = while_held(lambda: client.post(form.action, data=values_of(form), follow_redirects=True))
        assert "Another draft is derived from this one" in answer.text
        assert count(session, DesignVersion) == 2

    @pytest.mark.parametrize("page", [[], ["submit"], ["tech-pack"], ["pictures", "change"], ["next"]])
    def test_who_saves_or_submits_second_is_told_that_it_is_gone(self, client, session, draft, while_held, page):
        tech_packs.change_pack(session, draft, TechPack(steps=(ProcessStep(Text("Pijit", "Pinch")),)), None)
        session.commit()
        sent = self.sent(client, address(draft, *page))
        drafts.throw_away(session, draft)
        answer = while_held(lambda: client.post(address(draft, *page), data=sent))
        assert answer.status_code == 404
        assert (count(session, Design), count(session, DesignVersion), count(session, DesignPicture)) == (0, 0, 0)

    def sent(self, client: FlaskClient, action: str) -> dict:
        """What the form that posts there holds; lxml takes a choice without a value for the word "on"."""
        page = action.removesuffix("/submit").removesuffix("/change").removesuffix("/next")  # where the form is
        form = next((form for form in forms_of(client.get(page).text) if (form.action or page) == action), None)
        return values_of(form) | {"derived_from_id": [""]} if form is not None else {}

    def test_a_next_version_that_is_begun_second_is_made_of_what_is_left(self, client, session, draft, while_held):
        publishing.publish(session, draft, None)
        following = designs.start_next_version(session, draft, None)
        session.commit()
        old = following.id
        drafts.throw_away(session, following)
        answer = while_held(lambda: client.post(address(draft, "next")))
        assert answer.status_code == 303
        session.expire_all()
        newest = session.scalars(select(DesignVersion).order_by(DesignVersion.number.desc())).first()
        assert (newest.number, newest.state, newest.id != old) == (2, VersionState.DRAFT, True)
        assert str(newest.id) in answer.location
