"""From draft to catalog: what is missing, who reviews, which steps there are."""

from __future__ import annotations

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from catalog.designs import DesignDraft, VersionState
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.money import Money
from catalog.organisations import Actor, Role
from catalog.publishing import (
    MAX_NOTE,
    NEXT_STATE,
    DesignAction,
    DraftUses,
    check_may_be_thrown_away,
    check_note,
    check_review,
    may_review_design,
    measure_completeness,
    next_state,
)
from catalog.text import Text
from tests.factories import make_draft

COMPLETE = make_draft()
ALT = Text("Mangkuk dari atas", "The bowl from above")
STUDIO, OTHER_STUDIO = uuid.uuid4(), uuid.uuid4()
DESIGNER = Actor(uuid.uuid4(), Role.DESIGNER, STUDIO)


def missing(draft: DesignDraft, alts: list[Text]) -> tuple[str, ...]:
    return measure_completeness(draft, alts).missing


def test_a_complete_draft_with_a_described_picture_may_be_published():
    assert missing(COMPLETE, [ALT]) == ()


def test_an_empty_draft_lacks_everything_in_the_order_of_the_form():
    empty = DesignDraft(title=Text(), description=Text(), craft="wood")
    texts = ("title", "description", "materials", "attributes", "dimensions_mm", "licence")
    assert missing(empty, []) == (*texts, "pictures", "picture_texts")


def test_a_derived_design_lacks_its_original_until_that_is_published():
    derived = replace(COMPLETE, derived_from_id=uuid.uuid4())
    assert missing(derived, [ALT]) == ()
    waiting = measure_completeness(derived, [ALT], waits_for_original=True)
    assert waiting.missing == ("derived_from_id",)
    assert (waiting.done, waiting.total) == (8, 9)


def test_publishing_asks_for_title_and_description_in_both_languages():
    draft = replace(COMPLETE, title=Text("Mangkuk", " "), description=Text("", "A bowl"))
    assert missing(draft, [ALT]) == ("title", "description")


def test_a_picture_that_nothing_is_said_about_keeps_a_design_from_being_published():
    assert missing(COMPLETE, [ALT, Text(" ", "")]) == ("picture_texts",)


def test_a_picture_described_in_one_language_is_enough():
    assert missing(COMPLETE, [Text(en="A bowl"), Text(id="Mangkuk")]) == ()


def test_what_a_family_requires_is_asked_for():
    assert missing(replace(COMPLETE, attributes={}), [ALT]) == ("attributes",)


def test_a_royalty_licence_asks_how_much():
    draft = replace(COMPLETE, licence="royalty_per_piece")
    assert missing(draft, [ALT]) == ("royalty",)
    assert missing(replace(draft, royalty=Money(Decimal(5000), "IDR")), [ALT]) == ()


def test_the_meter_reaches_a_hundred_only_when_nothing_is_missing():
    complete = measure_completeness(COMPLETE, [ALT])
    assert (complete.percent, complete.done) == (100, complete.total)
    assert measure_completeness(replace(COMPLETE, licence=""), [ALT]).percent < 100


def test_what_is_recommended_keeps_nothing_from_being_published():
    measured = measure_completeness(COMPLETE, [Text(id="Mangkuk")])
    assert measured.missing == ()
    assert {"story", "price", "lead_time_days", "credit", "picture_texts_both"} <= set(measured.recommended)


def test_a_version_goes_by_review_into_the_catalog_and_out_of_it():
    state = VersionState.DRAFT
    for action in (DesignAction.SUBMITTED, DesignAction.PUBLISHED, DesignAction.RETIRED):
        state = next_state(state, action)
    assert state == VersionState.RETIRED


@pytest.mark.parametrize("state", VersionState)
@pytest.mark.parametrize("action", DesignAction)
def test_no_step_is_taken_that_is_not_in_the_table(state: VersionState, action: DesignAction):
    if (state, action) not in NEXT_STATE:
        with pytest.raises(WrongState):
            next_state(state, action)


def test_a_draft_is_never_published_without_a_review():
    assert (VersionState.DRAFT, DesignAction.PUBLISHED) not in NEXT_STATE


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (DESIGNER, False),
        (Actor(uuid.uuid4(), Role.DESIGNER, STUDIO), True),
        (Actor(uuid.uuid4(), Role.DESIGNER, OTHER_STUDIO), False),
        (Actor(uuid.uuid4(), Role.ADMINISTRATOR, uuid.uuid4()), True),
        *((Actor(uuid.uuid4(), role, STUDIO), False) for role in set(Role) - {Role.DESIGNER, Role.ADMINISTRATOR}),
    ],
)
def test_another_of_the_studio_or_an_administrator_reviews(actor: Actor, may: bool):
    assert may_review_design(actor, STUDIO, DESIGNER.person_id) is may


def test_an_administrator_does_not_review_the_own_submission():
    administrator = Actor(uuid.uuid4(), Role.ADMINISTRATOR, uuid.uuid4())
    with pytest.raises(RuleBroken) as raised:
        check_review(administrator, STUDIO, administrator.person_id)
    assert raised.value.code == "own_submission"


def test_sending_back_asks_for_a_word():
    check_note("", is_required=False)
    for note, is_required, problem in ((" ", True, "required"), ("a" * (MAX_NOTE + 1), False, "too_long")):
        with pytest.raises(InvalidFields) as raised:
            check_note(note, is_required=is_required)
        assert raised.value.fields == {"note": problem}


def test_every_state_can_be_reached():
    assert set(NEXT_STATE.values()) == set(VersionState)


@pytest.mark.parametrize("state", VersionState)
def test_only_a_draft_may_be_thrown_away(state):
    if state == VersionState.DRAFT:
        check_may_be_thrown_away(state, DraftUses())
        return
    code = "version_is_in_review" if state == VersionState.IN_REVIEW else "version_is_published"
    with pytest.raises(WrongState, match=code):
        check_may_be_thrown_away(state, DraftUses())


@pytest.mark.parametrize(
    ("uses", "code"),
    [
        (DraftUses(has_standards=True), "draft_has_standards"),
        (DraftUses(is_original=True), "draft_is_original"),
        (DraftUses(is_being_imported=True), "draft_is_being_imported"),
    ],
)
def test_a_draft_that_something_counts_on_stays(uses, code):
    with pytest.raises(WrongState, match=code):
        check_may_be_thrown_away(VersionState.DRAFT, uses)
