"""Requests with a token, and the shape that every error has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
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


@pytest.fixture
def call(client: FlaskClient) -> Callable[..., TestResponse]:
    """`call("GET", "/batches", token)`: a request to the API, in English."""

    def call(method: str, path: str, token: str = "", **options) -> TestResponse:
        headers = {"Accept-Language": "en"} | options.pop("headers", {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return client.open(f"/api/v1{path}", method=method, headers=headers, **options)

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
