"""Requests for quotation through the API."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from catalog.inquiries import Action
from catalog.organisations import OrganisationKind, Role
from catalog.store.tables import DesignVersion, Organisation
from tests.factories import make_design, make_organisation, make_person
from tests.inquiry_factories import decide, invite, make_inquiry, make_quotation


@dataclass
class World:
    version: DesignVersion
    studio: Organisation
    buyer: str
    designer: str


@pytest.fixture
def world(session: Session, token_of) -> World:
    studio = make_organisation(session, OrganisationKind.STUDIO)
    version = make_design(session, studio)
    return World(version, studio, token_of(Role.BUYER), token_of(Role.DESIGNER, organisation=studio))


def request_for(version: DesignVersion, **more) -> dict:
    line = {"design": version.design.slug, "quantity": 120, "target_price": "11.50"}
    return {"lines": [line], "currency": "EUR", "country": "NL", "note": "For the spring."} | more


def test_a_buyer_asks_and_the_studio_answers(call, world):
    token = str(uuid.uuid4())
    asked = call("POST", "/inquiries", world.buyer, json=request_for(world.version, token=token))
    assert asked.status_code == 201, asked.text
    assert call("POST", "/inquiries", world.buyer, json=request_for(world.version, token=token)).json == asked.json
    path = f"/inquiries/{asked.json['id']}"
    said = call("POST", f"{path}/messages", world.designer, json={"text": "Gladly."})
    assert (said.status_code, said.json["state"], said.json["text"]) == (201, "answered", "Gladly.")
    read = call("GET", path, world.buyer).json
    assert [entry["text"] for entry in read["entries"]] == ["For the spring.", "Gladly."]
    assert read["lines"][0]["target_price"] == "11.50"
    listed = call("GET", "/inquiries", world.designer).json
    assert (listed["total"], listed["items"][0]["id"]) == (1, asked.json["id"])


def test_a_quotation_is_read_with_how_it_stands(call, world, session, token_of):
    buyer = make_person(session, make_organisation(session, OrganisationKind.BUYER))
    designer = make_person(session, world.studio)
    inquiry = make_inquiry(session, buyer, world.version)
    make_quotation(session, inquiry, designer, "16.00")
    newer = make_quotation(session, inquiry, designer, "15.00")
    decide(session, inquiry, buyer, Action.AGREE_SAMPLE, newer)
    read = call("GET", f"/inquiries/{inquiry.id}", world.designer).json
    offers = [entry["quotation"] for entry in read["entries"] if entry["quotation"]]
    assert [(offer["prices"][0]["unit"], offer["state"]) for offer in offers] == [
        ("16.00", "replaced"),
        ("15.00", "standing"),
    ]
    assert (read["state"], offers[1]["sample_price"]) == ("sample_agreed", "40.00")


def test_wrong_fields_are_named(call, world, check_error):
    wrong = request_for(world.version, country="XX", incoterm="FOB", wanted_on="2001-01-01")
    wrong["lines"][0]["quantity"] = 0
    error = check_error(call("POST", "/inquiries", world.buyer, json=wrong), 422, "invalid_fields")
    assert set(error["fields"]) == {"country", "incoterm_place", "wanted_on", "quantity_1"}
    unread = request_for(world.version, colour="green")
    check_error(call("POST", "/inquiries", world.buyer, json=unread), 422, "invalid_fields")


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"lines": []}, "lines", "Please fill this in."),
        ({"lines": 7}, "lines", "The API takes another type here."),
        ({"lines": [{"design": "vas", "quantity": True}]}, "quantity_1", "Write a whole number, such as 120."),
        ({"lines": [{"design": "vas", "quantity": 1}, {"quantity": 1}]}, "design_2", "Please fill this in."),
        ({"lines": [{"design": "vas", "quantity": 1}, "x"]}, "lines_2", "The API takes another type here."),
        ({"note": None}, "note", "Write a text."),
    ],
)
def test_wrong_types_are_named_however_deep(call, world, check_error, changes, field, told):
    sent = request_for(world.version) | changes
    error = check_error(call("POST", "/inquiries", world.buyer, json=sent), 422, "invalid_fields")
    assert error["fields"] == {field: told}


def test_only_its_parties_read_an_inquiry(call, world, session, token_of, check_error):
    inquiry = make_inquiry(session, make_person(session, make_organisation(session, "buyer")), world.version)
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    maker = token_of(Role.WORKSHOP, organisation=workshop)
    for method, path, body in (("GET", "", None), ("POST", "/messages", {"text": "Let me in"})):
        for token in (world.buyer, maker):
            answer = call(method, f"/inquiries/{inquiry.id}{path}", token, json=body)
            check_error(answer, 404, "inquiry_not_found")
    check_error(call("GET", f"/inquiries/{inquiry.id}", token_of(Role.ADMINISTRATOR)), 403, "forbidden")
    check_error(call("POST", "/inquiries", world.designer, json=request_for(world.version)), 403, "forbidden")
    invite(session, inquiry, make_person(session, world.studio), workshop.id)
    assert call("GET", f"/inquiries/{inquiry.id}", maker).status_code == 200


def test_whoever_writes_too_often_is_told_when_to_come_back(call, world, session, monkeypatch, check_error):
    monkeypatch.setattr("catalog.store.inquiries.MAX_INQUIRIES_A_DAY", 1)
    assert call("POST", "/inquiries", world.buyer, json=request_for(world.version)).status_code == 201
    answer = call("POST", "/inquiries", world.buyer, json=request_for(world.version))
    check_error(answer, 429, "too_many_inquiries")
    assert int(answer.headers["Retry-After"]) > 0
