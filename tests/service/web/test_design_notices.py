"""Who is told of a version on its way into the catalog."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from catalog.notifications import NotificationKind as Kind
from catalog.organisations import OrganisationKind, Role
from catalog.store import designs, make_records, publishing
from catalog.store.tables import Notification
from tests.factories import (
    make_account,
    make_batch,
    make_design,
    make_inspection,
    make_organisation,
    make_photo,
    make_standard,
)


def told(session, account) -> list[str]:
    session.expire_all()
    query = select(Notification.kind).where(Notification.person_id == account.person_id)
    return list(session.scalars(query.order_by(Notification.created_at)))


@pytest.fixture
def studio(session):
    return make_organisation(session, OrganisationKind.STUDIO)


def post(client, version, step, **data):
    assert client.post(f"/studio/designs/{version.id}/{step}", data=data).status_code == 303


def test_the_way_of_a_version_is_told_to_those_whom_it_concerns(client, session, sign_in, studio):
    writer, reader = (make_account(session, Role.DESIGNER, organisation=studio) for _ in range(2))
    stranger, boss = make_account(session, Role.DESIGNER), make_account(session, Role.ADMINISTRATOR)
    version = make_design(session, studio, published=False)
    sign_in(writer)
    post(client, version, "submit")
    assert (told(session, reader), told(session, writer)) == ([Kind.DESIGN_SUBMITTED], [])
    sign_in(reader)
    assert "Celadon bowl" in client.get("/notifications", headers={"Accept-Language": "en"}).text
    post(client, version, "send-back", note="The rim?")
    assert told(session, writer) == [Kind.DESIGN_SENT_BACK]
    sign_in(writer)
    post(client, version, "submit")
    sign_in(reader)
    post(client, version, "approve")
    assert told(session, writer) == [Kind.DESIGN_SENT_BACK, Kind.DESIGN_PUBLISHED]
    assert (told(session, stranger), told(session, boss)) == ([], [])


def test_a_lone_designer_s_version_is_told_to_administrators(client, session, sign_in, studio):
    writer = make_account(session, Role.DESIGNER, organisation=studio)
    boss = make_account(session, Role.ADMINISTRATOR)
    version = make_design(session, studio, published=False)
    sign_in(writer)
    post(client, version, "submit")
    assert told(session, boss) == [Kind.DESIGN_SUBMITTED]


def test_who_makes_a_design_hears_of_a_newer_version_and_is_led_to_what_changed(client, session, sign_in, studio):
    maker, other = (make_account(session, Role.WORKSHOP) for _ in range(2))
    boss = make_account(session, Role.ADMINISTRATOR)
    version = make_design(session, studio)
    batch = make_batch(session, maker.person.organisation, make_standard(session, version))
    make_inspection(session, make_photo(session, batch), "accept")
    make_records.reckon(session, maker.person.organisation_id, version.id)
    following = designs.start_next_version(session, version, None)
    publishing.submit_for_review(session, following, None)
    session.commit()
    sign_in(boss)
    post(client, following, "approve")
    assert (told(session, maker), told(session, other)) == ([Kind.DESIGN_RENEWED], [])
    sign_in(maker)
    page = client.get("/notifications", headers={"Accept-Language": "en"}).text
    news = session.scalars(select(Notification).where(Notification.person_id == maker.person_id)).one()
    assert client.get(f"/notifications/{news.id}").location == f"/designs/{version.design.slug}/changes"
    assert "There is a version 2 of Celadon bowl, which you make." in page
