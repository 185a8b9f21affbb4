"""The real servers, started once a session; each test gets a bucket and a database of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.settings import Settings
from tests.servers import S3Server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A running S3 server. A test that kills it starts it again."""
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.kill()


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
