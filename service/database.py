"""The database: one engine a process, one session and one commit a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import psycopg
from alembic import command
from alembic.config import Config
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from flask import Flask, current_app, g
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

import catalog
import service.accounts  # the tables of both join the metadata that the migrations are compared with
import service.rate_limits  # noqa: F401
from catalog.store import entries
from catalog.store.tables import Base

CONNECT_TIMEOUT_S = 5
# Of the search by likeness: how thoroughly the index is gone through, and that it goes on until enough is found.
LIKENESS = "SET hnsw.ef_search = 100; SET hnsw.iterative_scan = strict_order"


class DatabaseTooNew(Exception):
    """The tables were made by a newer Kriya than this one."""


class Database:
    """An engine and the sessions made from it. `url` is SQLAlchemy's, postgresql+psycopg://..."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=True,  # a database that was restarted costs one ping, not one failed request
            pool_timeout=10,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
            json_deserializer=orjson.loads,
        )
        event.listen(self.engine, "connect", _prepare)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session outside a request: committed at the end, rolled back on an error."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def check(self) -> None:
        """Raises: sqlalchemy.exc.OperationalError when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def _prepare(connection: psycopg.Connection, _record: object) -> None:
    """What every connection is told when it is new."""
    connection.autocommit = True
    connection.execute(LIKENESS)
    connection.autocommit = False


def raw_connection(session: Session) -> psycopg.Connection:
    """The driver's connection under a session: what is done on it belongs to the session's transaction."""
    return session.connection().connection.driver_connection


def current_session() -> Session:
    """The session of this request, opened when it is first asked for."""
    if "session" not in g:
        database: Database = current_app.extensions["database"]
        g.session = Session(database.engine, expire_on_commit=False)
    return g.session


# For Flask-Security's datastore, which wants one session object for the life of the process.
request_session = LocalProxy(current_session)


def attach(app: Flask, database: Database) -> None:
    """Give the app its database: commit before a good answer leaves, roll back on any other."""
    app.extensions["database"] = database

    @app.after_request
    def finish(response):
        # Before the answer is sent: what was said to be received has been committed.
        session = g.get("session")
        if session is not None:
            session.commit() if response.status_code < 400 else session.rollback()
        return response

    @app.teardown_appcontext
    def close(_error):
        session = g.pop("session", None)
        if session is not None:
            session.close()


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(catalog.__file__).parent / "migrations"))
    config.attributes["url"] = url
    config.attributes["metadata"] = Base.metadata
    return config


def migrate(url: str) -> None:
    """Bring the database to the newest revision. Two processes that do so at once wait for each other.

    Raises: DatabaseTooNew; sqlalchemy.exc.DBAPIError when the database does not answer or does not let us.
    """
    engine = create_engine(url, connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(hashtext('kriya-migrate'))"))
            connection.commit()
            _upgrade(alembic_config(url))
            _index_missing(engine)
            connection.execute(text("SELECT pg_advisory_unlock(hashtext('kriya-migrate'))"))
            connection.commit()
    finally:
        engine.dispose()


def _index_missing(engine: Engine) -> None:
    """Designs that were published before the search had rows of its own."""
    with Session(engine) as session:
        entries.index_missing(session)


def _upgrade(config: Config) -> None:
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if isinstance(error.__cause__, ResolutionError):  # a revision that is none of ours
            raise DatabaseTooNew("the database was made by a newer Kriya: install that one") from error
        raise
