"""Import and export for programs."""

from __future__ import annotations

import io
import zipfile

import pytest

from catalog.organisations import OrganisationKind
from tests.factories import make_design, make_organisation, photo_bytes
from tests.service.importing import BOWL, csv_bytes


def files_of(**files: tuple[bytes, str]) -> dict:
    return {name: (io.BytesIO(content), file_name) for name, (content, file_name) in files.items()}


def test_from_a_spreadsheet_to_drafts(session, call, token_of, run_jobs):
    token = token_of("designer")
    sheet = csv_bytes(BOWL | {"pictures": "a.jpg"}, BOWL | {"reference": "B-2", "family": "keramic", "pictures": ""})
    made = call("POST", "/imports", token, data=files_of(sheet=(sheet, "d.csv")))
    assert (made.status_code, made.json["state"]) == (202, "checking")
    path = f"/imports/{made.json['id']}"
    run_jobs()
    assert call("GET", path, token).json["rows"]["problem"] == 2
    call("POST", f"{path}/pictures", token, data=files_of(pictures=(photo_bytes(1), "a.jpg")))
    run_jobs()
    [row] = call("GET", f"{path}/rows?show=problem", token).json["items"]
    assert (row["number"], row["problems"][0]["code"]) == (3, "unknown_family")
    assert row["problems"][0]["message"].startswith("There is no such family.")
    assert call("POST", f"{path}/confirm", token, json={"submits": False}).status_code == 202
    run_jobs()
    done = call("GET", path, token).json
    assert (done["state"], done["rows"]["new"], done["left"]) == ("done", 1, 0)
    [first, _] = call("GET", f"{path}/rows", token).json["items"]
    assert first["result"] == "new"
    assert first["version_id"]


def test_what_cannot_be_done_is_said_in_the_one_shape(session, call, token_of, check_error):
    token = token_of("designer")
    check_error(call("POST", "/imports", token, data=files_of(pictures=(photo_bytes(1), "a.jpg"))), 422, "no_sheet")
    check_error(call("POST", "/imports", token, json={}), 415, "unsupported_format")
    made = call("POST", "/imports", token, data=files_of(sheet=(csv_bytes(BOWL), "d.csv"))).json
    check_error(call("POST", f"/imports/{made['id']}/confirm", token, json={}), 409, "import_is_not_checked")
    assert call("POST", f"/imports/{made['id']}/cancel", token).json["state"] == "cancelled"
    check_error(call("POST", f"/imports/{made['id']}/cancel", token), 409, "import_is_closed")


@pytest.mark.parametrize("submits", ["maybe", None, 7])
def test_what_is_neither_true_nor_false_is_told_as_of_another_type(call, token_of, check_error, submits: object):
    token = token_of("designer")
    made = call("POST", "/imports", token, data=files_of(sheet=(csv_bytes(BOWL), "d.csv"))).json
    refused = call("POST", f"/imports/{made['id']}/confirm", token, json={"submits": submits})
    check_error(refused, 422, "invalid_fields")
    assert refused.json["error"]["fields"] == {"submits": "The API takes another type here."}


@pytest.mark.parametrize("name", ["designs.ods", "designs.xlsb", "designs.numbers"])
def test_a_spreadsheet_of_another_kind_is_told_how_to_be_saved(call, token_of, check_error, name: str):
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    made = call("POST", "/imports", token_of("designer"), data=files_of(sheet=(other.getvalue(), name)))
    check_error(made, 422, "sheet_not_supported")


def test_designs_go_out_in_every_form_and_the_own_alone(session, images, call, token_of):
    studio = make_organisation(session, OrganisationKind.STUDIO)
    make_design(session, studio, images=images)
    make_design(session, images=images)
    token = token_of("designer", organisation=studio)
    assert len(call("GET", "/exports/designs.csv", token).text.splitlines()) == 2
    assert call("GET", "/exports/designs.zip", token).data.startswith(b"PK")
    assert call("GET", "/exports/designs.xlsx?which=published", token).data.startswith(b"PK")
    assert call("GET", "/exports/designs.csv?which=old", token).status_code == 422
    assert call("GET", "/exports/designs.csv").status_code == 401
