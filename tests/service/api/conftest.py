"""Requests with a token, and the shape that every error has."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openapi_schema_validator import OAS31Validator
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from catalog.organisations import Role
from service import accounts
from tests.factories import make_account


@pytest.fixture
def token_of(session: Session) -> Callable[..., str]:
    """`token_of("workshop", organisation=...)`: a token of a new person."""

    def token_of(role: Role | str, **person) -> str:
        token = accounts.add_token(session, make_account(session, role, **person), "tests")
        session.commit()
        return token

    return token_of


class Contract:
    """The OpenAPI document, held against answers: types, nulls, and no field that it does not name."""

    def __init__(self, client: FlaskClient) -> None:
        self._document = client.get("/api/v1/openapi.json").json
        self._addresses = client.application.url_map.bind("localhost")
        for schema in self._document["components"]["schemas"].values():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)

    def check(self, method: str, answer: TestResponse) -> None:
        if not answer.data or answer.mimetype != "application/json" or answer.request.path.endswith("openapi.json"):
            return
        try:
            rule, _ = self._addresses.match(answer.request.path, method, return_rule=True)
        except HTTPException:  # no operation of ours
            return
        operation = self._document["paths"][re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)][method.lower()]
        said = operation["responses"].get(str(answer.status_code), operation["responses"]["default"])
        if "$ref" in said:
            said = self._document["components"]["responses"][said["$ref"].rpartition("/")[2]]
        schema = said["content"]["application/json"]["schema"] | {"components": self._document["components"]}
        OAS31Validator(schema).validate(answer.json)


@pytest.fixture
def call(client: FlaskClient) -> Callable[..., TestResponse]:
    """`call("GET", "/batches", token)`: a request to the API, in English, whose answer is what the document says."""
    contract = Contract(client)

    def call(method: str, path: str, token: str = "", **options) -> TestResponse:
        headers = {"Accept-Language": "en"} | options.pop("headers", {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = client.open(f"/api/v1{path}", method=method, headers=headers, **options)
        contract.check(method, answer)
        return answer

    return call


@pytest.fixture
def check_error() -> Callable[[TestResponse, int, str], dict]:
    """Assert the one shape of every error; returns what is in it."""

    def check(response: TestResponse, status: int, code: str) -> dict:
        assert response.status_code == status, response.text
        assert response.mimetype == "application/json"
        assert set(response.json) == {"error"}
        error = response.json["error"]
        assert set(error) == {"code", "message", "fields"}
        assert error["code"] == code
        assert len(error["message"]) > 10
        return error

    return check
