"""What goes out comes back the same."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from catalog.designs import Colour
from catalog.money import Money
from catalog.organisations import OrganisationKind
from catalog.store import designs, tech_packs
from catalog.store.tables import DesignVersion, Organisation
from catalog.tech_pack import from_plain
from catalog.text import Text
from service.context import Parts
from service.design_export import Choice, archive_chunks, csv_chunks, write_workbook
from service.web.design_form import read_form
from tests.camera_photos import SECRET, camera_photo
from tests.factories import make_design, make_organisation, make_picture
from tests.fakes import MemoryStore
from tests.service.importing import confirm, send, told
from tests.tech_packs import give_pack

FULL = {
    "title": Text("=1+1; mangkuk", "'-bowl"),
    "description": Text("Baris satu\nbaris dua; dan \\ tiga", '"Quoted", they say'),
    "story": Text("@cerita", "+story"),
    "attributes": {
        "body": "stoneware",
        "forming": ("thrown", "slab"),
        "firing_temperature": 1240,
        "water_absorption": 1.125,
        "food_safe": True,
        "dishwasher_safe": False,
    },
    "materials": (Text("tanah; liat", "stoneware"), Text("", "glaze")),
    "dimensions_mm": {"diameter": 140, "height": 60.125},
    "colours": (Colour(Text("hijau", "green"), "#8FB3A0"), Colour(Text(), "#FFFFFF")),
    "care": Text("cuci", ""),
    "price": Money(Decimal("185000"), "IDR"),
    "royalty": Money(Decimal("1.25"), "EUR"),
    "licence": "cc_by_sa",
    "credit": "Ratna",
    "origin": "Klaten",
    "lead_time_days": 30,
    "minimum_order": 1200,
}


@pytest.fixture
def studio(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")


def exported(kind: str, parts: Parts, choice: Choice) -> bytes:
    if kind == "xlsx":
        target = io.BytesIO()
        write_workbook(parts, choice, target)
        return target.getvalue()
    return b"".join((csv_chunks if kind == "csv" else archive_chunks)(parts, choice))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip"])
def test_what_comes_back_unchanged_changes_nothing(
    session: Session, parts: Parts, images: MemoryStore, studio, kind: str
):
    version = make_design(session, studio, published=False, images=images, **FULL)
    make_picture(session, version, seed=2, images=images)
    give_pack(session, images, version)
    make_design(session, studio, images=images)
    data = exported(kind, parts, Choice(studio.id))
    found = send(session, parts, studio, {f"designs.{kind}": data})
    assert told(session, found) == [(2, "unchanged", "", []), (3, "unchanged", "", [])]


def test_pictures_go_out_without_what_the_camera_wrote_beside_them(session, parts, images, studio):
    version = make_design(session, studio, published=False, images=images, **FULL)
    picture = make_picture(session, version, images=images)
    picture.image_key = images.put(camera_photo(), "image/jpeg")  # as it was kept formerly
    pack = give_pack(session, images, version)
    seen = replace(pack.steps[0].picture, image_key=images.put(camera_photo(seed=2), "image/jpeg"))
    tech_packs.change_pack(session, version, replace(pack, steps=(replace(pack.steps[0], picture=seen),)), None)
    session.commit()
    data = exported("zip", parts, Choice(studio.id))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]
        assert sum(name.endswith(".jpg") for name in archive.namelist()) == 3
    elsewhere = make_organisation(session, OrganisationKind.STUDIO, studio.name)
    found = send(session, parts, elsewhere, {"designs.zip": data})
    assert found.picture_problems == []
    assert told(session, found) == [(2, "new", "", [])]


def test_an_archive_makes_the_same_designs_in_another_place(
    session: Session, parts: Parts, images: MemoryStore, studio
):
    version = make_design(session, studio, published=False, images=images, **FULL)
    make_picture(session, version, seed=2, images=images)
    data = exported("zip", parts, Choice(studio.id))
    other = make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")
    found = confirm(session, parts, send(session, parts, other, {"kriya.zip": data}))
    assert told(session, found) == [(2, "new", "new", [])]
    before, after = session.scalars(select(DesignVersion).order_by(DesignVersion.created_at))
    assert designs.read_draft(after) == designs.read_draft(before)
    assert [(each.image_key, each.alt) for each in after.pictures] == [
        (each.image_key, each.alt) for each in before.pictures
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "zip"])
@pytest.mark.parametrize("typed", ["#12", "#RT3", "# 12", "A  1", "A\u00a01", "#"])
def test_a_design_comes_back_under_the_code_that_the_form_took(
    session: Session, parts: Parts, images: MemoryStore, studio, kind: str, typed: str
):
    version = make_design(session, studio, published=False, images=images)
    version.design.reference = read_form(MultiDict({"reference": typed})).values["reference"]
    session.commit()
    data = exported(kind, parts, Choice(studio.id))
    found = send(session, parts, studio, {f"designs.{kind}": data})
    assert told(session, found) == [(2, "unchanged", "", [])]


def test_texts_kept_before_they_were_cleaned_come_back_as_no_change(
    session: Session, parts: Parts, images: MemoryStore, studio
):
    texts = {"title": Text("Mangkuk  besar", "Big\u00a0bowl"), "materials": (Text("tanah  liat", "stone\u00a0ware"),)}
    make_design(session, studio, published=False, images=images, **(FULL | texts))
    data = exported("csv", parts, Choice(studio.id))
    found = send(session, parts, studio, {"designs.csv": data})
    assert told(session, found) == [(2, "unchanged", "", [])]


def test_an_archive_says_what_is_in_it(session: Session, parts: Parts, images: MemoryStore, studio):
    version = make_design(session, studio, images=images, licence="cc_by", credit="Ratna Wulandari")
    with zipfile.ZipFile(io.BytesIO(exported("zip", parts, Choice()))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        [picture] = manifest["pictures"]
        assert archive.read(picture["file"]) == images.get(picture["sha256"])
    assert manifest["designs"] == 1
    assert manifest["studios"] == [{"name": "Studio Lereng", "place": "Klaten"}]
    assert (picture["design"], picture["licence"], picture["credit"]) == (
        version.design.slug,
        "cc_by",
        "Ratna Wulandari",
    )
    assert picture["licence_url"] == "https://creativecommons.org/licenses/by/4.0/"


def test_tech_packs_go_along_with_their_files(session: Session, parts: Parts, images: MemoryStore, studio):
    version = make_design(session, studio, published=False, images=images, **FULL)
    give_pack(session, images, version)
    pack = tech_packs.read_pack(session, version.id)
    session.commit()
    data = exported("zip", parts, Choice(studio.id))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        folder = f"tech_packs/{version.design.slug}-v1/"
        kept = json.loads(archive.read(f"{folder}tech_pack.json"))
        assert from_plain({name: kept[name] for name in kept if name != "files"}) == pack
        for key, name in kept["files"].items():
            assert archive.read(folder + name) == images.get(key)
