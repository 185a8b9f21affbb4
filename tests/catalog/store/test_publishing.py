"""The way of a version as the database keeps it: every step with who took it, each taken once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.money import Money
from catalog.organisations import Actor, OrganisationKind, Role
from catalog.publishing import DesignAction
from catalog.store import designs, publishing
from tests.factories import make_design, make_draft, make_organisation, make_person, make_picture


@pytest.fixture
def studio(session: Session):
    return make_organisation(session, OrganisationKind.STUDIO)


@pytest.fixture
def writer(session: Session, studio):
    return make_person(session, studio)


@pytest.fixture
def reviewer(session: Session, studio) -> Actor:
    return Actor(make_person(session, studio).id, Role.DESIGNER, studio.id)


@pytest.fixture
def draft(session: Session, studio):
    return make_design(session, studio, published=False)


def test_a_reviewed_version_is_published_and_its_history_says_by_whom(session, draft, writer, reviewer):
    publishing.submit_for_review(session, draft, writer.id, "Siap dilihat")
    publishing.approve(session, draft, reviewer)
    assert draft.state == VersionState.PUBLISHED
    assert (draft.published_by, draft.published_at is not None) == (reviewer.person_id, True)
    steps = [(event.action, event.person_id, event.note) for event in publishing.history_of(session, draft.design_id)]
    assert steps[:2] == [("published", reviewer.person_id, ""), ("submitted", writer.id, "Siap dilihat")]


def test_who_submitted_does_not_approve(session, draft, reviewer):
    publishing.submit_for_review(session, draft, reviewer.person_id)
    with pytest.raises(RuleBroken) as raised:
        publishing.approve(session, draft, reviewer)
    assert (raised.value.code, draft.state) == ("own_submission", VersionState.IN_REVIEW)


def test_what_is_not_complete_is_not_submitted(session, studio, writer):
    version = designs.add_design(session, studio.id, writer.id, make_draft(licence=""))
    make_picture(session, version)
    with pytest.raises(RuleBroken) as raised:
        publishing.submit_for_review(session, version, writer.id)
    assert raised.value.details["missing"] == ("licence",)


def test_a_version_in_review_does_not_change(session, draft, writer):
    publishing.submit_for_review(session, draft, writer.id)
    with pytest.raises(WrongState) as raised:
        designs.change_draft(session, draft, make_draft())
    assert raised.value.code == "version_is_in_review"
    assert designs.start_next_version(session, draft, writer.id) is draft


def test_a_version_sent_back_is_a_draft_again_with_the_reviewers_word(session, draft, writer, reviewer):
    publishing.submit_for_review(session, draft, writer.id)
    with pytest.raises(InvalidFields):
        publishing.send_back(session, draft, reviewer, " ")
    publishing.send_back(session, draft, reviewer, "Tambahkan ukuran")
    newest = publishing.history_of(session, draft.design_id)[0]
    assert (draft.state, newest.action, newest.note) == (VersionState.DRAFT, DesignAction.SENT_BACK, "Tambahkan ukuran")


def test_what_was_taken_back_waits_no_longer(session, studio, draft, writer, reviewer):
    publishing.submit_for_review(session, draft, writer.id)
    assert publishing.waiting_for_review(session, studio.id) == [draft]
    assert publishing.waiting_for_review(session, None) == [draft]
    publishing.take_back(session, draft, writer.id)
    assert publishing.waiting_for_review(session, studio.id) == []
    with pytest.raises(WrongState) as raised:
        publishing.approve(session, draft, reviewer)
    assert raised.value.code == "version_is_not_in_review"


def test_a_design_derived_from_anothers_keeps_to_its_licence(session, studio):
    original = make_design(session, licence="cc_by_nc")
    derived = make_draft(licence="cc_by", derived_from_id=original.id)
    with pytest.raises(InvalidFields) as raised:
        designs.add_design(session, studio.id, None, derived)
    assert raised.value.fields == {"licence": "not_as_original_asks"}
    allowed = ["cc_by_nc", "cc_by_nc_sa", "cc_by_nc_nd"]
    assert raised.value.about == {"licence": {"licence": "cc_by_nc", "allowed": allowed}}
    version = designs.add_design(session, studio.id, None, replace(derived, licence="cc_by_nc_sa"))
    assert version.derived_from is original


def test_a_later_version_does_not_shed_the_design_that_the_published_one_comes_from(session, studio):
    original, other = make_design(session, licence="cc_by_sa"), make_design(session, licence="cc_by")
    said = make_draft(licence="cc_by_sa", derived_from_id=original.id)
    first = designs.add_design(session, studio.id, None, said)
    make_picture(session, first)
    # Nobody has seen the draft: where it comes from can be put right.
    designs.change_draft(session, first, make_draft(licence="cc_by"))
    designs.change_draft(session, first, said)
    publishing.publish(session, first, None)
    following = designs.start_next_version(session, first, None)
    for origin in (None, other.id):
        with pytest.raises(InvalidFields) as raised:
            designs.change_draft(session, following, make_draft(licence="cc_by", derived_from_id=origin))
        assert raised.value.fields == {"derived_from_id": "stays_derived"}
    newer = designs.start_next_version(session, original, None)
    publishing.publish(session, newer, None)
    designs.change_draft(session, following, replace(said, derived_from_id=newer.id))
    publishing.publish(session, following, None)
    assert following.derived_from is newer


def test_nothing_is_derived_from_a_draft_or_from_itself(session, studio, draft):
    with pytest.raises(InvalidFields):
        designs.add_design(session, studio.id, None, make_draft(derived_from_id=draft.id))
    own = make_design(session, studio)
    following = designs.start_next_version(session, own, None)
    with pytest.raises(InvalidFields) as raised:
        designs.change_draft(session, following, make_draft(derived_from_id=own.id))
    assert raised.value.fields == {"derived_from_id": "not_a_published_design"}


def test_what_waits_for_its_original_keeps_to_its_licence_as_it_is_and_as_it_is_published(session, studio, writer):
    original = make_design(session, licence="cc_by", published=False)
    said = make_draft(licence="cc_by_nc", derived_from_id=original.id)
    version = designs.add_design(session, studio.id, writer.id, said, may_wait=True)
    make_picture(session, version)
    designs.change_draft(session, version, replace(said, lead_time_days=20))  # it need not be allowed a second time
    with pytest.raises(RuleBroken) as raised:
        publishing.publish(session, version, None)
    assert raised.value.details["missing"] == ("derived_from_id",)
    designs.change_draft(session, original, make_draft(licence="cc_by_sa"))
    with pytest.raises(InvalidFields) as raised:
        designs.change_draft(session, version, said)
    assert raised.value.fields == {"licence": "not_as_original_asks"}
    publishing.publish(session, original, None)
    with pytest.raises(InvalidFields) as raised:
        publishing.publish(session, version, None)
    assert raised.value.fields == {"licence": "not_as_original_asks"}
    designs.change_draft(session, version, replace(said, licence="cc_by_sa"))
    publishing.publish(session, version, None)
    assert version.state == VersionState.PUBLISHED


def test_no_two_drafts_wait_for_each_other(session, studio):
    first, second, third = (make_design(session, studio, published=False) for _ in range(3))
    for version, original in ((second, first), (third, second)):
        said = make_draft(derived_from_id=original.id)
        designs.change_draft(session, version, said, may_wait=True)
    for original in (first, second, third):
        with pytest.raises(InvalidFields) as raised:
            designs.change_draft(session, first, make_draft(derived_from_id=original.id), may_wait=True)
        assert raised.value.fields == {"derived_from_id": "not_a_published_design"}


def test_all_that_a_designer_says_comes_back_as_it_was_said(session, studio):
    said = make_draft(
        attributes={"body": "stoneware", "forming": ("thrown", "coil"), "firing_temperature": 1240.5},
        price=Money(Decimal("185000"), "IDR"),
        licence="royalty_per_piece",
        royalty=Money(Decimal("2.5"), "EUR"),
        lead_time_days=30,
        minimum_order=50,
        origin="Bayat, Klaten",
        credit="Studio Lereng, 2026",
    )
    version = designs.add_design(session, studio.id, None, said)
    session.expire_all()
    assert designs.read_draft(version) == said
