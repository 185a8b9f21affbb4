"""A text that is only there in the other language says so on every page: it is pronounced as what it is."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.designs import Colour
from catalog.organisations import OrganisationKind, Role
from catalog.store import collections, organisations, publishing
from catalog.text import Text
from tests.factories import (
    make_account,
    make_batch,
    make_collection,
    make_design,
    make_organisation,
    make_photo,
    make_standard,
)
from tests.fakes import MemoryStore
from tests.tech_packs import give_pack

WORD = "tembikar"  # stands in every text that is only there in Indonesian
# What has no language of its own inside: a title of the window, a choice of a list, what can be typed over.
WITHOUT = {"title", "option", "textarea", "script", "style"}
VOID = {"meta", "link", "img", "input", "br", "source", "hr", "use", "path", "rect", "circle"}


class Reader(HTMLParser):
    """Notes the words that are shown as of the page's own language."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.wrong: list[str] = []
        self.right = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in [name for name, _ in self.open]:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if WORD not in data or WITHOUT & {name for name, _ in self.open}:
            return
        language = next((lang for _, lang in reversed(self.open) if lang), "")
        if language == "id":
            self.right += 1
        else:
            self.wrong.append(data.strip())


def only(text: str) -> Text:
    return Text(f"{text} {WORD}", "")


def make_world(session: Session, images: MemoryStore) -> dict[str, object]:
    """A design, its studio and its workshop that speak Indonesian alone."""
    studio = make_organisation(session, OrganisationKind.STUDIO, "Studio")
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar")
    for each in (studio, workshop):
        organisations.change_organisation(session, each, each.name, "Klaten", {"id": f"tentang {WORD}", "en": ""})
    both = Text("judul", "title"), Text("uraian", "words")  # to be published, a title and a description stand in both
    texts = {name: only(name) for name in ("technique", "care", "photo_note", "story")}
    lists = {"materials": (only("bahan"),), "colours": (Colour(only("warna"), "#112233"),)}
    texts |= {"title": both[0], "description": both[1]}
    version = make_design(session, studio, published=False, images=images, **texts, **lists)
    give_pack(session, images, version)
    publishing.publish(session, version, None)
    # As an import of long ago may have left it.
    version.title, version.description = ({"id": f"{each} {WORD}", "en": ""} for each in ("judul", "uraian"))
    version.pictures[0].alt = {"id": f"gambar {WORD}", "en": ""}
    session.flush()
    publishing.index_design(session, version.design_id)
    batch = make_batch(session, workshop, make_standard(session, version, images=images), images=images)
    make_photo(session, batch, images=images, verdict="reject")
    session.commit()
    values = {"slug": version.design.slug, "version_id": version.id, "batch_id": batch.id, "studio_id": studio.id}
    return values | {"studio": studio, "workshop": workshop, "version": version}


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.mark.parametrize("role", [None, Role.DESIGNER, Role.WORKSHOP, Role.BUYER])
def test_what_is_only_there_in_indonesian_is_marked_on_every_english_page(
    app: Flask, client, session, images, sign_in, role
):
    world = make_world(session, images)
    home = {Role.DESIGNER: world["studio"], Role.WORKSHOP: world["workshop"]}.get(role)
    values = {name: world[name] for name in ("slug", "version_id", "batch_id", "studio_id")}
    if role is not None:
        account = make_account(session, role, organisation=home, is_owner=True)
        collection = make_collection(session, account.person, world["version"])
        collection.title, collection.note = {"id": f"koleksi {WORD}", "en": ""}, {"id": f"catatan {WORD}", "en": ""}
        values |= {"collection_id": collection.id, "share_token": collections.share(session, collection)}
        session.commit()
    wrong, right = [], 0
    for rule in app.url_map.iter_rules():
        is_page = "GET" in rule.methods and not rule.endpoint.startswith(("static", "security.", "api"))
        if not is_page or not rule.arguments <= values.keys():
            continue
        if role is not None:
            sign_in(account)
        path = app.url_map.bind("localhost").build(rule.endpoint, {name: values[name] for name in rule.arguments})
        answer = client.get(path, headers={"Accept-Language": "en"})
        if answer.mimetype == "text/html" and answer.status_code == 200:
            reader = read(answer.text)
            right += reader.right
            wrong += [f"{rule.rule}: {words}" for words in reader.wrong]
    assert not wrong, "\n".join(wrong)
    assert right > 10


@pytest.mark.parametrize(
    ("page", "is_wrong"),
    [
        (f"<html lang=en><p>{WORD}</p>", True),
        (f'<html lang=en><p lang="id">a<br>b {WORD}</p>', False),
        (f'<html lang=en><p><span lang="id">x</span> {WORD}</p>', True),
        (f"<html lang=en><title>{WORD}</title>", False),
    ],
)
def test_a_text_without_its_language_is_seen(page, is_wrong):
    assert bool(read(page).wrong) == is_wrong
