"""The commands of `flask`: what they do, what they print, and how they end."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from catalog.batches import BatchSource
from catalog.organisations import OrganisationKind, Role
from catalog.standards import StandardState
from catalog.store import batches
from catalog.store.tables import Batch
from service import accounts
from tests.factories import make_batch, make_design, make_organisation, make_photo, make_standard, photo_bytes


@pytest.fixture
def run(app: Flask):
    def run(*words: str, **options) -> Result:
        return app.test_cli_runner().invoke(args=[str(word) for word in words], **options)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos, one of them twice, and a text."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in (1, 2, 3):
        (folder / f"piece-{seed}.jpg").write_bytes(photo_bytes(seed))
    (folder / "piece-3-again.jpg").write_bytes(photo_bytes(3))
    (folder / "notes.txt").write_text("what I did today")
    (folder / ".hidden").write_text("not for anybody")
    return folder


def test_the_first_administrator_signs_in_with_the_password_that_is_printed(run, client, session):
    result = run("make-administrator", "Ani@Example.org")
    assert result.exit_code == 0
    assert accounts.find_account(session, "ani@example.org").person.role == Role.ADMINISTRATOR
    password = result.output.split("Password: ")[1].strip()
    response = client.post("/login", data={"email": "ani@example.org", "password": password})
    assert response.status_code == 302


def test_an_administrator_may_type_a_password(run, client):
    result = run("make-administrator", "ani@example.org", "--ask", input="a long password\na long password\n")
    assert result.exit_code == 0
    assert client.post("/login", data={"email": "ani@example.org", "password": "a long password"}).status_code == 302


@pytest.mark.parametrize(
    ("email", "words", "typed"),
    [
        ("nobody", "e-mail address", None),
        ("known@example.org", "already", None),
        ("ani@example.org", "at least", "short\nshort\n"),
    ],
)
def test_what_keeps_an_administrator_from_being_made_is_one_line(run, session, email, words, typed):
    run("make-administrator", "known@example.org")
    result = run("make-administrator", email, *(["--ask"] if typed else []), input=typed)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) == 1


def test_standards_are_listed_with_what_import_batch_takes(run, session):
    standard = make_standard(session)
    make_standard(session, state=StandardState.FITTED)
    result = run("list-standards")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{standard.id}  {standard.version.design.slug}  from_above  Celadon bowl, version 1"
    ]


def test_a_folder_becomes_a_batch_and_every_file_that_did_not_is_named(run, session, folder):
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")
    standard = make_standard(session)
    result = run("import-batch", "Sanggar Bayat", standard.version.design.slug, folder, "--name", "Order 12")
    assert result.exit_code == 1
    assert "3 received, 1 duplicate, 1 refused" in result.stdout
    assert "notes.txt: This is not a photo." in result.stderr
    assert "piece-3.jpg: the same photo as piece-3-again.jpg" in result.stderr
    batch = session.scalars(select(Batch)).one()
    assert (batch.workshop_id, batch.name, batch.source) == (workshop.id, "Order 12", BatchSource.COMMAND_LINE)
    names = [photo.file_name for photo in batches.photos_in_order(session, batch.id)]
    assert names == ["piece-1.jpg", "piece-2.jpg", "piece-3-again.jpg"]


def test_a_folder_of_good_photos_ends_with_nothing_to_complain_about(run, session, folder):
    (folder / "notes.txt").unlink()
    (folder / "piece-3-again.jpg").unlink()
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    result = run("import-batch", workshop.id, make_standard(session).id, folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 received, 0 duplicate, 0 refused" in result.stdout


def test_an_import_needs_a_workshop_an_active_standard_and_files(run, session, folder, tmp_path):
    make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")
    design = make_design(session).design
    fitted = make_standard(session, state=StandardState.FITTED)
    (tmp_path / "empty").mkdir()
    for workshop, standard, where, words in (
        ("Sanggar Lain", design.slug, folder, "There is no workshop 'Sanggar Lain'. Workshops: Sanggar Bayat."),
        ("Sanggar Bayat", "no-such-design", folder, "There is no such design."),
        ("Sanggar Bayat", design.slug, folder, "has no active standard"),
        ("Sanggar Bayat", fitted.id, folder, "This standard is not in use at the moment."),
        ("Sanggar Bayat", design.slug, tmp_path / "empty", "There are no files"),
    ):
        result = run("import-batch", workshop, standard, where)
        assert result.exit_code == 1
        assert words in result.stderr
    assert session.scalars(select(Batch)).all() == []


def test_an_import_stops_in_one_line_when_the_image_store_is_down(run, session, folder, images):
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    standard = make_standard(session)
    images.is_down = True
    result = run("import-batch", workshop.id, standard.id, folder)
    assert result.exit_code == 1
    assert "the store is down" in result.stderr
    assert "Traceback" not in result.output


def test_results_are_exported_as_csv_that_no_spreadsheet_takes_for_formulas(run, session, tmp_path):
    batch = make_batch(session)
    make_photo(session, batch, file_name="=cmd|calc.jpg", verdict="reject", reasons=[{"code": "surface"}])
    out = tmp_path / "results.csv"
    result = run("export-results", batch.id, "--out", out)
    assert result.exit_code == 0
    [row] = csv.DictReader(out.read_text().splitlines())
    assert (row["file_name"], row["verdict"], row["reasons"]) == ("'=cmd|calc.jpg", "reject", "surface")
    assert run("export-results", batch.id).stdout == out.read_text()


def test_results_of_no_batch_are_an_error(run):
    result = run("export-results", "11111111-1111-4111-8111-111111111111")
    assert (result.exit_code, result.stderr) == (1, "Error: There is no such batch.\n")
