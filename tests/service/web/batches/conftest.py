"""A workshop that is signed in, and a batch of its own. These tests read English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.store.tables import Batch, Organisation
from tests.factories import make_batch
from tests.service.web.batches.requests import in_english


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return in_english(app.test_client())


@pytest.fixture
def workshop(session: Session, sign_in) -> Organisation:
    """The workshop of the person who is signed in."""
    return sign_in("workshop").person.organisation


@pytest.fixture
def batch(session: Session, workshop: Organisation) -> Batch:
    return make_batch(session, workshop)


@pytest.fixture
def count_queries(asked: list[str]) -> Callable[[Callable[[], object]], int]:
    """How many statements a piece of work sends to the database."""

    def count(work: Callable[[], object]) -> int:
        asked.clear()
        work()
        return len(asked)

    return count
