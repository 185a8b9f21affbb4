"""Designs from a spreadsheet: nothing changes before it is confirmed, and nothing twice afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.exchange.plan import ImportState
from catalog.organisations import OrganisationKind
from catalog.store import designs
from catalog.store.tables import Design, DesignVersion, Organisation
from service.context import Parts
from tests.factories import make_organisation, photo_bytes
from tests.service.importing import BOWL, confirm, csv_bytes, send, told, xlsx_bytes, zip_bytes


@pytest.fixture
def studio(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")


def count_versions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DesignVersion))


@pytest.mark.parametrize("make_bytes", [csv_bytes, xlsx_bytes])
def test_a_row_becomes_a_draft_with_its_pictures(session: Session, parts: Parts, studio, make_bytes):
    row = BOWL | {
        "pictures": "front.jpg; detail.jpg",
        "picture_texts_id": "dari depan; alur",
        "picture_texts_en": "front",
    }
    archive = zip_bytes({"p/front.jpg": photo_bytes(1), "p/detail.jpg": photo_bytes(2)})
    files = {"designs.csv" if make_bytes is csv_bytes else "designs.xlsx": make_bytes(row), "pictures.zip": archive}
    found = send(session, parts, studio, files)
    assert told(session, found) == [(2, "new", "", [])]
    assert count_versions(session) == 0
    confirm(session, parts, found)
    assert told(session, found) == [(2, "new", "new", [])]
    assert found.state == ImportState.DONE
    [version] = session.scalars(select(DesignVersion))
    assert version.state == VersionState.DRAFT
    assert version.design.reference == "B-1"
    draft = designs.read_draft(version)
    assert [material.en for material in draft.materials] == ["stoneware", "glaze"]
    assert draft.dimensions_mm == {"diameter": 140}
    assert [picture.alt for picture in version.pictures] == [
        {"id": "dari depan", "en": "front"},
        {"id": "alur", "en": ""},
    ]


def test_a_second_import_changes_instead_of_doubling(session: Session, parts: Parts, studio):
    confirm(session, parts, send(session, parts, studio, {"a.csv": csv_bytes(BOWL)}))
    again = send(session, parts, studio, {"a.csv": csv_bytes(BOWL)})
    assert told(session, again) == [(2, "unchanged", "", [])]
    changed = send(session, parts, studio, {"a.csv": csv_bytes(BOWL | {"title_en": "Fluted bowl"})})
    assert told(session, changed) == [(2, "draft", "", [])]
    confirm(session, parts, changed)
    [version] = session.scalars(select(DesignVersion))
    assert version.title["en"] == "Fluted bowl"
    assert session.scalar(select(func.count()).select_from(Design)) == 1
