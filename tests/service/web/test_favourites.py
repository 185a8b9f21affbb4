"""The heart of a design, with and without scripts, and designs side by side."""

from __future__ import annotations

import re

import pytest

from catalog.store import collections as records
from catalog.store import publishing
from catalog.store.tables import Favourite
from tests.factories import make_design
from tests.forms import forms_of, values_of
from tests.service.signing_in import EMAIL, PASSWORD

ENGLISH = {"Accept-Language": "en"}


def marks(session, account) -> frozenset:
    session.expire_all()
    return records.favourite_ids(session, account.person_id)


def test_a_heart_pressed_without_scripts_comes_back_to_its_page(client, session, sign_in):
    buyer, version = sign_in("buyer"), make_design(session)
    came_from = {"Referer": "http://localhost/designs?q=bowl"}
    answer = client.post(f"/favourites/{version.design.slug}", data={"keep": "1"}, headers=came_from)
    assert answer.location == "http://localhost/designs?q=bowl"
    assert marks(session, buyer) == {version.design_id}


def test_a_heart_pressed_from_elsewhere_does_not_lead_there(client, session, sign_in):
    sign_in("buyer")
    slug = make_design(session).design.slug
    answer = client.post(f"/favourites/{slug}", headers={"Referer": "http://localhost.example/designs"})
    assert answer.location == "/favourites"


def test_a_script_is_told_what_the_heart_is_now(client, session, sign_in):
    buyer, version = sign_in("buyer"), make_design(session)
    script = {"Accept": "application/json"}
    for keep in ("1", "1", "0", "0"):
        answer = client.post(f"/favourites/{version.design.slug}", data={"keep": keep}, headers=script)
        assert answer.json == {"is_favourite": keep == "1"}
    assert marks(session, buyer) == frozenset()


def test_the_heart_is_pressed_on_the_cards_of_favourites_alone(client, session, sign_in):
    buyer, marked, other = sign_in("buyer"), make_design(session), make_design(session)
    records.set_favourite(session, buyer.person_id, marked.design, True)
    session.commit()
    page = client.get("/designs").text
    pressed = dict(re.findall(r'action="/favourites/([^"]+)".*?aria-pressed="(\w+)"', page, re.DOTALL))
    assert pressed == {marked.design.slug: "true", other.design.slug: "false"}


def test_visitors_see_no_hearts_on_cards_and_are_asked_to_sign_in_beside_a_design(client, session):
    version = make_design(session)
    assert "data-favourite" not in client.get("/designs").text
    assert f"/login?next=/designs/{version.design.slug}" in client.get(f"/designs/{version.design.slug}").text


def test_a_heart_pressed_before_signing_in_marks_the_design_once_signed_in(client, session, account):
    version = make_design(session)
    slug = version.design.slug
    [link] = re.findall(r'href="(/login\?[^"]*favourite[^"]*)"', client.get(f"/designs/{slug}").text)
    page = client.get(link.replace("&amp;", "&"), headers=ENGLISH).text
    assert "Once you are signed in, “Celadon bowl” is among your favourites." in page
    assert marks(session, account) == frozenset()  # looking changes nothing
    [form] = [each for each in forms_of(page) if "password" in each.fields]
    wrong = values_of(form) | {"email": EMAIL, "password": "wrong"}
    again = client.post("/login", data=wrong)
    assert marks(session, account) == frozenset()
    [form] = [each for each in forms_of(again.text) if "password" in each.fields]
    answer = client.post("/login", data=values_of(form) | {"email": EMAIL, "password": PASSWORD})
    assert answer.location == f"/designs/{slug}"
    assert marks(session, account) == {version.design_id}


@pytest.mark.parametrize("slug", ["never-was", "a\0b", ""])
def test_a_heart_of_nothing_that_is_shown_keeps_nobody_out(client, session, account, slug):
    draft = make_design(session, published=False)
    for wanted in (slug, draft.design.slug):
        assert client.get("/login", query_string={"favourite": wanted}).status_code == 200
        sent = {"email": EMAIL, "password": PASSWORD, "favourite": wanted}
        assert client.post("/login", data=sent).status_code == 302
        client.post("/logout")
    assert marks(session, account) == frozenset()


def test_a_favourite_that_has_left_the_catalog_stays_and_can_be_taken_away(client, session, sign_in):
    buyer, version = sign_in("buyer"), make_design(session)
    records.set_favourite(session, buyer.person_id, version.design, True)
    publishing.retire(session, version)
    session.commit()
    assert "No longer available" in client.get("/favourites", headers=ENGLISH).text
    client.post(f"/favourites/{version.design.slug}", data={"keep": "0"})
    assert marks(session, buyer) == frozenset()


def test_what_is_not_published_cannot_be_marked(client, session, sign_in):
    sign_in("buyer")
    draft = make_design(session, published=False)
    assert client.post(f"/favourites/{draft.design.slug}").status_code == 404
    assert session.query(Favourite).count() == 0


def compared(client, *versions) -> str:
    address = "/compare?" + "&".join(f"design={version.design.slug}" for version in versions)
    return re.sub(r"\s+", " ", client.get(address, headers=ENGLISH).text)


def test_designs_stand_side_by_side_in_the_order_asked_for_with_what_differs_marked(client, session):
    small = make_design(session, dimensions_mm={"diameter": 90})
    large = make_design(session, dimensions_mm={"diameter": 240})
    page = compared(client, large, small)
    assert '<tr class="differs"> <th scope="row">Size' in page
    assert "<td>Diameter 240 mm</td><td>Diameter 90 mm</td>" in page
    assert '<tr> <th scope="row">Materials' in page


def test_rows_of_which_nothing_is_known_are_left_out(client, session):
    page = compared(client, make_design(session), make_design(session))
    assert "Technique" in page
    assert "Colours" not in page


def test_four_are_compared_at_most_and_unknown_or_unpublished_ones_left_out(client, session):
    draft = make_design(session, published=False)
    versions = [make_design(session) for _ in range(6)]
    page = compared(client, versions[0], versions[0], draft, *versions[1:4])
    assert page.count('scope="col"') == 4
    assert "left out" not in page
    assert "4 designs fit beside each other; 2 more are left out." in compared(client, *versions)
    assert f"/designs/{draft.design.slug}\"" not in page


def test_one_design_alone_is_asked_to_be_joined_by_another(client, session):
    assert "Choose 2 to 4 designs" in compared(client, make_design(session))
    assert client.get("/compare?design=%00").status_code == 200
