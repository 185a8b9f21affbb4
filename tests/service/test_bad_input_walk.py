"""Every form and every operation of the API, sent what makes no sense: each answers in words, and none breaks."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest

from catalog.organisations import Role
from tests.service.test_permissions_walk import (  # noqa: F401, the fixtures are used
    is_api,
    make_records,
    rules_of,
    walker,
    world,
)

SERVICE = Path(__file__).resolve().parents[2] / "service"
HOSTILE = [
    "",
    "x" * 20_000,
    "<script>alert(1)</script>{{ 7*7 }}%s%(a)s",
    "a\0b\x1b[31m\u202e",
    "\ud800",  # half a surrogate
    "-1",
    "1e999",
    "NaN",
    "99999-12-31",
    "00000000-0000-0000-0000-000000000000",
]
# Each time every field has another of these.
TURNS = (0, 3, 7)
JSON_HOSTILE = [True, -1, 1.5, 10**30, "", "x" * 20_000, "a\0b", [], {}, [[[]]], {"a": {"b": [1]}}]
# Signs somebody out, or is no form of ours.
LEFT_OUT = {"security.logout", "account.sign_out"}
ROLES = [Role.DESIGNER, Role.WORKSHOP, Role.BUYER, Role.ADMINISTRATOR]


def names_of_fields() -> list[str]:
    """Whatever a template or a view calls a field."""
    found = set()
    for path in [*SERVICE.glob("templates/**/*.html"), *SERVICE.glob("web/*.py")]:
        text = path.read_text()
        found |= set(re.findall(r'\bname="([a-z_.]+)"', text))
        found |= set(re.findall(r'(?:text_field|text_area|select_field|check_field)\("([a-z_.]+)"', text))
        found |= {f"{name}_{end}" for name in re.findall(r'text_pair\("([a-z_.]+)"', text) for end in ("id", "en")}
        found |= set(re.findall(r'request\.form(?:\.get|\.getlist)?[\[(]"([a-z_]+)"', text))
    return sorted(found - {"csrf_token", "viewport", "description", "theme-color", "robots"})


def home_of(world, role):  # noqa: F811
    return {Role.DESIGNER: world.studio, Role.WORKSHOP: world.workshop}.get(role)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("turn", TURNS)
def test_every_form_answers_what_makes_no_sense(app, walker, world, role, turn):  # noqa: F811
    sender = walker(role, home_of(world, role), is_owner=True)
    values = {name: HOSTILE[(place + turn) % len(HOSTILE)] for place, name in enumerate(names_of_fields())}
    broken = []
    for rule, method in rules_of(app):
        if method != "POST" or is_api(rule) or rule.endpoint in LEFT_OUT or rule.endpoint.startswith("security."):
            continue
        address = app.url_map.bind("localhost").build(
            rule.endpoint, {name: world.values[name] for name in rule.arguments}, method="POST"
        )
        with sender.client.session_transaction() as cookies:
            cookies.update(_user_id=sender.account.new_sign_in(), _fresh=True)
        answer = sender.client.post(address, data=encoded(values), content_type="application/x-www-form-urlencoded")
        if answer.status_code >= 500:
            broken.append(f"{rule.rule}: {answer.status_code}")
        assert "<script>alert" not in answer.get_data(as_text=True), rule.rule
    assert not broken, "\n".join(broken)


def encoded(values: dict[str, str]) -> bytes:
    """As a form sends them, half surrogates too, which no browser would send and some program will."""
    pairs = (f"{name}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}" for name, value in values.items())
    return "&".join(pairs).encode()


@pytest.mark.parametrize("role", ROLES)
def test_every_operation_of_the_api_answers_what_makes_no_sense_in_one_shape(
    app, client, walker, world, role  # noqa: F811
):
    sender = walker(role, home_of(world, role), is_owner=True)
    document = client.get("/api/v1/openapi.json").json
    headers = {"Authorization": f"Bearer {sender.token}", "Accept-Language": "id"}
    broken = []
    for path, item in document["paths"].items():
        for method in {"post", "put", "patch", "delete", "get"} & item.keys():
            address = re.sub(r"\{(\w+)\}", lambda found: str(world.values.get(found[1], "none")), path)
            for body in bodies(document, item[method]):
                answer = client.open(address, method=method.upper(), headers=headers, json=body, buffered=True)
                if answer.status_code >= 500:
                    broken.append(f"{method} {path} {str(body)[:60]}: {answer.status_code}")
                if 400 <= answer.status_code < 500:
                    assert set(answer.json["error"]) == {"code", "message", "fields"}, f"{method} {path}"
                    assert answer.json["error"]["message"], f"{method} {path}"
            asked = [each["name"] for each in item[method].get("parameters", ()) if each.get("in") == "query"]
            for value in ("", "-1", "x" * 5000, "\0", "1e999", "é’<b>"):
                query = dict.fromkeys(asked, value)
                if query and method == "get":
                    answer = client.get(address, headers=headers, query_string=query, buffered=True)
                    if answer.status_code >= 500:
                        broken.append(f"{method} {path}?{value[:9]!r}: {answer.status_code}")
    assert not broken, "\n".join(broken)


def bodies(document: dict, operation: dict) -> list:
    """Bodies of the wrong kind, and the right object with each value that makes no sense in all of its fields."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return []
    schema = content["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    names = schema.get("properties", {})
    filled = [dict.fromkeys(names, value) for value in (None, *JSON_HOSTILE)]
    return [*JSON_HOSTILE, {"no such field": 1}, *filled]
