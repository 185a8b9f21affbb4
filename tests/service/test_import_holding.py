"""An import holds a design only to write: while its files are read, others save, and nothing of theirs is lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind
from catalog.store import designs, imports, tech_packs
from catalog.store.tables import Design, DesignVersion, Organisation
from catalog.text import Text
from service import design_import, pack_import, row_import
from service.context import Parts
from tests.factories import make_design, make_draft, make_organisation, photo_bytes
from tests.fakes import MemoryStore
from tests.servers import wait_until
from tests.service.importing import BOWL, confirm, csv_bytes, send, sent_pack, told
from tests.tech_packs import SVG, make_pack

MINE = make_draft(title=Text("Milik saya", "Mine"))


@pytest.fixture
def studio(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")


@pytest.fixture
def version(session: Session, images: MemoryStore, studio: Organisation) -> DesignVersion:
    made = make_design(session, studio, published=False, images=images)
    made.design.reference = "B-1"
    session.commit()
    return made


def files() -> dict[str, bytes]:
    """A row with a picture, and with a pack of a drawing and a picture."""
    sent = sent_pack(make_pack(MemoryStore()), [SVG, photo_bytes(31)])
    row = BOWL | {"tech_pack": "bowl", "pictures": "a.jpg"}
    return sent | {"designs.csv": csv_bytes(row), "a.jpg": photo_bytes(7)}


def meanwhile(monkeypatch, module, name: str, happens: Callable[[], None]) -> list[str]:
    """Let something happen whenever a file is read; returns the names of what was read."""
    reads, real = [], getattr(module, name)

    def read(*arguments):
        happens()
        reads.append(name)
        return real(*arguments)

    monkeypatch.setattr(module, name, read)
    return reads


READERS = [
    (pack_import, "receive_drawing"),
    (pack_import, "receive_step_picture"),
    (row_import, "store_picture"),
]


@pytest.mark.parametrize(("module", "name"), READERS, ids=["drawing", "picture of a step", "picture"])
def test_nothing_of_a_design_is_held_while_its_files_are_read(
    session: Session, parts: Parts, studio, version, monkeypatch, module, name
):
    def hold_all() -> None:
        with parts.database.session() as other:
            other.execute(text("SET LOCAL lock_timeout = '1s'"))
            designs.get_version(other, version.id, lock=True)
            other.execute(select(Design.id).where(Design.id == version.design_id).with_for_update())

    found = send(session, parts, studio, files())
    session.commit()
    reads = meanwhile(monkeypatch, module, name, hold_all)
    confirm(session, parts, found)
    assert told(session, found) == [(2, "draft", "draft", [])]
    assert reads == [name]
    assert len(tech_packs.read_pack(session, version.id).drawings) == 1


def test_who_saves_while_a_drawing_is_read_is_not_overwritten(
    session: Session, parts: Parts, studio, version, monkeypatch
):
    def save() -> None:
        with parts.database.session() as other:
            other.execute(text("SET LOCAL lock_timeout = '1s'"))
            designs.change_draft(other, designs.get_version(other, version.id), MINE)

    found = send(session, parts, studio, files())
    session.commit()
    meanwhile(monkeypatch, pack_import, "receive_drawing", save)
    confirm(session, parts, found)
    assert told(session, found) == [(2, "draft", "problem", [("", "changed_meanwhile")])]
    assert version.title["en"] == "Mine"
    assert tech_packs.read_pack(session, version.id).is_empty


def test_who_is_saving_when_the_import_comes_to_write_is_not_overwritten(
    session: Session, parts: Parts, studio, version
):
    found = send(session, parts, studio, {"designs.csv": csv_bytes(BOWL)})
    imports.confirm(session, found, None, submits=False)
    session.commit()
    importing = Thread(target=design_import.run_import, args=(parts, found.id))
    with parts.database.session() as other:
        designs.change_draft(other, designs.get_version(other, version.id), MINE)
        importing.start()
        wait_until(lambda: is_somebody_waiting(session), "the import to wait for the design")
    importing.join()
    session.expire_all()
    assert told(session, found) == [(2, "draft", "problem", [("", "changed_meanwhile")])]
    assert version.title["en"] == "Mine"


def is_somebody_waiting(session: Session) -> bool:
    session.rollback()  # a transaction sees what it saw first
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return session.scalar(text(waiting)) > 0
