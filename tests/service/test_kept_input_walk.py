"""Every form of every page, filled in and refused: what was typed and chosen stands in the answer, to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts import Account
from tests.browser.pages import pages_of, people_of
from tests.forms import TYPED, Field, Form, forms_of
from tests.service.test_permissions_walk import world  # noqa: F401, the fixture is used

TOO_LONG = "x" * 20_000
# Another craft has other attributes: those of the one before are asked no more.
CHANGES_THE_FORM = {"craft"}
# Those that the world's records refuse: designs, versions, quotations, messages, collections, regions, people, ...
LEAST_REFUSED = 15


def test_what_was_typed_and_chosen_is_kept_by_every_form_that_refuses_it(app, session, world):  # noqa: F811
    people = people_of(session, world)
    lost, refused = [], set()
    for page in pages_of(app, people, world):
        client, account = app.test_client(), people.get(page.who)
        sign_in(client, account)
        for form in forms_of(client.get(page.address, buffered=True).text):
            if form.method != "post" or not any(each.kind in TYPED for each in form.fields):
                continue
            for values in (fill_in(form), fill_in(form, TOO_LONG)):
                sign_in(client, account)
                answer = send(client, form.action or page.address, values)
                if answer.mimetype == "text/html" and 400 <= answer.status_code < 500:
                    refused.add((page.endpoint, tuple(sorted(form.names))))
                    lost += [f"{page}: {name}" for name in not_kept(form, values, answer)]
                    break
    assert not lost, "\n".join(lost)
    assert len(refused) >= LEAST_REFUSED, sorted(refused)


def sign_in(client: FlaskClient, account: Account | None) -> None:
    if account is not None:
        with client.session_transaction() as cookies:
            cookies.update(_user_id=account.fs_uniquifier, _fresh=True)


def send(client: FlaskClient, address: str, values: list[tuple[str, str]]) -> TestResponse:
    return client.post(address, data=urlencode(values), content_type="application/x-www-form-urlencoded", buffered=True)


def fill_in(form: Form, word: str = "") -> list[tuple[str, str]]:
    """Words in all that takes words, dates and numbers too; all boxes ticked, and the last of what is to choose."""
    return [(each.name, value) for place, each in enumerate(form.fields) for value in _filled(each, word, place)]


def _filled(each: Field, word: str, place: int) -> Iterator[str]:
    if each.kind in TYPED:
        yield word or f"ketik{place}"
    elif each.kind == "select" and each.name not in CHANGES_THE_FORM and each.options:
        yield each.options[-1][0]
    elif each.kind == "checkbox":
        yield each.value
    elif each.kind == "password":
        yield "rahasia"
    elif each.kind != "file":
        yield from each.values


def not_kept(form: Form, sent: list[tuple[str, str]], answer: TestResponse) -> list[str]:
    """The fields in whose place the answer has something else. A colour may be written in capitals."""
    asked = {each.name for each in form.fields if each.kind not in ("hidden", "password", "file", "submit")}
    again = [other for other in forms_of(answer.text) if asked <= other.names]
    if not again:
        return ["the whole form"]
    kept = min(again, key=lambda other: len(other.names - asked)).values()
    expected: dict[str, list[str]] = {}
    for name, value in sent:
        if name in asked:
            expected.setdefault(name, []).append(value.lower())
    # Rows that repeat come with more of them, empty ones.
    return [
        name for name, values in expected.items() if [value.lower() for value in kept[name]][: len(values)] != values
    ]
