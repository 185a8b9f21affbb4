"""Every page, asked with addresses that make no sense: a page or words, never a failure, and no markup that acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest

from catalog.organisations import Role
from tests.service.test_permissions_walk import (  # noqa: F401, the fixtures are used
    rules_of,
    walker,
    world,
)

SERVICE = Path(__file__).resolve().parents[2] / "service"
HOSTILE = [
    "-1",
    "9223372036854775807",
    "a\0b",
    "\ud800",
    "\u202e'&|!:*()\\%s{{7*7}}<script>alert(1)</script>",
    "//evil.example",
]
LEFT_OUT = {"security.logout", "account.sign_out"}


def names_of_queries() -> list[str]:
    """Whatever the service reads from an address, and the fields of the search."""
    found = {"q", "page", "sort", "craft", "material", "colour", "technique", "lang", "next", "version", "photo"}
    for path in [*SERVICE.glob("**/*.py")]:
        found |= set(re.findall(r'args\.get(?:list)?\("([a-z_]+)"', path.read_text()))
    for path in SERVICE.glob("templates/catalog/*.html"):
        found |= set(re.findall(r'\bname="([a-z_.]+)"', path.read_text()))
    return sorted(found)


def encoded(value: str) -> str:
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"))


def pages_of(app, world) -> Iterator[str]:  # noqa: F811
    """Addresses of pages alone: the API is walked elsewhere, and files are slow to make."""
    for rule, method in rules_of(app):
        is_left_out = rule.endpoint in LEFT_OUT or rule.endpoint.startswith("security.")
        if method == "GET" and not rule.rule.startswith("/api/") and "." not in rule.rule and not is_left_out:
            values = {name: world.values[name] for name in rule.arguments}
            yield app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")


@pytest.mark.parametrize(("role", "place"), [(Role.DESIGNER, "studio"), (Role.WORKSHOP, "workshop")])
def test_every_page_answers_a_query_that_makes_no_sense(app, walker, world, role, place):  # noqa: F811
    reader = walker(role, getattr(world, place), is_owner=True)
    names, broken = names_of_queries(), []
    with reader.client.session_transaction() as cookies:
        cookies.update(_user_id=reader.account.new_sign_in(), _fresh=True)
    for address in pages_of(app, world):
        for value in HOSTILE:
            query = "&".join(f"{name}={encoded(value)}" for name in names)
            answer = reader.client.get(f"{address}?{query}", buffered=True)
            leads_away = answer.headers.get("Location", "").startswith(("//", "http://evil", "https://evil"))
            if answer.status_code >= 500 or b"<script>alert" in answer.data or leads_away:
                broken.append(f"{address} {value!r}: {answer.status_code}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("address", ["/batches", "/inquiries", "/notifications", "/designs"])
def test_a_page_beyond_every_end_is_no_failure(client, sign_in, address):
    sign_in(Role.WORKSHOP)
    for page in ("9223372036854775807", "461168601842738792", "9" * 4400, "-9", "a\0"):
        assert client.get(address, query_string={"page": page}).status_code in (200, 404), page[:20]
