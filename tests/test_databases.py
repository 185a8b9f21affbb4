"""What one test leaves in its database is nothing to the tests after it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from service.queue import conninfo
from tests.databases import Databases, MovingDatabase

ADD = "INSERT INTO organisation (id, kind, name, about) VALUES (gen_random_uuid(), 'workshop', 'Sanggar', '{}')"
COUNT = "SELECT count(*) FROM organisation"
COUNTED = "SELECT nextval('procrastinate_jobs_id_seq')"


@pytest.fixture
def databases(postgres_url: str) -> Iterator[Databases]:
    databases = Databases(postgres_url)
    yield databases
    databases.close()


def run(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(conninfo(url)) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def use_next(databases: Databases, statement: str) -> str:
    """As a test does."""
    url = databases.take()
    run(url, statement)
    databases.give_back(url)
    return url


def test_a_database_comes_back_empty_and_counts_from_the_start(databases):
    used = use_next(databases, f"{ADD}; {COUNTED}")
    use_next(databases, ADD)
    again = databases.take()
    assert again == used
    assert run(again, COUNT) == [(0,)]
    assert run(again, COUNTED) == [(1,)]
    assert run(again, "SELECT pg_relation_size('organisation')") == [(0,)]


def test_a_connection_that_is_left_open_keeps_nothing(databases):
    url = databases.take()
    with psycopg.connect(conninfo(url)) as left:
        left.execute(ADD)
        databases.give_back(url)
        use_next(databases, ADD)
        assert databases.take() == url
        with pytest.raises(psycopg.OperationalError, match="terminat"):
            left.execute(COUNT)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE organisation RENAME TO elsewhere",
        "ALTER TABLE organisation ADD COLUMN shoe_size integer",
        "ALTER TABLE organisation ALTER COLUMN about DROP NOT NULL",
        "DROP INDEX ix_api_token_account_id",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        f"{ADD}; ANALYZE organisation",
    ],
)
def test_a_database_whose_tables_were_changed_does_not_come_back(databases, change):
    changed = use_next(databases, change)
    use_next(databases, ADD)
    assert databases.take() != changed


def test_the_engine_of_all_tests_goes_to_the_database_of_the_one_that_runs(databases):
    moving = MovingDatabase()
    for _ in range(2):
        moving.url = databases.take()
        with moving.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT current_database()").scalar() in moving.url
        moving.close()
