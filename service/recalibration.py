"""The use case of reviewers: what they said of inspected pieces, what it asks of the limit, and putting that in force.

The engine proposes and replays, the catalog says what counts and decides verdicts; between them pass plain numbers.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import asdict, dataclass
from functools import cached_property

from sqlalchemy.orm import Session

import models
from catalog.calibrations import LimitInForce, check_may_calibrate, check_proposal
from catalog.corrections import Effect, Opinion, ReplayedPhoto, ReviewedPhoto, compare, find_uncounted, find_waiting
from catalog.disposition import Tolerances, decide_verdict
from catalog.errors import RuleBroken
from catalog.inspections import Measurements, Verdict
from catalog.store import calibrations, corrections
from catalog.store.corrections import InspectedPhoto
from catalog.store.tables import Calibration, ReferenceStandard
from service.context import Parts
from service.fitted_report import keep_report


@dataclass(frozen=True)
class Evidence:
    """What a reviewer said of one photo, and its deviation in limits of the fit."""

    photo_id: uuid.UUID
    opinion: Opinion
    deviation: float


@dataclass(frozen=True)
class Recalibration:
    """What the corrections of one standard come to.

    uncounted: good pieces that do not count before those waiting, in the same batches, are reviewed.
    alike: defective ones that no limit tells from good.
    """

    in_force: LimitInForce
    proposal: models.LimitProposal
    evidence: tuple[Evidence, ...]
    effect: Effect
    uncounted: frozenset[uuid.UUID]
    waiting: tuple[uuid.UUID, ...]
    alike: tuple[uuid.UUID, ...]
    accepted_good: int

    @cached_property
    def tag(self) -> str:
        """Names the proposal and all it rests on. New photos that nobody spoke about do not change it."""
        told = [(str(each.photo_id), each.opinion.value, each.deviation) for each in self.evidence]
        parts = (self.in_force, self.proposal.limit, sorted(told))
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


def read_recalibration(session: Session, standard: ReferenceStandard) -> Recalibration:
    """The corrections of a standard in use, the limit they ask for, and all its photos replayed with it.

    Raises: RuleBroken("standard_is_not_active").
    """
    check_may_calibrate(standard.state)
    photos = corrections.inspected_photos(session, standard.id)
    in_force = calibrations.limit_in_force(session, standard)
    limits = calibrations.limits_by_hash(session, standard)
    judged = [
        ReviewedPhoto(each.photo_id, each.batch_id, each.verdict, each.opinion)
        for each in photos
        if each.verdict != Verdict.RETAKE
    ]
    uncounted = find_uncounted(judged)
    counted = [each for each in photos if each.opinion and each.photo_id not in uncounted]
    evidence = tuple(
        Evidence(each.photo_id, each.opinion, models.deviation_of(each.score) * limits.get(each.standard_hash, 1.0))
        for each in counted
    )
    proposal = _propose(standard, evidence, in_force.limit)
    replayed = [_replay(standard, each, limits, in_force.limit, proposal.limit) for each in photos]
    defective = [each.photo_id for each in evidence if each.opinion == Opinion.DEFECTIVE]
    return Recalibration(
        in_force=in_force,
        proposal=proposal,
        evidence=evidence,
        effect=compare(replayed),
        uncounted=uncounted,
        waiting=find_waiting(judged, uncounted),
        alike=tuple(defective[index] for index in proposal.alike),
        accepted_good=sum(each.opinion == Opinion.GOOD and each.verdict == Verdict.ACCEPT for each in counted),
    )


def _propose(standard: ReferenceStandard, evidence: tuple[Evidence, ...], current: float) -> models.LimitProposal:
    references = [models.deviation_of(each["score"]) for each in standard.report["references"]]
    good, defective = (
        [each.deviation for each in evidence if each.opinion == opinion]
        for opinion in (Opinion.GOOD, Opinion.DEFECTIVE)
    )
    return models.propose_limit(references, good, defective, current=current)


def _replay(
    standard: ReferenceStandard, photo: InspectedPhoto, limits: dict[str, float], *two_limits: float
) -> ReplayedPhoto:
    """The photo's verdicts with two limits, by the standard's tolerances. A photo to take again stays one."""
    if photo.score is None:
        return ReplayedPhoto(photo.photo_id, photo.opinion, photo.verdict, photo.verdict)
    then = limits.get(photo.standard_hash, 1.0)
    tolerances = Tolerances(standard.accept_score, standard.reject_score)
    before, after = (
        decide_verdict(
            Measurements(True, models.replay_score(photo.score, then, limit), None, None, None),
            tolerances,
        ).verdict
        for limit in two_limits
    )
    return ReplayedPhoto(photo.photo_id, photo.opinion, before, after)


def use_proposal(
    session: Session, parts: Parts, standard: ReferenceStandard, shown: str, person_id: uuid.UUID | None
) -> Calibration:
    """Put the proposed limit in force, if it is the one that was shown. `standard` must be locked.

    Raises: WrongState("corrections_changed"), RuleBroken, ImageNotFound, StorageUnavailable.
    """
    found = read_recalibration(session, standard)
    check_proposal(shown, found.tag)
    if not found.proposal.is_change:
        raise RuleBroken("nothing_to_change")
    fitted = models.load(parts.images.get(standard.artifact_key))
    proposal = found.proposal
    derived = fitted.with_limit(proposal.limit, proposal.expected_false_reject_rate, proposal.false_reject_interval)
    key = parts.images.put(derived.to_bytes(), "application/octet-stream")
    evidence = asdict(proposal) | {
        "derived_from": derived.derived_from,
        "corrections": [
            {"photo_id": str(each.photo_id), "opinion": each.opinion.value, "deviation": each.deviation}
            for each in found.evidence
        ],
    }
    artifact, report = (key, derived.hash), keep_report(parts.images, derived)
    return calibrations.add_calibration(
        session, standard, proposal.limit, artifact, person_id, evidence=evidence, report=report
    )
