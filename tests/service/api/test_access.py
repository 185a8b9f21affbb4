"""Tokens, limits and errors of the API; and what needs no token."""

from __future__ import annotations

import datetime

import pytest

from service import accounts
from service.accounts import ApiToken
from service.settings import Settings
from tests.factories import make_account, make_batch, make_design, make_standard


def test_everyone_finds_and_reads_published_designs(call, session, images):
    bowl = make_design(session, images=images)
    make_standard(session, bowl)
    make_design(session, published=False)
    found = call("GET", "/designs?q=bowl&craft=ceramics").json
    assert [item["slug"] for item in found["items"]] == [bowl.design.slug]
    design = call("GET", f"/designs/{bowl.design.slug}").json
    assert design["title"] == {"id": "Mangkuk seladon", "en": "Celadon bowl"}
    assert design["dimensions_mm"] == {"diameter": 140, "height": 60}
    assert [standard["view"] for standard in design["standards"]] == ["from_above"]
    assert design["pictures"][0]["url"].endswith(f"/pictures/{bowl.pictures[0].image_key}/1600.webp")
    assert call("GET", "/designs?craft=wood").json["total"] == 0


def test_a_draft_is_not_there_not_even_for_its_designer(call, check_error, session, token_of):
    draft = make_design(session, published=False)
    token = token_of("designer", organisation=draft.design.studio)
    check_error(call("GET", f"/designs/{draft.design.slug}"), 404, "design_not_found")
    check_error(call("GET", f"/designs/{draft.design.slug}", token), 404, "design_not_found")


def test_a_token_tells_whose_it_is(call, session, token_of):
    me = call("GET", "/me", token_of("mentor")).json
    assert (me["role"], me["organisation"]["kind"], me["token_name"]) == ("mentor", "mentor_agency", "tests")


@pytest.mark.parametrize("header", ["Bearer kriya_wrong", "Bearer ", "Basic YTpi", "kriya_wrong"])
def test_a_wrong_token_is_refused_even_where_none_is_needed(client, check_error, header):
    for path in ("/me", "/designs"):
        answer = client.get(f"/api/v1{path}", headers={"Authorization": header})
        check_error(answer, 401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_opens_nothing(client, check_error, sign_in):
    sign_in("administrator")
    check_error(client.get("/api/v1/me"), 401, "not_signed_in")
    check_error(client.get("/api/v1/batches"), 401, "not_signed_in")


def test_a_token_is_worth_nothing_once_it_is_revoked(call, check_error, session, token_of):
    token = token_of("workshop")
    kept = session.query(ApiToken).one()
    assert token not in kept.token_hash
    accounts.revoke_token(session, kept.account_id, kept.id)
    session.commit()
    check_error(call("GET", "/me", token), 401, "not_signed_in")


def test_a_token_is_worth_nothing_once_its_account_is_off_nor_when_it_is_on_again(call, check_error, session, token_of):
    token = token_of("workshop")
    account = session.query(ApiToken).one().account
    for is_active in (False, True):
        accounts.set_active(session, account, is_active)
        session.commit()
        check_error(call("GET", "/me", token), 401, "not_signed_in")


def test_the_use_of_a_token_is_noted_once_an_hour(call, session, token_of):
    token = token_of("workshop")
    call("GET", "/me", token)
    kept = session.query(ApiToken).one()
    first = kept.last_used_at
    assert first is not None
    call("GET", "/me", token)
    session.refresh(kept)
    assert kept.last_used_at == first
    kept.last_used_at = first - datetime.timedelta(hours=2)
    session.commit()
    call("GET", "/me", token)
    session.refresh(kept)
    assert kept.last_used_at >= first


def test_what_a_role_may_not_do_is_forbidden(call, check_error, token_of):
    check_error(call("POST", "/batches", token_of("designer"), json={}), 403, "forbidden")
    check_error(call("GET", "/standards", token_of("buyer")), 403, "forbidden")


def test_batches_of_others_are_not_found(call, check_error, session, token_of):
    batch = make_batch(session, photos=1)
    token = token_of("workshop")
    check_error(call("GET", f"/batches/{batch.id}", token), 404, "batch_not_found")
    check_error(call("GET", f"/batches/{batch.id}/photos", token), 404, "batch_not_found")


def test_addresses_that_are_not_there_and_methods_that_are_not_taken_have_the_same_shape(call, check_error, token_of):
    check_error(call("GET", "/nothing"), 404, "not_found")
    check_error(call("GET", "/batches/not-an-identifier", token_of("workshop")), 404, "not_found")
    answer = call("DELETE", "/designs")
    check_error(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=201", "craft=plumbing", "q=" + "x" * 201])
def test_a_query_that_makes_no_sense_names_its_field(call, check_error, query):
    error = check_error(call("GET", f"/designs?{query}"), 422, "invalid_fields")
    assert list(error["fields"]) == [query.split("=")[0]]


def test_odd_words_find_nothing_and_break_nothing(call):
    for words in ("%00", "%27%20OR%201=1", "a%20%26%20!b", "%F0%9F%AA%B4"):
        assert call("GET", f"/designs?q={words}").status_code == 200


class TestLimit:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(**(vars(settings) | {"api_rate_limit": "3 per minute"}))

    def test_too_many_requests_are_told_when_to_come_again(self, call, check_error):
        for _ in range(3):
            assert call("GET", "/designs").status_code == 200
        answer = call("GET", "/me")
        check_error(answer, 429, "too_many_requests")
        assert 0 < int(answer.headers["Retry-After"]) <= 60

    def test_another_address_is_not_held_up(self, call, client):
        for _ in range(4):
            call("GET", "/designs")
        other = client.get("/api/v1/designs", environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert other.status_code == 200


def test_an_account_has_only_so_many_tokens(session):
    account = make_account(session, "workshop")
    for number in range(accounts.MAX_TOKENS):
        accounts.add_token(session, account, f"token {number}")
    with pytest.raises(accounts.RuleBroken, match="too_many_tokens"):
        accounts.add_token(session, account, "one more")
