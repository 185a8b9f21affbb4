"""Words and numbers of templates: found quickly, and never in another reader's language or unescaped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import render_template_string
from jinja2 import UndefinedError

from service.language import speaking


@pytest.fixture
def render(app):
    with app.test_request_context():
        yield render_template_string


def plain(source):
    """As in a mail."""
    return "{% autoescape false %}" + source + "{% endautoescape %}"


def test_a_word_follows_the_reader_also_within_one_page(render):
    told = []
    for language in ("id", "en", "id"):
        with speaking(language):
            told.append(render("{{ _('Search designs') }}"))
    assert told == ["Cari desain", "Search designs", "Cari desain"]


def test_values_are_escaped_on_pages_alone(render):
    source = "{{ _('Without “%(name)s”', name=name) }}"
    with speaking("en"):
        assert render(source, name="<b>") == "Without “&lt;b&gt;”"
        assert render(plain(source), name="<b>") == "Without “<b>”"


def test_two_per_cent_signs_are_one(render):
    source = "{{ _('100%% cotton') }}"
    assert render(source) == render(plain(source)) == "100% cotton"


def test_a_number_has_the_marks_of_the_reader(render):
    for language, told in (("id", "1.234,5"), ("en", "1,234.5"), ("id", "1.234,5")):
        with speaking(language):
            assert render("{{ n|numberformat }}", n=Decimal("1234.50")) == told


def test_a_name_that_is_not_there_is_an_error(render):
    with pytest.raises(UndefinedError):
        render("{{ nothing }}")


def test_speaking_ends_with_what_it_is_for(render):
    with speaking("id"):
        with speaking("en"):
            pass
        assert render("{{ _('Search designs') }}") == "Cari desain"
