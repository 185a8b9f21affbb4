"""A newer version is suggested wherever an older one is in use, and never put in its place."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.store import designs, publishing
from catalog.store.tables import DesignVersion, ReferenceStandard
from tests.factories import make_batch, make_design, make_standard

NEWS = "Version 2 of this design has been published"


@pytest.fixture
def standard(session: Session) -> ReferenceStandard:
    """In use, for the first version of a design."""
    return make_standard(session, make_design(session))


def publish_next(session: Session, version: DesignVersion) -> DesignVersion:
    newer = designs.start_next_version(session, version, None)
    publishing.publish(session, newer, None)
    session.commit()
    return newer


def test_the_newest_version_is_left_alone(client: FlaskClient, session: Session, sign_in, standard: ReferenceStandard):
    workshop = sign_in("workshop").person.organisation
    batch = make_batch(session, workshop, standard)
    designs.start_next_version(session, standard.version, None)  # a draft is no news
    session.commit()
    for path in (f"/batches/{batch.id}", f"/batches/{batch.id}/photos", f"/standards/{standard.id}", "/batches/new"):
        page = client.get(f"{path}?lang=en").text
        assert "has been published" not in page, path
        assert "is newer" not in page, path


def test_a_batch_of_an_older_version_stays_with_it_and_says_so(
    client: FlaskClient, session: Session, sign_in, standard: ReferenceStandard
):
    batch = make_batch(session, sign_in("workshop").person.organisation, standard)
    publish_next(session, standard.version)
    for path in (f"/batches/{batch.id}", f"/batches/{batch.id}/photos"):
        page = client.get(f"{path}?lang=en").text
        assert NEWS in page, path
        assert "by version 1" in page, path
    slug = standard.version.design.slug
    assert f'href="/designs/{slug}?version=1"' in client.get(f"/batches/{batch.id}").text
    session.refresh(batch)
    assert batch.standard_id == standard.id


def test_who_starts_a_batch_sees_which_version_a_standard_is_of(
    client: FlaskClient, session: Session, sign_in, standard: ReferenceStandard
):
    sign_in("workshop")
    newer = publish_next(session, standard.version)
    make_standard(session, newer)
    page = client.get("/batches/new?lang=en").text
    assert page.count("Version 1; version 2 is newer") == 1
    assert page.count('name="standard_id"') == 2  # both may be chosen


def test_the_page_of_an_older_standard_leads_to_those_of_the_newer_version(
    client: FlaskClient, session: Session, sign_in, standard: ReferenceStandard
):
    newer = publish_next(session, standard.version)
    sign_in("administrator")
    page = client.get(f"/standards/{standard.id}?lang=en").text
    assert NEWS in page
    assert f'href="/studio/designs/{newer.id}/standards"' in page
    sign_in("workshop")
    page = client.get(f"/standards/{standard.id}?lang=en").text
    assert NEWS in page
    assert "/studio/" not in page
