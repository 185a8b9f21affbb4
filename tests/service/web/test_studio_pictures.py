"""The pictures of a design: sent by a script or a plain form, described, put in order, removed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.designs import MAX_PICTURES, stamp_of
from catalog.store.tables import DesignPicture, DesignVersion
from catalog.text import Text
from service.accounts import Account
from tests.camera_photos import SECRET, camera_photo
from tests.factories import make_design, make_picture, photo_bytes
from tests.fakes import MemoryStore
from tests.service.web.studio_pages import address

JSON = {"Accept": "application/json"}


def stamp(picture: DesignPicture) -> dict[str, str]:
    """What a form says of the words that it showed."""
    return {f"stamp_{picture.id}": stamp_of(Text(**picture.alt))}


def photo(seed: int = 5, name: str = "photo.jpg") -> tuple[BytesIO, str]:
    return BytesIO(photo_bytes(seed)), name


def test_a_script_sends_one_picture_and_is_told_whether_it_is_new(
    client: FlaskClient, session: Session, images: MemoryStore, draft: DesignVersion
):
    first = client.post(address(draft, "pictures"), data={"photo": photo(7)}, headers=JSON)
    again = client.post(address(draft, "pictures"), data={"photo": photo(7)}, headers=JSON)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert first.json["sha256"] in images.images
    session.refresh(draft)
    assert [picture.position for picture in draft.pictures] == [0, 1]
    assert (draft.pictures[1].width_px, draft.pictures[1].content_type) == (96, "image/jpeg")


def test_a_picture_comes_in_without_what_the_camera_wrote_beside_it(client, session, images, draft):
    sent = {"photo": (BytesIO(camera_photo()), "photo.jpg")}
    kept = client.post(address(draft, "pictures"), data=sent, headers=JSON).json["sha256"]
    assert SECRET.encode() not in images.get(kept)
    session.refresh(draft)
    assert (draft.pictures[-1].width_px, draft.pictures[-1].height_px) == (48, 96)


def test_pictures_that_arrive_at_the_same_moment_stand_one_after_the_other(
    app, client: FlaskClient, session: Session, sign_in, draft: DesignVersion, designer: Account
):
    path, others = address(draft, "pictures"), [app.test_client() for _ in range(5)]
    for other in others:
        sign_in(designer, client=other)

    def send(other: FlaskClient, seed: int) -> int:
        return other.post(path, data={"photo": photo(seed)}, headers=JSON).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, others, [11, 12, 13, 11, 12])).count(201) == 3
    session.refresh(draft)
    assert [picture.position for picture in draft.pictures] == [0, 1, 2, 3]


def test_a_plain_form_sends_many_pictures_and_says_what_became_of_each(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    files = [photo(7), photo(8), photo(7), (BytesIO(b"no picture"), "catatan.txt"), (BytesIO(b""), "")]
    answer = client.post(address(draft, "pictures") + "?lang=en", data={"photo": files}, follow_redirects=True)
    assert answer.status_code == 200
    for words in ("2 photos received.", "1 was here already.", "catatan.txt: This is not a photo."):
        assert words in answer.text
    session.refresh(draft)
    assert len(draft.pictures) == 3


def test_a_plain_form_without_a_file_says_so(client: FlaskClient, draft: DesignVersion):
    answer = client.post(
        address(draft, "pictures") + "?lang=en", data={"photo": (BytesIO(b""), "")}, follow_redirects=True
    )
    assert "No photo arrived." in answer.text


@pytest.mark.parametrize(
    ("data", "status"), [(b"", 422), (b"GIF89a nothing", 415), (b"not at all", 422), (photo_bytes(1)[:500], 422)]
)
def test_a_bad_picture_is_refused_with_a_reason(
    client: FlaskClient, session: Session, draft: DesignVersion, data: bytes, status: int
):
    answer = client.post(address(draft, "pictures"), data={"photo": (BytesIO(data), "x.jpg")}, headers=JSON)
    assert answer.status_code == status
    assert answer.json["error"]["message"]
    session.refresh(draft)
    assert len(draft.pictures) == 1


def test_a_picture_over_the_limit_is_refused(app, client: FlaskClient, parts, draft: DesignVersion):
    app.extensions["parts"] = replace(parts, settings=replace(parts.settings, max_photo_mb=0))
    answer = client.post(address(draft, "pictures"), data={"photo": photo()}, headers=JSON)
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "photo_too_large")


def test_a_design_takes_only_so_many_pictures(client: FlaskClient, session: Session, draft: DesignVersion):
    for seed in range(2, MAX_PICTURES + 1):
        make_picture(session, draft, seed=seed)
    answer = client.post(address(draft, "pictures") + "?lang=en", data={"photo": photo(99)}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["error"]["message"] == "A design has at most 12 pictures."
    assert "data-upload" not in client.get(address(draft, "pictures")).text


def test_a_store_that_is_down_answers_503_and_leaves_nothing_half_written(
    client: FlaskClient, session: Session, images: MemoryStore, draft: DesignVersion
):
    images.is_down = True
    for headers in (JSON, {}):
        answer = client.post(address(draft, "pictures"), data={"photo": photo(9)}, headers=headers)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    session.refresh(draft)
    assert len(draft.pictures) == 1


def test_words_of_pictures_are_saved_together(client: FlaskClient, session: Session, draft: DesignVersion):
    other = make_picture(session, draft, seed=3)
    ids = [draft.pictures[0].id, other.id]
    form = {
        f"alt_{language}_{each}": f" {language}\n {index} "
        for index, each in enumerate(ids)
        for language in ("id", "en")
    }
    form |= stamp(draft.pictures[0]) | stamp(other)
    assert client.post(address(draft, "pictures", "change"), data=form).status_code == 303
    session.expire_all()
    assert [picture.alt for picture in draft.pictures] == [{"id": "id 0", "en": "en 0"}, {"id": "id 1", "en": "en 1"}]


def test_words_that_are_too_long_are_answered_beside_their_picture(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    picture = draft.pictures[0]
    form = {f"alt_id_{picture.id}": "a" * 251, f"alt_en_{picture.id}": "kept"}
    answer = client.post(address(draft, "pictures", "change"), data=form)
    assert answer.status_code == 422
    assert f'id="field-alt_id_{picture.id}-error"' in answer.text
    assert "a" * 251 in answer.text
    assert "kept" in answer.text
    session.refresh(picture)
    assert picture.alt == {"id": "mangkuk", "en": "bowl"}


def test_words_that_somebody_else_changed_meanwhile_are_not_overwritten_unseen(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    picture, other = draft.pictures[0], make_picture(session, draft, seed=3)
    mine = {f"alt_id_{picture.id}": "punyaku", f"alt_en_{picture.id}": "mine"} | stamp(picture)
    untouched = {f"alt_id_{other.id}": "mangkuk", f"alt_en_{other.id}": "bowl"} | stamp(other)
    for changed in (picture, other):
        changed.alt = {"id": "punya mereka", "en": "theirs"}
    session.commit()
    answer = client.post(address(draft, "pictures", "change") + "?lang=en", data=mine | untouched)
    assert answer.status_code == 409
    for words in ("punyaku", "mine", "punya mereka", "theirs", "Somebody else described a picture"):
        assert words in answer.text
    session.expire_all()
    assert [each.alt["en"] for each in draft.pictures] == ["theirs", "theirs"]
    # Whoever has seen both may save.
    seen = {f"alt_id_{picture.id}": "punyaku", f"alt_en_{picture.id}": "mine"} | stamp(picture)
    assert client.post(address(draft, "pictures", "change"), data=seen).status_code == 303
    session.expire_all()
    assert [each.alt["en"] for each in draft.pictures] == ["mine", "theirs"]


def test_a_refused_form_is_still_held_against_what_it_had_shown(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    picture = draft.pictures[0]
    old = stamp(picture)
    picture.alt = {"id": "punya mereka", "en": "theirs"}
    session.commit()
    answer = client.post(address(draft, "pictures", "change"), data={f"alt_id_{picture.id}": "a" * 251} | old)
    assert answer.status_code == 422
    assert old[f"stamp_{picture.id}"] in answer.text


def test_who_described_a_picture_that_went_is_told(client: FlaskClient, session: Session, draft: DesignVersion):
    picture = draft.pictures[0]
    form = {f"alt_id_{picture.id}": "baru", f"alt_en_{picture.id}": "new"} | stamp(picture)
    client.post(address(draft, "pictures", "change"), data={"remove": str(picture.id)})
    answer = client.post(address(draft, "pictures", "change") + "?lang=en", data=form, follow_redirects=True)
    assert "has been removed by somebody else" in answer.text


def test_another_picture_may_stand_for_the_design(client: FlaskClient, session: Session, draft: DesignVersion):
    other = make_picture(session, draft, seed=3)
    form = {"first": str(other.id), f"alt_id_{other.id}": "baru", f"alt_en_{other.id}": "new"} | stamp(other)
    assert client.post(address(draft, "pictures", "change"), data=form).status_code == 303
    session.expire_all()
    assert draft.pictures[0].id == other.id
    assert draft.pictures[0].alt == {"id": "baru", "en": "new"}  # what was typed beside it is saved as well


def test_a_picture_is_taken_away(client: FlaskClient, session: Session, draft: DesignVersion):
    picture = draft.pictures[0]
    assert client.post(address(draft, "pictures", "change"), data={"remove": str(picture.id)}).status_code == 303
    assert session.scalars(select(DesignPicture.id)).all() == []


def test_a_picture_of_another_design_is_not_touched(client: FlaskClient, session: Session, draft: DesignVersion):
    foreign = make_design(session).pictures[0]
    form = {"remove": str(foreign.id), f"alt_id_{foreign.id}": "x", f"alt_en_{foreign.id}": "x"}
    client.post(address(draft, "pictures", "change"), data=form)
    session.refresh(foreign)
    assert foreign.alt == {"id": "mangkuk", "en": "bowl"}
