"""What people write is text on every page that shows it, and never markup, whatever they write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.attachments import Attachment
from catalog.designs import Colour
from catalog.organisations import OrganisationKind, Role
from catalog.standards import StandardState
from catalog.store import inquiry_entries, organisations, standards
from catalog.store.tables import DesignVersion, Inquiry, Organisation
from catalog.text import Text
from service import accounts
from tests.factories import (
    make_account,
    make_batch,
    make_design,
    make_organisation,
    make_person,
    make_photo,
    make_standard,
)
from tests.inquiry_factories import invite, make_inquiry, make_quotation, say

PLACES = (
    "studio-name studio-place studio-about workshop-name workshop-place workshop-about agency-name person-name "
    "token-name title description technique material care photo-note colour alt batch-name file-name reference-name "
    "search inquiry-note inquiry-destination inquiry-place message-text quotation-text attachment-name"
)


def hostile(place: str) -> str:
    """A text that would leave an attribute, an element, a script and a template, and tells where it stands."""
    return f"""{place}'"></textarea></title></script><x-evil onclick=1>{{{{ 7 * 7 }}}}&amp;"""


class Reader(HTMLParser):
    """Notes every element, attribute and piece of text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.words += [value or "" for _name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass
class World:
    """Records in which every text that somebody may write is hostile."""

    session: Session
    values: dict[str, list] = field(default_factory=dict)  # by the name that addresses give them
    homes: dict[Role, Organisation | None] = field(default_factory=dict)

    def make(self) -> World:
        studio, workshop = self._organisation("studio"), self._organisation("workshop")
        agency = make_organisation(self.session, OrganisationKind.MENTOR_AGENCY, hostile("agency-name"))
        organisations.add_mentorship(self.session, agency, workshop)
        version = make_design(self.session, studio, **texts())
        draft = make_design(self.session, studio, published=False, **texts())
        for each in (version, draft):
            each.pictures[0].alt = both("alt")
        standard = make_standard(self.session, version)
        collecting = make_standard(self.session, version, state=StandardState.COLLECTING, references=9)
        for reference in [*standard.references, *collecting.references]:
            reference.file_name = hostile("reference-name")
        standards.get_standard(self.session, standard.id).report = standard.report | {
            "references": [{"name": hostile("reference-name"), "score": 12.0, "is_outlier": True}]
        }
        batch = make_batch(self.session, workshop, standard, name=hostile("batch-name"))
        photos = [
            make_photo(self.session, batch, seed=seed, file_name=hostile("file-name"), verdict=verdict)
            for seed, verdict in enumerate(["accept", "reject", "retake", None])
        ]
        inquiry = self._inquiry(version, studio, workshop)
        for home in (studio, workshop, agency):
            accounts.add_account(
                self.session,
                make_person(self.session, home, hostile("person-name")),
                f"{home.id.hex}@example.org",
                None,
            )
        self.session.commit()
        self.homes = {Role.DESIGNER: studio, Role.WORKSHOP: workshop, Role.MENTOR: agency, Role.ADMINISTRATOR: None}
        self.values = {
            "slug": [version.design.slug],
            "version_id": [version.id, draft.id],
            "standard_id": [standard.id, collecting.id],
            "batch_id": [batch.id],
            "photo_id": [photo.id for photo in photos],
            "organisation_id": [studio.id, workshop.id, agency.id],
            "token": ["none"],
            "inquiry_id": [inquiry.id],
        }
        return self

    def _inquiry(self, version: DesignVersion, studio: Organisation, workshop: Organisation) -> Inquiry:
        buyer = make_person(self.session, make_organisation(self.session, OrganisationKind.BUYER))
        designer = make_person(self.session, studio)
        inquiry = make_inquiry(self.session, buyer, version, note=hostile("inquiry-note"))
        inquiry.destination, inquiry.incoterm_place = hostile("inquiry-destination"), hostile("inquiry-place")
        invite(self.session, inquiry, designer, workshop.id)
        make_quotation(self.session, inquiry, designer, text=hostile("quotation-text"))
        entry = say(self.session, inquiry, designer, hostile("message-text"))
        file = Attachment("0" * 64, "application/pdf", hostile("attachment-name"), 9)
        inquiry_entries.attach(self.session, entry, [file])
        return inquiry

    def _organisation(self, kind: str) -> Organisation:
        made = make_organisation(self.session, kind, hostile(f"{kind}-name"))
        about = {language: hostile(f"{kind}-about") for language in ("id", "en")}
        organisations.change_organisation(self.session, made, made.name, hostile(f"{kind}-place"), about)
        return made


def both(place: str) -> dict[str, str]:
    return {"id": hostile(place), "en": hostile(place)}


def texts() -> dict:
    names = ("title", "description", "technique", "care", "photo_note")
    return {name: Text(**both(name.replace("_", "-"))) for name in names} | {
        "materials": (Text(**both("material")),),
        "colours": (Colour(Text(**both("colour")), "#112233"),),
    }


def pages(app: Flask, world: World) -> Iterator[str]:
    """The address of every page, with every record that it can be about."""
    for rule in app.url_map.iter_rules():
        is_page = "GET" in rule.methods and rule.endpoint not in ("static", "security.static", "account.start")
        if is_page and rule.arguments <= world.values.keys():
            names = sorted(rule.arguments)
            assert len(names) <= 1
            for value in world.values[names[0]] if names else [None]:
                yield app.url_map.bind("localhost").build(rule.endpoint, {names[0]: value} if names else {})
    yield f"/designs?q={quote(hostile('search'))}"


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.fixture
def world(session: Session) -> World:
    return World(session).make()


def test_texts_that_people_write_are_inert_on_every_page_and_each_is_shown_somewhere(
    app, client, session, sign_in, world
):
    shown = set()
    for role, home in world.homes.items():
        account = make_account(session, role, organisation=home, is_owner=True)
        account.person.name = hostile("person-name")
        accounts.add_token(session, account, hostile("token-name"))
        session.commit()
        for path in pages(app, world):
            sign_in(account)
            answer = client.get(path)
            assert answer.status_code < 500, path
            if answer.mimetype == "text/html":
                reader = read(answer.text)
                assert "x-evil" not in reader.tags, path
                assert not {name for name in reader.attributes if name.startswith("on")}, path
                assert "49" not in re.findall(r"<x-evil onclick=1>(..)", " ".join(reader.words)), path
                shown |= {place for place in PLACES.split() if any(hostile(place) in words for words in reader.words)}
    assert set(PLACES.split()) - shown == set()


@pytest.mark.parametrize(
    ("page", "is_found"),
    [
        ("<p><x-evil onclick=1>", True),
        ('<a href=""><x-evil onclick=1>">', True),
        ("<p>&lt;x-evil onclick=1&gt;", False),
    ],
)
def test_markup_that_gets_through_is_seen(page, is_found):
    assert ("x-evil" in read(page).tags) == is_found
    assert ("onclick" in read(page).attributes) == is_found


def test_what_was_typed_into_a_form_that_fails_comes_back_as_text(client, sign_in):
    sign_in(Role.ADMINISTRATOR)
    for path, fields in (
        ("/people/organisations/new", {"name": hostile("a"), "place": hostile("b"), "about_id": hostile("c")}),
        ("/account/name", {"name": hostile("a") + "x" * 200}),
        ("/account/tokens", {"token_name": hostile("a") + "x" * 200}),
        ("/login", {"email": hostile("a")}),
    ):
        if path == "/login":
            client.post("/logout")
        answer = client.post(path, data=fields)
        reader = read(answer.text)
        assert answer.status_code in (200, 422)
        assert "x-evil" not in reader.tags
        for typed in fields.values():
            assert any(typed in words for words in reader.words), (path, typed)
