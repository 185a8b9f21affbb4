"""Who may see which photo, in which sizes, and how long a browser may keep it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from lxml.etree import fromstring
from PIL import Image

from catalog.designs import VersionState
from catalog.inspections import Verdict
from catalog.organisations import OrganisationKind
from catalog.standards import StandardState
from catalog.store import organisations, publishing
from catalog.store.pictures import Holder
from service.inspection import encode_map
from service.picture_rights import NOTHING_SAID, ROOM_BYTES, rights_packet
from tests import factories

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}


@pytest.fixture
def published(session, images):
    return factories.make_design(session, images=images)


@pytest.fixture
def batch(session, images, published):
    standard = factories.make_standard(session, published, images=images)
    return factories.make_batch(session, standard=standard, photos=1, images=images)


def picture_address(version, width_px: int = 320, form: str = "webp") -> str:
    return f"/pictures/{version.pictures[0].image_key}/{width_px}.{form}"


def photo_address(batch) -> str:
    return f"/photos/{batch.photos[0].id}/96.webp"


@pytest.mark.parametrize("form", ["avif", "webp"])
def test_everyone_sees_a_published_picture_and_may_keep_it_for_a_year(client, published, form):
    response = client.get(picture_address(published, form=form))
    assert response.status_code == 200
    assert response.content_type == f"image/{form}"
    assert Image.open(BytesIO(response.data)).format == form.upper()
    assert response.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=86400, immutable"
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")  # one copy is enough for all who share a cache


@pytest.mark.parametrize("form", ["avif", "webp"])
class TestWhatASavedPictureSaysOfItself:
    def saved(self, client, version, form: str, width_px: int = 1600) -> Image.Image:
        return Image.open(BytesIO(client.get(picture_address(version, width_px, form)).data))

    def test_the_widest_copy_says_whose_it_is_and_where_its_licence_stands(self, client, session, images, form):
        studio = factories.make_organisation(session, OrganisationKind.STUDIO, 'Batik & "Kain"')
        version = factories.make_design(session, studio, images=images, credit="Ratna <Wulandari>", licence="cc_by")
        said = fromstring(self.saved(client, version, form).info["xmp"].strip(b"\0"))
        assert said.xpath("//@photoshop:Credit", namespaces=NAMES) == ["Ratna <Wulandari>"]
        assert said.xpath("//dc:creator//rdf:li/text()", namespaces=NAMES) == ['Batik & "Kain"']
        page = f"http://localhost/designs/{version.design.slug}#licence"
        assert said.xpath("//@xmpRights:WebStatement", namespaces=NAMES) == [page]
        assert said.xpath("//plus:LicensorURL/text()", namespaces=NAMES) == [page]
        assert client.get(f"/designs/{version.design.slug}").text.count('id="licence"') == 1

    def test_a_narrow_copy_does_not_grow(self, client, published, form):
        assert "xmp" not in self.saved(client, published, form, 960).info

    def test_of_an_image_of_two_designs_nothing_is_said(self, client, session, images, published, form):
        before = client.get(picture_address(published, 1600, form))
        factories.make_design(session, images=images)
        after = client.get(picture_address(published, 1600, form))
        assert self.saved(client, published, form).info["xmp"].strip(b"\0") == NOTHING_SAID
        assert before.headers["ETag"] != after.headers["ETag"]
        assert len(before.data) == len(after.data)
        assert np.array_equal(*(np.asarray(Image.open(BytesIO(each.data))) for each in (before, after)))

    def test_a_draft_says_nothing(self, client, session, images, sign_in, form):
        designer = sign_in("designer")
        draft = factories.make_design(session, designer.person.organisation, published=False, images=images)
        assert self.saved(client, draft, form).info["xmp"].strip(b"\0") == NOTHING_SAID


def test_words_that_the_packet_has_no_room_for_leave_it_empty(app):
    holder = Holder(uuid.uuid4(), VersionState.PUBLISHED, "bowl", 1, "&" * 120, "&" * 120)
    with app.test_request_context():
        assert rights_packet([holder]) == NOTHING_SAID
        assert len(rights_packet([replace(holder, credit="", studio="碗" * 60)])) == ROOM_BYTES


def test_a_picture_of_another_format_is_not_made(client, published):
    assert client.get(picture_address(published, form="png")).status_code == 404


def test_a_picture_that_did_not_change_is_not_sent_again(client, published):
    etag = client.get(picture_address(published)).headers["ETag"]
    again = client.get(picture_address(published), headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize("width_px", [1, 97, 321, 100000])
def test_only_the_fixed_widths_are_made(client, published, width_px):
    assert client.get(picture_address(published, width_px)).status_code == 404


def test_a_drafts_picture_is_its_studios_alone(client, sign_in, session, images):
    draft = factories.make_design(session, published=False, images=images)
    assert client.get(picture_address(draft)).status_code == 404
    sign_in("designer")
    assert client.get(picture_address(draft)).status_code == 404
    sign_in("designer", organisation=draft.design.studio)
    response = client.get(picture_address(draft))
    assert response.status_code == 200
    assert response.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("is_public_elsewhere", [False, True])
def test_an_image_is_public_as_soon_as_one_version_that_shows_it_is(client, session, images, is_public_elsewhere):
    draft = factories.make_design(session, published=False, images=images)
    factories.make_design(session, published=is_public_elsewhere, images=images)  # the same photo
    assert client.get(picture_address(draft)).status_code == (200 if is_public_elsewhere else 404)


def test_an_image_that_is_no_picture_of_a_design_has_no_address_by_what_it_shows(client, sign_in, images, batch):
    sign_in("administrator")
    assert images.exists(batch.photos[0].image_key)
    assert client.get(f"/pictures/{batch.photos[0].image_key}/320.webp").status_code == 404


def test_a_retired_picture_stays_for_those_who_hold_batches(client, sign_in, session, published):
    publishing.retire(session, published)
    session.commit()
    assert client.get(picture_address(published)).status_code == 404
    sign_in("workshop")
    assert client.get(picture_address(published)).headers["Cache-Control"].startswith("private")


def test_a_batchs_photo_is_for_its_workshop_its_studio_and_its_mentors(client, sign_in, session, batch):
    studio = batch.standard.version.design.studio
    for role, organisation in (("workshop", batch.workshop), ("designer", studio), ("administrator", None)):
        sign_in(role, organisation=organisation)
        response = client.get(photo_address(batch))
        assert response.status_code == 200, role
        assert response.headers["Cache-Control"].startswith("private"), role
    mentor = sign_in("mentor")
    assert client.get(photo_address(batch)).status_code == 404
    organisations.add_mentorship(session, mentor.person.organisation, batch.workshop)
    session.commit()
    assert client.get(photo_address(batch)).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("workshop", 404), ("designer", 404), ("buyer", 403)])
def test_a_batchs_photo_is_nobody_elses(client, sign_in, batch, role, status):
    sign_in(role)
    assert client.get(photo_address(batch)).status_code == status


def test_visitors_are_asked_to_sign_in_for_a_batchs_photo(client, batch):
    assert client.get(photo_address(batch)).status_code in (302, 401)


def test_a_reference_photo_is_shown_to_workshops_once_its_standard_is_in_use(client, sign_in, session, images):
    standard = factories.make_standard(session, state=StandardState.FITTED, images=images)
    address = f"/references/{standard.references[0].id}/96.webp"
    sign_in("workshop")
    assert client.get(address).status_code == 404
    for state in (StandardState.ACTIVE, StandardState.RETIRED):
        standard.state = state
        session.commit()
        assert client.get(address).status_code == 200, state


def test_a_reference_photo_is_shown_to_its_studio_from_the_start(client, sign_in, session, images):
    standard = factories.make_standard(session, state=StandardState.COLLECTING, images=images)
    address = f"/references/{standard.references[0].id}/96.webp"
    sign_in("designer")
    assert client.get(address).status_code == 404
    sign_in("designer", organisation=standard.version.design.studio)
    assert client.get(address).status_code == 200


def test_an_anomaly_map_is_clear_where_the_piece_is_fine_and_bright_where_it_is_not(
    client, sign_in, session, images, batch
):
    found = np.zeros((40, 60), np.float32)
    found[10:20, 30:40] = 3.0
    map_key = images.put(encode_map(found), "image/png")
    factories.make_inspection(session, batch.photos[0], Verdict.REJECT, map_key=map_key)
    sign_in("workshop", organisation=batch.workshop)
    response = client.get(f"/photos/{batch.photos[0].id}/map.png")
    assert response.content_type == "image/png"
    overlay = np.asarray(Image.open(BytesIO(response.data)).convert("RGBA"))
    assert overlay.shape == (40, 60, 4)
    assert overlay[0, 0, 3] == 0
    assert overlay[15, 35, 3] > 200
    assert overlay[15, 35, :3].sum() > 500


def test_a_photo_without_a_map_has_none(client, sign_in, batch):
    sign_in("workshop", organisation=batch.workshop)
    assert client.get(f"/photos/{batch.photos[0].id}/map.png").status_code == 404


def test_pictures_wait_politely_while_the_store_is_down(client, images, published):
    images.is_down = True
    response = client.get(picture_address(published))
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "immutable" not in response.headers.get("Cache-Control", "")
