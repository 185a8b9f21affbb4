"""Every form of every page, filled in and refused: what was typed and chosen stands in the answer, to be mended."""

from __future__ import annotations

from copy import deepcopy

from flask.testing import FlaskClient
from lxml.html import FormElement, InputElement, SelectElement, TextareaElement
from werkzeug.test import TestResponse

from service.accounts import Account
from tests.browser.pages import pages_of, people_of
from tests.forms import forms_of, values_of
from tests.service.test_permissions_walk import world  # noqa: F401, the fixture is used

Control = InputElement | SelectElement | TextareaElement

TYPED = {"text", "textarea", "search", "tel", "url", "email", "number", "date", "color"}
# Secrets and files are given anew, and what a page itself says of a form is not typed.
NOT_KEPT = {"hidden", "password", "file", "submit"}
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
            if form.method != "POST" or not any(kind_of(control) in TYPED for control in form.inputs):
                continue
            for values in (fill_in(form), fill_in(form, TOO_LONG)):
                sign_in(client, account)
                answer = client.post(form.action or page.address, data=values, buffered=True)
                if answer.mimetype == "text/html" and 400 <= answer.status_code < 500:
                    refused.add((page.endpoint, tuple(sorted(set(form.fields)))))
                    lost += [f"{page}: {name}" for name in not_kept(form, values, answer)]
                    break
    assert not lost, "\n".join(lost)
    assert len(refused) >= LEAST_REFUSED, sorted(refused)


def sign_in(client: FlaskClient, account: Account | None) -> None:
    if account is not None:
        with client.session_transaction() as cookies:
            cookies.update(_user_id=account.new_sign_in(), _fresh=True)


def fill_in(form: FormElement, word: str = "") -> dict[str, list[str]]:
    """Words in all that takes words, dates and numbers too; all boxes ticked, and the last of what is to choose."""
    filled = deepcopy(form)
    for place, control in enumerate(filled.inputs):
        kind = kind_of(control)
        if kind in TYPED:
            control.value = word or f"ketik{place}"
        elif kind == "select" and control.name not in CHANGES_THE_FORM and control.value_options:
            control.value = control.value_options[-1]
        elif kind == "checkbox":
            control.checked = True
    return values_of(filled)


def kind_of(control: Control) -> str:
    return control.type if isinstance(control, InputElement) else control.tag


def not_kept(form: FormElement, sent: dict[str, list[str]], answer: TestResponse) -> list[str]:
    """The fields in whose place the answer has something else. A colour may be written in capitals."""
    asked = {control.name for control in form.inputs if kind_of(control) not in NOT_KEPT}
    again = [other for other in forms_of(answer.text) if asked <= set(other.fields)]
    if not again:
        return ["the whole form"]
    kept = values_of(min(again, key=lambda other: len(set(other.fields) - asked)))
    # Rows that repeat come with more of them, empty ones.
    return [
        name
        for name in asked & set(sent)
        if [value.lower() for value in kept.get(name, ())][: len(sent[name])] != [value.lower() for value in sent[name]]
    ]
