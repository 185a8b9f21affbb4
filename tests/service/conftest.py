"""The app over a real PostgreSQL and images in memory, and ways to sign in.

`session` is the test's own view of the database; tests.factories make records with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from catalog.organisations import Role
from service import create_app
from service.accounts import Account
from service.context import Parts
from service.database import Database
from service.queue import JobQueue, worker_app
from service.search import Search
from service.settings import Settings
from service.tasks import add_tasks
from service.word_memory import WordMemory
from tests.factories import make_account
from tests.fakes import MemoryStore
from tests.servers import wait_until
from tests.service.signing_in import EMAIL, PASSWORD

# In earnest a password costs whoever guesses it a fifth of a second: test_passwords holds it to that.
QUICK_HASHES = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
BLOCKED = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def settings(home: Path, database_url: str) -> Settings:
    """Limits so high that only a test about limits meets them. Override to test with others."""
    limits = {"login_rate_limit": "10000 per minute", "api_rate_limit": "10000 per minute"}
    return Settings(home=home, database_url=database_url, secret_key="only-for-tests", **limits)


@pytest.fixture
def images() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def parts(settings: Settings, database: Database, images: MemoryStore) -> Parts:
    return Parts(settings=settings, database=database, images=images, queue=JobQueue())


@pytest.fixture
def session(parts: Parts) -> Iterator[Session]:
    with Session(parts.database.engine) as session:
        yield session


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled once for all applications: a page takes a tenth of a second."""
    return FileSystemBytecodeCache(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def new_app(parts: Parts, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """An application of the test's own, which may be given further pages."""
    app = create_app(parts)
    app.jinja_env.bytecode_cache = compiled_templates
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    security = app.extensions["security"]
    security.pwd_context = security.pwd_context.copy(**QUICK_HASHES)
    return app


@pytest.fixture(scope="session")
def apps() -> dict[Settings, Flask]:
    """The applications that tests share, by what they were made for: one takes longer to make than most tests."""
    return {}


@pytest.fixture
def app(apps: dict[Settings, Flask], parts: Parts, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """Forms need no CSRF token here; tests about CSRF switch it on again."""
    made_for = replace(parts.settings, home=Path(), database_url="")
    if made_for not in apps:
        apps[made_for] = request.getfixturevalue("new_app")
    app = apps[made_for]
    app.extensions.update(parts=parts, database=parts.database, search=Search(WordMemory(parts.database)))
    config = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(config)


@pytest.fixture
def asked(parts: Parts) -> Iterator[list[str]]:
    """The statements that the database is sent from here on."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(parts.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(parts.database.engine, "before_cursor_execute", note)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(client: FlaskClient, session: Session) -> Callable[..., Account]:
    """`sign_in("workshop")` or `sign_in(account)`: from now on `client` (or the one named) acts for them.

    A role gets a new person, in a new organisation unless one is named.
    """

    def sign_in(who: Role | str | Account, *, client: FlaskClient = client, **person) -> Account:
        account = who if isinstance(who, Account) else make_account(session, who, **person)
        with client.session_transaction() as cookies:
            cookies.update(_user_id=account.new_sign_in(), _fresh=True)
        return account

    return sign_in


@pytest.fixture
def account(app: Flask, session: Session) -> Account:
    """A maker who signs in with EMAIL and PASSWORD."""
    with app.app_context():
        hashed = hash_password(PASSWORD)
    return make_account(session, Role.WORKSHOP, email=EMAIL, password_hash=hashed)


@pytest.fixture
def while_held(session: Session) -> Callable[[Callable[[], Any]], Any]:
    """What something comes to that waits for the rows that the test's own transaction holds, until it commits."""

    def ask(something: Callable[[], Any]) -> Any:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(something)
            try:
                wait_until(lambda: session.scalar(BLOCKED) == 1, "something that waits")
            finally:
                session.commit()
            return waiting.result()

    return ask


@pytest.fixture
def run_jobs(parts: Parts) -> Callable[[], None]:
    """Do what waits in the queue, as the worker would, with the real engine, until nothing waits.

    What the worker does by the clock is left out: a test is the same at any time of the day.
    """

    async def work() -> None:
        worker = worker_app(parts.settings.database_url)
        add_tasks(worker, parts)
        worker.periodic_registry.periodic_tasks.clear()
        async with worker.open_async():
            await worker.run_worker_async(wait=False, concurrency=1, install_signal_handlers=False)

    def run() -> None:
        # In a thread of its own: where a browser is driven, its driver keeps this thread's event loop.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, work()).result()

    return run
