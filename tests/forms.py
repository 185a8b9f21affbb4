"""The forms of a page, and what a browser would send of them as they stand."""

from __future__ import annotations

import lxml.html
from lxml.html import FormElement


def forms_of(page: str) -> list[FormElement]:
    return lxml.html.fromstring(page).forms


def values_of(form: FormElement) -> dict[str, list[str]]:
    """By the names of the fields."""
    found: dict[str, list[str]] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found
