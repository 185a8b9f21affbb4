"""JSON as the API writes and reads it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from babel.support import LazyProxy
from markupsafe import Markup


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": None}, '{"b":1,"a":null}'),
        ("Mangkuk “Awan”", '"Mangkuk “Awan”"'),
        (Markup("<b>"), '"<b>"'),
        (Decimal("12.50"), '"12.50"'),
        ({"much": 10**30}, '{"much": 1000000000000000000000000000000}'),
        ([10**30, datetime.date(2026, 11, 27)], '[1000000000000000000000000000000, "2026-11-27"]'),
        ("\ud800", '"\\ud800"'),
        (datetime.date(2026, 11, 27), '"2026-11-27"'),
        (datetime.datetime(2026, 11, 27, 8, 0, tzinfo=datetime.UTC), '"2026-11-27T08:00:00+00:00"'),
    ],
)
def test_values_are_written_so(app, value, written):
    assert app.json.dumps(value) == written


def test_a_text_of_the_sign_in_that_waits_for_its_language_is_written(app):
    assert app.json.dumps({"said": LazyProxy(str.upper, "id")}) == '{"said":"ID"}'


def test_what_has_no_form_is_a_mistake_of_ours(app):
    with pytest.raises(TypeError):
        app.json.dumps(object())


@pytest.mark.parametrize("body", ["", "{", "NaN", '{"a": Infinity}', '"\\ud800"', "[" * 2000])
def test_what_is_no_json_is_refused(app, body):
    with pytest.raises(ValueError):
        app.json.loads(body)


def test_json_within_a_page_cannot_end_its_script(app):
    with app.test_request_context():
        page = app.jinja_env.from_string("{{ told|tojson }}").render(told={"title": "</script><b>'&"})
    assert not set("<>&'") & set(page)
