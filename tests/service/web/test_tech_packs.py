"""Tech packs: written row by row, shared with workshops, read and downloaded by those whom they are for."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from catalog.designs import stamp_of
from catalog.organisations import OrganisationKind, Role
from catalog.store import designs, organisations, publishing, tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import DrawingKind, TechPack
from catalog.text import Text
from service.accounts import Account
from service.picture_metadata import cut_metadata
from service.web.tech_pack_form import ROWS
from tests.camera_photos import SECRET, camera_photo
from tests.factories import make_design, make_organisation, photo_bytes
from tests.fakes import MemoryStore
from tests.tech_packs import SVG, give_pack, make_pack, pdf_bytes

CLAY = {"materials.name_id": "Tanah liat", "materials.name_en": "Clay", "materials.amount": "620,5"}


@pytest.fixture
def designer(sign_in) -> Account:
    return sign_in("designer")


@pytest.fixture
def draft(session: Session, designer: Account, images: MemoryStore) -> DesignVersion:
    return make_design(session, designer.person.organisation, published=False, images=images)


def address(version: DesignVersion, *more: object) -> str:
    return "/".join(["/studio/designs", str(version.id), "tech-pack", *map(str, more)])


def reading(version: DesignVersion, ending: str = "") -> str:
    return f"/designs/{version.design.slug}/tech-pack{ending}"


def filled(session: Session, version: DesignVersion, **typed: object) -> dict[str, object]:
    """A form with one row of each list that anything was typed for."""
    pack = tech_packs.read_pack(session, version.id)
    sent: dict[str, object] = {"stamp": stamp_of(pack)}
    for name in {each.split(".")[0] for each in typed}:
        for each in ROWS.get(name, ()):
            sent[f"{name}.{each}"] = ""
    if any(name.startswith("materials.") for name in typed):
        sent["materials.unit"] = "g"
    return sent | typed


def make_published(session: Session, images: MemoryStore, **texts: object) -> DesignVersion:
    version = make_design(session, published=False, images=images, **texts)
    give_pack(session, images, version)
    publishing.publish(session, version, None)
    session.commit()
    return version


class TestWriting:
    def test_what_was_typed_is_saved_with_its_picture_and_its_drawing(self, client, session, images, draft):
        sent = filled(session, draft, **CLAY, **{"steps.title_id": "Putar", "steps.alt_id": "tangan"})
        sent |= {"steps.minutes": "75", "packaging.pieces_per_carton": "24"}
        sent["steps.picture"] = (io.BytesIO(photo_bytes(8)), "a.jpg")
        sent["drawings.new"] = (io.BytesIO(SVG), "profil.svg")
        assert client.post(address(draft), data=sent).status_code == 303
        pack = tech_packs.read_pack(session, draft.id)
        assert (pack.materials[0].name, pack.materials[0].amount) == (Text("Tanah liat", "Clay"), 620.5)
        assert pack.steps[0].picture.alt == Text("tangan")
        assert images.get(pack.steps[0].picture.image_key) == photo_bytes(8)
        assert (pack.drawings[0].kind, pack.drawings[0].width_mm) == (DrawingKind.SVG, 200)
        assert pack.packaging.pieces_per_carton == 24

    def test_a_picture_comes_in_without_what_the_camera_wrote_beside_it(self, client, session, images, draft):
        sent = filled(session, draft, **{"steps.title_id": "Putar", "steps.alt_id": "tangan"})
        sent["steps.picture"] = (io.BytesIO(camera_photo()), "a.jpg")
        assert client.post(address(draft), data=sent).status_code == 303
        picture = tech_packs.read_pack(session, draft.id).steps[0].picture
        assert (picture.width_px, picture.height_px) == (48, 96)
        assert SECRET.encode() not in images.get(picture.image_key)

    def test_saving_the_form_as_it_is_shown_changes_nothing(self, client, session, images, draft):
        before = give_pack(session, images, draft)
        session.commit()
        page = client.get(address(draft))
        assert client.post(address(draft), data=form_of(page)).status_code == 303
        assert tech_packs.read_pack(session, draft.id) == before

    def test_what_is_wrong_is_named_at_its_field_and_what_was_typed_stays(self, client, session, draft):
        sent = filled(session, draft, **CLAY, **{"tolerances.feature_id": "Bibir", "tolerances.nominal": "round"})
        sent |= {"materials.amount": "lots", "tolerances.unit": "mm", "packaging.length": "600"}
        response = client.post(address(draft), data=sent, headers={"Accept-Language": "en"})
        assert response.status_code == 422
        for field in ("materials.1.amount", "tolerances.1.nominal", "tolerances.1.plus", "packaging.width"):
            assert f'href="#field-{field}"' in response.text
            assert f'id="field-{field}"' in response.text
        assert 'value="lots"' in response.text
        assert 'value="round"' in response.text
        assert tech_packs.read_pack(session, draft.id).is_empty

    def test_a_tolerance_below_nothing_is_refused_at_its_field(self, client, session, draft):
        fields = {"feature_id": "Warna", "nominal": "1", "minus": "2", "plus": "1", "unit": "delta_e"}
        sent = filled(session, draft, **{f"tolerances.{name}": value for name, value in fields.items()})
        response = client.post(address(draft), data=sent, headers={"Accept-Language": "en"})
        assert response.status_code == 422
        assert "This is more than the target: it would allow less than nothing." in response.text
        without_target = client.post(address(draft), data=sent | {"tolerances.nominal": "about one"})
        assert 'href="#field-tolerances.1.nominal"' in without_target.text
        assert 'href="#field-tolerances.1.minus"' not in without_target.text

    def test_a_file_that_is_not_taken_is_said_and_the_files_that_are_come_along(self, client, session, draft):
        sent = filled(session, draft, **CLAY)
        sent["drawings.new"] = [(io.BytesIO(b"MZ"), "virus.exe"), (io.BytesIO(SVG), "profil.svg")]
        response = client.post(address(draft), data=sent, headers={"Accept-Language": "en"})
        assert response.status_code == 422
        assert "virus.exe is no PDF, SVG or DXF." in response.text
        assert client.post(address(draft), data=form_of(response)).status_code == 303
        assert [each.file_name for each in tech_packs.read_pack(session, draft.id).drawings] == ["profil.svg"]

    def test_rows_move_and_go_without_scripts_and_nothing_is_saved_by_that(self, client, session, images, draft):
        before = give_pack(session, images, draft)
        session.commit()
        sent = form_of(client.get(address(draft)))
        moved = client.post(address(draft), data=sent | {"show": "steps.up.2"})
        shorter = client.post(address(draft), data=form_of(moved) | {"show": "materials.remove.1"})
        assert tech_packs.read_pack(session, draft.id) == before
        client.post(address(draft), data=form_of(shorter))
        after = tech_packs.read_pack(session, draft.id)
        assert [step.title.id for step in after.steps] == ["Keringkan", "Putar"]
        assert after.steps[1].picture == before.steps[0].picture
        assert after.materials == ()

    @pytest.mark.parametrize(
        "show", ["steps.up.99", "steps.up.0", "steps.remove.x", "nothing.up.1", "steps", "..", "steps.up.²"]
    )
    def test_a_row_that_is_not_there_is_not_moved(self, client, session, images, draft, show):
        give_pack(session, images, draft)
        session.commit()
        sent = form_of(client.get(address(draft)))
        assert form_of(client.post(address(draft), data=sent | {"show": show})) == sent

    def test_two_editors_do_not_overwrite_each_other_unseen(self, client, session, images, draft):
        sent = filled(session, draft, **CLAY)
        theirs = give_pack(session, images, draft)
        session.commit()
        response = client.post(address(draft), data=sent, headers={"Accept-Language": "en"})
        assert response.status_code == 409
        assert 'value="Clay"' in response.text
        assert "Rim diameter" in response.text  # what the other saved
        assert tech_packs.read_pack(session, draft.id) == theirs
        assert client.post(address(draft), data=form_of(response)).status_code == 303
        assert [each.name.en for each in tech_packs.read_pack(session, draft.id).materials] == ["Clay"]

    def test_a_file_that_nobody_here_has_signed_is_nothing(self, client, session, draft):
        forged = json.dumps({"image_key": "a" * 64, "content_type": "image/jpeg", "width_px": 1, "height_px": 1})
        sent = filled(session, draft, **{"steps.title_id": "Putar", "steps.file": forged, "drawings.file": forged})
        client.post(address(draft), data=sent)
        assert tech_packs.read_pack(session, draft.id).file_keys == frozenset()

    def test_what_was_published_is_read_and_not_changed(self, client, session, images, draft):
        pack = give_pack(session, images, draft)
        publishing.publish(session, draft, None)
        session.commit()
        page = client.get(address(draft))
        assert "<form" not in page.text.partition('id="shares"')[0].partition("workbench-panel")[2]
        sent = {"stamp": stamp_of(pack)}
        assert client.post(address(draft), data=sent).status_code == 409
        assert tech_packs.read_pack(session, draft.id) == pack

    def test_the_next_version_begins_with_a_copy_that_changes_alone(self, session, images, draft):
        pack = give_pack(session, images, draft)
        publishing.publish(session, draft, None)
        following = designs.start_next_version(session, draft, None)
        assert tech_packs.read_pack(session, following.id) == pack
        tech_packs.change_pack(session, following, TechPack(), None)
        assert tech_packs.read_pack(session, following.id).is_empty
        assert tech_packs.read_pack(session, draft.id) == pack


def form_of(page) -> dict[str, list[str]]:
    """What a browser would send of the form, as it stands on the page."""
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.sent, self.inside, self.area, self.select = {}, False, "", ""

        def handle_starttag(self, tag, attrs):
            had = dict(attrs)
            if tag == "form":
                self.inside = "pack-form" in had.get("class", "")
            if not self.inside or (tag in ("input", "textarea", "select") and "name" not in had):
                return
            if tag == "input" and had.get("type") != "file" and had["name"] != "csrf_token":
                self.sent.setdefault(had["name"], []).append(had.get("value") or "")
            elif tag == "textarea":
                self.area = had["name"]
                self.sent.setdefault(self.area, []).append("")
            elif tag == "select":
                self.select = had["name"]
            elif tag == "option" and "selected" in had:
                self.sent.setdefault(self.select, []).append(had["value"])

        def handle_data(self, data):
            if self.area:
                self.sent[self.area][-1] += data

        def handle_endtag(self, tag):
            self.area = "" if tag == "textarea" else self.area
            self.inside = self.inside and tag != "form"

    reader = Reader()
    reader.feed(page.text)
    return reader.sent


class TestReading:
    @pytest.mark.parametrize(
        ("licence", "role", "sees"),
        [
            ("cc_by", None, True),
            ("cc_by_nc_nd", Role.BUYER, True),
            ("programme_owned", None, False),
            ("programme_owned", Role.BUYER, False),
            ("programme_owned", Role.WORKSHOP, True),
            ("programme_owned", Role.DESIGNER, True),
            ("all_rights_reserved", Role.WORKSHOP, False),
            ("all_rights_reserved", Role.DESIGNER, False),
            ("all_rights_reserved", Role.ADMINISTRATOR, True),
        ],
    )
    def test_role_and_licence_say_who_reads_it(self, client, session, images, sign_in, licence, role, sees):
        version = make_published(session, images, licence=licence)
        if role is not None:
            sign_in(role)
        pack = tech_packs.read_pack(session, version.id)
        for ending in ("", ".pdf", f"/drawings/{pack.drawings[0].file_key}"):
            assert client.get(reading(version, ending)).status_code == (200 if sees else 404)
        page = client.get(f"/designs/{version.design.slug}")
        assert (f'href="{reading(version)}?version=1"' in page.text) == sees
        assert 'id="pack-title"' in page.text

    def test_a_workshop_and_its_mentors_see_it_while_it_is_shared(self, client, session, images, sign_in):
        version = make_published(session, images)
        workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Tanah Jaya")
        agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
        organisations.add_mentorship(session, agency, workshop)
        session.commit()
        sign_in("designer", organisation=version.design.studio)
        assert "Tanah Jaya" in client.get(address(version)).text
        client.post(address(version, "shares"), data={"workshop": str(workshop.id)})
        client.post(address(version, "shares"), data={"workshop": str(workshop.id)})
        assert len(tech_packs.shares_of(session, version.design_id)) == 1
        for role, organisation in ((Role.WORKSHOP, workshop), (Role.MENTOR, agency)):
            sign_in(role, organisation=organisation)
            assert client.get(reading(version)).status_code == 200
        sign_in("designer", organisation=version.design.studio)
        client.post(address(version, "shares", workshop.id, "stop"))
        sign_in(Role.WORKSHOP, organisation=workshop)
        assert client.get(reading(version)).status_code == 404

    @pytest.mark.parametrize("workshop", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
    def test_it_is_shared_with_workshops_alone(self, client, session, draft, workshop):
        response = client.post(address(draft, "shares"), data={"workshop": workshop}, follow_redirects=True)
        assert response.status_code == 200
        studio = {"workshop": str(draft.design.studio_id)}
        client.post(address(draft, "shares"), data=studio)
        assert not tech_packs.shares_of(session, draft.design_id)

    def test_a_draft_s_pack_is_its_studio_s_alone(self, client, session, images, sign_in, draft):
        give_pack(session, images, draft)
        draft.licence = "cc_by"
        session.commit()
        assert client.get(reading(draft, "?version=1")).status_code == 200
        sign_in(Role.WORKSHOP)
        assert client.get(reading(draft, "?version=1")).status_code == 404

    def test_a_drawing_is_a_download_that_no_browser_shows_as_ours(self, client, session, images):
        version = make_published(session, images, licence="cc_by")
        drawing = tech_packs.read_pack(session, version.id).drawings[0]
        response = client.get(reading(version, f"/drawings/{drawing.file_key}"))
        assert response.data == images.get(drawing.file_key)
        assert response.headers["Content-Disposition"] == "attachment; filename=profile-0.svg"
        assert "sandbox" in response.headers["Content-Security-Policy"]

    def test_pictures_that_are_not_of_the_pack_are_not_there(self, client, session, images):
        version = make_published(session, images, licence="cc_by")
        step = tech_packs.read_pack(session, version.id).steps[0]
        assert client.get(reading(version, f"/pictures/{step.picture.image_key}/320.webp")).status_code == 200
        other = images.put(photo_bytes(99), "image/jpeg")
        assert client.get(reading(version, f"/pictures/{other}/320.webp")).status_code == 404
        assert client.get(reading(version, f"/drawings/{other}")).status_code == 404

    def test_a_version_without_a_pack_has_none(self, client, session):
        version = make_design(session, licence="cc_by")
        assert client.get(reading(version)).status_code == 404
        assert 'id="pack-title"' not in client.get(f"/designs/{version.design.slug}").text


class TestDownloads:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("Celadon bowl", "Stoneware clay", "620 g", "Throw", "140 +1.5 / −2 mm")),
            ("id", ("Tanah liat", "Putar", "138 – 141,5 mm", "2 hari")),
        ],
    )
    def test_the_document_says_all_of_it_in_the_reader_s_language(self, client, session, images, language, words):
        version = make_published(session, images, licence="cc_by")
        response = client.get(reading(version, ".pdf"), headers={"Accept-Language": language})
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.data)).pages)
        assert not [each for each in words if each not in " ".join(text.split())]

    def test_drawings_that_are_pdf_follow_in_their_own_size(self, client, session, images, draft):
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

    def test_the_archive_holds_every_file_and_a_manifest_that_proves_it(self, client, session, images):
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

    def test_the_archive_says_nothing_of_where_a_picture_was_taken(self, client, session, images):
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

    def test_the_archive_says_in_both_languages_what_it_is(self, client, session, images):
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

    def test_the_document_marks_what_is_only_there_in_the_other_language(self, client, session, images):
        version = make_published(session, images, licence="cc_by")
        data = client.get(reading(version, ".pdf"), headers={"Accept-Language": "en"}).data
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        assert "Keringkan (ID)" in text
        assert "Throw (" not in text

    def test_a_file_that_the_store_has_lost_costs_itself_alone(self, client, session, images):
        version = make_published(session, images, licence="cc_by")
        drawing = tech_packs.read_pack(session, version.id).drawings[0]
        images.delete(drawing.file_key)
        archive = zipfile.ZipFile(io.BytesIO(client.get(reading(version, ".zip")).data))
        told = {each["file"]: each for each in json.loads(archive.read("manifest.json"))["files"]}
        assert "sha256" not in told["drawings/profile-0.svg"]
        assert "drawings/profile-0.svg" not in archive.namelist()
        assert "tech-pack-en.pdf" in archive.namelist()


def test_words_of_strangers_are_inert_on_every_page_of_a_pack(client: FlaskClient, session, images, draft):
    pack = make_pack(images)
    evil = Text('<script>alert("1")</script>', "<b>bold</b>")
    rows = {"materials": (replace(pack.materials[0], name=evil),), "steps": (replace(pack.steps[0], title=evil),)}
    tech_packs.change_pack(session, draft, replace(pack, **rows), None)
    session.commit()
    for page in (client.get(address(draft)), client.get(reading(draft, "?version=1"))):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>bold" not in page.text


def test_what_changed_in_a_pack_is_told_to_those_who_may_see_it(client, session, images, sign_in):
    version = make_published(session, images)
    following = designs.start_next_version(session, version, None)
    pack = tech_packs.read_pack(session, version.id)
    clay = replace(pack.materials[0], amount=650)
    tech_packs.change_pack(session, following, replace(pack, materials=(clay,)), None)
    publishing.publish(session, following, None)
    session.commit()
    changes = f"/designs/{version.design.slug}/changes"
    assert "650" not in client.get(changes).text
    sign_in("designer", organisation=version.design.studio)
    page = client.get(changes, headers={"Accept-Language": "en"}).text
    assert "Stoneware clay · 620 g" in page
    assert "Stoneware clay · 650 g" in page
