"""One person's address and passwords, and what tests of signing in do with them."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

EMAIL, PASSWORD = "ani@example.org", "seladon dan kayu"
NEW_PASSWORD = "tembaga dan rotan"


def try_to_sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, *, remember: bool = False, **more
) -> TestResponse:
    form = {"email": email, "password": password} | ({"remember": "y"} if remember else {})
    return client.post("/login", data=form, **more)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def without_values(page: str) -> str:
    """A page without what stands in its fields and its head: what is left is what it says."""
    return re.sub(r'value="[^"]*"|content="[^"]*"', "", page)


def form_token(client: FlaskClient, path: str) -> str:
    """The CSRF token that a page carries."""
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(path).text).group(1)
