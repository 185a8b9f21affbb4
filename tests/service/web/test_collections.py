"""Collections as their owner uses them, and as those see them to whom a link was given."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from catalog.collections import MAX_DESIGNS
from catalog.store import collections as records
from catalog.store import publishing
from catalog.store.tables import Collection, CollectionItem
from service import accounts
from tests.factories import make_account, make_collection, make_design
from tests.service.pdf.opened import open_pdf, texts_of

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def buyer(sign_in):
    return sign_in("buyer")


def titles_in(page: str) -> list[str]:
    return re.findall(r"<h2><a [^>]*>([^<]+)</a></h2>", page)


def test_a_collection_is_made_with_a_title_in_one_language(client, buyer, session):
    made = client.post(
        "/collections/new", data={"title_id": "", "title_en": "Table and light", "note_en": "For hotels."}
    )
    assert made.status_code == 303
    page = client.get(made.location, headers=ENGLISH).text
    assert "Table and light" in page
    assert "For hotels." in page
    assert "Only you see it" in page


def test_a_collection_without_a_title_is_asked_for_one_and_keeps_what_was_typed(client, buyer):
    answer = client.post("/collections/new", data={"note_en": "Kept as typed"}, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "Kept as typed" in answer.text


def test_texts_change_and_the_collection_can_be_deleted(client, buyer, session):
    collection = make_collection(session, buyer.person, make_design(session))
    client.post(f"/collections/{collection.id}/edit", data={"title_en": "New name", "contact": "Ani\r\n0812"})
    session.expire_all()
    assert (collection.title["en"], collection.contact) == ("New name", "Ani\n0812")
    assert client.post(f"/collections/{collection.id}/delete").status_code == 303
    session.expunge_all()
    assert session.scalars(select(Collection)).all() == session.scalars(select(CollectionItem)).all() == []


def test_a_design_goes_into_the_collections_that_are_ticked_and_a_new_one(client, buyer, session):
    version = make_design(session)
    left, joined = make_collection(session, buyer.person, version), make_collection(session, buyer.person)
    unseen = make_collection(session, buyer.person, version)
    form = {"shown": [left.id, joined.id], "collection": [joined.id], "new_title": "Third"}
    client.post(f"/designs/{version.design.slug}/collections", data=form)
    session.expire_all()
    assert [len(each.items) for each in (left, joined, unseen)] == [0, 1, 1]
    new = session.scalars(select(Collection).where(Collection.id.not_in([left.id, joined.id, unseen.id]))).one()
    assert (new.title["id"], len(new.items)) == ("Third", 1)


def test_a_full_collection_says_so_and_nothing_else_changes(client, buyer, session):
    versions = [make_design(session) for _ in range(2)]
    full = make_collection(session, buyer.person, versions[0])
    full.items = [CollectionItem(design=make_design(session).design, position=n) for n in range(MAX_DESIGNS)]
    other = make_collection(session, buyer.person)
    form = {"shown": [full.id, other.id], "collection": [full.id, other.id]}
    answer = client.post(f"/designs/{versions[1].design.slug}/collections", data=form, follow_redirects=True)
    assert "60" in answer.text
    session.expire_all()
    assert (len(full.items), len(other.items)) == (MAX_DESIGNS, 0)


def test_a_draft_cannot_be_collected(client, buyer, session):
    draft = make_design(session, published=False)
    assert client.post(f"/designs/{draft.design.slug}/collections", data={"new_title": "x"}).status_code == 404


def test_designs_keep_the_order_that_they_are_moved_into(client, buyer, session):
    versions = [make_design(session) for _ in range(3)]
    collection = make_collection(session, buyer.person, *versions)
    address = f"/collections/{collection.id}/designs/{versions[2].design.slug}"
    assert client.post(address, data={"move": "-1"}).status_code == 303
    session.expire_all()
    expected = [versions[0].design_id, versions[2].design_id, versions[1].design_id]
    assert [item.design_id for item in collection.items] == expected
    client.post(address)
    session.expire_all()
    assert [item.design_id for item in collection.items] == [versions[0].design_id, versions[1].design_id]


def test_a_shared_collection_is_seen_by_whoever_has_the_link_until_it_is_revoked(client, app, buyer, session):
    version = make_design(session)
    collection = make_collection(session, buyer.person, version)
    client.post(f"/collections/{collection.id}/share")
    session.expire_all()
    address = f"/shared/{collection.share_token}"
    stranger = app.test_client()
    page = stranger.get(address, headers=ENGLISH)
    assert titles_in(page.text) == ["Celadon bowl"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.text.count('<meta name="robots" content="noindex">') == 1
    assert f"/collections/{collection.id}" not in page.text
    client.post(f"/collections/{collection.id}/share", data={"stop": "1"})
    assert stranger.get(address).status_code == 404
    client.post(f"/collections/{collection.id}/share")
    assert stranger.get(address).status_code == 404


class TestTheOwnerIsSwitchedOff:
    """The link carries the person's name: it ends with the account."""

    @pytest.fixture
    def collection(self, client, buyer, session) -> Collection:
        collection = make_collection(session, buyer.person, make_design(session))
        client.post(f"/collections/{collection.id}/share")
        session.refresh(collection)
        return collection

    def set_active(self, session, account, is_active: bool) -> None:
        accounts.set_active(session, account, is_active)
        session.commit()

    def test_the_link_is_revoked_with_the_account_and_may_be_made_anew(
        self, app, client, buyer, collection, session, sign_in
    ):
        stranger, address = app.test_client(), f"/shared/{collection.share_token}"
        assert stranger.get(address).status_code == 200
        self.set_active(session, buyer, False)
        assert stranger.get(address).status_code == 404
        self.set_active(session, buyer, True)
        assert stranger.get(address).status_code == 404
        sign_in(buyer)
        assert "Only you see it" in client.get(f"/collections/{collection.id}", headers=ENGLISH).text
        client.post(f"/collections/{collection.id}/share")
        session.refresh(collection)
        assert stranger.get(f"/shared/{collection.share_token}").status_code == 200
        assert stranger.get(address).status_code == 404

    def test_links_of_others_go_on(self, app, buyer, collection, session):
        colleague = make_account(session, "buyer", organisation=buyer.person.organisation)
        token = records.share(session, make_collection(session, colleague.person, make_design(session)))
        self.set_active(session, buyer, False)
        assert app.test_client().get(f"/shared/{token}").status_code == 200

    def test_a_link_of_who_was_switched_off_before_links_ended_with_accounts_opens_nothing(
        self, app, buyer, collection, session
    ):
        buyer.active = False
        session.commit()
        assert app.test_client().get(f"/shared/{collection.share_token}").status_code == 404

    def test_one_that_is_being_shared_at_the_same_moment_is_closed_as_well(
        self, app, buyer, collection, session, while_held
    ):
        records.stop_sharing(session, collection)
        session.commit()

        def switch_off() -> None:
            with app.extensions["parts"].database.session() as other:
                accounts.set_active(other, accounts.get_account_of(other, buyer.person_id), False)

        records.share(session, collection)
        while_held(switch_off)
        session.refresh(collection)
        assert collection.share_token is None


def test_a_design_that_is_retired_later_is_shown_as_no_longer_available(client, app, buyer, session):
    stays, leaves = make_design(session), make_design(session)
    collection = make_collection(session, buyer.person, stays, leaves)
    token = records.share(session, collection)
    publishing.retire(session, leaves)
    session.commit()
    for page in (
        client.get(f"/collections/{collection.id}", headers=ENGLISH).text,
        app.test_client().get(f"/shared/{token}", headers=ENGLISH).text,
    ):
        assert page.count("No longer available") == 1
        assert titles_in(page) == ["Celadon bowl"]
        assert f'href="/designs/{leaves.design.slug}"' not in page


def test_the_lookbook_is_a_pdf_in_the_language_chosen(client, buyer, session, images):
    shown, gone = make_design(session, images=images), make_design(session, images=images)
    collection = make_collection(session, buyer.person, shown, gone)
    publishing.retire(session, gone)
    session.commit()
    answer = client.get(f"/collections/{collection.id}/lookbook.pdf?language=en")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=for-the-fair-en.pdf"
    pages = texts_of(answer.data)
    assert len(pages) == 4
    assert "Celadon bowl" in pages[2]
    assert "Diameter 140 mm, height 60 mm" in pages[2]
    assert buyer.person.name in pages[3]
    in_indonesian = client.get(f"/collections/{collection.id}/lookbook.pdf?language=id")
    assert open_pdf(in_indonesian.data).trailer["/Root"]["/Lang"] == "id"
    assert "Mangkuk seladon" in texts_of(in_indonesian.data)[2]
    assert client.get(f"/collections/{collection.id}/lookbook.pdf?language=xx").status_code == 404


def test_a_lookbook_without_the_photo_still_has_the_words(client, buyer, session):
    collection = make_collection(session, buyer.person, make_design(session))
    pages = texts_of(client.get(f"/collections/{collection.id}/lookbook.pdf?language=en").data)
    assert "Celadon bowl" in pages[2]


def test_the_box_beside_a_design_knows_in_which_collections_it_is(client, buyer, session):
    version = make_design(session)
    inside, outside = make_collection(session, buyer.person, version), make_collection(session, buyer.person)
    page = client.get(f"/designs/{version.design.slug}").text
    assert re.search(rf'value="{inside.id}" checked', page)
    assert not re.search(rf'value="{outside.id}" checked', page)


def test_a_person_has_so_many_collections_and_no_more(client, buyer, session, monkeypatch):
    monkeypatch.setattr(records, "MAX_COLLECTIONS", 1)
    make_collection(session, buyer.person)
    assert client.post("/collections/new", data={"title_en": "One more"}, headers=ENGLISH).status_code == 422


def test_collections_of_others_are_not_found_even_by_colleagues(client, buyer, session, sign_in):
    other = make_account(session, "buyer", organisation=buyer.person.organisation)
    theirs = make_collection(session, other.person, make_design(session))
    assert client.get(f"/collections/{theirs.id}").status_code == 404
    assert "For the fair" not in client.get("/collections").text
