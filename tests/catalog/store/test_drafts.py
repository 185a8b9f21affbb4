"""Throwing away a draft: what goes with it, what keeps it, and what was saved meanwhile."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import NotFound, WrongState
from catalog.exchange.plan import ImportState, RowAction
from catalog.notifications import NotificationKind
from catalog.organisations import OrganisationKind
from catalog.standards import StandardState
from catalog.store import designs, drafts, imports, notifications, pictures, publishing, tech_packs
from catalog.store.tables import (
    Base,
    Design,
    DesignEvent,
    DesignImport,
    DesignImportRow,
    DesignPicture,
    DesignVersion,
    Notification,
    Organisation,
    TechPackRecord,
    TechPackShare,
)
from catalog.tech_pack import ProcessStep, TechPack
from catalog.text import Text
from tests.factories import make_account, make_design, make_draft, make_import, make_organisation, make_standard

PACK = TechPack(steps=(ProcessStep(Text("Pijit", "Pinch")),))
OF_A_DRAFT = (DesignVersion, DesignPicture, DesignEvent, TechPackRecord, Notification, Design, TechPackShare)


@pytest.fixture
def studio(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.STUDIO)


@pytest.fixture
def draft(session: Session, studio: Organisation) -> DesignVersion:
    """With all that a draft can have: a picture, events, a tech pack that is shared, news about it."""
    return furnish(session, make_design(session, studio, published=False, title=Text("Salah", "Wrong")))


def furnish(session: Session, version: DesignVersion) -> DesignVersion:
    tech_packs.change_pack(session, version, PACK, None)
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    tech_packs.share(session, version.design, workshop.id, None)
    reader = make_account(session, "designer", organisation=version.design.studio)
    notifications.notify(session, [reader.person_id], NotificationKind.DESIGN_SENT_BACK, version.id, {})
    session.commit()
    return version


def counts(session: Session) -> dict[type[Base], int]:
    return {table: session.scalar(select(func.count()).select_from(table)) for table in OF_A_DRAFT}


def refused(session: Session, version: DesignVersion, **said: str) -> str:
    """The code by which it is refused; nothing has gone then."""
    before = counts(session)
    with pytest.raises(WrongState) as raised:
        drafts.throw_away(session, version, **said)
    session.commit()
    assert counts(session) == before
    return raised.value.code


def test_with_its_only_version_a_design_goes_and_nothing_of_another(session, studio, draft):
    other = furnish(session, make_design(session, studio, published=False))
    assert drafts.throw_away(session, draft) is None
    session.commit()
    assert set(counts(session).values()) == {1}
    assert session.scalars(select(DesignVersion.id)).all() == [other.id]
    with pytest.raises(NotFound):
        designs.get_version(session, draft.id)


def test_a_next_version_goes_alone_and_the_one_before_stays_as_it_is(session, draft):
    publishing.publish(session, draft, None)
    session.commit()
    before, seen = counts(session), drafts.stamp_of_contents(session, draft)
    following = designs.start_next_version(session, draft, None)
    session.commit()
    assert drafts.throw_away(session, following) is draft
    session.commit()
    session.expire_all()
    assert counts(session) == before
    assert (draft.state, drafts.stamp_of_contents(session, draft)) == (VersionState.PUBLISHED, seen)
    assert designs.start_next_version(session, draft, None).number == 2


def test_number_and_address_of_a_design_that_went_are_free_again(session, studio, draft):
    draft.design.reference = "B-1"
    slug = draft.design.slug
    session.commit()
    drafts.throw_away(session, draft)
    same = make_draft(title=Text("Salah", "Wrong"))
    assert designs.add_design(session, studio.id, None, same, reference="B-1").design.slug == slug


@pytest.mark.parametrize("state", [VersionState.IN_REVIEW, VersionState.PUBLISHED, VersionState.RETIRED])
def test_what_is_no_draft_stays(session, draft, state):
    publishing.submit_for_review(session, draft, None)
    draft.state = state
    session.commit()
    assert refused(session, draft) in ("version_is_in_review", "version_is_published")


@pytest.mark.parametrize("state", StandardState)
def test_a_draft_with_a_standard_stays_and_with_it_the_batches_made_to_it(session, draft, state):
    make_standard(session, draft, state=state)
    assert refused(session, draft) == "draft_has_standards"


def test_what_another_draft_is_derived_from_stays_until_that_one_is_gone(session, studio, draft):
    derived = designs.add_design(session, studio.id, None, make_draft(derived_from_id=draft.id), may_wait=True)
    session.commit()
    assert refused(session, draft) == "draft_is_original"
    drafts.throw_away(session, derived)
    assert drafts.throw_away(session, draft) is None


class TestImports:
    """`make_import` has a row about the design B-1 of the studio."""

    @pytest.fixture
    def running(self, session: Session, studio: Organisation) -> DesignImport:
        made = make_import(session, studio)
        imports.confirm(session, made, None, submits=False)
        session.commit()
        return made

    def imported(self, session: Session, running: DesignImport, version: DesignVersion) -> DesignImportRow:
        row = session.get(DesignImportRow, (running.id, 2))
        row.version_id, row.result = version.id, RowAction.NEW
        session.commit()
        return row

    def test_what_a_running_import_has_made_stays_until_that_is_over(self, session, draft, running):
        row = self.imported(session, running, draft)
        assert refused(session, draft) == "draft_is_being_imported"
        imports.finish(session, running)
        assert drafts.throw_away(session, draft) is None
        session.commit()
        session.refresh(row)
        assert (row.version_id, row.result) == (None, RowAction.NEW)

    def test_a_design_that_a_running_import_is_still_to_change_stays(self, session, draft, running):
        draft.design.reference = "B-1"
        session.commit()
        assert refused(session, draft) == "draft_is_being_imported"

    def test_an_import_of_administrators_is_for_every_studio(self, session, draft, running):
        draft.design.reference, running.studio_id = "B-1", None
        session.commit()
        assert refused(session, draft) == "draft_is_being_imported"

    def test_the_design_of_that_number_of_another_studio_is_none_of_its(self, session, running):
        other = make_design(session, published=False)
        other.design.reference = "B-1"
        session.commit()
        assert drafts.throw_away(session, other) is None

    def test_an_import_that_nobody_has_confirmed_keeps_nothing(self, session, studio, draft):
        made = make_import(session, studio)
        assert made.state == ImportState.CHECKED
        self.imported(session, made, draft)
        assert drafts.throw_away(session, draft) is None


def _texts(session: Session, version: DesignVersion) -> None:
    designs.change_draft(session, version, replace(designs.read_draft(version), credit="Sanggar Bayat"))


def _picture(session: Session, version: DesignVersion) -> None:
    pictures.describe_picture(session, version.pictures[0], Text("dari atas", "from above"))


def _pack(session: Session, version: DesignVersion) -> None:
    tech_packs.change_pack(session, version, TechPack(), None)


def _number(_session: Session, version: DesignVersion) -> None:
    version.design.reference = "B-1"


@pytest.mark.parametrize("change", [_texts, _picture, _pack, _number])
def test_what_was_saved_after_somebody_looked_is_not_thrown_away_unseen(session, draft, change):
    seen = drafts.stamp_of_contents(session, draft)
    change(session, draft)
    session.commit()
    assert refused(session, draft, stamp=seen) == "draft_has_changed"
    assert drafts.throw_away(session, draft, stamp=drafts.stamp_of_contents(session, draft)) is None


def test_a_design_that_an_import_holds_is_not_waited_for(session, database, studio, draft):
    """It holds the design and would wait for the version, while this held the version and waited for the design."""
    with Session(database.engine) as importing:
        importing.execute(text("SELECT FROM design WHERE id = :id FOR UPDATE"), {"id": draft.design_id})
        assert refused(session, draft) == "draft_has_changed"


def test_a_pack_is_not_written_for_a_draft_that_is_gone(session, draft):
    gone = DesignVersion(id=uuid.uuid4())
    with pytest.raises(NotFound):
        tech_packs.change_pack(session, gone, PACK, None)
