"""The public page of a workshop, and the evidence of how consistently it makes a design."""

from __future__ import annotations

import pytest

from catalog.organisations import OrganisationKind
from catalog.store import makes, organisations
from catalog.store.tables import Organisation
from tests.factories import make_batch, make_correction, make_design, make_organisation, make_photo, make_standard
from tests.makes import make_history, make_make
from tests.service.web.test_machines import data_of

MOSTLY = ((19, 20), (20, 20), (19, 20), (20, 20))


@pytest.fixture
def batch(session, images):
    return make_history(session, counts=MOSTLY, images=images)


def show(session, batch):
    makes.show_design(session, batch.workshop_id, batch.standard.version.design_id, None)
    session.commit()


def evidence_of(batch) -> str:
    return f"/workshops/{batch.workshop_id}/designs/{batch.standard.version.design.slug}"


def text_of(response) -> str:
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_evidence_says_the_figures_with_their_range_and_what_they_rest_on(client, session, batch):
    make_photo(session, batch, verdict="retake")
    overruled = make_photo(session, batch, seed=2, verdict="reject")
    make_correction(session, overruled, "good")
    show(session, batch)
    page = text_of(client.get(evidence_of(batch) + "?lang=en"))
    assert "79 of 81 pieces in 4 batches accepted" in page
    assert "with 95% confidence" in page
    assert "Proven consistent" in page
    assert "In 1 piece a reviewer said otherwise" in page
    assert "1 photo that could not be judged" in page
    assert "About 1 in 33 good pieces will be rejected wrongly." in page
    assert page.count("<circle") == 4
    assert "<img" not in page


def test_evidence_of_one_batch_says_what_is_missing_and_promises_nothing(client, session):
    batch = make_history(session, counts=((11, 18),))
    show(session, batch)
    page = text_of(client.get(evidence_of(batch) + "?lang=en"))
    assert "Too early to say" in page
    assert "Needed: 12 more pieces and 2 more batches, the last at least four weeks after the first." in page
    assert "11 of 18 pieces in 1 batch accepted" in page
    assert "confidence" not in page.split('id="method"')[0]


def test_a_batch_far_below_the_others_is_marked_in_chart_and_table(client, session):
    batch = make_history(session, counts=((20, 20), (20, 20), (20, 20), (9, 20)))
    show(session, batch)
    page = text_of(client.get(evidence_of(batch) + "?lang=en"))
    assert page.count('class="below"') == 1
    assert page.count('aria-label="below its limit"') == 1
    assert "Slipping lately" in page
    assert "18 of 20" not in page


def test_evidence_is_nobodys_until_the_workshop_shows_it(client, session, sign_in, batch):
    version = batch.standard.version
    agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
    organisations.add_mentorship(session, agency, batch.workshop)
    session.commit()
    assert client.get(evidence_of(batch)).status_code == 404
    for role, organisation, status in (
        ("buyer", None, 404),
        ("workshop", None, 404),
        ("designer", None, 404),
        ("workshop", batch.workshop, 200),
        ("designer", version.design.studio, 200),
        ("mentor", agency, 200),
        ("administrator", None, 200),
    ):
        sign_in(role, organisation=organisation)
        assert client.get(evidence_of(batch)).status_code == status, role
    assert "This is not public" in text_of(client.get(evidence_of(batch) + "?lang=en"))


def test_what_is_shown_disappears_the_moment_it_is_taken_back(client, session, batch):
    show(session, batch)
    assert client.get(evidence_of(batch)).status_code == 200
    makes.stop_showing(session, batch.workshop_id, batch.standard.version.design_id)
    session.commit()
    for address in (evidence_of(batch), f"/workshops/{batch.workshop_id}"):
        assert client.get(address).status_code == 404


def test_a_workshop_that_never_made_the_design_has_no_evidence(client, session, batch):
    show(session, batch)
    other = make_organisation(session, OrganisationKind.WORKSHOP)
    slug = batch.standard.version.design.slug
    assert client.get(f"/workshops/{other.id}/designs/{slug}").status_code == 404
    assert client.get(f"/workshops/{batch.workshop_id}/designs/{make_design(session).design.slug}").status_code == 404
    assert client.get(f"/workshops/{batch.standard.version.design.studio_id}").status_code == 404


def test_the_page_of_a_workshop_tells_who_it_is_and_shows_its_designs_and_photos(client, session, images, batch):
    organisations.change_organisation(
        session, batch.workshop, "Sanggar Uji", "Klaten", {"id": "Kami membuat mangkuk.", "en": ""}
    )
    make = make_make(session, batch, images=images)
    page = text_of(client.get(f"/workshops/{batch.workshop_id}?lang=en"))
    assert "Sanggar Uji" in page
    assert '<span lang="id">Kami membuat mangkuk.</span>' in page
    assert evidence_of(batch) in page
    assert f"/makes/{make.id}/480.webp" in page
    assert 'alt="A celadon bowl"' in page


def test_the_page_of_a_design_names_who_shows_it_and_counts_who_does_not(client, session):
    standard = make_standard(session)
    shown = make_history(session, None, standard, counts=MOSTLY)
    hidden = make_history(session, None, standard, counts=((3, 4),))
    show(session, shown)
    page = text_of(client.get(f"/designs/{standard.version.design.slug}?lang=en"))
    assert shown.workshop.name in page
    assert hidden.workshop.name not in page
    assert evidence_of(shown) in page
    assert "1 more workshop makes it and does not show its figures." in page


def test_batches_without_a_judged_piece_make_nobody_a_maker(client, session):
    batch = make_batch(session)
    make_photo(session, batch, verdict="retake")
    page = text_of(client.get(f"/designs/{batch.standard.version.design.slug}?lang=en"))
    assert "No workshop has had pieces of this design inspected yet." in page


def test_what_is_public_of_a_workshop_is_found_by_machines_and_nothing_else(client, session, batch, sign_in):
    page = f"/workshops/{batch.workshop_id}"
    assert page not in client.get("/sitemaps/pages.xml").text
    sign_in("workshop", organisation=session.get(Organisation, batch.workshop_id))
    for path in (page, evidence_of(batch)):  # nobody else sees them yet
        hidden = text_of(client.get(path))
        assert "noindex" in hidden, path
        assert "og:title" not in hidden, path
    client.delete_cookie("session")
    show(session, batch)
    assert f"{page}?lang=id" in client.get("/sitemaps/pages.xml").text
    for path in (page, evidence_of(batch)):
        found = text_of(client.get(path))
        assert "noindex" not in found, path
        assert 'hreflang="x-default"' in found, path
        assert 'property="og:title"' in found, path
    [organisation] = data_of(client.get(page).text)
    assert organisation["@id"] == f"http://localhost{page}#workshop"
    assert organisation["name"] == batch.workshop.name
