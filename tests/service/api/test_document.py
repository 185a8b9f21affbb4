"""The OpenAPI document is valid, complete and true; its page shows all of it."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import validate

from catalog.organisations import Role
from catalog.permissions import ROLES_OF
from service.audience import PAGES_UNDER_API
from service.security import permission_of

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(client) -> dict:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    return response.json


def operations(document: dict):
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def test_the_document_is_valid_openapi(document):
    validate(document)
    assert document["openapi"].startswith("3.")
    assert document["servers"] == [{"url": "http://localhost"}]


def test_every_operation_says_what_it_does_who_may_and_what_it_answers(document):
    tags = {tag["name"] for tag in document["tags"]}
    names = []
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert set(operation["tags"]) <= tags, where
        assert operation["security"], where
        assert any(status.startswith("2") for status in operation["responses"]), where
        assert "default" in operation["responses"], where
        names.append(operation["operationId"])
    assert len(names) == len(set(names)) > 8


def test_every_parameter_says_what_it_means(document):
    for path, item in document["paths"].items():
        for parameter in item.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
        for method in METHODS & item.keys():
            for parameter in item[method].get("parameters", []):
                assert parameter["description"], (path, method, parameter["name"])
                assert parameter["schema"], (path, method, parameter["name"])


def test_every_route_of_the_api_is_in_the_document_with_the_security_it_has(app, document):
    documented = {(path, method.upper()): operation for path, method, operation in operations(document)}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or rule.endpoint in PAGES_UNDER_API | {"api.openapi"}:
            continue
        path = re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>", r"{\1}", rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            operation = documented.pop((path, method))
            is_open = Role.VISITOR in ROLES_OF[permission_of(app, rule.endpoint)]
            assert ({} in operation["security"]) == is_open, f"{method} {path}"
    assert documented == {}


def test_errors_are_documented_with_the_shape_they_have(document):
    problem = document["components"]["schemas"]["Problem"]
    assert set(problem["properties"]) == {"code", "message", "fields"}


def test_the_page_shows_every_operation_and_every_schema_and_loads_nothing_from_elsewhere(client, document):
    page = client.get("/api/v1/docs", headers={"Accept-Language": "en"}).text
    for path, _, operation in operations(document):
        assert f'id="{operation["operationId"]}"' in page
        assert path in page
    for name in document["components"]["schemas"].keys() - {"PaginationMetadata"}:
        assert f'id="schema-{name}"' in page
    assert 'src="http' not in page
    assert "<script>" not in page


def test_the_page_speaks_the_readers_language_and_knows_who_is_signed_in(client, sign_in):
    assert '<html lang="id">' in client.get("/api/v1/docs?lang=id").text
    assert '<html lang="en">' in client.get("/api/v1/docs?lang=en").text
    account = sign_in("workshop")
    assert account.person.name in client.get("/api/v1/docs").text
