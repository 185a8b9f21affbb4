"""What is kept of a workshop's batches, and that it is never behind what was inspected and said."""

from __future__ import annotations

import datetime
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from catalog.consistency import EVIDENCE_DAYS, RECENT_DAYS, RULES, Level
from catalog.organisations import OrganisationKind
from catalog.standards import View
from catalog.store import batches, corrections, make_records, makers, makes
from catalog.store.tables import BatchPhoto, CatalogEntry, MakeRecord
from tests.factories import (
    make_batch,
    make_correction,
    make_design,
    make_inspection,
    make_organisation,
    make_photo,
    make_standard,
)
from tests.makes import make_history


def record_of(session, batch) -> MakeRecord:
    session.expire_all()
    return session.get(MakeRecord, (batch.workshop_id, batch.standard.version_id))


def design_of(batch) -> uuid.UUID:
    return batch.standard.version.design_id


def show(session, batch) -> None:
    makes.show_design(session, batch.workshop_id, design_of(batch), None)
    session.commit()


def searched(session, design_id: uuid.UUID) -> tuple[int, int]:
    """What the search says: (proven workshops, workshops on the card)."""
    entry = session.scalars(select(CatalogEntry).where(CatalogEntry.design_id == design_id)).one()
    session.refresh(entry)
    return entry.proven, entry.card["makers"]


@pytest.fixture
def batch(session):
    return make_batch(session)


def test_verdicts_become_a_record_once_the_last_photo_of_the_batch_is_inspected(session, batch):
    waiting = [make_photo(session, batch, seed=seed) for seed in range(4)]
    for photo, verdict in zip(waiting, ["accept", "rework", "retake", None], strict=True):
        if verdict:
            make_inspection(session, photo, verdict)
    assert record_of(session, batch) is None
    batches.record_failure(session, waiting[3])
    session.commit()
    record = record_of(session, batch)
    assert (record.accepted, record.pieces, record.batches, record.level) == (1, 2, 1, Level.NEW)
    assert (record.view, record.speaks, record.rules) == (View.FROM_ABOVE, True, RULES)


def test_workers_that_finish_a_batch_at_the_same_moment_leave_a_whole_record(session, database, batch):
    photos = [make_photo(session, batch, seed=seed).id for seed in range(8)]

    def inspect(photo_id: uuid.UUID) -> None:
        with database.session() as own:
            make_inspection(own, own.get(BatchPhoto, photo_id), "accept")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(inspect, photos))
    assert (record_of(session, batch).accepted, record_of(session, batch).pieces) == (8, 8)


@pytest.mark.parametrize(
    ("verdict", "opinion", "accepted"),
    [("reject", "good", 1), ("rework", "good", 1), ("accept", "defective", 0), ("accept", "good", 1)],
)
def test_what_a_reviewer_says_counts_and_counts_no_more_when_withdrawn(session, batch, verdict, opinion, accepted):
    photo = make_photo(session, batch, verdict=verdict)
    before = record_of(session, batch).accepted
    make_correction(session, photo, opinion)
    assert record_of(session, batch).accepted == accepted
    corrections.withdraw(session, photo, None)
    session.commit()
    assert record_of(session, batch).accepted == before


def test_evidence_counts_each_piece_under_what_it_came_to(session, batch):
    told = [("accept", None), ("accept", "defective"), ("rework", None), ("rework", "defective")]
    told += [("reject", "good"), ("reject", None), ("retake", None)]
    for seed, (verdict, opinion) in enumerate(told):
        photo = make_photo(session, batch, seed=seed, verdict=verdict)
        if opinion:
            make_correction(session, photo, opinion)
    found = make_records.evidence_of(session, batch.workshop_id, batch.standard.version_id)[View.FROM_ABOVE]
    assert (found.accepted, found.reworked, found.rejected, found.retaken, found.overruled) == (2, 2, 2, 1, 2)


def test_batches_are_told_apart_by_the_workshops_day_and_not_by_greenwichs(session, batch):
    make_photo(session, batch, verdict="accept")
    batch.created_at = datetime.datetime(2026, 3, 1, 18, 30, tzinfo=datetime.UTC)  # half past one at night in Klaten
    session.commit()
    on = datetime.date(2026, 4, 1)
    found = make_records.evidence_of(session, batch.workshop_id, batch.standard.version_id, on)
    assert found[View.FROM_ABOVE].first_on == datetime.date(2026, 3, 2)


def test_a_workshop_is_counted_as_proven_only_while_it_shows_the_design(session):
    batch = make_history(session)
    design_id = design_of(batch)
    assert record_of(session, batch).level == Level.PROVEN
    assert makers.proven_counts(session, [design_id]) == {}
    show(session, batch)
    assert makers.proven_counts(session, [design_id, uuid.uuid4()]) == {design_id: 1}
    assert searched(session, design_id) == (1, 1)
    makes.stop_showing(session, batch.workshop_id, design_id)
    session.commit()
    assert makers.proven_counts(session, [design_id]) == {}
    assert makers.count_makers(session, [design_id]) == {design_id: 1}
    assert searched(session, design_id) == (0, 1)


def test_makers_are_named_where_they_show_it_the_surest_first_and_counted_where_they_do_not(session):
    standard = make_standard(session)
    proven, begun, _ = (
        make_history(session, None, standard, counts=counts)
        for counts in (((20, 20),) * 4, ((5, 8),), ((20, 20), (9, 20)))
    )
    nothing_judged = make_batch(session, None, standard)
    make_photo(session, nothing_judged, verdict="retake")
    for batch in (begun, proven):
        show(session, batch)
    found = makers.makers_of(session, design_of(proven))
    assert [each.workshop_id for each in found.shown] == [proven.workshop_id, begun.workshop_id]
    assert (found.unnamed, found.count) == (1, 3)
    assert makers.count_makers(session, [design_of(proven)]) == {design_of(proven): 3}
    assert [each.design_id for each in makers.shown_by(session, proven.workshop_id)] == [design_of(proven)]


def test_a_newer_version_speaks_once_there_is_enough_of_it(session):
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    old = make_standard(session)
    first = make_history(session, workshop, old, days_ago=200)
    draft = make_design(session, published=False)
    draft.design_id, draft.number = old.version.design_id, 2
    session.commit()
    new = make_standard(session, draft)
    second = make_history(session, workshop, new, counts=((9, 10),))
    assert (record_of(session, first).speaks, record_of(session, second).speaks) == (True, False)
    make_history(session, workshop, new, counts=((15, 20),) * 4, days_ago=1, every=12)
    assert (record_of(session, first).speaks, record_of(session, second).speaks) == (False, True)
    show(session, first)
    assert makers.proven_counts(session, [old.version.design_id]) == {}


def test_a_record_that_the_calendar_moves_is_due_on_that_day(session):
    batch = make_history(session, days_ago=0)
    rests_on = make_records.today() + datetime.timedelta(RECENT_DAYS + 1)
    ours = (batch.workshop_id, batch.standard.version_id)
    assert make_records.due_records(session) == []
    assert make_records.due_records(session, rests_on - datetime.timedelta(1)) == []
    assert make_records.due_records(session, rests_on) == [ours]
    show(session, batch)
    make_records.reckon(session, *ours, rests_on)
    session.commit()
    assert record_of(session, batch).level == Level.RESTING
    assert makers.proven_counts(session, [design_of(batch)]) == {}
    make_records.reckon(session, *ours, make_records.today() + datetime.timedelta(EVIDENCE_DAYS + 200))
    assert (record_of(session, batch).pieces, record_of(session, batch).speaks) == (0, False)


def test_a_record_of_other_rules_is_due_at_once(session):
    batch = make_history(session)
    record_of(session, batch).rules = RULES - 1
    session.commit()
    assert make_records.due_records(session) == [(batch.workshop_id, batch.standard.version_id)]
