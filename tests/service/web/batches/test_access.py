"""Whose batches one may see, and who may add to them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind
from catalog.store import organisations
from catalog.store.tables import BatchPhoto
from tests.factories import (
    make_account,
    make_batch,
    make_organisation,
    make_photo,
    photo_bytes,
)
from tests.service.web.batches.requests import FINDING, send


class TestWhoMaySee:
    PAGES = ("/batches/{batch}", "/batches/{batch}/state", "/batches/{batch}/results.csv", "/pieces/{photo}")

    @pytest.fixture
    def photo(self, session: Session) -> BatchPhoto:
        batch = make_batch(session)
        return make_photo(session, batch, verdict="rework", reasons=[FINDING])

    def statuses(self, client: FlaskClient, photo: BatchPhoto) -> set[int]:
        return {client.get(page.format(batch=photo.batch_id, photo=photo.id)).status_code for page in self.PAGES}

    def test_another_workshop_sees_nothing(self, client, photo, sign_in):
        sign_in("workshop")
        assert self.statuses(client, photo) == {404}
        assert client.get(f"/batches/{photo.batch_id}/photos").status_code == 404
        assert send(client, photo.batch, photo_bytes(1)).status_code == 404
        assert client.post(f"/batches/{photo.batch_id}/retry").status_code == 404

    def test_the_design_s_studio_reads_but_does_not_write(self, client, session, photo, sign_in):
        sign_in("designer", organisation=photo.batch.standard.version.design.studio)
        assert self.statuses(client, photo) == {200}
        assert "Add photos" not in client.get(f"/batches/{photo.batch_id}").text
        assert send(client, photo.batch, photo_bytes(1)).status_code == 403

    def test_another_studio_sees_nothing(self, client, photo, sign_in):
        sign_in("designer")
        assert self.statuses(client, photo) == {404}

    def test_the_workshop_s_mentor_reads_but_does_not_write(self, client, session, photo, sign_in):
        agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
        organisations.add_mentorship(session, agency, photo.batch.workshop)
        session.commit()
        sign_in("mentor", organisation=agency)
        assert self.statuses(client, photo) == {200}
        assert photo.batch.workshop.name in client.get("/batches").text
        assert send(client, photo.batch, photo_bytes(1)).status_code == 403

    def test_a_mentor_of_others_sees_nothing(self, client, photo, sign_in):
        sign_in("mentor")
        assert self.statuses(client, photo) == {404}

    def test_an_administrator_reads(self, client, photo, sign_in):
        sign_in("administrator")
        assert self.statuses(client, photo) == {200}

    @pytest.mark.parametrize("role", ["buyer", "market_officer"])
    def test_buyers_and_market_officers_have_no_batches(self, client, photo, sign_in, role):
        sign_in(role)
        assert self.statuses(client, photo) == {403}

    def test_a_visitor_is_asked_to_sign_in(self, client, photo):
        assert self.statuses(client, photo) == {302}

    def test_the_list_and_the_rule_agree_for_every_role(self, client, session, photo, sign_in):
        """The list is SQL, the rule is Python: each batch that one shows, the other opens."""
        studio = photo.batch.standard.version.design.studio
        agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
        organisations.add_mentorship(session, agency, photo.batch.workshop)
        session.commit()
        insiders = [("workshop", photo.batch.workshop), ("designer", studio), ("mentor", agency)]
        outsiders = [("workshop", None), ("designer", None), ("mentor", None), ("administrator", None)]
        for role, organisation in insiders + outsiders:
            sign_in(make_account(session, role, organisation=organisation))
            is_listed = f"/batches/{photo.batch_id}" in client.get("/batches").text
            assert is_listed == (client.get(f"/batches/{photo.batch_id}").status_code == 200), role
