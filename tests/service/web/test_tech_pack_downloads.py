"""Tech packs to take along: one document, or an archive of every file."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from pypdf import PdfReader

from catalog.store import publishing, tech_packs
from catalog.tech_pack import DrawingKind
from service.picture_metadata import cut_metadata
from tests.camera_photos import SECRET, camera_photo
from tests.factories import make_design
from tests.service.web.tech_pack_pages import make_published, reading
from tests.tech_packs import make_pack, pdf_bytes


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Celadon bowl", "Stoneware clay", "620 g", "Throw", "140 +1.5 / −2 mm")),
        ("id", ("Tanah liat", "Putar", "138 – 141,5 mm", "2 hari")),
    ],
)
def test_the_document_says_all_of_it_in_the_reader_s_language(client, session, images, language, words):
    version = make_published(session, images, licence="cc_by")
    response = client.get(reading(version, ".pdf"), headers={"Accept-Language": language})
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages)
    assert not [each for each in words if each not in " ".join(text.split())]


def test_drawings_that_are_pdf_follow_in_their_own_size(client, session, images, draft):
    data = pdf_bytes(pages=2)
    pack = make_pack(images)
    drawing = replace(pack.drawings[0], kind=DrawingKind.PDF, pages=2, file_key=images.put(data, "application/pdf"))
    tech_packs.change_pack(session, draft, replace(pack, drawings=(drawing,)), None)
    session.commit()
    pages = PdfReader(io.BytesIO(client.get(reading(draft, ".pdf?version=1")).data)).pages
    widths_mm = [round(float(page.mediabox.width) * 25.4 / 72) for page in pages]
    assert widths_mm[-2:] == [200, 200]
    # A wide drawing lies on its side; what comes before it does not.
    assert widths_mm[:-2] == [210] * (len(pages) - 3) + [297]


def test_the_archive_holds_every_file_and_a_manifest_that_proves_it(client, session, images):
    version = make_published(session, images, licence="cc_by_sa", credit="Studio Tanah")
    pack = tech_packs.read_pack(session, version.id)
    archive = zipfile.ZipFile(io.BytesIO(client.get(reading(version, ".zip")).data))
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["design"], manifest["licence"], manifest["credit"]) == (
        version.design.slug,
        "cc_by_sa",
        "Studio Tanah",
    )
    for file in manifest["files"]:
        assert hashlib.sha256(archive.read(file["file"])).hexdigest() == file["sha256"]
    assert {each["file"] for each in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    assert archive.read("drawings/profile-0.svg") == images.get(pack.drawings[0].file_key)
    assert archive.read("steps/01.jpg") == images.get(pack.steps[0].picture.image_key)
    book = openpyxl.load_workbook(io.BytesIO(archive.read("lists.xlsx")))
    assert book.worksheets[0]["A2"].value == "Tanah liat"
    assert book["tolerances"]["C2"].value in (140, "140")
    book.close()


def test_the_archive_says_nothing_of_where_a_picture_was_taken(client, session, images):
    version = make_design(session, published=False, images=images, licence="cc_by")
    pack = make_pack(images)
    picture = replace(pack.steps[0].picture, image_key=images.put(camera_photo(), "image/jpeg"))
    steps = (replace(pack.steps[0], picture=picture),)
    tech_packs.change_pack(session, version, replace(pack, steps=steps), None)
    publishing.publish(session, version, None)
    session.commit()
    archive = zipfile.ZipFile(io.BytesIO(client.get(reading(version, ".zip")).data))
    assert archive.read("steps/01.jpg") == cut_metadata(camera_photo())
    assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]
    [told] = [each for each in json.loads(archive.read("manifest.json"))["files"] if each["file"] == "steps/01.jpg"]
    assert told["sha256"] == hashlib.sha256(archive.read("steps/01.jpg")).hexdigest()


def test_the_archive_says_in_both_languages_what_it_is(client, session, images):
    version = make_published(session, images, licence="cc_by_sa", credit="Studio Tanah")
    response = client.get(reading(version, ".zip"))
    assert response.content_length == len(response.data)
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    words = archive.read("README.txt").decode("utf-8-sig")
    assert words.index("Lisensi: CC BY-SA 4.0") < words.index("Licence: CC BY-SA 4.0")
    assert "Credit: Studio Tanah" in words
    assert "tech-pack-id.pdf" in words
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["materials"][0]["name"] == {"id": "Tanah liat", "en": "Stoneware clay"}
    assert manifest["steps"][0] == {
        "title": {"id": "Putar", "en": "Throw"},
        "instruction": {"id": "Pusatkan tanah.", "en": "Centre the clay."},
        "minutes": 12,
    }


def test_the_document_marks_what_is_only_there_in_the_other_language(client, session, images):
    version = make_published(session, images, licence="cc_by")
    data = client.get(reading(version, ".pdf"), headers={"Accept-Language": "en"}).data
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "Keringkan (ID)" in text
    assert "Throw (" not in text


def test_a_file_that_the_store_has_lost_costs_itself_alone(client, session, images):
    version = make_published(session, images, licence="cc_by")
    drawing = tech_packs.read_pack(session, version.id).drawings[0]
    images.delete(drawing.file_key)
    archive = zipfile.ZipFile(io.BytesIO(client.get(reading(version, ".zip")).data))
    told = {each["file"]: each for each in json.loads(archive.read("manifest.json"))["files"]}
    assert "sha256" not in told["drawings/profile-0.svg"]
    assert "drawings/profile-0.svg" not in archive.namelist()
    assert "tech-pack-en.pdf" in archive.namelist()
