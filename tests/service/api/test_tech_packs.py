"""The tech pack over the API."""

from __future__ import annotations

import io
import zipfile

import pytest

from catalog.organisations import Role
from catalog.store import publishing
from service import accounts
from tests.factories import make_account, make_design
from tests.tech_packs import give_pack


@pytest.fixture
def make_published(session, images):
    def make(licence: str):
        version = make_design(session, published=False, images=images, licence=licence)
        pack = give_pack(session, images, version)
        publishing.publish(session, version, None)
        session.commit()
        return version, pack

    return make


def test_an_open_pack_is_read_and_downloaded_without_a_token(client, images, make_published):
    version, pack = make_published("cc_by")
    told = client.get(f"/api/v1/designs/{version.design.slug}/tech-pack").json
    assert told["materials"][0] == {
        "name": {"id": "Tanah liat", "en": "Stoneware clay"},
        "amount": 620.0,
        "unit": "g",
        "note": {"id": "dari Pacitan", "en": "from Pacitan"},
    }
    assert (told["version"], told["licence"], told["tolerances"][0]["plus"]) == (1, "cc_by", 1.5)
    assert told["steps"][1]["picture"] is None
    assert client.get(told["drawings"][0]["url"]).data == images.get(pack.drawings[0].file_key)
    assert client.get(told["steps"][0]["picture"]["url"]).mimetype == "image/webp"
    archive = client.get(f"/api/v1/designs/{version.design.slug}/tech-pack.zip")
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(archive.data)).namelist()


@pytest.mark.parametrize("path", ["", ".zip", "/drawings/{drawing}", "/pictures/{picture}"])
def test_a_pack_that_is_not_shared_is_not_there(client, make_published, path):
    version, pack = make_published("all_rights_reserved")
    keys = {"drawing": pack.drawings[0].file_key, "picture": pack.steps[0].picture.image_key}
    answer = client.get(f"/api/v1/designs/{version.design.slug}/tech-pack{path.format(**keys)}")
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "tech_pack_not_found")


def test_files_that_are_not_of_the_pack_are_not_there(client, make_published):
    version, pack = make_published("cc_by")
    base = f"/api/v1/designs/{version.design.slug}/tech-pack"
    assert client.get(f"{base}/drawings/{'0' * 64}").status_code == 404
    assert client.get(f"{base}/pictures/{pack.drawings[0].file_key}").status_code == 404
    assert client.get(f"{base}?version=2").status_code == 404
    assert client.get(f"{base}?version=two").json["error"]["fields"].keys() == {"version"}


def test_the_programme_s_own_is_for_workshops_with_a_token(client, make_published, session):
    version, _ = make_published("programme_owned")

    account = make_account(session, Role.WORKSHOP)
    token = accounts.add_token(session, account, "oven")
    session.commit()
    path = f"/api/v1/designs/{version.design.slug}/tech-pack"
    assert client.get(path).status_code == 404
    assert client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200
