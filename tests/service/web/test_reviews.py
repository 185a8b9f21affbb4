"""Reviewing pieces, and what a studio makes of it, on the pages."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind
from catalog.standards import StandardState
from catalog.store import calibrations, organisations
from catalog.store.tables import Batch, Correction, ReferenceStandard
from tests.factories import make_batch, make_correction, make_organisation, make_photo, make_standard
from tests.service.reviewed import make_false_rejects, make_piece, make_reviewable_standard
from tests.service.signing_in import form_token

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def standard(session: Session, images) -> ReferenceStandard:
    return make_reviewable_standard(session, images)


@pytest.fixture
def batch(session: Session, standard: ReferenceStandard) -> Batch:
    return make_batch(session, standard=standard)


@pytest.fixture
def designer(sign_in, standard: ReferenceStandard):
    return sign_in("designer", organisation=standard.version.design.studio)


def review(client: FlaskClient, photo, **fields: str):
    return client.post(f"/pieces/{photo.id}/correction", data=fields, follow_redirects=True)


def proposal_of(page: str) -> str:
    return re.search(r'name="proposal" value="(\w+)"', page).group(1)


class TestPiece:
    def test_a_reviewer_says_that_a_piece_is_good_and_the_page_shows_both(self, client, session, batch, designer):
        photo = make_piece(session, batch, 1, 1.5)
        assert "What do you say?" in client.get(f"/pieces/{photo.id}").text
        page = review(client, photo, opinion="good", note="A reflection <on> the rim").text
        assert "This piece is good" in page
        assert "A reflection &lt;on&gt; the rim" in page
        assert designer.person.name in page
        assert 'class="badge verdict rework' in page

    def test_it_can_be_withdrawn(self, client, session, batch, designer):
        photo = make_piece(session, batch, 1, 1.5, "good")
        page = client.post(f"/pieces/{photo.id}/correction/withdraw", follow_redirects=True).text
        assert "Withdrawn." in page
        assert "What do you say?" in page
        assert session.query(Correction).one().withdrawn_by == designer.person_id

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({}, "Choose one of the list."),
            ({"opinion": "nice"}, "Choose one of the list."),
            ({"opinion": "good", "note": "x" * 501}, "This is too long."),
        ],
    )
    def test_what_cannot_be_taken_is_said(self, client, session, batch, designer, fields, told):
        photo = make_piece(session, batch, 1, 1.5)
        assert told in review(client, photo, **fields).text
        assert session.query(Correction).count() == 0

    def test_a_photo_to_take_again_has_nothing_to_agree_with(self, client, session, batch, designer):
        photo = make_photo(session, batch, verdict="retake")
        assert "What do you say?" not in client.get(f"/pieces/{photo.id}").text
        assert "There is no verdict on this photo" in review(client, photo, opinion="good").text

    def test_the_workshop_reads_it_but_does_not_review_its_own_pieces(self, client, session, batch, sign_in):
        photo = make_piece(session, batch, 1, 1.5)
        make_correction(session, photo, "defective", "Thin at the rim")
        sign_in("workshop", organisation=batch.workshop)
        page = client.get(f"/pieces/{photo.id}").text
        assert "Thin at the rim" in page
        assert "/correction" not in page
        assert client.post(f"/pieces/{photo.id}/correction", data={"opinion": "good"}).status_code == 403

    def test_a_mentor_reviews_the_own_workshops_pieces_and_no_others(self, client, session, batch, sign_in):
        photo = make_piece(session, batch, 1, 1.5)
        agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
        sign_in("mentor", organisation=agency)
        assert review(client, photo, opinion="good").status_code == 404
        organisations.add_mentorship(session, agency, batch.workshop)
        session.commit()
        assert "This piece is good" in review(client, photo, opinion="good").text

    def test_the_form_asks_for_its_token(self, app, client, session, batch, designer):
        app.config["WTF_CSRF_ENABLED"] = True
        photo = make_piece(session, batch, 1, 1.5)
        assert client.post(f"/pieces/{photo.id}/correction", data={"opinion": "good"}).status_code == 400
        token = form_token(client, f"/pieces/{photo.id}")
        assert review(client, photo, opinion="good", csrf_token=token).status_code == 200


class TestStandard:
    def test_with_too_few_corrections_it_says_how_many_lack(self, client, session, standard, batch, designer):
        make_piece(session, batch, 1, 1.5, "good")
        page = client.get(f"/standards/{standard.id}/corrections").text
        assert "4 more pieces have to be reviewed before the limit can move." in page
        assert "Use the new limit" not in page

    def test_the_replay_is_shown_and_then_used(self, client, session, images, standard, batch, designer):
        photos = make_false_rejects(session, batch, images=images)
        assert "What 6 corrections would change" in client.get(f"/standards/{standard.id}").text
        page = client.get(f"/standards/{standard.id}/corrections").text
        assert "wider" in page
        assert f"/pieces/{photos[0].id}" in page
        assert "photos would have another verdict" in page
        address = f"/standards/{standard.id}/corrections/use"
        page = client.post(address, data={"proposal": proposal_of(page)}, follow_redirects=True).text
        assert "The new limit is in force" in page
        assert "The limit in force is right for what reviewers said." in page
        assert calibrations.find_newest(session, standard.id).created_by == designer.person_id
        assert "The limit was changed on" in client.get(f"/standards/{standard.id}").text

    def test_a_proposal_that_is_not_the_one_shown_is_shown_anew(self, client, session, standard, batch, designer):
        photos = make_false_rejects(session, batch)
        shown = proposal_of(client.get(f"/standards/{standard.id}/corrections").text)
        make_correction(session, photos[0], "defective")
        address = f"/standards/{standard.id}/corrections/use"
        page = client.post(address, data={"proposal": shown}, follow_redirects=True).text
        assert "Corrections or the limit have changed since this page was shown." in page
        assert proposal_of(page) != shown
        assert calibrations.find_newest(session, standard.id) is None

    def test_of_two_who_press_at_the_same_moment_one_is_shown_the_new_figures(
        self, app, client, session, standard, batch, designer
    ):
        make_false_rejects(session, batch)
        address = f"/standards/{standard.id}/corrections"
        form = {"proposal": proposal_of(client.get(address).text)}

        def press(_) -> str:
            browser = app.test_client()
            browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
            with browser.session_transaction() as cookies:
                cookies.update(_user_id=designer.new_sign_in(), _fresh=True)
            return browser.post(f"{address}/use", data=form, follow_redirects=True).text

        with ThreadPoolExecutor(2) as pool:
            pages = list(pool.map(press, range(2)))
        assert sum("The new limit is in force" in page for page in pages) == 1
        assert sum("have changed since this page was shown" in page for page in pages) == 1
        assert len(calibrations.calibrations_of(session, standard.id)) == 1

    def test_one_goes_back_to_the_limit_of_the_fit(self, client, session, standard, batch, designer):
        make_false_rejects(session, batch)
        address = f"/standards/{standard.id}/corrections"
        client.post(f"{address}/use", data={"proposal": proposal_of(client.get(address).text)})
        page = client.post(f"{address}/back", data={"number": "0"}, follow_redirects=True).text
        assert "The earlier limit is in force again." in page
        assert "Back to the limit of the fit" in page
        again = client.post(f"{address}/back", data={"number": "0"}, follow_redirects=True).text
        assert "This limit is in force already." in again
        for number in ("", "7", "-1"):
            page = client.post(f"{address}/back", data={"number": number}, follow_redirects=True).text
            assert "This standard never had such a limit." in page

    def test_good_pieces_of_a_batch_that_is_not_reviewed_in_full_are_explained(
        self, client, session, standard, batch, designer
    ):
        for seed in range(6):
            make_piece(session, batch, seed, 0.5, "good")
        other = make_piece(session, batch, 20, 1.5)
        page = client.get(f"/standards/{standard.id}/corrections").text
        assert "6 pieces called good do not count yet" in page
        assert f'href="/pieces/{other.id}"' in page.partition("Review these next")[2]

    def test_defects_that_no_limit_tells_apart_are_shown(self, client, session, images, standard, batch, designer):
        make_false_rejects(session, batch)
        photo = make_piece(session, batch, 30, 0.3, "defective", images)
        page = client.get(f"/standards/{standard.id}/corrections").text
        assert "No limit tells these apart from good pieces" in page
        assert f"/photos/{photo.id}/320.webp" in page

    def test_a_standard_that_is_not_in_use_has_no_such_page(self, client, session, sign_in):
        fitted = make_standard(session, state=StandardState.FITTED)
        sign_in("designer", organisation=fitted.version.design.studio)
        page = client.get(f"/standards/{fitted.id}/corrections", follow_redirects=True).text
        assert "This standard is not in use at the moment." in page
        for action in ("use", "back"):
            page = client.post(f"/standards/{fitted.id}/corrections/{action}", follow_redirects=True).text
            assert "This standard is not in use at the moment." in page
