"""From what reviewers said to the limit that photos are inspected with."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

import models
from catalog.errors import NotFound, RuleBroken, WrongState
from catalog.inspections import Verdict
from catalog.standards import StandardState
from catalog.store import calibrations, corrections
from catalog.store.tables import Batch, Correction, Inspection, ReferenceStandard
from models.calibration import score_of
from service.inspection import inspect_photo
from service.recalibration import read_recalibration, use_proposal
from tests.factories import make_account, make_batch, make_correction, make_photo, make_standard
from tests.service.fitted import GOOD
from tests.service.reviewed import bowl, make_false_rejects, make_piece, make_reviewable_standard


@pytest.fixture
def standard(session: Session, images) -> ReferenceStandard:
    return make_reviewable_standard(session, images)


@pytest.fixture
def batch(session: Session, standard) -> Batch:
    return make_batch(session, standard=standard)


def use(session: Session, parts, standard: ReferenceStandard):
    used = use_proposal(session, parts, standard, read_recalibration(session, standard).tag, None)
    session.commit()
    return used


class TestCorrections:
    def test_a_correction_is_a_record_of_its_own_and_the_inspection_stays(self, session, batch):
        photo = make_piece(session, batch, 1, 1.4)
        reviewer = make_account(session, "mentor").person
        corrections.correct(session, photo, "good", "only a reflection", reviewer.id)
        session.commit()
        found = session.get(Inspection, photo.inspection.id)
        assert (found.verdict, found.score) == (Verdict.REWORK, score_of(1.4))
        assert (found.correction.opinion, found.correction.note) == ("good", "only a reflection")
        assert found.correction.reviewer.name == reviewer.name

    def test_a_change_of_mind_keeps_what_was_said_before(self, session, batch):
        photo = make_piece(session, batch, 1, 1.4, "good")
        make_correction(session, photo, "defective")
        make_correction(session, photo, "defective")
        kept = session.query(Correction).order_by(Correction.created_at).all()
        assert [(each.opinion, each.withdrawn_at is None) for each in kept] == [("good", False), ("defective", True)]
        assert photo.inspection.correction.opinion == "defective"

    def test_a_withdrawn_correction_counts_no_more(self, session, standard, batch):
        photo = make_piece(session, batch, 1, 1.4, "good")
        assert corrections.count_corrections(session, standard.id) == 1
        assert corrections.withdraw(session, photo, None)
        assert not corrections.withdraw(session, photo, None)
        assert photo.inspection.correction is None
        assert corrections.count_corrections(session, standard.id) == 0

    def test_a_photo_without_a_verdict_takes_none(self, session, batch):
        for photo in (make_photo(session, batch, seed=1), make_photo(session, batch, seed=2, verdict="retake")):
            with pytest.raises(WrongState, match="photo_is_not_judged"):
                corrections.correct(session, photo, "good", "", None)


class TestProposal:
    def test_without_enough_corrections_nothing_is_proposed(self, session, standard, batch):
        make_piece(session, batch, 1, 1.4, "good")
        found = read_recalibration(session, standard)
        assert (found.proposal.missing, found.proposal.is_change, found.effect.changed) == (4, False, ())

    def test_all_photos_are_replayed_and_those_that_change_are_named(self, session, standard, batch):
        good = make_false_rejects(session, batch)
        make_piece(session, batch, 20, 9.0, "defective")
        make_piece(session, batch, 21, 0.5)
        make_photo(session, batch, seed=22, verdict="retake")
        found = read_recalibration(session, standard)
        assert found.proposal.limit > 1.05
        assert {each.photo_id for each in found.effect.changed} <= {photo.id for photo in good}
        assert {(each.before, each.after) for each in found.effect.changed} == {("rework", "accept")}
        assert found.effect.false_rejects[0] == 5 > found.effect.false_rejects[1]
        assert found.effect.caught == (1, 1)
        assert found.effect.counts[Verdict.RETAKE] == (1, 1)
        assert sum(after for _, after in found.effect.counts.values()) == 9

    def test_new_photos_that_nobody_spoke_about_leave_the_tag_as_it_is_and_corrections_do_not(
        self, session, standard, batch
    ):
        make_false_rejects(session, batch)
        tag = read_recalibration(session, standard).tag
        photo = make_piece(session, batch, 40, 0.3)
        assert read_recalibration(session, standard).tag == tag
        make_correction(session, photo, "good")
        assert read_recalibration(session, standard).tag != tag

    def test_only_a_standard_in_use_has_one(self, session):
        retired = make_standard(session, state=StandardState.RETIRED)
        with pytest.raises(RuleBroken, match="standard_is_not_active"):
            read_recalibration(session, retired)


class TestLimitInForce:
    def test_a_new_limit_counts_from_now_on_and_leaves_the_past_alone(self, session, parts, images, standard, batch):
        past = make_false_rejects(session, batch)[0]
        artifact = (standard.artifact_key, standard.artifact_hash)
        used = use(session, parts, standard)
        photo = make_photo(session, batch, seed=50)
        photo.image_key = images.put(GOOD, "image/jpeg")
        session.commit()
        inspect_photo(parts, photo.id)
        session.expire_all()
        assert photo.inspection.standard_hash == used.artifact_hash != artifact[1]
        assert photo.inspection.surface == pytest.approx(
            photo.inspection.anomaly_score / (used.limit * bowl().limits.anomaly)
        )
        assert past.inspection.verdict == Verdict.REWORK
        assert past.inspection.standard_hash == artifact[1]
        assert (standard.artifact_key, standard.artifact_hash) == artifact

    def test_the_artifact_says_what_it_is_derived_from(self, session, parts, images, standard, batch):
        make_false_rejects(session, batch)
        used = use(session, parts, standard)
        derived = models.load(images.get(used.artifact_key))
        assert (derived.hash, derived.derived_from) == (used.artifact_hash, standard.artifact_hash)
        assert derived.limits.anomaly == pytest.approx(used.limit * bowl().limits.anomaly)
        assert used.evidence["derived_from"] == standard.artifact_hash
        assert len(used.evidence["corrections"]) == 6

    def test_photos_inspected_with_different_limits_are_compared_in_the_same_measure(
        self, session, parts, standard, batch
    ):
        make_false_rejects(session, batch)
        used = use(session, parts, standard)
        assert not read_recalibration(session, standard).proposal.is_change
        photo = make_piece(session, batch, 60, 0.9)
        photo.inspection.standard_hash = used.artifact_hash
        make_correction(session, photo, "good")
        [found] = [each for each in read_recalibration(session, standard).evidence if each.photo_id == photo.id]
        assert found.deviation == pytest.approx(0.9 * used.limit)

    def test_what_was_not_shown_is_not_used(self, session, parts, standard, batch):
        photos = make_false_rejects(session, batch)
        shown = read_recalibration(session, standard).tag
        make_correction(session, photos[0], "defective")
        with pytest.raises(WrongState, match="corrections_changed"):
            use_proposal(session, parts, standard, shown, None)
        assert calibrations.calibrations_of(session, standard.id) == []

    def test_of_two_who_use_the_same_proposal_one_is_too_late(self, session, parts, standard, batch):
        make_false_rejects(session, batch)
        shown = read_recalibration(session, standard).tag
        use_proposal(session, parts, standard, shown, None)
        with pytest.raises(WrongState, match="corrections_changed"):
            use_proposal(session, parts, standard, shown, None)
        assert len(calibrations.calibrations_of(session, standard.id)) == 1

    def test_one_can_go_back_and_forth_and_every_step_is_kept(self, session, parts, standard, batch):
        make_false_rejects(session, batch)
        used = use(session, parts, standard)
        back = calibrations.go_back(session, standard, 0, None)
        assert (back.limit, back.artifact_hash) == (1.0, standard.artifact_hash)
        assert calibrations.limit_in_force(session, standard).number == 0
        assert read_recalibration(session, standard).proposal.limit == pytest.approx(used.limit)
        with pytest.raises(RuleBroken, match="limit_is_in_force"):
            calibrations.go_back(session, standard, 2, None)
        again = calibrations.go_back(session, standard, 1, None)
        assert (again.number, again.artifact_hash) == (3, used.artifact_hash)
        assert calibrations.limit_in_force(session, standard).number == 1
        with pytest.raises(NotFound, match="calibration_not_found"):
            calibrations.go_back(session, standard, 9, None)
