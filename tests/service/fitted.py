"""A standard of the sample bowl that the real engine has fitted, once for all tests that inspect against it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

import models
from catalog.store.tables import ReferenceStandard
from tests.factories import make_standard
from tests.fakes import MemoryStore

BOWL = Path(__file__).parents[2] / "samples" / "celadon_bowl"
REFERENCES = 8
GOOD = (BOWL / "batch" / "01.jpg").read_bytes()
BARE = (BOWL / "batch" / "13.jpg").read_bytes()  # a patch without glaze


@lru_cache(maxsize=1)
def fitted_bowl() -> bytes:
    """The artifact of a standard of eight references."""
    paths = sorted((BOWL / "standard").glob("*.jpg"))[:REFERENCES]
    return models.fit([path.read_bytes() for path in paths], self_test=False).to_bytes()


def make_fitted_standard(session: Session, images: MemoryStore, version=None) -> ReferenceStandard:
    """In use, with an artifact that the engine can load; its reference photos are others."""
    standard = make_standard(session, version, references=REFERENCES, images=images)
    standard.artifact_key = images.put(fitted_bowl(), "application/octet-stream")
    session.commit()
    return standard
