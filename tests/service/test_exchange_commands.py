"""`export` and `import` on the command line: the whole catalog out, and into an empty one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.organisations import OrganisationKind
from catalog.store import designs
from catalog.store.tables import DesignVersion, Organisation
from catalog.text import Text
from service.__main__ import parse
from service.exchange_commands import ExchangeError
from service.settings import Settings
from service.stores import open_store
from tests.factories import make_design, make_organisation, photo_bytes
from tests.service.importing import BOWL, csv_bytes


def run(settings: Settings, *arguments: str) -> None:
    chosen = parse(list(arguments))
    chosen.function(settings, chosen)


@pytest.fixture
def catalog(session: Session, settings: Settings) -> list[DesignVersion]:
    images = open_store(settings)
    made = []
    for name in ("Studio Lereng", "Studio Pasir"):
        studio = make_organisation(session, OrganisationKind.STUDIO, name)
        made.append(make_design(session, studio, images=images))
    return made


def test_a_catalog_goes_to_an_empty_place_and_is_the_same_there(
    session: Session, settings: Settings, catalog, tmp_path: Path, capsys
):
    file = tmp_path / "catalog.zip"
    run(settings, "export", str(file))
    before = {version.design.slug: designs.read_draft(version) for version in catalog}
    for version in catalog:
        version.design.studio.name = f"The old {version.design.studio.name}"
    session.commit()
    with pytest.raises(ExchangeError, match="no studio is called"):
        run(settings, "import", str(file), "--studio", "Studio Lereng", "--yes")
    run(settings, "import", str(file), "--make-studios", "--yes")
    assert "imported: 2 new" in capsys.readouterr().out
    session.expire_all()
    after = session.scalars(select(DesignVersion).order_by(DesignVersion.created_at.desc()).limit(2)).all()
    assert {version.design.reference: designs.read_draft(version) for version in after} == before
    assert {version.design.studio.name for version in after} == {"Studio Lereng", "Studio Pasir"}
    assert all(len(version.pictures) == 1 for version in after)


def test_derived_designs_come_along_with_their_originals(
    session: Session, settings: Settings, catalog, tmp_path: Path, capsys
):
    original, studio, title = catalog[1], catalog[0].design.studio, Text("A", "A derived one")
    original.licence = "cc_by_sa"
    original.design.reference = "P-1"
    terms = {"licence": "cc_by_sa", "derived_from_id": original.id}
    make_design(session, studio, images=open_store(settings), title=title, **terms)
    file = tmp_path / "catalog.zip"
    run(settings, "export", str(file))
    for version in catalog:
        version.design.studio.name = f"The old {version.design.studio.name}"
    session.commit()
    run(settings, "import", str(file), "--make-studios", "--yes")
    assert "imported: 3 new" in capsys.readouterr().out
    session.expire_all()
    derived = session.scalars(select(DesignVersion).where(DesignVersion.derived_from_id.is_not(None))).all()
    assert [version.title["en"] for version in derived] == ["A derived one"] * 2
    taken = next(version for version in derived if version.state == VersionState.DRAFT)
    assert (taken.derived_from.design.reference, taken.derived_from.design.studio.name) == ("P-1", "Studio Pasir")


def test_without_yes_the_rows_are_only_checked(session: Session, settings: Settings, tmp_path: Path, capsys):
    make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")
    sheet = tmp_path / "designs.csv"
    sheet.write_bytes(csv_bytes(BOWL | {"pictures": "a.jpg"}, BOWL | {"reference": "B-2", "pictures": "b.jpg"}))
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "a.jpg").write_bytes(photo_bytes(1))
    run(settings, "import", str(sheet), "--pictures", str(pictures), "--studio", "Studio Lereng")
    told = capsys.readouterr().out
    assert "row 3 (B-2): pictures: The picture b.jpg is not here." in told
    assert "1 new, 1 problem" in told
    assert session.scalar(select(func.count()).select_from(DesignVersion)) == 0


def test_studios_that_were_made_for_a_check_do_not_stay(session: Session, settings: Settings, tmp_path: Path, capsys):
    sheet = tmp_path / "designs.csv"
    sheet.write_bytes(csv_bytes(BOWL | {"studio": "Studio Baru"}, BOWL | {"reference": "B-2", "studio": "=1+1"}))
    run(settings, "import", str(sheet), "--make-studios")
    assert "1 new, 1 problem" in capsys.readouterr().out
    assert session.scalars(select(Organisation.name)).all() == []
    run(settings, "import", str(sheet), "--make-studios", "--yes")
    assert session.scalars(select(Organisation.name)).all() == ["Studio Baru"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["export", "designs.pdf"], "ends in one of"),
        (["export", "designs.csv", "--studio", "Nobody"], "no studio is called 'Nobody'"),
        (["import", "missing.csv"], "cannot read missing.csv"),
    ],
)
def test_what_cannot_be_done_is_one_line(settings: Settings, tmp_path: Path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExchangeError, match=told):
        run(settings, *arguments)


def test_a_spreadsheet_without_designs_is_refused_in_words(settings: Settings, tmp_path: Path):
    sheet = tmp_path / "designs.csv"
    sheet.write_text("reference,title_id\nB-1,Mangkuk\n")
    with pytest.raises(ExchangeError, match=r"The column family is missing\."):
        run(settings, "import", str(sheet))


def test_an_export_leaves_nothing_half_written(settings: Settings, catalog, tmp_path: Path):
    run(settings, "export", str(tmp_path / "out" / "designs.csv"), "--studio", "Studio Pasir", "--published")
    run(settings, "export", str(tmp_path / "out" / "designs.xlsx"))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["designs.csv", "designs.xlsx"]
    assert len((tmp_path / "out" / "designs.csv").read_text().splitlines()) == 2
