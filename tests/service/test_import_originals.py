"""Derived designs that come in with their originals: after them, under their licence, and published after them."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import RuleBroken
from catalog.exchange.plan import ImportState
from catalog.organisations import OrganisationKind
from catalog.store import designs, imports, publishing
from catalog.store.tables import Design, DesignVersion, Organisation
from catalog.text import Text
from service import design_import
from service.context import Parts
from tests.factories import make_design, make_draft, make_organisation, photo_bytes
from tests.service.importing import BOWL, check, confirm, csv_bytes, send, told

SHEET = {"slug": "", "version": "", "derived_from": ""}


@pytest.fixture
def studio(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")


def row(reference: str, derived_from: str = "", licence: str = "cc_by_sa", **cells: str) -> dict[str, str]:
    title = {"title_id": reference, "title_en": reference}
    return BOWL | SHEET | title | {"reference": reference, "licence": licence, "derived_from": derived_from} | cells


def send_rows(session: Session, parts: Parts, studio: Organisation | None, *rows: dict[str, str]):
    return send(session, parts, studio, {"designs.csv": csv_bytes(*rows)})


def version_of(session: Session, reference: str) -> DesignVersion:
    query = select(DesignVersion).join(Design).where(Design.reference == reference)
    return session.scalars(query.order_by(DesignVersion.number.desc())).first()


def test_originals_are_imported_before_what_is_derived_from_them_wherever_they_stand(session, parts, studio):
    rows = (row("C", "B"), row("B", "old-bowl@3"), row("A", slug="old-bowl", version="3"))
    found = send_rows(session, parts, studio, *rows)
    assert told(session, found) == [(number, "new", "", []) for number in (2, 3, 4)]
    confirm(session, parts, found)
    assert found.state == ImportState.DONE
    a, b, c = (version_of(session, reference) for reference in "ABC")
    assert (c.derived_from, b.derived_from, a.derived_from) == (b, a, None)
    # What was imported so is the same when it comes again.
    again = send_rows(session, parts, studio, *rows)
    assert [each[1] for each in told(session, again)] == ["unchanged"] * 3


def test_a_derived_design_is_published_after_its_original_and_not_before(session, parts, studio, images):
    picture = {"pictures": "a.jpg", "picture_texts_id": "dari depan"}
    sheet = csv_bytes(row("A", **picture), row("B", "A", **picture))
    found = send(session, parts, studio, {"designs.csv": sheet, "a.jpg": photo_bytes(1)})
    confirm(session, parts, found, submits=True)
    original, derived = version_of(session, "A"), version_of(session, "B")
    assert (original.state, derived.state) == (VersionState.IN_REVIEW, VersionState.DRAFT)
    assert publishing.completeness_of(derived).missing == ("derived_from_id",)
    with pytest.raises(RuleBroken) as raised:
        publishing.submit_for_review(session, derived, None)
    assert raised.value.details["missing"] == ("derived_from_id",)
    publishing.take_back(session, original, None)
    publishing.publish(session, original, None)
    publishing.publish(session, derived, None)
    assert derived.state == VersionState.PUBLISHED


def test_a_row_keeps_to_the_licence_that_the_row_of_its_original_has(session, parts, studio):
    other = make_organisation(session, OrganisationKind.STUDIO, "Studio Pasir")
    found = send_rows(
        session,
        parts,
        None,
        row("A", licence="cc_by_nc_sa", studio=studio.name, slug="a"),
        row("B", "a", licence="cc_by_nc_sa", studio=other.name),
        row("C", "a", licence="cc_by", studio=other.name),
        row("D", licence="all_rights_reserved", studio=studio.name, slug="d"),
        row("E", "d", licence="all_rights_reserved", studio=studio.name),
        row("F", "d", licence="all_rights_reserved", studio=other.name),
    )
    assert [(each[1], each[3]) for each in told(session, found)] == [
        ("new", []),
        ("new", []),
        ("problem", [("licence", "not_as_original_asks")]),
        ("new", []),
        ("new", []),
        ("problem", [("derived_from", "may_not_be_derived")]),
    ]


def test_the_licence_that_counts_is_the_one_after_the_import(session, parts, studio):
    confirm(session, parts, send_rows(session, parts, studio, row("A", licence="cc_by")))
    found = send_rows(session, parts, studio, row("A", licence="cc_by_nc"), row("B", "A", licence="cc_by"))
    assert told(session, found)[1][3] == [("licence", "not_as_original_asks")]


def test_what_is_wrong_with_an_original_is_told_of_what_is_derived_from_it(session, parts, studio):
    found = send_rows(
        session,
        parts,
        studio,
        row("A", diameter_mm="round"),
        row("B", "A", diameter_mm="square"),
        row("C", "D"),
        row("D", "E"),
        row("E", "D"),
        row("F", "F"),
        row("G", "nowhere"),
        row("H", "old-bowl@2"),
        row("I", slug="old-bowl", version="3"),
    )
    assert [each[3] for each in told(session, found)][1:8] == [
        [("diameter_mm", "not_a_number"), ("derived_from", "original_not_imported")],
        [("derived_from", "derived_in_a_circle")],
        [("derived_from", "derived_in_a_circle")],
        [("derived_from", "derived_in_a_circle")],
        [("derived_from", "derived_in_a_circle")],
        [("derived_from", "not_a_published_design")],
        [("derived_from", "not_a_published_design")],  # of another version than the file has
    ]


def test_an_original_that_could_not_be_imported_keeps_back_what_is_derived_from_it(session, parts, images, studio):
    version = make_design(session, studio, published=False, images=images, licence="cc_by_sa")
    rows = (row("B", version.design.slug), row(version.design.slug, title_en="Theirs"), row("C"))
    found = send_rows(session, parts, studio, *rows)
    designs.change_draft(session, version, make_draft(title=Text("Mangkuk", "Mine")))
    session.commit()
    confirm(session, parts, found)
    assert [each[2:] for each in told(session, found)] == [
        ("problem", [("derived_from", "original_not_imported")]),
        ("problem", [("", "changed_meanwhile")]),
        ("new", []),
    ]


def test_a_published_original_stays_the_one_though_the_file_changes_its_design(session, parts, images, studio):
    original = make_design(session, studio, images=images, licence="cc_by_sa")
    slug = original.design.slug
    told_so = {"slug": slug, "version": "1"}
    rows = (row(slug, title_en="Another bowl", **told_so), row("B", f"{slug}@1"))
    confirm(session, parts, send_rows(session, parts, studio, *rows))
    assert version_of(session, "B").derived_from == original
    assert original.design.versions[0].number == 2


def test_a_design_of_the_same_address_is_not_taken_for_the_one_that_the_file_brings(session, parts, images, studio):
    stranger = make_design(session, images=images, licence="cc_by_sa")
    slug = stranger.design.slug
    rows = (row("A", slug=slug, version="1"), row("B", f"{slug}@1"))
    confirm(session, parts, send_rows(session, parts, studio, *rows))
    assert version_of(session, "B").derived_from == version_of(session, "A")


def test_what_is_derived_waits_while_another_process_imports_its_original(session, parts, studio):
    found = send_rows(session, parts, studio, row("B", "A"), row("A"))
    imports.confirm(session, found, None, submits=False)
    session.commit()
    with parts.database.session() as worker:
        held = imports.next_row(worker, found.id)
        assert held.reference == "A"
        assert not design_import.run_import(parts, found.id)
        worker.rollback()
    session.expire_all()
    assert [each[2] for each in told(session, found)] == ["", ""]
    design_import.run_import(parts, found.id)
    session.expire_all()
    assert [each[2] for each in told(session, found)] == ["new", "new"]
    assert version_of(session, "B").derived_from == version_of(session, "A")


def test_a_draft_that_waits_for_its_original_can_be_changed_by_another_import(session, parts, studio):
    confirm(session, parts, send_rows(session, parts, studio, row("A"), row("B", "A")))
    change = {"reference": "B", "family": "ceramics", "title_en": "Another bowl"}
    found = check(session, parts, confirm(session, parts, send_rows(session, parts, studio, change)))
    assert told(session, found)[0][2:] == ("draft", [])
    assert version_of(session, "B").derived_from == version_of(session, "A")
