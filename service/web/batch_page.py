"""What the page of a batch shows: read once, and known by a tag that changes when the page would."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import render_template
from flask_babel import gettext, ngettext

from catalog.batches import BatchCounts
from catalog.inspections import Verdict
from catalog.permissions import may_add_photos
from catalog.store import batches
from catalog.store.tables import Batch, BatchPhoto
from service.context import current_parts
from service.database import current_session
from service.decisions import decision_sentence
from service.language import current_language
from service.queue import QueueState, look_at_queue
from service.reasons import ReasonInWords, describe
from service.security import current_actor

FILTERS = (*(verdict.value for verdict in Verdict), "queued", "failed")
# So many photos of others before ours are worth a word.
BUSY_FROM = 20


def read_filter(arguments: Mapping[str, str]) -> str:
    """The verdict (or "queued", "failed") that the address asks for; "" for all."""
    asked = arguments.get("verdict", "")
    return asked if asked in FILTERS else ""


def title_of(batch: Batch) -> str:
    return batch.name or gettext("Batch %(number)s", number=batch.number)


@dataclass(frozen=True)
class RetakeGroup:
    """Photos that must be taken again for the same cause, and how to do it better."""

    reason: ReasonInWords
    photos: list[BatchPhoto]


@dataclass(frozen=True)
class BatchPage:
    """One batch as one person sees it."""

    batch: Batch
    counts: BatchCounts
    workers: int
    others_waiting: int
    verdict: str
    may_add: bool

    @classmethod
    def read(cls, batch: Batch, verdict: str) -> BatchPage:
        session = current_session()
        counts = batches.counts_of(session, [batch.id])[batch.id]
        settings = current_parts().settings
        queue = look_at_queue(session.connection(), settings.stalled_after_s)
        may_add = may_add_photos(current_actor(), batches.ownership(session, batch))
        return cls(batch, counts, queue.workers, count_others(batch, counts, queue), verdict, may_add)

    def tag(self) -> str:
        """Changes whenever something on the page does; the photos need not be read for it."""
        parts = (asdict(self.counts), self.waiting_sentence(), self.verdict, self.may_add, current_language())
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]

    def waiting_sentence(self) -> str:
        """Why nothing arrives; "" while all goes its way."""
        if not self.counts.queued:
            return ""
        if self.workers == 0:
            return gettext("The inspector is not at work at the moment. The photos are safe and will be inspected.")
        if self.others_waiting < BUSY_FROM:
            return ""
        return ngettext(
            "The inspector is busy: about %(num)d photo of others waits as well.",
            "The inspector is busy: about %(num)d photos of others wait as well.",
            self.others_waiting,
        )

    def photos(self) -> list[BatchPhoto]:
        return batches.photos_worst_first(current_session(), self.batch.id)

    def shown(self, photos: list[BatchPhoto]) -> list[BatchPhoto]:
        return [photo for photo in photos if not self.verdict or state_of(photo) == self.verdict]

    def to_dict(self) -> dict[str, Any]:
        return {
            "counts": {**asdict(self.counts), "total": self.counts.total},
            "is_done": self.counts.is_done,
            "html": self.render(),
        }

    def render(self) -> str:
        """The part of the page that changes while verdicts arrive."""
        photos = self.photos()
        return render_template(
            "batches/live.html",
            page=self,
            batch=self.batch,
            counts=self.counts,
            sentence=decision_sentence(self.counts, photos),
            shown=self.shown(photos),
            retakes=group_retakes(photos),
        )


def count_others(batch: Batch, counts: BatchCounts, queue: QueueState) -> int:
    """About how many photos of other workshops wait, in tens: exactly, each look would be a change of the page."""
    if not counts.queued or queue.waiting - counts.queued < BUSY_FROM:
        return 0  # as nearly always: then nothing is counted
    return max(0, queue.waiting - batches.count_queued_of(current_session(), batch.workshop_id)) // 10 * 10


def state_of(photo: BatchPhoto) -> str:
    """The verdict, or "queued" or "failed" where there is none."""
    return photo.inspection.verdict.value if photo.inspection is not None else photo.state.value


def group_retakes(photos: list[BatchPhoto]) -> list[RetakeGroup]:
    """Photos to take again by their first reason, the largest group first."""
    groups: dict[str, RetakeGroup] = {}
    for photo in photos:
        if state_of(photo) != Verdict.RETAKE or not photo.inspection.reasons:
            continue
        reason = describe(photo.inspection.reasons[0])
        groups.setdefault(reason.code, RetakeGroup(reason, [])).photos.append(photo)
    return sorted(groups.values(), key=lambda group: -len(group.photos))
