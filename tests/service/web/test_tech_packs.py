"""Tech packs: shared with workshops, and read by those whom they are for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from catalog.organisations import OrganisationKind, Role
from catalog.store import designs, organisations, publishing, tech_packs
from catalog.text import Text
from tests.factories import make_design, make_organisation, photo_bytes
from tests.service.web.tech_pack_pages import make_published, reading, writing
from tests.tech_packs import give_pack, make_pack


@pytest.mark.parametrize(
    ("licence", "role", "sees"),
    [
        ("cc_by", None, True),
        ("cc_by_nc_nd", Role.BUYER, True),
        ("programme_owned", None, False),
        ("programme_owned", Role.BUYER, False),
        ("programme_owned", Role.WORKSHOP, True),
        ("programme_owned", Role.DESIGNER, True),
        ("all_rights_reserved", Role.WORKSHOP, False),
        ("all_rights_reserved", Role.DESIGNER, False),
        ("all_rights_reserved", Role.ADMINISTRATOR, True),
    ],
)
def test_role_and_licence_say_who_reads_it(client, session, images, sign_in, licence, role, sees):
    version = make_published(session, images, licence=licence)
    if role is not None:
        sign_in(role)
    pack = tech_packs.read_pack(session, version.id)
    for ending in ("", ".pdf", f"/drawings/{pack.drawings[0].file_key}"):
        assert client.get(reading(version, ending)).status_code == (200 if sees else 404)
    page = client.get(f"/designs/{version.design.slug}")
    assert (f'href="{reading(version)}?version=1"' in page.text) == sees
    assert 'id="pack-title"' in page.text


def test_a_workshop_and_its_mentors_see_it_while_it_is_shared(client, session, images, sign_in):
    version = make_published(session, images)
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Tanah Jaya")
    agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
    organisations.add_mentorship(session, agency, workshop)
    session.commit()
    sign_in("designer", organisation=version.design.studio)
    assert "Tanah Jaya" in client.get(writing(version)).text
    client.post(writing(version, "shares"), data={"workshop": str(workshop.id)})
    client.post(writing(version, "shares"), data={"workshop": str(workshop.id)})
    assert len(tech_packs.shares_of(session, version.design_id)) == 1
    for role, organisation in ((Role.WORKSHOP, workshop), (Role.MENTOR, agency)):
        sign_in(role, organisation=organisation)
        assert client.get(reading(version)).status_code == 200
    sign_in("designer", organisation=version.design.studio)
    client.post(writing(version, "shares", workshop.id, "stop"))
    sign_in(Role.WORKSHOP, organisation=workshop)
    assert client.get(reading(version)).status_code == 404


@pytest.mark.parametrize("workshop", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
def test_it_is_shared_with_workshops_alone(client, session, draft, workshop):
    response = client.post(writing(draft, "shares"), data={"workshop": workshop}, follow_redirects=True)
    assert response.status_code == 200
    studio = {"workshop": str(draft.design.studio_id)}
    client.post(writing(draft, "shares"), data=studio)
    assert not tech_packs.shares_of(session, draft.design_id)


def test_a_draft_s_pack_is_its_studio_s_alone(client, session, images, sign_in, draft):
    give_pack(session, images, draft)
    draft.licence = "cc_by"
    session.commit()
    assert client.get(reading(draft, "?version=1")).status_code == 200
    sign_in(Role.WORKSHOP)
    assert client.get(reading(draft, "?version=1")).status_code == 404


def test_a_drawing_is_a_download_that_no_browser_shows_as_ours(client, session, images):
    version = make_published(session, images, licence="cc_by")
    drawing = tech_packs.read_pack(session, version.id).drawings[0]
    response = client.get(reading(version, f"/drawings/{drawing.file_key}"))
    assert response.data == images.get(drawing.file_key)
    assert response.headers["Content-Disposition"] == "attachment; filename=profile-0.svg"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_pictures_that_are_not_of_the_pack_are_not_there(client, session, images):
    version = make_published(session, images, licence="cc_by")
    step = tech_packs.read_pack(session, version.id).steps[0]
    assert client.get(reading(version, f"/pictures/{step.picture.image_key}/320.webp")).status_code == 200
    other = images.put(photo_bytes(99), "image/jpeg")
    assert client.get(reading(version, f"/pictures/{other}/320.webp")).status_code == 404
    assert client.get(reading(version, f"/drawings/{other}")).status_code == 404


def test_a_version_without_a_pack_has_none(client, session):
    version = make_design(session, licence="cc_by")
    assert client.get(reading(version)).status_code == 404
    assert 'id="pack-title"' not in client.get(f"/designs/{version.design.slug}").text


def test_words_of_strangers_are_inert_on_every_page_of_a_pack(client: FlaskClient, session, images, draft):
    pack = make_pack(images)
    evil = Text('<script>alert("1")</script>', "<b>bold</b>")
    rows = {"materials": (replace(pack.materials[0], name=evil),), "steps": (replace(pack.steps[0], title=evil),)}
    tech_packs.change_pack(session, draft, replace(pack, **rows), None)
    session.commit()
    for page in (client.get(writing(draft)), client.get(reading(draft, "?version=1"))):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>bold" not in page.text


def test_what_changed_in_a_pack_is_told_to_those_who_may_see_it(client, session, images, sign_in):
    version = make_published(session, images)
    following = designs.start_next_version(session, version, None)
    pack = tech_packs.read_pack(session, version.id)
    clay = replace(pack.materials[0], amount=650)
    tech_packs.change_pack(session, following, replace(pack, materials=(clay,)), None)
    publishing.publish(session, following, None)
    session.commit()
    changes = f"/designs/{version.design.slug}/changes"
    assert "650" not in client.get(changes).text
    sign_in("designer", organisation=version.design.studio)
    page = client.get(changes, headers={"Accept-Language": "en"}).text
    assert "Stoneware clay · 620 g" in page
    assert "Stoneware clay · 650 g" in page
