"""The tables and the transaction of a request, on a real PostgreSQL."""

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.store.organisations import add_organisation, list_organisations
from catalog.store.tables import EMBEDDING_SIZE
from models import EMBEDDING_SIZE as ENGINE_EMBEDDING_SIZE
from service import database as database_module
from service.database import Database, current_session


@pytest.fixture
def small_app(database):
    """An app with nothing but a database and two views."""
    app = Flask(__name__)
    database_module.attach(app, database)

    @app.post("/add/<int:status>")
    def add(status):
        add_organisation(current_session(), "studio", "Studio Baru")
        return "", status

    @app.post("/break")
    def break_down():
        add_organisation(current_session(), "studio", "Studio Baru")
        raise ZeroDivisionError

    return app


def names(database):
    with database.session() as session:
        return [organisation.name for organisation in list_organisations(session)]


def test_a_good_answer_commits(small_app, database):
    assert small_app.test_client().post("/add/201").status_code == 201
    assert names(database) == ["Studio Baru"]


def test_a_refusal_rolls_back(small_app, database):
    assert small_app.test_client().post("/add/422").status_code == 422
    assert names(database) == []


def test_an_exception_rolls_back(small_app, database):
    small_app.config["PROPAGATE_EXCEPTIONS"] = False
    assert small_app.test_client().post("/break").status_code == 500
    assert names(database) == []


def test_a_database_without_a_server_says_so_at_once():
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with pytest.raises(Exception, match=r"[Cc]onnection refused|failed"):
        database.check()
    database.close()


def test_the_catalog_keeps_vectors_of_the_length_that_the_engine_makes():
    assert EMBEDDING_SIZE == ENGINE_EMBEDDING_SIZE


def test_both_search_languages_are_there(database):
    with database.engine.connect() as connection:
        found = connection.execute(
            text("SELECT to_tsvector('indonesian', 'mangkuk') @@ to_tsquery('indonesian', 'mangkuknya')")
        ).scalar()
    assert found is True
