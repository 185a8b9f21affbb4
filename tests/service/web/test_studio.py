"""The studio: write a design, see what is missing, publish, retire, start the next version."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.designs import Colour, VersionState
from catalog.store import designs, publishing
from catalog.store.tables import DesignVersion
from catalog.text import Text
from service.accounts import Account
from service.settings import Settings
from tests.factories import make_account, make_design, make_draft, make_standard, photo_bytes
from tests.forms import forms_of, values_of
from tests.service.web.studio_pages import address

FORM = {
    "title_id": "Mangkuk seladon",
    "title_en": "Celadon bowl",
    "craft": "ceramics",
    "attribute_body": "stoneware",
    "description_id": "Mangkuk kecil.",
    "description_en": "A small bowl.",
    "material_id": ["tanah liat", ""],
    "material_en": ["stoneware", ""],
    "colour_hex": ["#9FB8A0", "#8A5A2B"],
    "colour_id": ["hijau", ""],
    "colour_en": ["green", ""],
    "diameter": "142,5",
    "height": "60",
}
JSON = {"Accept": "application/json"}


def sent_by(page: str) -> dict[str, list[str]]:
    """The design's form as a browser sends it; lxml takes a choice without a value for the word "on"."""
    form = next(form for form in forms_of(page) if "stamp" in form.fields)
    return values_of(form) | {"derived_from_id": [""]}


def stamp_in(page: str) -> str:
    return re.search(r'name="stamp" value="([0-9a-f]+)"', page).group(1)


def test_a_studio_without_designs_is_told_what_to_do_first(client: FlaskClient, designer: Account):
    page = client.get("/studio/designs?lang=en").text
    assert "No design yet" in page
    assert "/studio/designs/new" in page


def test_a_designer_makes_a_draft(client: FlaskClient, session: Session, designer: Account):
    answer = client.post("/studio/designs/new", data=FORM)
    assert answer.status_code == 303
    version = session.scalars(select(DesignVersion)).one()
    assert version.state == VersionState.DRAFT
    assert version.design.studio_id == designer.person.organisation_id
    assert version.created_by == designer.person_id
    assert version.title == {"id": "Mangkuk seladon", "en": "Celadon bowl"}
    assert version.dimensions_mm == {"diameter": 142.5, "height": 60.0}
    assert version.materials == [{"id": "tanah liat", "en": "stoneware"}]
    assert version.colours == [{"name": {"id": "hijau", "en": "green"}, "hex": "#9FB8A0"}]
    assert answer.location.endswith(f"{version.id}/pictures")


def test_bad_fields_are_each_named_and_nothing_typed_is_lost(client: FlaskClient, session: Session, designer: Account):
    bad = FORM | {"title_id": "", "title_en": "", "diameter": "1.200", "height": "tinggi", "craft": ""}
    answer = client.post("/studio/designs/new?lang=en", data=bad)
    assert answer.status_code == 422
    assert session.scalars(select(DesignVersion)).all() == []
    for field in ("title_id", "diameter", "height", "craft"):
        assert f'id="field-{field}-error"' in answer.text
        assert f'href="#field-{field}"' in answer.text
    for typed in ('value="1.200"', 'value="tinggi"', "Mangkuk kecil.", 'value="stoneware"', 'value="#9FB8A0"'):
        assert typed in answer.text
    assert "can be read in two ways" in answer.text


def test_what_was_typed_comes_back_as_text_and_never_as_markup(client: FlaskClient, designer: Account):
    answer = client.post("/studio/designs/new", data=FORM | {"title_en": '"><script>alert(1)</script>', "craft": ""})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


def test_a_text_with_a_null_character_is_saved_without_it(client: FlaskClient, session: Session, designer: Account):
    assert client.post("/studio/designs/new", data=FORM | {"title_en": "Bo\0wl"}).status_code == 303
    assert session.scalars(select(DesignVersion)).one().title["en"] == "Bowl"


@pytest.mark.parametrize(("language", "shown"), [("id", 'value="142,5"'), ("en", 'value="142.5"')])
def test_sizes_are_written_as_the_reader_writes_numbers(
    client: FlaskClient, session: Session, draft: DesignVersion, language: str, shown: str
):
    designs.change_draft(session, draft, replace(make_draft(), dimensions_mm={"diameter": 142.5}))
    session.commit()
    page = client.get(address(draft) + f"?lang={language}").text
    assert shown in page
    # A form that is sent back as it came changes nothing.
    form = FORM | {"diameter": re.search(r'name="diameter"[^>]* value="([^"]+)"', page).group(1), "height": ""}
    assert client.post(address(draft), data=form | {"stamp": stamp_in(page)}).status_code == 303
    session.refresh(draft)
    assert draft.dimensions_mm == {"diameter": 142.5}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["120 characters", "80 characters", "0 and up to 20,000", "0 and up to 730", "600 to 1,450"]),
        ("id", ["120 huruf", "80 huruf", "0 sampai 20.000", "0 sampai 730", "600 sampai 1.450"]),
    ],
)
def test_all_that_passes_a_limit_is_said_at_once_with_the_limit(
    client: FlaskClient, draft: DesignVersion, language: str, told: list[str]
):
    form = FORM | {"title_en": "x" * 121, "reference": "x" * 81, "diameter": "30000", "lead_time_days": "0"}
    answer = client.post(address(draft) + f"?lang={language}", data=form | {"attribute_firing_temperature": "5000"})
    assert answer.status_code == 422
    for words in told:
        assert words in answer.text


def test_a_draft_is_changed(client: FlaskClient, session: Session, draft: DesignVersion):
    stamp = stamp_in(client.get(address(draft)).text)
    assert client.post(address(draft), data=FORM | {"title_en": "Other bowl", "stamp": stamp}).status_code == 303
    session.refresh(draft)
    assert draft.title["en"] == "Other bowl"


def test_a_form_that_became_stale_overwrites_nothing_and_shows_both_texts(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    stamp = stamp_in(client.get(address(draft)).text)
    designs.change_draft(session, draft, replace(make_draft(), title=Text("Punya mereka", "Their title")))
    session.commit()
    answer = client.post(address(draft) + "?lang=en", data=FORM | {"title_en": "My title", "stamp": stamp})
    assert answer.status_code == 409
    assert 'value="My title"' in answer.text
    assert "<dd>Their title</dd>" in answer.text
    session.refresh(draft)
    assert draft.title["en"] == "Their title"
    # Whoever has seen both may save.
    again = client.post(address(draft), data=FORM | {"title_en": "My title", "stamp": stamp_in(answer.text)})
    assert again.status_code == 303
    session.refresh(draft)
    assert draft.title["en"] == "My title"


def test_a_stale_form_names_what_the_other_changed_and_marks_what_both_did(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    shown = sent_by(client.get(address(draft) + "?lang=en").text)
    theirs = replace(designs.read_draft(draft), title=Text("Mangkuk seladon", "Their title"), origin="Bayat")
    designs.change_draft(session, draft, theirs)
    session.commit()
    sent = shown | {"title_en": "My title", "credit": "Mine alone", "diameter": "150"}
    # Asking for more of the form keeps what it was opened on.
    asked = sent_by(client.post(address(draft), data=sent | {"show": "price"}).text)
    answer = client.post(address(draft), data=asked)
    assert answer.status_code == 409
    told = lxml.html.fromstring(answer.text).xpath("//dl[@class='theirs']/div")
    assert [" ".join(each.text_content().split()) for each in told] == [
        "Title (English) You changed it tooTheir title",
        "Made inBayat",
    ]
    # What they saved afterwards is held against what this page has shown.
    designs.change_draft(session, draft, replace(theirs, origin="Klaten"))
    session.commit()
    again = client.post(address(draft), data=sent_by(answer.text))
    told = lxml.html.fromstring(again.text).xpath("//dl[@class='theirs']/div")
    assert [each.text_content() for each in told] == ["Made in You changed it tooKlaten"]


def test_who_wrote_the_same_as_the_other_is_told_that_nothing_is_left_to_take_over(
    client: FlaskClient, session: Session, draft: DesignVersion
):
    shown = sent_by(client.get(address(draft) + "?lang=en").text)
    designs.change_draft(session, draft, replace(designs.read_draft(draft), origin="Bayat"))
    session.commit()
    answer = client.post(address(draft), data=shown | {"origin": "Bayat", "credit": "Mine"})
    assert answer.status_code == 409
    assert "what they changed, your form says as well" in answer.text
    assert not lxml.html.fromstring(answer.text).xpath("//dl[@class='theirs']")


def test_a_form_without_a_stamp_overwrites_nothing(client: FlaskClient, session: Session, draft: DesignVersion):
    assert client.post(address(draft), data=FORM | {"title_en": "Blind"}).status_code == 409
    session.refresh(draft)
    assert draft.title["en"] == "Celadon bowl"


def test_the_page_of_a_draft_lists_what_is_missing(client: FlaskClient, session: Session, designer: Account):
    draft = make_draft(title=Text("Mangkuk"), materials=(), attributes={})
    version = designs.add_design(session, designer.person.organisation_id, None, draft)
    session.commit()
    page = client.get(address(version) + "?lang=en").text
    assert "5 things are missing before it can be published" in page
    assert "37 %" in page  # 3 of 8
    for field in ("title_id", "materials", "attribute_body"):
        assert f'href="{address(version)}#field-{field}"' in page
    assert page.count(f'href="{address(version)}/pictures#pictures"') == 2
    assert "Submit for review" not in page


def test_a_draft_that_waits_for_its_original_says_so_and_keeps_it(
    client: FlaskClient, session: Session, designer: Account, draft: DesignVersion
):
    original = make_design(session, title=Text("Asal", "The original"), licence="cc_by", published=False)
    derived = replace(make_draft(), derived_from_id=original.id)
    designs.change_draft(session, draft, derived, may_wait=True)
    session.commit()
    page = client.get(address(draft) + "?lang=en").text
    assert "Its original, which has to be published first" in page
    assert f'href="{address(draft)}#field-derived_from_id"' in page
    assert "Not published yet: this design waits for it." in page
    assert "The original has the licence CC BY 4.0 (Attribution)." in page
    assert "its original, which has to be published first" in client.get("/studio/designs").text
    client.post(address(draft, "submit"))
    session.refresh(draft)
    assert draft.state == VersionState.DRAFT
    form = next(form for form in forms_of(page) if "stamp" in form.fields)
    assert client.post(address(draft), data=values_of(form) | {"origin": "Bayat"}).status_code == 303
    session.refresh(draft)
    assert (draft.derived_from_id, draft.origin) == (original.id, "Bayat")
    # Nobody else may choose a draft.
    other = make_design(session, designer.person.organisation, published=False)
    stamp = stamp_in(client.get(address(other)).text)
    chosen = client.post(address(other), data=FORM | {"stamp": stamp, "derived_from_id": str(original.id)})
    assert chosen.status_code == 422
    assert "The original" not in chosen.text


def test_a_published_version_is_read_only(client: FlaskClient, session: Session, designer: Account):
    version = make_design(session, designer.person.organisation)
    page = client.get(address(version) + "?lang=en").text
    assert 'name="title_id"' not in page
    assert "Start version 2" in page
    assert client.post(address(version), data=FORM | {"title_en": "Changed"}).status_code == 409
    assert (
        client.post(
            address(version, "pictures"), data={"photo": (BytesIO(photo_bytes(5)), "a.jpg")}, headers=JSON
        ).status_code
        == 409
    )
    picture = version.pictures[0]
    assert client.post(address(version, "pictures", "change"), data={"remove": str(picture.id)}).status_code == 409
    session.refresh(version)
    assert version.title["en"] == "Celadon bowl"
    assert len(version.pictures) == 1


def test_the_next_version_starts_as_a_copy_and_only_once(client: FlaskClient, session: Session, designer: Account):
    version = make_design(session, designer.person.organisation)
    make_standard(session, version)
    first = client.post(address(version, "next"))
    second = client.post(address(version, "next"))
    assert first.status_code == 303
    assert first.location == second.location
    copy = session.scalars(select(DesignVersion).where(DesignVersion.number == 2)).one()
    assert copy.state == VersionState.DRAFT
    assert copy.title == version.title
    assert [picture.image_key for picture in copy.pictures] == [picture.image_key for picture in version.pictures]
    assert copy.standards == []  # a changed piece wants photos of its own
    assert "version 1 is in the catalog" in client.get("/studio/designs?lang=en").text


def test_a_retired_version_leaves_the_catalog(client: FlaskClient, app, session: Session, designer: Account):
    version = make_design(session, designer.person.organisation)
    assert client.post(address(version, "retire")).status_code == 303
    session.refresh(version)
    assert version.state == VersionState.RETIRED
    assert app.test_client().get(f"/designs/{version.design.slug}").status_code == 404
    assert "Not in the catalog" in client.get(address(version) + "?lang=en").text
    assert client.post(address(version, "retire")).status_code == 409


def test_who_retires_the_newest_version_is_told_that_the_older_one_comes_back(
    client: FlaskClient, session: Session, designer: Account
):
    version = make_design(session, designer.person.organisation)
    newest = designs.start_next_version(session, version, None)
    publishing.publish(session, newest, None)
    session.commit()
    assert "The catalog will then show version 1." in client.get(address(newest) + "?lang=en").text
    assert "The catalog shows version 2." in client.get(address(version) + "?lang=en").text


PATHS = ("", "/pictures", "/standards", "/history")
POSTS = (
    "",
    "/submit",
    "/take-back",
    "/approve",
    "/send-back",
    "/retire",
    "/next",
    "/pictures",
    "/pictures/change",
    "/standards",
)


def test_the_designs_of_another_studio_are_as_if_they_were_not_there(
    client: FlaskClient, session: Session, sign_in, draft: DesignVersion
):
    before = dict(draft.title)
    sign_in("designer")
    for path in PATHS:
        assert client.get(address(draft) + path).status_code == 404, path
    for path in POSTS:
        assert client.post(address(draft) + path, data=FORM).status_code == 404, path
    assert str(draft.id) not in client.get("/studio/designs").text
    session.refresh(draft)
    assert (draft.title, draft.state) == (before, VersionState.DRAFT)


def test_an_administrator_sees_the_designs_of_every_studio(client: FlaskClient, sign_in, draft: DesignVersion):
    sign_in("administrator")
    assert str(draft.id) in client.get("/studio/designs").text
    assert client.get(address(draft)).status_code == 200


@pytest.mark.parametrize("role", ["workshop", "buyer", "mentor", "market_officer"])
def test_the_studio_is_closed_to_other_roles(client: FlaskClient, sign_in, role: str):
    sign_in(role)
    assert client.get("/studio/designs").status_code == 403


def test_two_designers_of_one_studio_see_the_same_drafts(
    client: FlaskClient, session: Session, sign_in, designer: Account, draft: DesignVersion
):
    sign_in(make_account(session, "designer", organisation=designer.person.organisation))
    assert str(draft.id) in client.get("/studio/designs").text


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_the_studio_can_be_read_in_both_languages(
    client: FlaskClient, session: Session, settings: Settings, draft: DesignVersion, language: str
):
    published = make_design(session, draft.design.studio)
    make_standard(session, published)
    for version in (draft, published):
        for path in PATHS:
            answer = client.get(f"{address(version)}{path}?lang={language}")
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text


def test_the_studio_s_own_number_is_kept_by_all_versions_and_given_once(client, session, sign_in):
    designer = sign_in("designer")
    studio = designer.person.organisation
    first, second = (make_design(session, studio, published=False) for _ in range(2))
    elsewhere = make_design(session, published=False)
    elsewhere.design.reference = "SL-7"
    session.commit()

    def send(version, number):
        shown = client.get(f"/studio/designs/{version.id}").text
        stamp = re.search(r'name="stamp" value="(\w+)"', shown)[1]
        typed = {"title_id": "Mangkuk", "title_en": "Bowl", "craft": "ceramics", "stamp": stamp, "reference": number}
        return client.post(f"/studio/designs/{version.id}", data=typed, headers={"Accept-Language": "en"})

    assert send(first, " SL-7 ").status_code == 303
    answer = send(second, "SL-7")
    assert answer.status_code == 422
    assert "Another design of the studio has this number." in answer.text
    assert 'value="SL-7"' in answer.text
    assert send(first, "SL-7").status_code == 303
    assert send(second, "x" * 81).status_code == 422
    session.expire_all()
    assert (first.design.reference, second.design.reference) == ("SL-7", None)
    assert send(first, "").status_code == 303
    session.expire_all()
    assert first.design.reference is None


def test_a_colour_that_was_saved_without_a_name_outlives_the_form(client: FlaskClient, session: Session, designer):
    brown = (Colour(Text(), "#8A5A2B"),)
    draft = make_design(session, designer.person.organisation, published=False, colours=brown)
    address = f"/studio/designs/{draft.id}"
    [form] = [each for each in forms_of(client.get(address).text) if "colour_hex" in each.fields]
    sent = values_of(form) | {"derived_from_id": [""]}  # lxml has "on" where a chosen button's value is empty
    assert client.post(address, data=sent).status_code == 303
    session.expire_all()
    assert designs.read_draft(draft).colours == brown
