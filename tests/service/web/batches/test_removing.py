"""A batch that was begun by mistake can be taken away; a photo that was received cannot."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.batches import PhotoState
from catalog.organisations import OrganisationKind
from catalog.store import batches, organisations
from catalog.store.tables import Batch, BatchPhoto
from service.inspection import receive_photo
from tests.factories import make_batch, make_organisation, make_photo, photo_bytes
from tests.forms import forms_of
from tests.service.web.batches.requests import JSON, count_jobs, count_photos, form_of

STAYS = "This batch has photos, so it stays"


def count_batches(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Batch))


def is_offered(client, batch: Batch) -> bool:
    return f"/batches/{batch.id}/remove" in client.get(f"/batches/{batch.id}").text


def test_an_empty_batch_is_removed_from_its_page(client, session, batch):
    assert is_offered(client, batch)
    answer = client.post(f"/batches/{batch.id}/remove", follow_redirects=True)
    assert answer.request.path == "/batches"
    assert "Batch 1 is removed." in answer.text
    assert count_batches(session) == 0
    assert client.get(f"/batches/{batch.id}").status_code == 404
    assert client.post(f"/batches/{batch.id}/remove").status_code == 404


def test_the_page_asks_first_also_where_scripts_do_not_run(client, batch):
    """The button is in a part of the page that is closed until somebody opens it."""
    page = client.get(f"/batches/{batch.id}").text
    [form] = [form for form in forms_of(page) if form.action == f"/batches/{batch.id}/remove"]
    [closed] = form.iterancestors("details")
    assert "open" not in closed.attrib
    assert "begun by mistake" in closed.text_content()


@pytest.mark.parametrize("came_to", ["queued", "failed", "accept", "reject", "retake"])
def test_a_batch_with_any_photo_stays_and_the_page_says_why(client, session, batch, came_to):
    photo = make_photo(session, batch, verdict=None if came_to in ("queued", "failed") else came_to)
    if came_to == "failed":
        photo.state = PhotoState.FAILED
        session.commit()
    assert not is_offered(client, batch)
    answer = client.post(f"/batches/{batch.id}/remove", follow_redirects=True)
    assert answer.request.path == f"/batches/{batch.id}"
    assert STAYS in answer.text
    assert (count_batches(session), count_photos(session)) == (1, 1)


def test_only_the_workshop_itself_removes(client, session, batch, sign_in):
    agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
    organisations.add_mentorship(session, agency, batch.workshop)
    session.commit()
    others = {"designer": batch.standard.version.design.studio, "mentor": agency, "administrator": None}
    for role, organisation in others.items():
        sign_in(role, organisation=organisation)
        assert not is_offered(client, batch)
        assert client.post(f"/batches/{batch.id}/remove").status_code == 403
    sign_in("workshop")
    assert client.post(f"/batches/{batch.id}/remove").status_code == 404
    sign_in("workshop", organisation=batch.workshop)
    assert client.post(f"/batches/{batch.id}/remove").status_code == 303
    assert count_batches(session) == 0


def test_the_number_of_a_batch_that_went_is_free_again(client, session, workshop, batch):
    client.post(f"/batches/{batch.id}/remove")
    assert make_batch(session, workshop).number == 1


class TestAtTheSameMoment:
    """A photo arrives while somebody removes the batch: whoever is first is the one that counts."""

    def test_a_photo_that_was_first_is_not_lost(self, client, session, parts, batch, while_held):
        address = f"/batches/{batch.id}/remove"
        photo, _ = receive_photo(session, parts, batch.id, "piece.jpg", photo_bytes(1))
        answer = while_held(lambda: client.post(address, follow_redirects=True))
        assert STAYS in answer.text
        assert session.scalars(select(BatchPhoto.id)).all() == [photo.id]
        assert count_jobs(session) == 1

    def test_a_photo_that_was_second_is_not_said_to_be_received(self, client, session, batch, while_held):
        address = f"/batches/{batch.id}/photos"
        batches.remove_batch(session, batch.id)
        answer = while_held(lambda: client.post(address, **form_of((photo_bytes(1), "piece.jpg")), headers=JSON))
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "batch_not_found")
        assert (count_batches(session), count_photos(session), count_jobs(session)) == (0, 0, 0)
