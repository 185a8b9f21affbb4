"""Reviews and limits through the API."""

from __future__ import annotations

import pytest

from catalog.store import calibrations
from tests.factories import make_batch, make_photo
from tests.service.reviewed import make_false_rejects, make_piece, make_reviewable_standard


@pytest.fixture
def standard(session, images):
    return make_reviewable_standard(session, images)


@pytest.fixture
def batch(session, standard):
    return make_batch(session, standard=standard)


@pytest.fixture
def token(token_of, standard) -> str:
    return token_of("designer", organisation=standard.version.design.studio)


def test_a_piece_is_corrected_and_the_correction_withdrawn(call, session, batch, token):
    photo = make_piece(session, batch, 1, 1.5)
    said = call("PUT", f"/photos/{photo.id}/correction", token, json={"opinion": "good", "note": "a reflection"})
    assert said.status_code == 200
    correction = said.json["correction"]
    assert (correction["opinion"], correction["note"], said.json["verdict"]) == ("good", "a reflection", "rework")
    assert correction["reviewer"]
    [listed] = call("GET", f"/batches/{batch.id}/photos", token).json["items"]
    assert listed["correction"] == correction
    assert call("DELETE", f"/photos/{photo.id}/correction", token).json["correction"] is None
    assert call("GET", f"/photos/{photo.id}", token).json["correction"] is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "opinion"),
        ({"opinion": "nice"}, "opinion"),
        ({"opinion": None}, "opinion"),
        ({"opinion": "good", "note": "x" * 501}, "note"),
        ({"opinion": "good", "why": ""}, "why"),
    ],
)
def test_every_field_that_cannot_be_taken_is_named(call, check_error, session, batch, token, sent, field):
    photo = make_piece(session, batch, 1, 1.5)
    answer = call("PUT", f"/photos/{photo.id}/correction", token, json=sent)
    assert list(check_error(answer, 422, "invalid_fields")["fields"]) == [field]


def test_a_photo_without_a_verdict_takes_no_correction(call, check_error, session, batch, token):
    photo = make_photo(session, batch)
    answer = call("PUT", f"/photos/{photo.id}/correction", token, json={"opinion": "good"})
    check_error(answer, 409, "photo_is_not_judged")


def test_a_limit_is_read_used_and_gone_back_from(call, check_error, session, standard, batch, token):
    photos = make_false_rejects(session, batch)
    found = call("GET", f"/standards/{standard.id}/corrections", token).json
    assert (found["is_change"], found["limit_in_force"], found["good"]) == (True, 1.0, 6)
    assert found["false_rejects"]["before"] == 5
    assert {each["photo_id"] for each in found["changed"]} <= {str(photo.id) for photo in photos}
    assert sum(pair["before"] for pair in found["counts"].values()) == 6
    limits = f"/standards/{standard.id}/limits"
    used = call("POST", limits, token, json={"proposal": found["proposal"]})
    assert (used.status_code, used.json["number"], used.json["limit"]) == (201, 1, found["limit"])
    check_error(call("POST", limits, token, json={"proposal": found["proposal"]}), 409, "corrections_changed")
    now = call("GET", f"/standards/{standard.id}/corrections", token).json
    check_error(call("POST", limits, token, json={"proposal": now["proposal"]}), 422, "nothing_to_change")
    assert call("POST", f"{limits}/back", token, json={"number": 0}).json["back_to"] == 0
    check_error(call("POST", f"{limits}/back", token, json={"number": 0}), 422, "limit_is_in_force")
    check_error(call("POST", f"{limits}/back", token, json={"number": 9}), 404, "calibration_not_found")
    check_error(call("POST", f"{limits}/back", token, json={"number": "x"}), 422, "invalid_fields")
    assert [each["number"] for each in call("GET", limits, token).json["items"]] == [2, 1]
    session.expire_all()
    assert calibrations.limit_in_force(session, standard).number == 0


def test_only_the_studio_reads_and_moves_its_limits(call, check_error, session, standard, batch, token_of):
    make_false_rejects(session, batch)
    stranger, mentor = token_of("designer"), token_of("mentor")
    check_error(call("GET", f"/standards/{standard.id}/corrections", stranger), 404, "standard_not_found")
    check_error(call("GET", f"/standards/{standard.id}/corrections", mentor), 403, "forbidden")
    answer = call("POST", f"/standards/{standard.id}/limits", stranger, json={"proposal": "x"})
    check_error(answer, 404, "standard_not_found")
