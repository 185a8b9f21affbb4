"""The photos of a standard: sent by a script or a plain form, removed, kept once the standard is closed."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.standards import MAX_REFERENCES, MIN_REFERENCES, StandardState
from catalog.store.tables import DesignVersion, ReferencePhoto, ReferenceStandard
from tests.factories import make_reference, make_standard, photo_bytes
from tests.fakes import MemoryStore
from tests.service.web.standard_pages import address

JSON = {"Accept": "application/json"}


def test_photos_arrive_one_by_one_from_the_script(
    client: FlaskClient, session: Session, images: MemoryStore, collecting: ReferenceStandard
):
    send = {"photo": (BytesIO(photo_bytes(1)), "../../IMG 1.jpg")}
    answer = client.post(address(collecting, "references"), data=send, headers=JSON)
    assert answer.status_code == 201
    session.refresh(collecting)
    reference = collecting.references[-1]
    assert answer.json == {"id": str(reference.id), "sha256": reference.image_key}
    assert reference.image_key in images.images
    assert reference.file_name == "IMG 1.jpg"
    again = client.post(
        address(collecting, "references"), data={"photo": (BytesIO(photo_bytes(1)), "b.jpg")}, headers=JSON
    )
    assert (again.status_code, again.json) == (200, answer.json)


def test_a_plain_form_sends_more_photos_at_once_than_one_request_usually_may(
    client: FlaskClient, app, session: Session, collecting: ReferenceStandard
):
    app.config["MAX_CONTENT_LENGTH"] = 2000
    files = [(BytesIO(photo_bytes(seed)), f"{seed}.jpg") for seed in range(4)]
    assert sum(len(photo_bytes(seed)) for seed in range(4)) > 2000
    answer = client.post(address(collecting, "references") + "?lang=en", data={"photo": files}, follow_redirects=True)
    assert "4 photos received." in answer.text
    session.refresh(collecting)
    assert len(collecting.references) == MIN_REFERENCES + 3


def test_who_may_not_send_photos_may_not_send_many_of_them_either(
    client: FlaskClient, app, sign_in, collecting: ReferenceStandard
):
    app.config["MAX_CONTENT_LENGTH"] = 2000
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in("workshop")
    files = [(BytesIO(photo_bytes(seed)), f"{seed}.jpg") for seed in range(4)]
    assert client.post(address(collecting, "references"), data={"photo": files}).status_code == 413


def test_a_full_standard_takes_no_more_photos(client: FlaskClient, session: Session, collecting: ReferenceStandard):
    for seed in range(200, 200 + MAX_REFERENCES - MIN_REFERENCES):
        make_reference(session, collecting, seed=seed)
    files = [(BytesIO(photo_bytes(seed)), f"{seed}.jpg") for seed in (1, 2)]
    answer = client.post(address(collecting, "references") + "?lang=en", data={"photo": files}, follow_redirects=True)
    assert "1 photo received." in answer.text
    assert "2.jpg: A standard has at most 40 reference photos." in answer.text
    assert "data-upload-known" not in answer.text
    session.refresh(collecting)
    assert len(collecting.references) == MAX_REFERENCES


@pytest.mark.parametrize("state", [StandardState.FITTING, StandardState.ACTIVE, StandardState.RETIRED])
def test_a_closed_standard_keeps_its_photos(
    client: FlaskClient, session: Session, version: DesignVersion, state: StandardState
):
    standard = make_standard(session, version, state=state)
    before = [reference.id for reference in standard.references]
    send = {"photo": (BytesIO(photo_bytes(1)), "a.jpg")}
    assert client.post(address(standard, "references"), data=send, headers=JSON).status_code == 409
    assert client.post(address(standard, "references", before[0], "remove")).status_code == 409
    assert client.post(address(standard, "references", "remove-marked")).status_code in (303, 409)
    session.expire_all()
    assert [reference.id for reference in standard.references] == before
    assert standard.state == state
    assert "/remove" not in client.get(address(standard)).text


def test_a_photo_is_taken_away_and_the_report_with_it(client: FlaskClient, session: Session, fitted: ReferenceStandard):
    gone = fitted.references[2].id
    assert client.post(address(fitted, "references", gone, "remove")).status_code == 303
    session.expire_all()
    assert (fitted.state, fitted.report, fitted.artifact_key) == (StandardState.COLLECTING, None, None)
    assert gone not in {reference.id for reference in fitted.references}
    # Twice, as from a second tab, is no error.
    assert client.post(address(fitted, "references", gone, "remove")).status_code == 303


def test_a_photo_of_another_standard_is_not_taken_away(
    client: FlaskClient, session: Session, fitted: ReferenceStandard
):
    foreign = make_standard(session, state=StandardState.COLLECTING).references[0]
    client.post(address(fitted, "references", foreign.id, "remove"))
    assert session.get(ReferencePhoto, foreign.id, populate_existing=True) is not None
    session.refresh(fitted)
    assert fitted.state == StandardState.FITTED


def test_a_store_that_is_down_answers_503(client: FlaskClient, images: MemoryStore, collecting: ReferenceStandard):
    images.is_down = True
    send = {"photo": (BytesIO(photo_bytes(1)), "a.jpg")}
    answer = client.post(address(collecting, "references"), data=send, headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
