"""From draft to catalog: submitted, looked at by somebody else, sent back or published, with its history."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.store import designs, publishing
from catalog.store.tables import DesignVersion
from catalog.text import Text
from service.accounts import Account
from tests.factories import make_account, make_design, make_draft
from tests.forms import forms_of
from tests.service.web.studio_pages import address


@pytest.fixture
def reviewer(app: Flask, session: Session, sign_in, designer: Account) -> FlaskClient:
    """A browser of another member of the studio."""
    client = app.test_client()
    sign_in(make_account(session, "designer", organisation=designer.person.organisation), client=client)
    return client


@pytest.fixture
def waiting(session: Session, draft: DesignVersion, designer: Account) -> DesignVersion:
    publishing.submit_for_review(session, draft, designer.person_id, "Please look at the story.")
    session.commit()
    return draft


def submission_in(page: str) -> str:
    return re.search(r'name="submission" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("step", ["approve", "send-back"])
def test_what_was_submitted_anew_is_read_before_it_is_decided(
    step: str, session: Session, waiting: DesignVersion, designer: Account, reviewer: FlaskClient
):
    read = {"submission": submission_in(reviewer.get(address(waiting, "review")).text), "note": "As we said."}
    publishing.take_back(session, waiting, designer.person_id)
    draft = designs.read_draft(waiting)
    designs.change_draft(session, waiting, replace(draft, title=Text("Lain sama sekali", "Something else")))
    publishing.submit_for_review(session, waiting, designer.person_id)
    session.commit()
    answer = reviewer.post(address(waiting, step) + "?lang=en", data=read)
    assert (answer.status_code, "submitted anew while you read it" in answer.text) == (409, True)
    assert "As we said." in answer.text
    assert "Something else" in answer.text
    assert state_of(session, waiting) == VersionState.IN_REVIEW
    again = read | {"submission": submission_in(answer.text)}
    assert reviewer.post(address(waiting, step), data=again).status_code == 303
    assert state_of(session, waiting) != VersionState.IN_REVIEW


def test_who_retires_a_version_is_told_which_one_the_catalog_shows(
    client: FlaskClient, session: Session, designer: Account
):
    first = make_design(session, designer.person.organisation)
    second = designs.start_next_version(session, first, None)
    publishing.publish(session, second, None)
    session.commit()
    told = [
        client.post(address(version, "retire") + "?lang=en", follow_redirects=True).text for version in (second, first)
    ]
    assert "The catalog shows version 1 again." in told[0]
    assert "it is no longer in the catalog" in told[1]


def state_of(session: Session, version: DesignVersion) -> VersionState:
    session.refresh(version)
    return version.state


def test_a_draft_is_submitted_reviewed_by_another_and_published(
    client: FlaskClient, app: Flask, session: Session, draft: DesignVersion, reviewer: FlaskClient
):
    assert "Submit for review" in client.get(address(draft) + "?lang=en").text
    assert client.post(address(draft, "submit"), data={"note": "Please look."}).status_code == 303
    assert state_of(session, draft) == VersionState.IN_REVIEW
    listed = reviewer.get("/studio/designs?lang=en").text
    assert "Waits for your review" in listed
    assert f'href="{address(draft, "review")}"' in listed
    page = reviewer.get(address(draft, "review") + "?lang=en").text
    assert "Please look." in page
    assert "Publish version 1" in page
    assert app.test_client().get(f"/designs/{draft.design.slug}").status_code == 404
    assert reviewer.post(address(draft, "approve"), data={"note": ""}).status_code == 303
    assert state_of(session, draft) == VersionState.PUBLISHED
    assert app.test_client().get(f"/designs/{draft.design.slug}").status_code == 200


def test_what_lacks_something_is_not_submitted(client: FlaskClient, session: Session, designer: Account):
    version = designs.add_design(session, designer.person.organisation_id, None, make_draft())
    session.commit()
    answer = client.post(address(version, "submit") + "?lang=en", follow_redirects=True)
    assert "The design is not complete yet." in answer.text
    assert state_of(session, version) == VersionState.DRAFT


def test_nobody_reviews_what_they_submitted(client: FlaskClient, session: Session, waiting: DesignVersion):
    assert "Waits for your review" not in client.get("/studio/designs?lang=en").text
    page = client.get(address(waiting, "review") + "?lang=en").text
    assert "You submitted this version" in page
    assert "Nobody else of your studio is here" in page
    assert "Publish version" not in page
    for step in ("approve", "send-back"):
        answer = client.post(f"{address(waiting, step)}?lang=en", data={"note": "No."}, follow_redirects=True)
        assert "looks at what you submitted" in answer.text
        assert state_of(session, waiting) == VersionState.IN_REVIEW


def test_an_administrator_reviews_for_a_studio_of_one(
    client: FlaskClient, session: Session, sign_in, waiting: DesignVersion
):
    sign_in("administrator")
    assert address(waiting, "review") in client.get("/studio/designs").text
    client.post(address(waiting, "approve"))
    assert state_of(session, waiting) == VersionState.PUBLISHED


def test_what_is_sent_back_is_a_draft_again_with_the_reviewers_word(
    client: FlaskClient, session: Session, waiting: DesignVersion, reviewer: FlaskClient
):
    answer = reviewer.post(address(waiting, "send-back") + "?lang=en", data={"note": " "})
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert (
        reviewer.post(address(waiting, "send-back"), data={"note": "The story <b>ends</b> early."}).status_code == 303
    )
    assert state_of(session, waiting) == VersionState.DRAFT
    page = client.get(address(waiting, "history") + "?lang=en").text
    assert "Sent back" in page
    assert "The story &lt;b&gt;ends&lt;/b&gt; early." in page


def test_a_version_in_review_does_not_change_until_it_is_taken_back(
    client: FlaskClient, session: Session, waiting: DesignVersion
):
    page = client.get(address(waiting) + "?lang=en").text
    assert 'name="title_id"' not in page
    assert "Take it back to change it" in page
    changed = {"title_id": "Baru", "craft": "ceramics"}
    refused = client.post(address(waiting) + "?lang=en", data=changed)
    assert refused.status_code == 409
    # Whoever had the form open while somebody else submitted it keeps what was typed.
    assert "A version in review does not change. Take it back first." in refused.text
    [form] = (form for form in forms_of(refused.text) if "title_id" in form.fields)
    assert (form.fields["title_id"], "data-typed" in form.attrib) == ("Baru", True)
    picture = waiting.pictures[0]
    assert client.post(address(waiting, "pictures", "change"), data={"remove": str(picture.id)}).status_code == 409
    assert client.post(address(waiting, "take-back")).status_code == 303
    assert state_of(session, waiting) == VersionState.DRAFT
    assert 'name="title_id"' in client.get(address(waiting)).text


def test_a_note_that_is_too_long_comes_back_as_it_was_typed(waiting: DesignVersion, reviewer: FlaskClient):
    for step in ("approve", "send-back"):
        answer = reviewer.post(address(waiting, step), data={"note": "a" * 2001})
        assert answer.status_code == 422
        assert "a" * 2001 in answer.text


def test_a_review_that_is_over_leads_back_to_the_version(client: FlaskClient, draft: DesignVersion):
    assert client.get(address(draft, "review")).location.endswith(address(draft))
    assert client.post(address(draft, "approve")).status_code == 303
    assert client.post(address(draft, "take-back")).status_code == 409


def test_the_review_shows_what_changed_since_the_version_in_the_catalog(
    client: FlaskClient, session: Session, designer: Account, reviewer: FlaskClient
):
    version = make_design(session, designer.person.organisation)
    newer = designs.start_next_version(session, version, designer.person_id)
    draft = replace(make_draft(), description=Text("Mangkuk kecil.", "A large bowl with fine flutes."))
    designs.change_draft(session, newer, replace(draft, dimensions_mm={"diameter": 160, "height": 60}))
    publishing.submit_for_review(session, newer, designer.person_id)
    session.commit()
    page = reviewer.get(address(newer, "review") + "?lang=en").text
    assert "What changed since version 1" in page
    for words in ("> small</del>", "> large</ins>", "140 mm</del>", "160 mm</ins>", "(+14 %)"):
        assert words.replace("> ", "</span> ") in page


def test_the_history_tells_every_step_of_every_version(client: FlaskClient, session: Session, designer: Account):
    version = make_design(session, designer.person.organisation)
    designs.start_next_version(session, version, designer.person_id)
    session.commit()
    page = client.get(address(version, "history") + "?lang=en").text
    for words in ("Begun", "Submitted for review", "Published", "version 2", designer.person.name):
        assert words in page
