"""What a new design is given by the database: an address that nobody has."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from catalog.text import Text
from tests.factories import make_design


def slug_of_new(session: Session, title: str) -> str:
    return make_design(session, title=Text(title, title), published=False).design.slug


def test_equal_titles_get_addresses_with_numbers(session: Session):
    slugs = [slug_of_new(session, "Celadon bowl") for _ in range(6)]
    assert slugs == ["celadon-bowl", *(f"celadon-bowl-{number}" for number in range(2, 7))]


@pytest.mark.parametrize("titles", [("Bowl 2", "Bowl", "Bowl"), ("Bowl 2", "Bowl 4", "Bowl", "Bowl", "Bowl")])
def test_a_number_that_another_title_brought_is_never_given_twice(session: Session, titles: tuple[str, ...]):
    slugs = [slug_of_new(session, title) for title in titles]
    assert len(set(slugs)) == len(titles)
