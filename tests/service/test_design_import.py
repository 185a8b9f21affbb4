"""Designs from a spreadsheet: nothing changes before it is confirmed, and nothing twice afterwards."""

from __future__ import annotations

import datetime
import io

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.designs import DesignDraft, VersionState
from catalog.errors import InvalidFields
from catalog.exchange.plan import ImportState, RowAction
from catalog.organisations import OrganisationKind
from catalog.store import designs, imports, publishing
from catalog.store.tables import Design, DesignImport, DesignVersion, Organisation
from catalog.text import Text
from service import design_import, import_check, import_files, row_import
from service.context import Parts
from service.import_files import SentFile
from service.spool import open_spool
from service.storage import StorageUnavailable, key_of
from tests.factories import make_design, make_draft, make_organisation, photo_bytes
from tests.service.importing import BOWL, check, confirm, csv_bytes, send, told, xlsx_bytes, zip_bytes


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


def test_remarks_are_passed_over_and_a_code_with_a_hash_is_none(session: Session, parts: Parts, studio):
    rows = [BOWL | {"reference": each} for each in ("# the bowls", "#12", "#")]
    alone = dict.fromkeys(BOWL, "") | {"reference": "#lonely"}
    found = send(session, parts, studio, {"a.csv": csv_bytes(*rows, alone)})
    assert told(session, found) == [(3, "new", "", []), (4, "new", "", [])]


def test_a_design_whose_first_cell_begins_with_a_hash_is_no_remark(session: Session, parts: Parts, studio):
    row = {"title_en": "# 1 bowl", **{name: cell for name, cell in BOWL.items() if name != "title_en"}}
    found = send(session, parts, studio, {"a.csv": csv_bytes(row)})
    assert told(session, found) == [(2, "new", "", [])]


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


def test_only_the_columns_of_the_file_change(session: Session, parts: Parts, studio):
    confirm(session, parts, send(session, parts, studio, {"a.csv": csv_bytes(BOWL)}))
    row = {"reference": "B-1", "family": "ceramics", "title_en": "Fluted bowl", "care_en": "Wipe"}
    confirm(session, parts, send(session, parts, studio, {"a.csv": csv_bytes(row)}))
    [version] = session.scalars(select(DesignVersion))
    draft = designs.read_draft(version)
    assert (draft.title.id, draft.title.en, draft.care.en) == ("Mangkuk seladon", "Fluted bowl", "Wipe")
    assert draft.dimensions_mm == {"diameter": 140}


def test_a_published_design_gets_a_new_version_and_stays_as_it_is(session: Session, parts: Parts, images, studio):
    published = make_design(session, studio, images=images)
    row = {"reference": published.design.slug, "family": "ceramics", "title_en": "Another bowl"}
    found = send(session, parts, studio, {"a.csv": csv_bytes(row)})
    assert told(session, found) == [(2, "next_version", "", [])]
    confirm(session, parts, found)
    newest, first = session.scalars(select(DesignVersion).order_by(DesignVersion.number.desc()))
    assert (first.title["en"], first.state) == ("Celadon bowl", VersionState.PUBLISHED)
    assert (newest.title["en"], newest.state) == ("Another bowl", VersionState.DRAFT)
    assert [picture.image_key for picture in newest.pictures] == [picture.image_key for picture in first.pictures]


def test_a_derived_design_is_told_which_licences_its_original_allows(session: Session, parts: Parts, images, studio):
    original = make_design(session, images=images, licence="cc_by_sa")
    found = send(session, parts, studio, {"a.csv": csv_bytes(BOWL | {"derived_from": original.design.slug})})
    [row] = imports.rows_of(session, found.id)
    details = {"licence": "cc_by_sa", "allowed": ["cc_by_sa"]}
    assert row.problems == [{"code": "not_as_original_asks", "column": "licence", "details": details}]


def test_what_waits_for_its_review_is_left_alone(session: Session, parts: Parts, images, studio):
    version = make_design(session, studio, published=False, images=images)
    publishing.submit_for_review(session, version, None)
    session.commit()
    row = {"reference": version.design.slug, "family": "ceramics", "title_en": "Another bowl"}
    found = send(session, parts, studio, {"a.csv": csv_bytes(row)})
    assert told(session, found) == [(2, "problem", "", [("", "version_is_in_review")])]


def test_pictures_change_their_order_go_and_come(session: Session, parts: Parts, studio):
    files = {"a.jpg": photo_bytes(1), "b.jpg": photo_bytes(2), "c.jpg": photo_bytes(3)}
    first = BOWL | {"pictures": "a.jpg; b.jpg", "picture_texts_id": "satu; dua"}
    confirm(session, parts, send(session, parts, studio, {"d.csv": csv_bytes(first), **files}))
    second = BOWL | {"pictures": "c.jpg; b.jpg"}
    confirm(session, parts, send(session, parts, studio, {"d.csv": csv_bytes(second), **files}))
    [version] = session.scalars(select(DesignVersion))
    keys = [key_of(files["c.jpg"]), key_of(files["b.jpg"])]
    assert [(picture.image_key, picture.alt["id"]) for picture in version.pictures] == [(keys[0], ""), (keys[1], "dua")]
    assert [picture.position for picture in version.pictures] == [0, 1]


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        ("a.jpg", "picture_ambiguous"),
        ("1/a.jpg", ""),
        ("z.jpg", "picture_missing"),
        ("broken.jpg", "picture_not_taken"),
    ],
)
def test_a_picture_is_found_by_its_name_if_only_one_is_meant(session, parts, studio, pictures: str, code: str):
    archive = zip_bytes({"1/a.jpg": photo_bytes(1), "2/a.jpg": photo_bytes(2), "broken.jpg": b"nothing"})
    found = send(session, parts, studio, {"d.csv": csv_bytes(BOWL | {"pictures": pictures}), "p.zip": archive})
    [(_, _, _, problems)] = told(session, found)
    assert problems == ([("pictures", code)] if code else [])
    assert [each["code"] for each in found.picture_problems] == ["picture_not_an_image"]


def test_rows_about_the_same_design_or_of_another_studio_are_told(session: Session, parts: Parts, studio):
    sheet = csv_bytes(
        BOWL | {"studio": "studio lereng"},
        BOWL | {"studio": ""},
        BOWL | {"reference": "B-3", "studio": "Studio Pasir"},
        BOWL | {"reference": "", "studio": ""},
    )
    assert told(session, send(session, parts, studio, {"d.csv": sheet})) == [
        (2, "new", "", []),
        (3, "problem", "", [("reference", "duplicate_row")]),
        (4, "problem", "", [("studio", "other_studio")]),
        (5, "problem", "", [("reference", "required")]),
    ]


def test_an_import_for_all_studios_goes_by_their_names(session: Session, parts: Parts, studio):
    other = make_organisation(session, OrganisationKind.STUDIO, "Studio Pasir")
    sheet = csv_bytes(
        BOWL | {"studio": "Studio Lereng"}, BOWL | {"studio": "studio  pasir"}, BOWL | {"studio": "Nobody"}
    )
    found = confirm(session, parts, send(session, parts, None, {"d.csv": sheet}))
    assert [row[2] for row in told(session, found)] == ["new", "new", ""]
    assert {design.studio_id for design in session.scalars(select(Design))} == {studio.id, other.id}


def test_the_designs_of_another_studio_are_never_touched(session: Session, parts: Parts, images, studio):
    theirs = make_design(session, images=images, published=False)
    theirs.design.reference = "B-1"
    session.commit()
    confirm(session, parts, send(session, parts, studio, {"d.csv": csv_bytes(BOWL)}))
    session.expire_all()
    assert theirs.title["en"] == "Celadon bowl"
    assert session.scalar(select(func.count()).select_from(Design)) == 2


def test_what_somebody_changed_since_the_check_is_not_overwritten(session: Session, parts: Parts, images, studio):
    version = make_design(session, studio, published=False, images=images)
    row = {"reference": version.design.slug, "family": "ceramics", "title_en": "Theirs"}
    found = send(session, parts, studio, {"d.csv": csv_bytes(row)})
    designs.change_draft(session, version, make_draft(title=Text("Mangkuk", "Mine")))
    session.commit()
    confirm(session, parts, found)
    assert told(session, found) == [(2, "draft", "problem", [("", "changed_meanwhile")])]
    assert version.title["en"] == "Mine"


def test_an_import_that_was_interrupted_goes_on_where_it_was(session: Session, parts: Parts, studio, monkeypatch):
    rows = [BOWL | {"reference": f"B-{number}", "pictures": "a.jpg"} for number in range(4)]
    found = send(session, parts, studio, {"d.csv": csv_bytes(*rows), "a.jpg": photo_bytes(1)})
    imports.confirm(session, found, None, submits=False)
    session.commit()
    assert design_import.run_import(parts, found.id, most_rows=1)

    def die(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(row_import, "add_picture", die)  # in the middle of the second row
        with pytest.raises(KeyboardInterrupt):
            design_import.run_import(parts, found.id)
    session.expire_all()
    assert [row[2] for row in told(session, found)] == ["new", "", "", ""]
    assert count_versions(session) == 1
    assert not design_import.run_import(parts, found.id)
    session.expire_all()
    assert found.state == ImportState.DONE
    assert [row[2] for row in told(session, found)] == ["new"] * 4
    assert count_versions(session) == 4
    assert not design_import.run_import(parts, found.id)
    assert count_versions(session) == 4


def test_an_outage_leaves_the_row_for_later_and_is_no_problem_of_its(session, parts: Parts, images, studio):
    found = send(session, parts, studio, {"d.csv": csv_bytes(BOWL | {"pictures": "a.jpg"}), "a.jpg": photo_bytes(1)})
    imports.confirm(session, found, None, submits=False)
    session.commit()
    images.is_down = True
    with pytest.raises(StorageUnavailable):
        design_import.run_import(parts, found.id)
    images.is_down = False
    design_import.run_import(parts, found.id)
    session.expire_all()
    assert told(session, found) == [(2, "new", "new", [])]


def test_a_cancelled_import_does_no_more(session: Session, parts: Parts, studio):
    rows = [BOWL | {"reference": f"B-{number}"} for number in range(3)]
    found = send(session, parts, studio, {"d.csv": csv_bytes(*rows)})
    imports.confirm(session, found, None, submits=False)
    session.commit()
    design_import.run_import(parts, found.id, most_rows=2)
    imports.cancel(session, imports.get_import(session, found.id, lock=True))
    session.commit()
    assert not design_import.run_import(parts, found.id)
    assert count_versions(session) == 2
    assert told(session, found)[2] == (4, "new", "problem", [("", "import_was_stopped")])
    counts = imports.counts_of(session, found.id)
    assert (counts.changed, counts.outcomes["new"], counts.outcomes["problem"]) == (2, 2, 1)


def test_stopping_an_import_does_not_wait_for_the_row_that_is_being_imported(session: Session, parts: Parts, studio):
    rows = [BOWL | {"reference": f"B-{number}"} for number in range(3)]
    found = send(session, parts, studio, {"d.csv": csv_bytes(*rows)})
    imports.confirm(session, found, None, submits=False)
    session.commit()
    with parts.database.session() as worker:
        row = imports.next_row(worker, found.id)
        imports.cancel(session, imports.get_import(session, found.id, lock=True))
        session.commit()
        row.result = RowAction.NEW
    session.expire_all()
    assert [each[2] for each in told(session, found)] == ["new", "problem", "problem"]


def test_a_formula_names_no_studio(session: Session, parts: Parts, studio):
    for own in (studio, None):
        found = send(session, parts, own, {"d.csv": csv_bytes(BOWL | {"studio": "=A1"})})
        assert told(session, found) == [(2, "problem", "", [("studio", "formula")])]


def test_no_two_designs_of_a_studio_are_called_alike_in_an_export(session: Session, parts: Parts, studio):
    confirm(session, parts, send(session, parts, studio, {"d.csv": csv_bytes(BOWL | {"reference": "vase"})}))
    vase = DesignDraft(title=Text("Vas", "Vase"), description=Text(), craft="ceramics")
    made = designs.add_design(session, studio.id, None, vase)
    assert made.design.slug == "vase-2"
    with pytest.raises(InvalidFields) as caught:
        designs.check_own_reference(session, studio.id, "vase-2")
    assert caught.value.fields == {"reference": "reference_taken"}
    designs.check_own_reference(session, studio.id, "vase-2", made.design)


def test_a_check_that_was_overtaken_by_pictures_says_nothing(session: Session, parts: Parts, studio):
    sent = [SentFile("d.csv", io.BytesIO(csv_bytes(BOWL | {"pictures": "a.jpg"})))]
    found = import_files.receive_import(session, parts, studio.id, None, sent)
    session.commit()
    import_files.receive_pictures(session, parts, found, [SentFile("a.jpg", io.BytesIO(photo_bytes(1)))])
    session.commit()
    import_check.check_import(parts, found.id, 1)
    session.expire_all()
    assert found.state == ImportState.CHECKING
    assert told(session, check(session, parts, found)) == [(2, "new", "", [])]


@pytest.mark.parametrize("make_bytes", [csv_bytes, xlsx_bytes])
def test_too_many_rows_are_refused_in_words(session: Session, parts: Parts, studio, make_bytes):
    count = 50_000 if make_bytes is csv_bytes else 1200
    row = {"reference": "B", "family": "ceramics", "title_id": "Mangkuk"}
    found = import_files.receive_import(
        session, parts, studio.id, None, [SentFile("d.csv", io.BytesIO(make_bytes(*[row] * count)))]
    )
    session.commit()
    import_check.check_import(parts, found.id, 1, most_rows=1000)
    session.expire_all()
    assert found.state == ImportState.REFUSED
    assert [(each["code"], each["details"]) for each in found.problems] == [("too_many_rows", {"most": 1000})]
    assert told(session, found) == []


def test_what_nobody_confirmed_is_deleted_after_a_week_with_its_files(session: Session, parts: Parts, studio):
    spool = open_spool(parts.settings)
    kept = send(session, parts, studio, {"d.csv": csv_bytes(BOWL), "a.jpg": photo_bytes(1)})
    gone = send(session, parts, studio, {"e.csv": csv_bytes(BOWL | {"reference": "B-2"}), "a.jpg": photo_bytes(1)})
    gone.created_at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=8)
    session.commit()
    sheet, gone_id = gone.sheet_key, gone.id
    assert design_import.delete_old_imports(parts, datetime.datetime.now(datetime.UTC)) == 1
    session.expire_all()
    assert session.get(DesignImport, gone_id) is None
    assert not spool.exists(sheet)
    assert spool.exists(kept.sheet_key)
    assert spool.exists(key_of(photo_bytes(1)))  # the other import has it too


def test_the_report_of_a_finished_import_outlives_its_files(session: Session, parts: Parts, studio):
    found = confirm(session, parts, send(session, parts, studio, {"d.csv": csv_bytes(BOWL)}))
    now = datetime.datetime.now(datetime.UTC)
    found.created_at = now - datetime.timedelta(days=8)
    session.commit()
    design_import.delete_old_imports(parts, now)
    session.expire_all()
    assert told(session, found) == [(2, "new", "new", [])]
    assert not open_spool(parts.settings).exists(found.sheet_key)
    design_import.delete_old_imports(parts, now + datetime.timedelta(days=90))
    assert session.scalar(select(func.count()).select_from(DesignImport)) == 0
    assert count_versions(session) == 1
