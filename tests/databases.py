"""The databases of the tests, as the service sees them."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import event, make_url
from sqlalchemy.engine import Dialect

from service.database import Database
from service.queue import conninfo

IS_MIGRATION = "alembic_version"
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> %s"
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
END_OTHERS = f"SELECT pg_terminate_backend(pid, 10000) {OTHERS}"
RESTART_SEQUENCES = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"
# Whoever changes a table, a function or the statistics leaves a row of its own transaction, or takes one away.
CATALOGS = ("class", "attribute", "constraint", "index", "trigger", "proc", "type", "statistic")
ROWS_OF = sql.SQL("SELECT count(*), max(xmin::text::bigint) FROM {}")
SCHEMA = sql.SQL(" UNION ALL ").join(ROWS_OF.format(sql.Identifier(f"pg_{catalog}")) for catalog in CATALOGS)


class Databases:
    """Copies of the migrated database, each test's as if it were new.

    A copy takes a tenth of a second, emptying one a tenth of that: what a test has used is emptied while the next
    test runs, and dropped if its schema is not what it was.
    """

    def __init__(self, template_url: str) -> None:
        self._template_url, self._template = template_url, make_url(template_url)
        self._server = psycopg.connect(conninfo(template_url), dbname="postgres", autocommit=True)
        self._beside = ThreadPoolExecutor(1)
        self._used: str | None = None
        with self._connect(self._template.database) as template:
            template.execute("VACUUM")  # as what is emptied will have been
            self._tables = [name for (name,) in template.execute(TABLES, [IS_MIGRATION])]
            self._schema = template.execute(SCHEMA).fetchall()
        self._next = self._beside.submit(self._make)

    def take(self) -> str:
        """The address of an empty one."""
        name = self._next.result()
        # Only now: all that the test before had started has ended.
        make = partial(self._make_again, self._used) if self._used else self._make
        self._next = self._beside.submit(make)
        return self._template.set(database=name).render_as_string(hide_password=False)

    def give_back(self, url: str) -> None:
        """Its test has ended, if not yet all that the test has started."""
        self._used = make_url(url).database

    def close(self) -> None:
        self._beside.shutdown()
        self._server.close()

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(conninfo(self._template_url), dbname=name, autocommit=True)

    def _make(self) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._server.execute(copy.format(sql.Identifier(name), sql.Identifier(self._template.database)))
        return name

    def _make_again(self, name: str) -> str:
        with self._connect(name) as database:
            database.execute(END_OTHERS)
            is_as_it_was = database.execute(SCHEMA).fetchall() == self._schema
            if is_as_it_was:
                self._empty(database)
        return name if is_as_it_was else self._replace(name)

    def _empty(self, database: psycopg.Connection) -> None:
        with database.transaction():
            database.execute("SET LOCAL session_replication_role = replica")  # no row minds that another is gone
            deleted = {
                table: database.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table))).rowcount
                for table in self._tables
            }
            database.execute(RESTART_SEQUENCES)
        # Rows of the next test stand in their order from the first page on.
        used = [sql.Identifier(table) for table, count in deleted.items() if count]
        if used:
            database.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(sql.SQL(", ").join(used)))

    def _replace(self, name: str) -> str:
        self._server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        return self._make()


class MovingDatabase(Database):
    """Connects to wherever `url` says by now. To be closed before it moves.

    An engine compiles a statement once: one for all tests spares each of them half of its time at the database.
    """

    def __init__(self) -> None:
        super().__init__("postgresql+psycopg://", pool_size=2)
        event.listen(self.engine, "do_connect", self._choose)

    def _choose(self, dialect: Dialect, _record: object, _arguments: list[Any], options: dict[str, Any]) -> None:
        options.update(dialect.create_connect_args(make_url(self.url))[1])
