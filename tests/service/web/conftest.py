"""A designer who is signed in, and what is theirs. These pages are Indonesian unless a test asks for `in_english`."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.standards import MIN_REFERENCES, StandardState
from catalog.store.tables import DesignVersion, ReferenceStandard
from service.accounts import Account
from tests.factories import make_design, make_standard
from tests.fakes import MemoryStore


@pytest.fixture
def in_english(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def designer(sign_in) -> Account:
    return sign_in("designer")


@pytest.fixture
def draft(session: Session, images: MemoryStore, designer: Account) -> DesignVersion:
    """Complete, and not submitted yet."""
    return make_design(session, designer.person.organisation, published=False, images=images)


@pytest.fixture
def version(session: Session, designer: Account) -> DesignVersion:
    """Of a design that is published."""
    return make_design(session, designer.person.organisation)


@pytest.fixture
def collecting(session: Session, version: DesignVersion) -> ReferenceStandard:
    """A standard with one photo less than a fit needs."""
    return make_standard(session, version, state=StandardState.COLLECTING, references=MIN_REFERENCES - 1)


@pytest.fixture
def fitted(session: Session, version: DesignVersion) -> ReferenceStandard:
    return make_standard(session, version, state=StandardState.FITTED, references=MIN_REFERENCES + 1)
