"""The numbered changes of the tables, run on an empty PostgreSQL of the test's own."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url, text

from catalog.store.organisations import add_organisation, list_organisations
from catalog.store.tables import Base
from service.database import Database, DatabaseTooNew, alembic_config, migrate
from service.queue import conninfo
from tests.processes import clean_environ

# All that makes up a schema: columns with type and default, constraints, indexes, functions, triggers, types.
SCHEMA = """
SELECT 'column', table_name || '.' || column_name,
    concat_ws(' ', data_type, is_nullable, column_default, generation_expression)
    FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'table', relname, relpersistence::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL SELECT 'function', oid::regprocedure::text, prosrc FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate%'
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'type', typname, typtype::text FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
"""


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    """A database in which nothing is."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(conninfo(postgres_url), dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def connection(empty_url: str) -> Iterator[Connection]:
    engine = create_engine(empty_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def schema_of(connection: Connection) -> set[tuple]:
    return {tuple(row) for row in connection.execute(text(SCHEMA)) if "alembic_version" not in row[1]}


def differences(connection: Connection) -> list:
    """What the code's tables have and the database's have not, or the other way round; the queue's are its own."""

    def is_ours(name: str | None, kind: str, _parents: dict) -> bool:
        return not (kind == "table" and name.startswith("procrastinate_"))

    options = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
    return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def revisions() -> list[str]:
    """From the newest to the oldest."""
    return [script.revision for script in ScriptDirectory.from_config(alembic_config("")).walk_revisions()]


def test_an_empty_database_becomes_exactly_the_tables_that_the_code_knows(empty_url, connection):
    migrate(empty_url)
    assert differences(connection) == []


def test_a_difference_between_tables_and_code_is_seen(empty_url, connection):
    migrate(empty_url)
    for change in (
        "ALTER TABLE batch DROP COLUMN name",
        "ALTER TABLE person ADD COLUMN shoe_size integer",
        "DROP INDEX ix_api_token_account_id",
        "ALTER TABLE account ALTER COLUMN login_count TYPE bigint",
    ):
        before = len(differences(connection))
        connection.execute(text(change))
        assert len(differences(connection)) > before, change


def test_the_changes_are_one_chain_numbered_in_order():
    found = revisions()[::-1]
    assert found == [f"{number:04}" for number in range(1, len(found) + 1)]
    scripts = ScriptDirectory.from_config(alembic_config(""))
    assert len(scripts.get_heads()) == 1
    assert all(scripts.get_revision(revision).doc for revision in found)


def test_each_change_can_be_taken_back_and_made_again(empty_url, connection):
    migrate(empty_url)
    whole = schema_of(connection)
    config = alembic_config(empty_url)
    for revision in revisions():
        command.downgrade(config, f"{revision}-1" if revision != "0001" else "base")
        assert schema_of(connection) != whole
        command.upgrade(config, "head")
        assert schema_of(connection) == whole, revision


def test_all_changes_taken_back_leave_nothing(empty_url, connection):
    migrate(empty_url)
    command.downgrade(alembic_config(empty_url), "base")
    assert schema_of(connection) == set()


def test_starting_again_keeps_the_schema_and_every_record(empty_url, connection):
    migrate(empty_url)
    database = Database(empty_url)
    with database.session() as session:
        add_organisation(session, "studio", "Studio Baru")
    whole = schema_of(connection)
    migrate(empty_url)
    assert schema_of(connection) == whole
    with database.session() as session:
        assert [each.name for each in list_organisations(session)] == ["Studio Baru"]
    database.close()


def test_processes_that_start_at_the_same_moment_wait_for_each_other(empty_url, connection):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, [empty_url] * 4)) == [None] * 4
    assert differences(connection) == []


def test_a_change_that_fails_leaves_the_database_as_it_was(empty_url, connection):
    connection.execute(text("CREATE TABLE design (in_the_way integer)"))
    before = schema_of(connection)
    with pytest.raises(Exception, match="already exists"):
        migrate(empty_url)
    assert schema_of(connection) == before


def test_the_tables_of_a_newer_kriya_are_left_alone_and_told_in_one_line(empty_url, connection):
    migrate(empty_url)
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew):
        migrate(empty_url)
    done = subprocess.run(
        [sys.executable, "-m", "service", "migrate"],
        env=clean_environ() | {"DATABASE_URL": empty_url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr == "kriya: the database was made by a newer Kriya: install that one\n"


def test_codes_of_designs_that_were_written_otherwise_are_written_as_imports_read_them(empty_url, connection):
    config = alembic_config(empty_url)
    command.upgrade(config, "0018")
    studio = "INSERT INTO organisation (id, kind, name, about) VALUES (gen_random_uuid(), 'studio', 'A', '{}')"
    connection.execute(text(studio))
    references = ["A 1", "A  1", "B\u00a0\u00a02", "# 12", "C-3", "D 4"]
    insert = "INSERT INTO design (id, slug, studio_id, reference) SELECT gen_random_uuid(), :slug, id, :reference"
    for number, reference in enumerate(references):
        connection.execute(text(f"{insert} FROM organisation"), {"slug": f"d-{number}", "reference": reference})
    command.upgrade(config, "head")
    found = connection.execute(text("SELECT reference FROM design ORDER BY slug")).scalars().all()
    assert found == ["A 1", "A 1 (2)", "B 2", "#12", "C-3", "D 4"]
