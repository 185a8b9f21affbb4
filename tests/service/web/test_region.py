"""The part of every photo in which the piece lies: drawn by the designer, seen by workshops, used by the engine."""

from __future__ import annotations

from functools import partial

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import models
from catalog.inspections import Region
from catalog.standards import StandardState
from catalog.store import standards
from catalog.store.tables import ReferenceStandard
from service.inspection import fit_standard
from tests.factories import make_batch, make_standard
from tests.service.fitted import BOWL, REFERENCES

PART = {"left": "10", "top": "12,5", "width": "60", "height": "70.5"}
KEPT = {"x": 0.1, "y": 0.125, "width": 0.6, "height": 0.705}


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def fitted(session: Session, sign_in) -> ReferenceStandard:
    """A fitted standard of the designer who is signed in."""
    standard = make_standard(session, state=StandardState.FITTED)
    sign_in("designer", organisation=standard.version.design.studio)
    return standard


def draw(client: FlaskClient, standard: ReferenceStandard, **form: str):
    return client.post(f"/standards/{standard.id}/region", data=form, follow_redirects=True)


def test_a_part_is_kept_and_the_standard_has_to_be_fitted_again(client, session, fitted):
    page = draw(client, fitted, **PART).text
    assert "Only this part is judged." in page
    assert 'value="12.5"' in page
    session.refresh(fitted)
    assert fitted.region == pytest.approx(KEPT)
    assert (fitted.state, fitted.artifact_key) == (StandardState.COLLECTING, None)


def test_the_same_part_once_more_changes_nothing(client, session, fitted):
    draw(client, fitted, **PART)
    session.refresh(fitted)
    fitted.state = StandardState.FITTED
    session.commit()
    draw(client, fitted, **PART)
    session.refresh(fitted)
    assert fitted.state == StandardState.FITTED


def test_the_piece_can_be_found_by_itself_again(client, session, fitted):
    draw(client, fitted, **PART)
    assert "The piece is found by itself." in draw(client, fitted, clear="1", left="wrong").text
    session.refresh(fitted)
    assert fitted.region is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"left": ""}, "Please fill this in."),
        ({"top": "a lot"}, "Write a number, such as 12.5."),
        ({"left": "-3"}, "This number is out of range."),
        ({"width": "95"}, "The part reaches out of the photo."),
        ({"height": "3"}, "The part is smaller than a tenth of the photo&#39;s side."),
    ],
)
def test_what_is_no_part_is_said_beside_its_field_and_what_was_typed_stays(client, session, fitted, wrong, told):
    answer = draw(client, fitted, **(PART | wrong))
    assert answer.status_code == 422
    assert told in answer.text
    for value in (PART | wrong).values():
        assert f'value="{value}"' in answer.text
    session.refresh(fitted)
    assert (fitted.region, fitted.state) == (None, StandardState.FITTED)


def test_a_standard_in_use_keeps_its_part(client, session, sign_in):
    active = make_standard(session)
    sign_in("designer", organisation=active.version.design.studio)
    assert "does not change. Start a new one." in draw(client, active, **PART).text
    session.refresh(active)
    assert active.region is None


def test_workshops_see_where_the_piece_has_to_lie(client, session, sign_in):
    standard = make_standard(session)
    standard.region = KEPT
    session.commit()
    workshop = sign_in("workshop").person.organisation
    batch = make_batch(session, workshop, standard)
    assert "The piece inside the marked part" in client.get(f"/batches/{batch.id}/photos").text
    page = client.get(f"/standards/{standard.id}").text
    assert "Only this part is judged" in page
    assert 'rect x="10.0" y="12.5" width="60.0" height="70.5"' in page
    assert "/region" not in page


def test_the_engine_is_given_the_part(session, parts, images, monkeypatch):
    monkeypatch.setattr(models, "fit", partial(models.fit, self_test=False))
    standard = make_standard(session, state=StandardState.COLLECTING)
    paths = sorted((BOWL / "standard").glob("*.jpg"))[:REFERENCES]
    for reference, path in zip(standard.references, paths, strict=True):
        reference.image_key = images.put(path.read_bytes(), "image/jpeg")
    standards.set_region(session, standard, Region(**KEPT))
    standards.start_fit(session, standard)
    session.commit()
    fit_standard(parts, standard.id)
    session.refresh(standard)
    assert standard.state == StandardState.FITTED
    assert models.load(images.get(standard.artifact_key)).region == pytest.approx(tuple(KEPT.values()))
