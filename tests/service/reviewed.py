"""A standard with an artifact that the engine can load, and pieces that reviewers have spoken about."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.orm import Session

import models
from catalog.inspections import Verdict
from catalog.store.tables import Batch, BatchPhoto, ReferenceStandard
from models.calibration import score_of, verdict_of
from tests.factories import make_correction, make_photo
from tests.fakes import MemoryStore
from tests.service.fitted import fitted_bowl, make_fitted_standard


@lru_cache(maxsize=1)
def bowl() -> models.FittedStandard:
    return models.load(fitted_bowl())


def make_reviewable_standard(session: Session, images: MemoryStore, version=None) -> ReferenceStandard:
    """In use, with report, artifact and tolerances as the engine made them."""
    standard = make_fitted_standard(session, images, version)
    standard.artifact_hash, standard.report = bowl().hash, bowl().report.to_dict()
    standard.accept_score, standard.reject_score = models.ACCEPT_SCORE, models.REJECT_SCORE
    session.commit()
    return standard


def make_piece(
    session: Session, batch: Batch, seed: int, deviation: float, opinion: str | None = None, images=None
) -> BatchPhoto:
    """A photo inspected with the standard as it was fitted, `deviation` in its limits."""
    score = score_of(deviation)
    photo = make_photo(
        session, batch, seed=seed, images=images, verdict=Verdict(verdict_of(score)), score=score, surface=deviation
    )
    if opinion is not None:
        make_correction(session, photo, opinion)
    return photo


def make_false_rejects(session: Session, batch: Batch, *, first_seed: int = 1, images=None) -> list[BatchPhoto]:
    """Five good pieces just beyond the limit and one accepted: they ask for a wider one."""
    deviations = (1.05, 1.1, 1.15, 1.2, 1.25, 0.8)
    return [
        make_piece(session, batch, first_seed + number, deviation, "good", images)
        for number, deviation in enumerate(deviations)
    ]
