"""Queries of batches: numbers, counts, order, and results that are kept once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from catalog.batches import BatchCounts, BatchSource, PhotoState
from catalog.errors import NotFound, RuleBroken
from catalog.organisations import OrganisationKind
from catalog.store import batches, organisations
from catalog.store.tables import Inspection, ReferenceStandard
from tests.factories import make_batch, make_inspection, make_organisation, make_photo, make_standard


@pytest.fixture
def workshop(session):
    return make_organisation(session, OrganisationKind.WORKSHOP)


def test_batches_count_up_within_their_workshop(session, workshop):
    standard = make_standard(session)
    assert [make_batch(session, workshop, standard).number for _ in range(3)] == [1, 2, 3]
    assert make_batch(session, None, standard).number == 1


def test_batches_that_begin_at_the_same_moment_get_different_numbers(session, database, workshop):
    standard_id, workshop_id = make_standard(session).id, workshop.id

    def begin(_: int) -> int:
        with database.session() as own:
            standard = own.get(ReferenceStandard, standard_id)
            return batches.add_batch(own, workshop_id, standard, BatchSource.WEB).number

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(begin, range(8))) == list(range(1, 9))


def test_counts_tell_where_every_photo_stands(session):
    batch, empty = make_batch(session), make_batch(session)
    for seed, verdict in enumerate(["accept", "accept", "rework", "reject", "retake", None, None]):
        make_photo(session, batch, seed=seed, verdict=verdict)
    batches.record_failure(session, make_photo(session, batch, seed=99))
    counts = batches.counts_of(session, [batch.id, empty.id])
    assert counts[batch.id] == BatchCounts(accept=2, rework=1, reject=1, retake=1, queued=2, failed=1)
    assert counts[empty.id] == BatchCounts()
    assert batches.count_queued_of(session, batch.workshop_id) == 2


def test_photos_come_worst_first_and_what_waits_last(session):
    batch = make_batch(session)
    kinds = [
        ("accept", 99),
        ("rework", 60),
        (None, None),
        ("reject", 30),
        ("reject", 10),
        ("retake", None),
        ("accept", 71),
    ]
    for seed, (verdict, score) in enumerate(kinds):
        make_photo(session, batch, seed=seed, verdict=verdict, score=score)
    session.expire_all()
    found = batches.photos_worst_first(session, batch.id)
    told = [(photo.inspection and (str(photo.inspection.verdict), photo.inspection.score)) for photo in found]
    assert told == [
        ("reject", 10),
        ("reject", 30),
        ("rework", 60),
        ("retake", None),
        ("accept", 71),
        ("accept", 99),
        None,
    ]
    assert batches.photo_ids_worst_first(session, batch.id) == [photo.id for photo in found]
    assert [photo.position for photo in batches.photos_in_order(session, batch.id)] == list(range(1, 8))


def test_a_photo_has_one_result_the_first(session):
    photo = make_photo(session, make_batch(session), verdict="accept", score=90)
    make_inspection(session, photo, "reject", score=10)
    assert (str(photo.inspection.verdict), photo.inspection.score) == ("accept", 90)
    assert session.scalar(select(func.count(Inspection.id))) == 1


def test_a_failure_does_not_undo_a_result(session):
    photo = make_photo(session, make_batch(session), verdict="accept")
    batches.record_failure(session, photo)
    assert photo.state == PhotoState.INSPECTED


def test_what_failed_waits_again_and_nothing_else_does(session):
    batch = make_batch(session)
    done, failed = make_photo(session, batch, seed=1, verdict="accept"), make_photo(session, batch, seed=2)
    batches.record_failure(session, failed)
    assert batches.queue_failed_again(session, batch) == [failed.id]
    session.expire_all()
    assert (failed.state, done.state) == (PhotoState.QUEUED, PhotoState.INSPECTED)
    assert batches.queue_failed_again(session, batch) == []


def test_a_batch_knows_its_photos_by_content_even_when_it_is_full(session):
    batch = make_batch(session)
    first = make_photo(session, batch, seed=1)
    same = {name: getattr(first, name) for name in ("image_key", "content_type", "file_name", "width_px", "height_px")}
    assert batches.add_photo(session, batch, 1, **same, size_bytes=1) == (first, False)
    with pytest.raises(RuleBroken, match="batch_is_full"):
        batches.add_photo(session, batch, 1, **(same | {"image_key": "0" * 64}), size_bytes=1)
    assert batches.image_keys(session, batch.id) == [first.image_key]


def test_what_is_not_there_is_not_found(session):
    for get, code in ((batches.get_batch, "batch_not_found"), (batches.get_photo, "photo_not_found")):
        with pytest.raises(NotFound) as caught:
            get(session, uuid.uuid4())
        assert caught.value.code == code


def test_whose_a_batch_is(session):
    batch = make_batch(session)
    agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
    organisations.add_mentorship(session, agency, batch.workshop)
    owners = batches.ownership(session, batch)
    assert owners.workshop_id == batch.workshop_id
    assert owners.studio_id == batch.standard.version.design.studio_id
    assert owners.mentor_agency_ids == {agency.id}
