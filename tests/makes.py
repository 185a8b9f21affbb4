"""Workshops with a history: batches of a design on given days, as if the worker had inspected them then."""

from __future__ import annotations

import datetime
import itertools

from sqlalchemy.orm import Session

from catalog.batches import PhotoState
from catalog.organisations import OrganisationKind
from catalog.store import make_records, makes
from catalog.store.tables import Batch, BatchPhoto, Inspection, Make, Organisation, ReferenceStandard
from catalog.text import Text
from tests.factories import make_batch, make_organisation, make_photo, make_standard, photo_bytes

_seeds = itertools.count(40_000)


def make_history(
    session: Session,
    workshop: Organisation | None = None,
    standard: ReferenceStandard | None = None,
    *,
    counts: tuple[tuple[int, int], ...] = ((20, 20),) * 4,
    days_ago: int = 10,
    every: int = 30,
    images=None,
) -> Batch:
    """(accepted, pieces) of one batch after the other, the last so many days ago; returns that one.

    Verdicts come straight into the tables: one by one, each with its commit, they would take their time.
    """
    workshop = workshop or make_organisation(session, OrganisationKind.WORKSHOP)
    standard = standard or make_standard(session)
    first = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days_ago + every * (len(counts) - 1))
    for number, (accepted, pieces) in enumerate(counts):
        batch = make_batch(session, workshop, standard)
        batch.created_at = first + datetime.timedelta(every * number)
        for piece in range(pieces):
            _add_judged(session, batch, piece, "accept" if piece < accepted else "reject", images)
        session.commit()
    make_records.reckon(session, workshop.id, standard.version_id)
    session.commit()
    return batch


def _add_judged(session: Session, batch: Batch, piece: int, verdict: str, images) -> None:
    key = images.put(photo_bytes(next(_seeds)), "image/jpeg") if images else f"{next(_seeds):064x}"
    photo = BatchPhoto(
        batch=batch,
        position=piece + 1,
        image_key=key,
        content_type="image/jpeg",
        file_name=f"piece-{piece}.jpg",
        size_bytes=1000,
        width_px=96,
        height_px=96,
        state=PhotoState.INSPECTED,
    )
    session.add(photo)
    session.flush()
    session.add(
        Inspection(
            photo_id=photo.id,
            standard_id=batch.standard_id,
            verdict=verdict,
            score=88.0 if verdict == "accept" else 20.0,
            reasons=[],
            duration_ms=120.0,
            engine_version="1.0.0",
            standard_hash="0" * 64,
        )
    )


def make_make(session: Session, batch: Batch | None = None, *, is_shown: bool = True, images=None) -> Make:
    """A photo of an accepted piece that its workshop has said yes to, in public if the design is shown."""
    batch = batch or make_batch(session)
    photo = make_photo(session, batch, seed=next(_seeds), verdict="accept", images=images)
    design_id = batch.standard.version.design_id
    if is_shown:
        makes.show_design(session, batch.workshop_id, design_id, None)
    words = Text("Mangkuk dari bengkel", "Bowl from the workshop"), Text("Mangkuk seladon", "A celadon bowl")
    makes.show_photos(session, batch.workshop_id, design_id, [photo.id], *words, None)
    session.commit()
    return makes.own_makes(session, batch.workshop_id, design_id)[0]
