"""The real servers, started once a session; each test gets a bucket and a database of its own."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from service.database import migrate
from service.embedded import OPTIONS, EmbeddedPostgres
from service.queue import conninfo
from service.settings import Settings
from tests.processes import Kriya
from tests.servers import S3Server

# A test's database need not outlive the plug being pulled, except where a test is about that.
IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running S3 server. A test that kills it starts it again."""
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL: the address of its migrated, empty database, which every test's own is copied from."""
    # Not in pytest's folder: that one belongs to its user alone, and as root PostgreSQL runs as another.
    folder = Path(tempfile.mkdtemp(prefix="kriya-tests-"))
    server = EmbeddedPostgres(folder, OPTIONS | IN_A_HURRY)
    try:
        url = server.start()
        migrate(url)
        yield url
    finally:
        server.stop()
        shutil.rmtree(folder)


class Databases:
    """Copies of the migrated database, each made while the test before runs, and dropped while the next does."""

    def __init__(self, template_url: str) -> None:
        self._template = make_url(template_url)
        self._server = psycopg.connect(conninfo(template_url), dbname="postgres", autocommit=True)
        self._beside = ThreadPoolExecutor(1)
        self._next = self._beside.submit(self._make)

    def take(self) -> str:
        """The address of an empty one."""
        name, self._next = self._next.result(), self._beside.submit(self._make)
        return self._template.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        name = sql.Identifier(make_url(url).database)
        self._beside.submit(self._server.execute, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def close(self) -> None:
        self._beside.shutdown()
        self._server.close()

    def _make(self) -> str:
        template, name = self._template.database, f"test_{uuid.uuid4().hex[:12]}"
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._server.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        return name


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    databases = Databases(postgres_url)
    yield databases
    databases.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    url = databases.take()
    yield url
    databases.drop(url)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty KRIYA_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def s3_settings(s3_server: S3Server, home: Path) -> Settings:
    """Settings that name a bucket which does not exist yet."""
    return replace(
        Settings(home=home),
        s3_endpoint=s3_server.endpoint,
        s3_bucket=f"test-{uuid.uuid4().hex[:12]}",
        s3_access_key=s3_server.access_key,
        s3_secret_key=s3_server.secret_key,
    )


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str, dict[str, str]], Kriya]]:
    """`start(command, settings)`: a process that is stopped after the test."""
    started: list[Kriya] = []

    def start(command: str, settings: dict[str, str]) -> Kriya:
        started.append(Kriya(command, settings, tmp_path))
        return started[-1]

    yield start
    for process in started:
        process.stop()
