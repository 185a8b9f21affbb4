"""Standards: collect photos, fit, read the report, take outliers away, activate."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.standards import MIN_REFERENCES, StandardState
from catalog.store import publishing, standards
from catalog.store.tables import DesignVersion, ReferenceStandard
from service.accounts import Account
from tests.factories import make_design, make_reference, make_self_test, make_standard
from tests.fakes import MemoryStore
from tests.service.web.standard_pages import address

JSON = {"Accept": "application/json"}
SAMPLES = Path(__file__).parents[3] / "samples"


def mark(session: Session, standard: ReferenceStandard, *indexes: int) -> None:
    """Have the report call these references outliers."""
    references = [dict(each, is_outlier=index in indexes) for index, each in enumerate(standard.report["references"])]
    standard.report = {**standard.report, "references": references, "notes": ["outlier_found"]}
    session.commit()


def fits_queued(session: Session) -> int:
    return session.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'fit_standard'"))


def test_a_designer_starts_a_standard_for_a_view(client: FlaskClient, session: Session, version: DesignVersion):
    path = f"/studio/designs/{version.id}/standards"
    answer = client.post(path, data={"view": "side"})
    assert answer.status_code == 303
    standard = session.scalars(select(ReferenceStandard)).one()
    assert (standard.view, standard.number, standard.state) == ("side", 1, StandardState.COLLECTING)
    assert answer.location.endswith(address(standard))
    # A second tap, or a second visit: the empty one is used, not a new one.
    assert client.post(path, data={"view": "side"}).location == answer.location
    assert client.post(path, data={"view": "front"}).location != answer.location
    page = client.get(path + "?lang=en").text
    assert "Side" in page
    assert "Front" in page


def test_a_standard_without_photos_has_its_page(client: FlaskClient, version: DesignVersion):
    made = client.post(f"/studio/designs/{version.id}/standards", data={"view": "side"})
    answer = client.get(made.location + "?lang=en")
    assert answer.status_code == 200
    assert "8 more photos are needed." in answer.text


def test_an_unknown_view_is_answered_beside_the_field(client: FlaskClient, session: Session, version: DesignVersion):
    for form in ({"view": "through"}, {}):
        answer = client.post(f"/studio/designs/{version.id}/standards?lang=en", data=form)
        assert answer.status_code == 422
        assert 'id="field-view-error"' in answer.text
    assert session.scalar(select(func.count()).select_from(ReferenceStandard)) == 0


def test_a_retired_version_gets_no_new_standard(client: FlaskClient, session: Session, version: DesignVersion):
    publishing.retire(session, version)
    session.commit()
    path = f"/studio/designs/{version.id}/standards"
    assert 'name="view"' not in client.get(path).text
    assert client.post(path, data={"view": "side"}).status_code == 409


def test_too_few_photos_are_not_fitted_and_the_page_says_how_many_are_wanted(
    client: FlaskClient, session: Session, collecting: ReferenceStandard
):
    page = client.get(address(collecting) + "?lang=en").text
    assert "1 more photo is needed." in page
    assert "Fit the standard" not in page
    answer = client.post(address(collecting, "fit") + "?lang=en", follow_redirects=True)
    assert "A standard needs at least 8 reference photos; 7 are here." in answer.text
    assert fits_queued(session) == 0


def test_a_fit_is_queued_once_and_its_progress_can_be_asked_for(
    client: FlaskClient, session: Session, collecting: ReferenceStandard
):
    make_reference(session, collecting, seed=1)
    assert "Fit the standard" in client.get(address(collecting) + "?lang=en").text
    client.post(address(collecting, "fit"))
    client.post(address(collecting, "fit"))
    assert fits_queued(session) == 1
    assert client.get(address(collecting, "state")).json == {"state": "fitting", "progress": 0.0, "is_fitting": True}
    collecting.fit_progress = 0.4
    session.commit()
    page = client.get(address(collecting) + "?lang=en").text
    assert '<progress value="40" max="100"' in page
    assert f'data-fit-state="{address(collecting, "state")}"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_the_report_is_read_in_plain_words(client: FlaskClient, session: Session, fitted: ReferenceStandard):
    page = client.get(address(fitted) + "?lang=en").text
    for words in (
        "About 1 in 33 good pieces will be rejected wrongly.",
        "The true figure most likely lies between almost none and 1 in 10.",
        "All 9 photos agree with one another.",
        "Use this standard",
    ):
        assert words in page


class TestWhatItSees:
    @pytest.fixture
    def tested(self, session: Session, images: MemoryStore, fitted: ReferenceStandard) -> ReferenceStandard:
        """Small cracks are missed, stains altogether; the design is 140 mm wide."""
        fitted.report = {
            **fitted.report,
            "notes": ["misses_small_cracks"],
            "self_test": make_self_test(images, crack=0.3, pinholes=0.02, stain=None),
        }
        session.commit()
        return fitted

    def test_each_kind_has_its_picture_and_its_smallest_size(self, client: FlaskClient, tested: ReferenceStandard):
        page = client.get(address(tested) + "?lang=en").text
        assert "What this standard sees" in page
        assert "Caught only from about 42\N{NO-BREAK SPACE}mm on." in page
        assert "Missed, even at 70\N{NO-BREAK SPACE}mm." in page
        for kind in tested.report["self_test"]["kinds"]:
            picture = client.get(address(tested, "defects", kind["picture_key"], "320.webp"))
            assert (picture.status_code, picture.content_type) == (200, "image/webp")
            assert picture.request.path in page

    def test_what_it_misses_is_said_above_the_button_that_puts_it_to_use(
        self, client: FlaskClient, tested: ReferenceStandard
    ):
        page = client.get(address(tested) + "?lang=en").text
        assert page.index("It misses small cracks.") < page.index("Use this standard")

    def test_a_design_without_sizes_is_told_shares_and_how_to_get_millimetres(
        self, client: FlaskClient, session: Session, tested: ReferenceStandard
    ):
        tested.version.dimensions_mm = {}
        session.commit()
        page = client.get(address(tested) + "?lang=en").text
        assert "Caught only from about 30\N{NO-BREAK SPACE}% of the piece on." in page
        assert "Give the design its sizes" in page

    def test_a_workshop_sees_it_once_the_standard_is_in_use(
        self, client: FlaskClient, session: Session, sign_in, tested: ReferenceStandard
    ):
        key = tested.report["self_test"]["kinds"][0]["picture_key"]
        sign_in("workshop")
        assert client.get(address(tested, "defects", key, "320.webp")).status_code == 404
        standards.activate(session, tested)
        session.commit()
        assert client.get(address(tested, "defects", key, "320.webp")).status_code == 200
        assert "What this standard sees" in client.get(address(tested) + "?lang=en").text

    def test_no_other_image_is_had_through_a_standard(
        self, client: FlaskClient, tested: ReferenceStandard, images: MemoryStore
    ):
        other = images.put(b"another image", "image/jpeg")
        assert client.get(address(tested, "defects", other, "320.webp")).status_code == 404

    def test_a_report_of_before_there_was_a_self_test_shows_none(
        self, client: FlaskClient, fitted: ReferenceStandard
    ):
        assert "What this standard sees" not in client.get(address(fitted) + "?lang=en").text


def test_an_outlier_is_marked_and_taken_away_with_one_click(
    client: FlaskClient, session: Session, fitted: ReferenceStandard
):
    mark(session, fitted, 4)
    outlier = fitted.references[4].id
    page = client.get(address(fitted) + "?lang=en").text
    assert "8 of 9 photos agree with one another; 1 differs." in page
    assert page.count('class="is-marked"') == 1
    assert "Remove it and fit again" in page
    assert client.post(address(fitted, "references", "remove-marked")).status_code == 303
    session.expire_all()
    assert fitted.state == StandardState.FITTING
    assert outlier not in {reference.id for reference in fitted.references}
    assert fits_queued(session) == 1


def test_outliers_whose_loss_leaves_too_few_photos_are_taken_away_without_a_fit(
    client: FlaskClient, session: Session, fitted: ReferenceStandard
):
    mark(session, fitted, 0, 1)
    assert "Remove them and fit again" not in client.get(address(fitted) + "?lang=en").text
    answer = client.post(address(fitted, "references", "remove-marked") + "?lang=en", follow_redirects=True)
    assert "2 photos are removed." in answer.text
    assert "1 more photo is needed." in answer.text
    session.refresh(fitted)
    assert fitted.state == StandardState.COLLECTING
    assert fits_queued(session) == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("TooFewReferences", "There are too few photos"),
        ("UnreadableReferences", "1 photo cannot be read."),
        ("UnlikeReferences", "1 is unlike the others"),
        ("internal", "The service could not fit these photos."),
    ],
)
def test_a_failed_fit_says_why_and_which_photo(
    client: FlaskClient, session: Session, version: DesignVersion, code: str, words: str
):
    standard = make_standard(session, version, state=StandardState.COLLECTING, references=MIN_REFERENCES + 1)
    named = [str(standard.references[3].id)] if code.startswith("Un") else []
    standard.state, standard.fit_failure = StandardState.FAILED, {"code": code, "photos": named}
    session.commit()
    page = client.get(address(standard) + "?lang=en").text
    assert words in page
    assert page.count('class="is-marked"') == len(named)
    assert client.post(address(standard, "references", "remove-marked")).status_code == 303
    session.expire_all()
    assert standard.state == StandardState.FITTING
    assert len(standard.references) == MIN_REFERENCES + 1 - len(named)


def test_a_standard_is_activated_and_the_one_before_it_retired(
    client: FlaskClient, session: Session, version: DesignVersion
):
    before = make_standard(session, version)
    standard = make_standard(session, version, state=StandardState.FITTED)
    page = client.get(address(standard) + "?lang=en").text
    assert "Standard 1, in use for this view until now, is retired." in page
    assert client.post(address(standard, "activate")).status_code == 303
    session.expire_all()
    assert (before.state, standard.state) == (StandardState.RETIRED, StandardState.ACTIVE)
    assert standard.activated_at is not None
    assert "See the standard in use" in client.get(address(before) + "?lang=en").text
    assert "Retired" in client.get(f"/studio/designs/{version.id}/standards?lang=en").text


def test_what_is_not_fitted_is_not_activated(client: FlaskClient, session: Session, collecting: ReferenceStandard):
    answer = client.post(address(collecting, "activate") + "?lang=en", follow_redirects=True)
    assert "A standard is activated after it has been fitted." in answer.text
    session.refresh(collecting)
    assert collecting.state == StandardState.COLLECTING


GETS = ((), ("state",))
POSTS = (("fit",), ("region",), ("activate",), ("references",), ("references", "remove-marked"))


def test_the_standards_of_another_studio_are_as_if_they_were_not_there(
    client: FlaskClient, session: Session, sign_in, fitted: ReferenceStandard
):
    sign_in("designer")
    for more in GETS:
        assert client.get(address(fitted, *more)).status_code == 404, more
    for more in (*POSTS, ("references", fitted.references[0].id, "remove")):
        assert client.post(address(fitted, *more)).status_code == 404, more
    session.refresh(fitted)
    assert (fitted.state, len(fitted.references)) == (StandardState.FITTED, MIN_REFERENCES + 1)


@pytest.mark.parametrize("role", ["workshop", "mentor"])
def test_workshops_and_mentors_see_a_standard_once_it_is_in_use(
    client: FlaskClient, session: Session, sign_in, version: DesignVersion, role: str
):
    fitted = make_standard(session, version, state=StandardState.FITTED)
    active = make_standard(session, version)
    sign_in(role)
    assert client.get(address(fitted)).status_code == 404
    page = client.get(address(active))
    assert page.status_code == 200
    for action in ("data-upload", "/activate", "/remove", "/studio/"):
        assert action not in page.text


@pytest.mark.parametrize("role", ["buyer", "market_officer"])
def test_standards_are_no_matter_of_other_roles(
    client: FlaskClient, session: Session, sign_in, version: DesignVersion, role: str
):
    active = make_standard(session, version)
    sign_in(role)
    assert client.get(address(active)).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, app, session: Session, version: DesignVersion):
    active = make_standard(session, version)
    answer = app.test_client().get(address(active))
    assert answer.status_code == 302
    assert "/login" in answer.location


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_standard_can_be_read_in_every_state_in_both_languages(
    client: FlaskClient, session: Session, designer: Account, language: str
):
    for version in (
        make_design(session, designer.person.organisation, published=False),
        make_design(session, designer.person.organisation),
    ):
        for state in StandardState:
            standard = make_standard(session, version, state=state)
            answer = client.get(f"{address(standard)}?lang={language}")
            assert answer.status_code == 200, state
        assert version.state in (VersionState.DRAFT, VersionState.PUBLISHED)


def test_the_real_engine_fits_what_a_designer_uploads(
    client: FlaskClient, session: Session, version: DesignVersion, run_jobs
):
    """From eight photos to a standard in use, and one photo too many of something else on the way."""
    started = client.post(f"/studio/designs/{version.id}/standards", data={"view": "from_above"})
    standard = session.scalars(select(ReferenceStandard)).one()
    photos = sorted((SAMPLES / "white_plate" / "standard").glob("*.jpg"))[:MIN_REFERENCES]
    # As from a phone that calls every photo the same.
    files = [(BytesIO(path.read_bytes()), "image.jpg") for path in photos]
    assert client.post(address(standard, "references"), data={"photo": files}).status_code == 303
    assert client.post(address(standard, "fit")).status_code == 303
    run_jobs()
    assert client.get(address(standard, "state")).json == {"state": "fitted", "progress": 1.0, "is_fitting": False}
    page = client.get(started.location + "?lang=en").text
    assert "good pieces will be rejected wrongly." in page
    session.expire_all()
    assert [each["name"] for each in standard.report["references"]] == [str(each.id) for each in standard.references]
    assert json.dumps(standard.report)
    assert client.post(address(standard, "activate")).status_code == 303
    session.refresh(standard)
    assert standard.state == StandardState.ACTIVE
