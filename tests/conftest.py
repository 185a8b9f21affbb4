"""The real servers, started once a session; each test gets a bucket and a database of its own."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.database import Database, migrate
from service.embedded import OPTIONS, EmbeddedPostgres
from service.settings import Settings
from tests.databases import Databases, MovingDatabase
from tests.processes import Kriya
from tests.servers import S3Server

# A test's database need not outlive the plug being pulled, except where a test is about that; nor does anything
# happen in it by the clock.
IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running S3 server. A test that kills it starts it again."""
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL: the address of its migrated, empty database, which those of the tests are copied from."""
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
    databases.give_back(url)


@pytest.fixture(scope="session")
def moving_database() -> MovingDatabase:
    return MovingDatabase()


@pytest.fixture
def database(moving_database: MovingDatabase, database_url: str) -> Iterator[Database]:
    """The test's own database, by the engine that all tests share."""
    moving_database.url = database_url
    yield moving_database
    moving_database.close()


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
