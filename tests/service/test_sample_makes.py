"""What the sample workshop shows once its batch has been inspected."""

from __future__ import annotations

from sqlalchemy import column, extract, func, select, table

from catalog.batches import PhotoState
from catalog.store import makers, makes
from catalog.store.tables import Make
from service.sample_makes import LOOK_AGAIN_S, PHOTOS, show_batch
from tests.factories import make_photo
from tests.makes import make_history

JOBS = table("procrastinate_jobs", column("task_name"), column("scheduled_at"))
DUE_S = extract("epoch", JOBS.c.scheduled_at - func.statement_timestamp())


def test_the_workshop_shows_its_figures_and_some_accepted_pieces(parts, session):
    batch = make_history(session, counts=((6, 9),))
    worst = batch.photos[0]
    worst.inspection.score = 61.0
    session.commit()
    show_batch(parts, batch.id)
    design_id = batch.standard.version.design_id
    shown = makers.makers_of(session, design_id).shown
    assert [(record.workshop_id, record.accepted, record.pieces) for record in shown] == [(batch.workshop_id, 6, 9)]
    photos = makes.makes_of_design(session, design_id)
    assert len(photos) == PHOTOS
    assert worst.id not in {make.photo_id for make in photos}
    assert all(make.alt["id"] and make.alt["en"] for make in photos)


def test_a_batch_without_an_accepted_piece_shows_figures_alone(parts, session):
    batch = make_history(session, counts=((0, 3),))
    show_batch(parts, batch.id)
    assert makes.is_shown(session, batch.workshop_id, batch.standard.version.design_id)
    assert makes.makes_of_design(session, batch.standard.version.design_id) == []


def test_it_waits_for_the_last_verdict(parts, session):
    batch = make_history(session, counts=((3, 3),))
    waiting = make_photo(session, batch)
    assert waiting.state == PhotoState.QUEUED
    show_batch(parts, batch.id)
    assert not makes.is_shown(session, batch.workshop_id, batch.standard.version.design_id)
    (due_s,) = session.scalars(select(DUE_S).where(JOBS.c.task_name == "show_sample"))
    assert 0 < due_s <= LOOK_AGAIN_S + 1  # by another clock


def test_what_was_shown_already_is_left_as_it_is(parts, session):
    batch = make_history(session, counts=((6, 6),))
    show_batch(parts, batch.id)
    taken_back = session.scalars(select(Make)).first()
    makes.withdraw(session, batch.workshop_id, [taken_back.id], None)
    session.commit()
    show_batch(parts, batch.id)
    session.expire_all()
    assert taken_back.withdrawn_at is not None
    assert len(makes.makes_of_design(session, taken_back.design_id)) == PHOTOS - 1
