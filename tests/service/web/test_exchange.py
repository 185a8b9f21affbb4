"""The pages of import and export: what is sent, what is told, what goes out."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from catalog.exchange.plan import ImportState
from catalog.organisations import OrganisationKind
from catalog.store.tables import DesignImport, DesignVersion
from tests.factories import make_account, make_design, make_organisation, photo_bytes
from tests.service.importing import BOWL, check, confirm, csv_bytes, send, xlsx_bytes, zip_bytes


@pytest.fixture
def designer(sign_in):
    return sign_in("designer")


def post(client, sheet: bytes, name: str = "designs.csv", pictures: list[tuple[bytes, str]] = (), **form: str):
    files = {"sheet": (io.BytesIO(sheet), name), "pictures": [(io.BytesIO(data), name) for data, name in pictures]}
    return client.post("/studio/imports?lang=en", data=files | form)


def test_from_the_file_to_the_drafts(client, session, parts, images, designer, run_jobs):
    sheet = xlsx_bytes(BOWL | {"pictures": "a.jpg"}, BOWL | {"reference": "B-2", "pictures": "b.jpg"})
    address = post(client, sheet, "x.xlsx", [(photo_bytes(1), "a.jpg")]).headers["Location"]
    assert "Every row is being checked." in client.get(f"{address}?lang=en").text
    run_jobs()
    page = client.get(address).text
    assert "1 design would change; nothing has yet." in page
    assert "pictures: The picture b.jpg is not here." in page
    archive = zip_bytes({"b.jpg": photo_bytes(2)})
    client.post(f"{address}/pictures", data={"pictures": (io.BytesIO(archive), "more.zip")})
    run_jobs()
    assert "2 designs would change; nothing has yet." in client.get(address).text
    assert session.scalar(select(func.count()).select_from(DesignVersion)) == 0
    client.post(f"{address}/confirm", data={"submits": "1"})
    again = client.post(f"{address}/confirm?lang=en", follow_redirects=True).text
    assert "This import was confirmed already: it is under way." in again
    assert "New design <b>2</b>" in again  # none of them is added yet
    run_jobs()
    assert "2 designs were imported as drafts." in client.get(address).text
    assert session.scalar(select(func.count()).select_from(DesignVersion)) == 2
    report = client.get(f"{address}/report.csv").text.splitlines()
    assert report[1:] == ["2,B-1,Mangkuk seladon,New design,Added,", "3,B-2,Mangkuk seladon,New design,Added,"]


@pytest.mark.parametrize(
    ("sheet", "name", "told"),
    [
        (b"", "designs.csv", "The spreadsheet is empty."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "designs.xls", "This is an old Excel file, or one with a password."),
        (b"PK\x03\x04 broken", "designs.zip", "The archive cannot be opened"),
        (b"PK\x03\x04 broken", "designs.xlsx", "The spreadsheet is damaged"),
        (zip_bytes({"a.csv": b"x", "b.csv": b"y"}), "two.zip", "There is more than one spreadsheet: a.csv, b.csv."),
        (zip_bytes({"a.jpg": b"x"}), "none.zip", "There is no spreadsheet among the files."),
        (b"\x81\x8d\0\0", "designs.csv", "This is no spreadsheet."),
    ],
)
def test_what_is_no_import_is_refused_beside_the_form(client, session, designer, sheet, name, told):
    response = post(client, sheet, name)
    assert response.status_code == 422
    assert told in response.text
    assert session.scalar(select(func.count()).select_from(DesignImport)) == 0


def test_what_somebody_wrote_stays_inert(client, session, parts, designer):
    evil = "<script>alert(1)<!-- "
    address = post(client, csv_bytes(BOWL | {"title_id": evil, "pictures": f"{evil}.jpg"}), f"{evil}x.csv").location
    [found] = session.scalars(select(DesignImport))
    check(session, parts, found)
    page = client.get(address).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_stopped_import_keeps_what_it_did_and_does_no_more(client, session, parts, designer):
    address = post(client, csv_bytes(BOWL)).location
    [found] = session.scalars(select(DesignImport))
    check(session, parts, found)
    client.post(f"{address}/cancel")
    session.expire_all()
    assert found.state == ImportState.CANCELLED
    for step in ("confirm", "cancel"):
        page = client.post(f"{address}/{step}?lang=en", follow_redirects=True).text
        assert "This import is over. Start a new one." in page
    assert session.scalar(select(func.count()).select_from(DesignVersion)) == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_imports_as_it_is_once_a_row_is_added(client, session, parts, designer, kind):
    data = client.get(f"/studio/exchange/template.{kind}?lang=en").data
    address = post(client, data, f"template.{kind}").location
    [found] = session.scalars(select(DesignImport))
    check(session, parts, found)
    page = client.get(f"{address}?lang=en").text
    assert "There are column names, but no designs under them." in page


def test_a_designer_exports_the_own_studio_alone(client, session, images, designer):
    own = make_design(session, designer.person.organisation, images=images)
    make_design(session, images=images)
    lines = client.get("/studio/exchange/designs.csv").text.splitlines()
    assert len(lines) == 2
    assert own.design.slug in lines[1]


def test_an_administrator_exports_one_studio_or_all_and_nobody_chooses_what_is_none(client, session, images, sign_in):
    studio = make_organisation(session, OrganisationKind.STUDIO)
    make_design(session, studio, images=images)
    make_design(session, images=images, published=False)
    sign_in("administrator")
    assert client.get("/studio/exchange").status_code == 200
    assert len(client.get("/studio/exchange/designs.csv").text.splitlines()) == 3
    assert len(client.get("/studio/exchange/designs.csv?which=published").text.splitlines()) == 2
    assert len(client.get(f"/studio/exchange/designs.csv?studio={studio.id}").text.splitlines()) == 2
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    for wrong in (workshop.id, "x"):
        assert client.get(f"/studio/exchange/designs.csv?studio={wrong}").status_code == 404


def test_complete_designs_go_to_review_if_that_is_wanted(session, parts, images):
    studio = make_organisation(session, OrganisationKind.STUDIO)
    person = make_account(session, "designer", organisation=studio).person
    complete = BOWL | {"pictures": "a.jpg", "picture_texts_id": "mangkuk"}
    sheet = csv_bytes(complete, complete | {"reference": "B-2", "licence": ""})
    found = send(session, parts, studio, {"d.csv": sheet, "a.jpg": photo_bytes(1)}, person.id)
    confirm(session, parts, found, submits=True)
    states = {version.design.reference: version.state.value for version in session.scalars(select(DesignVersion))}
    assert states == {"B-1": "in_review", "B-2": "draft"}


def test_as_many_pictures_come_as_an_import_may_have_rows(client, session, designer):
    pictures = [(b"x", f"{number}.jpg") for number in range(1100)]
    assert post(client, csv_bytes(BOWL), "designs.csv", pictures).status_code == 303
