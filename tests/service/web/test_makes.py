"""A workshop says yes to what is shown of it and takes it back; a studio keeps its own page in order."""

from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image

from catalog.store.tables import Make, ShownDesign
from tests.factories import make_batch, make_correction, make_photo
from tests.makes import make_make

WORDS = {"alt_id": "mangkuk hijau", "alt_en": "a green bowl", "caption_id": "Dibuat Bu Sri", "caption_en": ""}


@pytest.fixture
def batch(session, images):
    batch = make_batch(session)
    for seed, verdict in enumerate(("accept", "accept", "reject")):
        make_photo(session, batch, seed=seed, verdict=verdict, images=images)
    return batch


@pytest.fixture
def slug(batch):
    return batch.standard.version.design.slug


@pytest.fixture
def workshop(sign_in, batch):
    return sign_in("workshop", organisation=batch.workshop)


def photos(batch, *places: int) -> list[str]:
    ordered = sorted(batch.photos, key=lambda each: each.position)
    return [str(ordered[place].id) for place in places]


def makes_in(session) -> list[Make]:
    session.expire_all()
    return session.query(Make).order_by(Make.consented_at).all()


def is_public(app, make_id) -> bool:
    return app.test_client().get(f"/makes/{make_id}/320.webp").status_code == 200


def test_nothing_is_shown_by_itself(client, session, batch, slug, app):
    assert makes_in(session) == []
    assert "Made by workshops" not in client.get(f"/designs/{slug}?lang=en").text


@pytest.mark.usefixtures("workshop")
def test_photos_are_offered_of_accepted_pieces_alone(client, batch, slug):
    page = client.get(f"/makes/designs/{slug}").text
    accepted, other, rejected = photos(batch, 0, 1, 2)
    assert f'value="{accepted}"' in page
    assert f'value="{other}"' in page
    assert rejected not in page


def test_two_consents_make_a_photo_public_and_either_taken_back_hides_it(client, app, session, batch, slug, workshop):
    client.post(f"/makes/designs/{slug}/photos", data={"photo": photos(batch, 0), **WORDS})
    make = makes_in(session)[0]
    assert (make.consented_by, make.caption["id"]) == (workshop.person_id, "Dibuat Bu Sri")
    assert not is_public(app, make.id)
    client.post(f"/makes/designs/{slug}/shown", data={"shown": "1"})
    assert is_public(app, make.id)
    page = app.test_client().get(f"/designs/{slug}?lang=en").text
    assert 'alt="a green bowl"' in page
    assert '<span lang="id">Dibuat Bu Sri</span>' in page
    client.post(f"/makes/designs/{slug}/shown", data={"shown": "0"})
    assert not is_public(app, make.id)
    client.post(f"/makes/designs/{slug}/shown", data={"shown": "1"})
    client.post(f"/makes/{make.id}/withdraw")
    assert not is_public(app, make.id)
    assert "Made by workshops" not in app.test_client().get(f"/designs/{slug}?lang=en").text
    assert makes_in(session)[0].withdrawn_by == workshop.person_id


def test_whoever_keeps_a_copy_asks_each_time(client, app, session, batch, images):
    make = make_make(session, batch, images=images)
    response = client.get(f"/makes/{make.id}/320.webp")
    assert response.headers["Cache-Control"] == "private, no-cache"
    again = client.get(f"/makes/{make.id}/320.webp", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/makes/{make.id}/321.webp").status_code == 404


def test_a_photo_leaves_without_what_the_camera_wrote(client, session, batch, images):
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Secret camera", {1: "S", 2: (7.0, 42.0, 0.0)}
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "green").save(file, "JPEG", exif=exif)
    assert b"Secret camera" in file.getvalue()
    make = make_make(session, batch, images=images)
    make.photo.image_key = images.put(file.getvalue(), "image/jpeg")
    session.commit()
    sent = client.get(f"/makes/{make.id}/320.webp").data
    assert b"Secret camera" not in sent
    assert not Image.open(io.BytesIO(sent)).getexif()


@pytest.mark.usefixtures("workshop")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alt_id": " ", "alt_en": ""}, "Please fill this in."),
        ({"caption_en": "x" * 201}, "This is too long."),
        ({"photo": []}, "Choose at least one photo."),
    ],
)
def test_a_form_that_lacks_something_says_so_and_keeps_what_was_typed(client, session, batch, slug, change, said):
    data = {"photo": photos(batch, 1), **WORDS} | change
    response = client.post(f"/makes/designs/{slug}/photos?lang=en", data=data)
    assert response.status_code == 422
    assert said in response.text
    assert "Dibuat Bu Sri" in response.text
    for photo_id in data["photo"]:
        assert f'value="{photo_id}" checked' in response.text
    assert makes_in(session) == []


@pytest.mark.usefixtures("workshop")
def test_neither_a_rejected_piece_nor_a_photo_of_others_can_be_shown(client, session, batch, slug):
    others = make_batch(session, None, batch.standard)
    theirs = make_photo(session, others, seed=9, verdict="accept")
    for photo_id in (*photos(batch, 2), str(theirs.id), str(uuid.uuid4())):
        data = {"photo": [*photos(batch, 0), photo_id], **WORDS}
        page = client.post(f"/makes/designs/{slug}/photos?lang=en", data=data, follow_redirects=True).text
        assert "Only photos of accepted pieces can be shown." in page
    assert makes_in(session) == []


@pytest.mark.usefixtures("workshop")
def test_a_piece_that_a_reviewer_finds_defective_is_not_shown_any_more(client, app, session, batch, slug, images):
    make = make_make(session, batch, images=images)
    assert is_public(app, make.id)
    make_correction(session, make.photo, "defective")
    assert not is_public(app, make.id)
    assert "A reviewer found a defect" in client.get(f"/makes/designs/{slug}?lang=en").text


def test_words_can_be_changed_and_the_form_of_the_right_photo_says_what_is_wrong(
    client, session, batch, slug, workshop
):
    make = make_make(session, batch)
    client.post(f"/makes/{make.id}/words", data={"alt_en": "a bowl", "caption_en": "For a café"})
    assert makes_in(session)[0].alt == {"id": "", "en": "a bowl"}
    response = client.post(f"/makes/{make.id}/words?lang=en", data={"alt_id": "", "caption_id": "Baru"})
    assert response.status_code == 422
    assert response.text.count("Please fill this in.") == 2
    assert '<details class="make-words" open>' in response.text
    assert ">Baru</textarea>" in response.text


def test_markup_in_words_is_inert(client, session, batch, slug, workshop):
    make_make(session, batch)
    make = makes_in(session)[0]
    client.post(f"/makes/{make.id}/words", data={"alt_id": '"><script>', "caption_id": "<script>alert(1)</script>"})
    for address in (f"/makes/designs/{slug}", f"/designs/{slug}", f"/workshops/{batch.workshop_id}"):
        assert "<script>alert" not in client.get(address).text


def test_a_studio_takes_a_make_off_its_design_and_the_workshop_reads_why(
    client, app, session, sign_in, batch, slug, images
):
    make = make_make(session, batch, images=images)
    sign_in("designer", organisation=batch.standard.version.design.studio)
    assert (
        "Write the reason"
        in client.post(f"/makes/{make.id}/hide?lang=en", data={"reason": " "}, follow_redirects=True).text
    )
    client.post(f"/makes/{make.id}/hide", data={"reason": "Bukan desain ini"})
    assert "Bukan desain ini" in client.get(f"/designs/{slug}/makes").text
    visitor = app.test_client()
    assert str(make.id) not in visitor.get(f"/designs/{slug}").text
    assert str(make.id) not in visitor.get(f"/designs/{slug}/makes").text
    assert str(make.id) in visitor.get(f"/workshops/{batch.workshop_id}").text
    sign_in("workshop", organisation=batch.workshop)
    assert "Bukan desain ini" in client.get(f"/makes/designs/{slug}").text
    sign_in("designer", organisation=batch.standard.version.design.studio)
    client.post(f"/makes/{make.id}/show-again")
    assert str(make.id) in visitor.get(f"/designs/{slug}").text


def test_others_neither_change_nor_hide_nor_withdraw(client, session, sign_in, batch):
    make = make_make(session, batch)
    for role, action in (
        ("workshop", "words"),
        ("workshop", "withdraw"),
        ("designer", "hide"),
        ("designer", "show-again"),
    ):
        sign_in(role)
        assert client.post(f"/makes/{make.id}/{action}", data={"reason": "x"}).status_code == 404
    assert makes_in(session)[0].withdrawn_at is None


def test_showing_twice_is_showing_once(client, session, batch, slug, workshop):
    for _ in range(2):
        client.post(f"/makes/designs/{slug}/shown", data={"shown": "1"})
        client.post(f"/makes/designs/{slug}/photos", data={"photo": photos(batch, 0), **WORDS})
    assert len(makes_in(session)) == 1
    assert session.query(ShownDesign).count() == 1


def test_the_overview_lists_what_is_made_and_what_is_public_of_it(client, session, batch, slug, workshop):
    page = client.get("/makes?lang=en").text
    assert f"/makes/designs/{slug}" in page
    assert "Not public" in page
    make_make(session, batch)
    assert "Public, 1 photo" in client.get("/makes?lang=en").text
