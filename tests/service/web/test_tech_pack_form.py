"""Tech packs, written row by row."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.designs import stamp_of
from catalog.store import designs, publishing, tech_packs
from catalog.store.tables import DesignVersion
from catalog.tech_pack import DrawingKind, TechPack
from catalog.text import Text
from service.web.tech_pack_form import ROWS
from tests.camera_photos import SECRET, camera_photo
from tests.factories import photo_bytes
from tests.forms import forms_of, values_of
from tests.service.web.tech_pack_pages import writing
from tests.tech_packs import SVG, give_pack

CLAY = {"materials.name_id": "Tanah liat", "materials.name_en": "Clay", "materials.amount": "620,5"}


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


def form_of(page: TestResponse) -> dict[str, list[str]]:
    """What a browser would send of the form, but for the token, which is another one each second."""
    [form] = [form for form in forms_of(page.text) if "pack-form" in form.classes]
    return {name: values for name, values in values_of(form).items() if name != "csrf_token"}


def test_what_was_typed_is_saved_with_its_picture_and_its_drawing(client, session, images, draft):
    sent = filled(session, draft, **CLAY, **{"steps.title_id": "Putar", "steps.alt_id": "tangan"})
    sent |= {"steps.minutes": "75", "packaging.pieces_per_carton": "24"}
    sent["steps.picture"] = (io.BytesIO(photo_bytes(8)), "a.jpg")
    sent["drawings.new"] = (io.BytesIO(SVG), "profil.svg")
    assert client.post(writing(draft), data=sent).status_code == 303
    pack = tech_packs.read_pack(session, draft.id)
    assert (pack.materials[0].name, pack.materials[0].amount) == (Text("Tanah liat", "Clay"), 620.5)
    assert pack.steps[0].picture.alt == Text("tangan")
    assert images.get(pack.steps[0].picture.image_key) == photo_bytes(8)
    assert (pack.drawings[0].kind, pack.drawings[0].width_mm) == (DrawingKind.SVG, 200)
    assert pack.packaging.pieces_per_carton == 24


def test_a_picture_comes_in_without_what_the_camera_wrote_beside_it(client, session, images, draft):
    sent = filled(session, draft, **{"steps.title_id": "Putar", "steps.alt_id": "tangan"})
    sent["steps.picture"] = (io.BytesIO(camera_photo()), "a.jpg")
    assert client.post(writing(draft), data=sent).status_code == 303
    picture = tech_packs.read_pack(session, draft.id).steps[0].picture
    assert (picture.width_px, picture.height_px) == (48, 96)
    assert SECRET.encode() not in images.get(picture.image_key)


def test_saving_the_form_as_it_is_shown_changes_nothing(client, session, images, draft):
    before = give_pack(session, images, draft)
    session.commit()
    page = client.get(writing(draft))
    assert client.post(writing(draft), data=form_of(page)).status_code == 303
    assert tech_packs.read_pack(session, draft.id) == before


def test_what_is_wrong_is_named_at_its_field_and_what_was_typed_stays(client, session, draft):
    sent = filled(session, draft, **CLAY, **{"tolerances.feature_id": "Bibir", "tolerances.nominal": "round"})
    sent |= {"materials.amount": "lots", "tolerances.unit": "mm", "packaging.length": "600"}
    response = client.post(writing(draft), data=sent, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    for field in ("materials.1.amount", "tolerances.1.nominal", "tolerances.1.plus", "packaging.width"):
        assert f'href="#field-{field}"' in response.text
        assert f'id="field-{field}"' in response.text
    assert 'value="lots"' in response.text
    assert 'value="round"' in response.text
    assert tech_packs.read_pack(session, draft.id).is_empty


def test_a_tolerance_below_nothing_is_refused_at_its_field(client, session, draft):
    fields = {"feature_id": "Warna", "nominal": "1", "minus": "2", "plus": "1", "unit": "delta_e"}
    sent = filled(session, draft, **{f"tolerances.{name}": value for name, value in fields.items()})
    response = client.post(writing(draft), data=sent, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "This is more than the target: it would allow less than nothing." in response.text
    without_target = client.post(writing(draft), data=sent | {"tolerances.nominal": "about one"})
    assert 'href="#field-tolerances.1.nominal"' in without_target.text
    assert 'href="#field-tolerances.1.minus"' not in without_target.text


def test_a_file_that_is_not_taken_is_said_and_the_files_that_are_come_along(client, session, draft):
    sent = filled(session, draft, **CLAY)
    sent["drawings.new"] = [(io.BytesIO(b"MZ"), "virus.exe"), (io.BytesIO(SVG), "profil.svg")]
    response = client.post(writing(draft), data=sent, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "virus.exe is no PDF, SVG or DXF." in response.text
    assert client.post(writing(draft), data=form_of(response)).status_code == 303
    assert [each.file_name for each in tech_packs.read_pack(session, draft.id).drawings] == ["profil.svg"]


def test_rows_move_and_go_without_scripts_and_nothing_is_saved_by_that(client, session, images, draft):
    before = give_pack(session, images, draft)
    session.commit()
    sent = form_of(client.get(writing(draft)))
    moved = client.post(writing(draft), data=sent | {"show": "steps.up.2"})
    shorter = client.post(writing(draft), data=form_of(moved) | {"show": "materials.remove.1"})
    assert tech_packs.read_pack(session, draft.id) == before
    client.post(writing(draft), data=form_of(shorter))
    after = tech_packs.read_pack(session, draft.id)
    assert [step.title.id for step in after.steps] == ["Keringkan", "Putar"]
    assert after.steps[1].picture == before.steps[0].picture
    assert after.materials == ()


@pytest.mark.parametrize(
    "show", ["steps.up.99", "steps.up.0", "steps.remove.x", "nothing.up.1", "steps", "..", "steps.up.²"]
)
def test_a_row_that_is_not_there_is_not_moved(client, session, images, draft, show):
    give_pack(session, images, draft)
    session.commit()
    sent = form_of(client.get(writing(draft)))
    assert form_of(client.post(writing(draft), data=sent | {"show": show})) == sent


def test_two_editors_do_not_overwrite_each_other_unseen(client, session, images, draft):
    sent = filled(session, draft, **CLAY)
    theirs = give_pack(session, images, draft)
    session.commit()
    response = client.post(writing(draft), data=sent, headers={"Accept-Language": "en"})
    assert response.status_code == 409
    assert 'value="Clay"' in response.text
    assert "Rim diameter" in response.text  # what the other saved
    assert tech_packs.read_pack(session, draft.id) == theirs
    assert client.post(writing(draft), data=form_of(response)).status_code == 303
    assert [each.name.en for each in tech_packs.read_pack(session, draft.id).materials] == ["Clay"]


def test_a_file_that_nobody_here_has_signed_is_nothing(client, session, draft):
    forged = json.dumps({"image_key": "a" * 64, "content_type": "image/jpeg", "width_px": 1, "height_px": 1})
    sent = filled(session, draft, **{"steps.title_id": "Putar", "steps.file": forged, "drawings.file": forged})
    client.post(writing(draft), data=sent)
    assert tech_packs.read_pack(session, draft.id).file_keys == frozenset()


def test_what_was_published_is_read_and_not_changed(client, session, images, draft):
    pack = give_pack(session, images, draft)
    publishing.publish(session, draft, None)
    session.commit()
    page = client.get(writing(draft))
    assert "<form" not in page.text.partition('id="shares"')[0].partition("workbench-panel")[2]
    sent = filled(session, draft, **CLAY)
    refused = client.post(writing(draft), data=sent, headers={"Accept-Language": "en"})
    assert refused.status_code == 409
    assert "A published version does not change." in refused.text
    assert 'value="Clay"' in refused.text
    assert tech_packs.read_pack(session, draft.id) == pack


def test_the_next_version_begins_with_a_copy_that_changes_alone(session, images, draft):
    pack = give_pack(session, images, draft)
    publishing.publish(session, draft, None)
    following = designs.start_next_version(session, draft, None)
    assert tech_packs.read_pack(session, following.id) == pack
    tech_packs.change_pack(session, following, TechPack(), None)
    assert tech_packs.read_pack(session, following.id).is_empty
    assert tech_packs.read_pack(session, draft.id) == pack
