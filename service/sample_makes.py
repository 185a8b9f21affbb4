"""What the sample workshop shows of its batches: its figures, and photos of pieces that the inspector accepted.

Made through the same functions as anybody's, once every photo of the batch has its verdict.
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from catalog.store import batches, make_records, makes
from catalog.store.tables import Batch, DesignVersion
from catalog.text import Text
from service.context import Parts

PHOTOS = 4
LOOK_AGAIN_S = 5
CAPTION = Text("Dari kelompok pertama kami.", "From our first batch.")


def show_batch(parts: Parts, batch_id: uuid.UUID) -> None:
    """Show what a sample batch came to, or look again later while a photo waits. Run by the worker; may run twice.

    Raises: NotFound for a batch that is gone, or of which no photo could be judged.
    """
    with parts.database.session() as session:
        batch = batches.get_batch(session, batch_id)
        if make_records.is_waiting(session, batch):
            parts.queue.show_sample(session, batch.id, LOOK_AGAIN_S)
        else:
            _show(session, batch)


def _show(session: Session, batch: Batch) -> None:
    version = batch.standard.version
    both = (batch.workshop_id, version.design_id)
    if makes.is_shown(session, *both):
        return
    makes.show_design(session, *both, None)
    # As anybody would: the best.
    best_first = sorted(makes.accepted_photos(session, *both), key=lambda photo: -photo.inspection.score)
    if best_first:
        chosen = [photo.id for photo in best_first[:PHOTOS]]
        makes.show_photos(session, *both, chosen, CAPTION, _alternative(version), None)


def _alternative(version: DesignVersion) -> Text:
    title = version.title
    return Text(f"{title['id']}, dilihat dari atas", f"{title['en']}, seen from above")
