"""A web process reads the search's index before it is asked."""

from __future__ import annotations

from sqlalchemy import event

from service import create_app
from service.context import Parts
from service.database import Database
from service.web_process import read_ahead
from tests.factories import make_design


def test_the_first_question_finds_an_index_that_is_there(app, parts, session):
    make_design(session)
    read_ahead(app)
    asked: list[str] = []
    event.listen(parts.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert app.extensions["search"].count(session) == 1
    assert not [statement for statement in asked if "unnest(facets)" in statement]


def test_without_a_database_the_process_starts_all_the_same(parts, caplog):
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    app = create_app(Parts(settings=parts.settings, database=nowhere, images=parts.images, queue=parts.queue))
    read_ahead(app)
    assert "cannot be read ahead" in caplog.text
    nowhere.close()
