"""Collections by the API: made, filled, shared and deleted by whom the token acts for."""

from __future__ import annotations

import pytest

from catalog.store import publishing
from tests.factories import make_design

TITLE = {"title": {"en": "For the fair"}}


@pytest.fixture
def token(token_of) -> str:
    return token_of("buyer")


@pytest.fixture
def collection_id(call, token) -> str:
    return call("POST", "/collections", token, json=TITLE).json["id"]


def test_a_collection_is_made_and_listed(call, token, collection_id):
    listed = call("GET", "/collections", token).json
    assert listed["total"] == 1
    [item] = listed["items"]
    assert (item["id"], item["title"], item["count"]) == (collection_id, {"id": "", "en": "For the fair"}, 0)
    assert item["share_url"] is None


def test_designs_go_in_once_in_their_order_and_out_again(call, token, collection_id, session):
    slugs = [make_design(session).design.slug for _ in range(2)]
    for slug in (*slugs, slugs[0]):
        assert call("PUT", f"/collections/{collection_id}/designs/{slug}", token).status_code == 200
    found = call("GET", f"/collections/{collection_id}", token).json
    assert [design["slug"] for design in found["designs"]] == slugs
    for _ in range(2):
        assert call("DELETE", f"/collections/{collection_id}/designs/{slugs[0]}", token).status_code == 204
    assert call("GET", f"/collections/{collection_id}", token).json["count"] == 1


def test_a_design_that_has_left_the_catalog_stays_without_an_address(call, token, collection_id, session):
    version = make_design(session)
    call("PUT", f"/collections/{collection_id}/designs/{version.design.slug}", token)
    publishing.retire(session, version)
    session.commit()
    [design] = call("GET", f"/collections/{collection_id}", token).json["designs"]
    assert (design["is_available"], design["version"], design["url"]) == (False, None, None)
    assert design["title"]["en"] == "Celadon bowl"


def test_sharing_gives_an_address_until_it_is_revoked(call, token, collection_id, client):
    address = call("PUT", f"/collections/{collection_id}/share", token).json["share_url"]
    path = address.removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    assert call("DELETE", f"/collections/{collection_id}/share", token).status_code == 204
    assert client.get(path).status_code == 404


def test_a_deleted_collection_is_gone(call, check_error, token, collection_id):
    assert call("DELETE", f"/collections/{collection_id}", token).status_code == 204
    check_error(call("GET", f"/collections/{collection_id}", token), 404, "collection_not_found")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "title"),
        ({"title": {"en": " "}}, "title_id"),
        ({"title": {"en": "x" * 200}}, "title_en"),
        ({**TITLE, "colour": "red"}, "colour"),
        ({**TITLE, "contact": 7}, "contact"),
        ({"title": "Spring"}, "title"),
        ({"title": {"en": 7}}, "title_en"),
    ],
)
def test_what_cannot_be_taken_is_named_field_by_field(call, check_error, token, sent, field):
    error = check_error(call("POST", "/collections", token, json=sent), 422, "invalid_fields")
    assert field in error["fields"]


def test_a_draft_cannot_be_put_into_a_collection(call, check_error, token, collection_id, session):
    draft = make_design(session, published=False)
    address = f"/collections/{collection_id}/designs/{draft.design.slug}"
    check_error(call("PUT", address, token), 404, "design_not_found")


def test_collections_of_others_are_not_there(call, check_error, token_of, collection_id):
    check_error(call("GET", f"/collections/{collection_id}", token_of("buyer")), 404, "collection_not_found")
