"""Tech packs that come with an import: the same again, or a row that says why not; and nobody else's files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind
from catalog.store import imports, publishing, tech_packs
from catalog.store.tables import Design, DesignVersion, Organisation
from catalog.tech_pack import MaterialLine, ProcessStep, StepPicture, TechPack, Tolerance, to_plain, without_facts
from catalog.text import Text
from service.context import Parts
from service.design_export import Choice, archive_chunks, csv_chunks
from service.design_import import delete_old_imports
from service.picture_metadata import cut_metadata
from service.spool import open_spool
from service.storage import key_of
from tests.camera_photos import SECRET, camera_photo
from tests.factories import make_design, make_organisation, photo_bytes
from tests.fakes import MemoryStore
from tests.service.importing import BOWL, confirm, csv_bytes, send, sent_pack, told, zip_bytes
from tests.tech_packs import SVG, give_pack, make_pack, pdf_bytes


@pytest.fixture
def studio(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")


@pytest.fixture
def version(session: Session, images: MemoryStore, studio: Organisation) -> DesignVersion:
    """A draft with a tech pack that says something of everything."""
    made = make_design(session, studio, published=False, images=images)
    give_pack(session, images, made)
    session.commit()
    return made


def exported(parts: Parts, studio: Organisation) -> bytes:
    return b"".join(archive_chunks(parts, Choice(studio.id)))


def changed(archive: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """An archive with other bytes in its files; None leaves one out."""
    with zipfile.ZipFile(io.BytesIO(archive)) as read:
        files = {name: change(name, read.read(name)) for name in read.namelist()}
    return zip_bytes({name: data for name, data in files.items() if data is not None})


def newest_pack(session: Session, reference: str = "B-1") -> TechPack:
    design = session.scalars(select(Design).where(Design.reference == reference)).one()
    return tech_packs.read_pack(session, design.versions[0].id)


def test_a_pack_that_was_changed_since_is_again_as_it_was_exported(session, parts, studio, version):
    pack, data = tech_packs.read_pack(session, version.id), exported(parts, studio)
    tech_packs.change_pack(session, version, replace(pack, steps=(), drawings=()), None)
    session.commit()
    found = confirm(session, parts, send(session, parts, studio, {"designs.zip": data}))
    assert told(session, found) == [(2, "draft", "draft", [])]
    again = tech_packs.read_pack(session, version.id)
    assert without_facts(again) == without_facts(pack)
    assert all(parts.images.exists(key) for key in again.file_keys)


def test_pictures_come_in_without_what_the_camera_wrote_beside_them(session, parts, images, studio):
    seen = StepPicture(key_of(camera_photo(seed=2)), "image/jpeg", 48, 96, Text("tangan"))
    pack = TechPack(steps=(ProcessStep(Text("Putar"), picture=seen),))
    files = sent_pack(pack, [camera_photo(seed=2)]) | {"front.jpg": camera_photo()}
    files["designs.csv"] = csv_bytes(BOWL | {"tech_pack": "bowl", "pictures": "front.jpg"})
    found = confirm(session, parts, send(session, parts, studio, files))
    assert told(session, found) == [(2, "new", "new", [])]
    [version] = session.scalars(select(DesignVersion))
    kept = [version.pictures[0].image_key, newest_pack(session).steps[0].picture.image_key]
    assert [images.get(key) for key in kept] == [cut_metadata(camera_photo()), cut_metadata(camera_photo(seed=2))]
    spool = open_spool(parts.settings)
    assert not [key for key in spool.all_keys() if SECRET.encode() in spool.get(key)]
    assert told(session, send(session, parts, studio, files)) == [(2, "unchanged", "", [])]


def test_an_archive_that_was_unpacked_and_packed_again_in_a_folder_is_read_as_well(session, parts, studio, version):
    pack = tech_packs.read_pack(session, version.id)
    with zipfile.ZipFile(io.BytesIO(exported(parts, studio))) as read:
        data = zip_bytes({f"katalog/{name}": read.read(name) for name in read.namelist()})
    tech_packs.change_pack(session, version, TechPack(), None)
    session.commit()
    found = confirm(session, parts, send(session, parts, studio, {"designs.zip": data}))
    assert found.picture_problems == []
    assert told(session, found) == [(2, "draft", "draft", [])]
    assert without_facts(tech_packs.read_pack(session, version.id)) == without_facts(pack)


def test_a_published_version_keeps_its_pack_and_the_next_one_has_what_came(session, parts, studio, version):
    pack, data = tech_packs.read_pack(session, version.id), exported(parts, studio)
    tech_packs.change_pack(session, version, replace(pack, tolerances=()), None)
    publishing.publish(session, version, None)
    session.commit()
    found = confirm(session, parts, send(session, parts, studio, {"designs.zip": data}))
    assert told(session, found) == [(2, "next_version", "next_version", [])]
    assert tech_packs.read_pack(session, version.id).tolerances == ()
    newer = session.get_one(Design, version.design_id).versions[0]
    assert (newer.number, tech_packs.read_pack(session, newer.id)) == (2, pack)


def test_a_new_design_has_its_pack_with_drawings_that_were_read_here(session, parts, studio):
    files = [SVG, photo_bytes(31)]
    pack = make_pack(MemoryStore())
    false = replace(pack.drawings[0], width_mm=9, pages=7, preview_key="0" * 64, size_bytes=1)
    found = send(session, parts, studio, sent_pack(replace(pack, drawings=(false,)), files))
    assert told(session, confirm(session, parts, found)) == [(2, "new", "new", [])]
    drawing = newest_pack(session).drawings[0]
    assert (drawing.title, drawing.width_mm, drawing.pages) == (pack.drawings[0].title, 200, 1)
    assert parts.images.get(drawing.file_key) == SVG
    assert parts.images.exists(drawing.preview_key)
    assert newest_pack(session).steps == pack.steps


@pytest.mark.parametrize("was", ["bowl-v1", ""])
def test_an_older_spreadsheet_leaves_a_pack_as_it_is(session, parts, studio, version, was):
    pack = tech_packs.read_pack(session, version.id)
    sheet = b"".join(csv_chunks(parts, Choice(studio.id))).decode()
    assert f",{version.design.slug}-v1," in sheet
    sheet = sheet.replace(f",{version.design.slug}-v1,", f",{was},").replace("Celadon bowl", "Another bowl")
    tech_packs.change_pack(session, version, replace(pack, steps=()), None)
    session.commit()
    found = confirm(session, parts, send(session, parts, studio, {"designs.csv": sheet.encode()}))
    assert told(session, found) == [(2, "draft", "draft", [])]
    session.refresh(version)
    assert version.title["en"] == "Another bowl"
    assert tech_packs.read_pack(session, version.id) == replace(pack, steps=())


def test_a_spreadsheet_without_the_column_says_nothing_of_a_pack(session, parts, studio, version):
    row = BOWL | {"reference": version.design.slug}
    found = confirm(session, parts, send(session, parts, studio, {"designs.csv": csv_bytes(row)}))
    assert told(session, found) == [(2, "draft", "draft", [])]
    assert not tech_packs.read_pack(session, version.id).is_empty


def test_a_pack_that_did_not_come_along_is_missing(session, parts, studio):
    found = send(session, parts, studio, {"designs.csv": csv_bytes(BOWL | {"tech_pack": "bowl-v1-0123456789ab"})})
    assert told(session, found) == [(2, "problem", "", [("tech_pack", "tech_pack_missing")])]


def test_the_files_of_others_are_not_had_by_naming_them(session, parts, images, studio):
    secret = make_design(session, published=False, images=images)
    theirs = give_pack(session, images, secret)
    session.commit()
    found = send(session, parts, studio, sent_pack(theirs, []))
    assert told(session, found) == [(2, "problem", "", [("tech_pack", "tech_pack_file_missing")])]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b"[" * 100_000, b'{"materials": [{"name": {"id": 3}}]}', b'{"steps": [{"minutes": true}]}'],
)
def test_what_is_no_pack_is_damaged(session, parts, studio, version, content):
    data = changed(exported(parts, studio), lambda name, data: content if name.endswith("tech_pack.json") else data)
    found = send(session, parts, studio, {"designs.zip": data})
    assert told(session, found) == [(2, "problem", "", [("tech_pack", "tech_pack_damaged")])]


def test_what_a_pack_may_not_say_is_told_by_its_field(session, parts, studio):
    pack = make_pack(MemoryStore())
    steps = (replace(pack.steps[0], title=Text(), picture=None), replace(pack.steps[1], minutes=-1))
    found = send(session, parts, studio, sent_pack(replace(pack, steps=steps, drawings=()), []))
    assert told(session, found)[0][3] == [
        ("tech_pack.steps.1.title_id", "required"),
        ("tech_pack.steps.2.minutes", "out_of_range"),
    ]


def test_a_list_far_too_long_is_one_problem(session, parts, studio):
    pack = TechPack(tolerances=tuple(Tolerance(Text(), 1, 1, 1) for _ in range(5000)))
    found = send(session, parts, studio, sent_pack(pack, []))
    assert told(session, found)[0][3] == [("tech_pack.tolerances", "too_many")]


def test_a_drawing_as_the_picture_of_a_step_is_no_file_of_it(session, parts, studio):
    pack, store = make_pack(MemoryStore()), MemoryStore()
    picture = replace(pack.steps[0].picture, image_key=store.put(SVG, "image/svg+xml"))
    steps = (replace(pack.steps[0], picture=picture),)
    found = send(session, parts, studio, sent_pack(TechPack(steps=steps), [SVG]))
    assert told(session, found)[0][3] == [("tech_pack", "tech_pack_file_missing")]


def test_what_is_read_from_files_makes_no_difference(session, parts, studio, version):
    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("tech_pack.json"):
            return data
        pack = json.loads(data)
        pack["drawings"][0] |= {"file_name": "x.svg", "size_bytes": 1, "pages": 9, "width_mm": 1.5}
        return json.dumps(pack).encode()

    found = send(session, parts, studio, {"designs.zip": changed(exported(parts, studio), change)})
    assert told(session, found) == [(2, "unchanged", "", [])]


def test_of_two_packs_of_one_name_the_first_is_taken_and_the_other_told(session, parts, studio):
    files = {
        f"tech_packs/{name}/tech_pack.json": json.dumps(
            to_plain(TechPack(materials=(MaterialLine(Text(name)),)))
        ).encode()
        for name in ("Pack", "pack")
    }
    sent = {"designs.csv": csv_bytes(BOWL | {"tech_pack": "Pack"}), "packs.zip": zip_bytes(files)}
    found = confirm(session, parts, send(session, parts, studio, sent))
    assert [problem["details"]["name"] for problem in found.picture_problems] == ["tech_packs/pack/tech_pack.json"]
    assert newest_pack(session).materials[0].name.id == "Pack"


def test_markup_and_signs_that_no_text_holds_come_as_typed_ones_do(session, parts, studio):
    pack = make_pack(MemoryStore())
    step = replace(pack.steps[1], title=Text("<b>Putar</b>\x00 ", ""))
    found = send(session, parts, studio, sent_pack(replace(pack, steps=(step,), drawings=()), []))
    confirm(session, parts, found)
    assert newest_pack(session).steps[0].title.id == "<b>Putar</b>"


def test_files_that_are_neither_drawing_nor_picture_are_not_taken(session, parts, studio, version):
    data = changed(exported(parts, studio), lambda name, data: b"MZ" * 500 if name.endswith(".svg") else data)
    found = send(session, parts, studio, {"designs.zip": data})
    assert [problem["code"] for problem in found.picture_problems] == ["tech_pack_file_not_taken"]
    assert told(session, found) == [(2, "unchanged", "", [])]  # the design has the drawing already


def test_a_drawing_that_cannot_be_read_refuses_its_row_alone(session, parts, studio):
    broken = pdf_bytes()[:400]
    store = MemoryStore()
    drawing = replace(make_pack(store).drawings[0], file_key=store.put(broken, "application/pdf"))
    files = sent_pack(TechPack(drawings=(drawing,)), [broken])
    files["designs.csv"] = csv_bytes(BOWL | {"tech_pack": "bowl"}, BOWL | {"reference": "B-2", "tech_pack": ""})
    found = confirm(session, parts, send(session, parts, studio, files))
    assert told(session, found) == [(2, "new", "problem", [("tech_pack", "drawing_damaged")]), (3, "new", "new", [])]


def test_a_pack_that_somebody_changed_after_the_check_is_left_alone(session, parts, studio, version):
    pack, data = tech_packs.read_pack(session, version.id), exported(parts, studio)
    tech_packs.change_pack(session, version, replace(pack, steps=()), None)
    session.commit()
    found = send(session, parts, studio, {"designs.zip": data})
    tech_packs.change_pack(session, version, replace(pack, tolerances=()), None)
    session.commit()
    confirm(session, parts, found)
    assert told(session, found)[0][2:] == ("problem", [("", "changed_meanwhile")])
    assert tech_packs.read_pack(session, version.id).tolerances == ()


def test_what_waited_is_deleted_with_its_import(session, parts, studio, version):
    import datetime

    found = send(session, parts, studio, {"designs.zip": exported(parts, studio)})
    pack = imports.packs_of(session, found.id)[0]
    keys = [pack.content_key, *pack.drawing_keys, *pack.picture_keys]
    assert len(keys) == 3
    assert all(open_spool(parts.settings).exists(key) for key in keys)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=8)
    assert delete_old_imports(parts, later) == 1
    assert not any(open_spool(parts.settings).exists(key) for key in keys)
    assert all(parts.images.exists(key) for key in keys[1:])
