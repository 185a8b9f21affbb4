"""Running an engine over a set, with an engine whose answers are known."""

import numpy as np
import pytest

from models.errors import TooFewReferences
from tests.training.fakes import DifferenceEngine, make_set
from training.datasets import find_sets
from training.shift import dark_corner, moved
from training.trial import CLEAN, count_steps, run_set


@pytest.fixture
def photo_set(tmp_path):
    (found,) = find_sets([make_set(tmp_path / "disc")])
    return found


def test_every_photo_is_judged_once_a_draw_and_condition(photo_set):
    result = run_set(photo_set, DifferenceEngine(), references=3, seeds=2, shifts={"moved": moved})
    assert {name: len(trials) for name, trials in result.trials.items()} == {CLEAN: 2, "moved": 2}
    assert all(len(trial.judgements) == 6 for trials in result.trials.values() for trial in trials)
    assert result.reference_count == 3
    assert len(result.fit_seconds) == 2


def test_the_engine_separates_the_blots(photo_set):
    (trial,) = run_set(photo_set, DifferenceEngine(), references=4).trials[CLEAN]
    verdicts = [judgement.verdict for judgement in trial.judgements]
    assert verdicts == ["reject"] * 3 + ["accept"] * 3
    assert trial.anomaly[:3].min() > trial.anomaly[3:].max()


def test_a_shift_changes_what_the_engine_sees_and_repeats_exactly(photo_set):
    once, again = (
        run_set(photo_set, DifferenceEngine(), references=4, shifts={"dark_corner": dark_corner}) for _ in range(2)
    )
    shifted = once.trials["dark_corner"][0].anomaly
    assert (shifted[3:] > once.trials[CLEAN][0].anomaly[3:]).all()
    np.testing.assert_array_equal(shifted, again.trials["dark_corner"][0].anomaly)


def test_a_retake_ranks_worst_and_keeps_its_reason(photo_set):
    (trial,) = run_set(photo_set, DifferenceEngine(retake_below=256), references=4).trials[CLEAN]
    assert np.isposinf(trial.anomaly).all()
    assert trial.judgements[0].reasons == ("too_dark",)
    assert trial.curves is not None
    assert not trial.curves.any()


def test_a_file_that_is_no_photo_is_judged_as_it_is_under_every_condition(tmp_path):
    folder = make_set(tmp_path / "disc", good=1, defective=1)
    (folder / "test" / "good" / "0.png").write_bytes(b"no photo")
    (photo_set,) = find_sets([folder])
    trials = run_set(photo_set, DifferenceEngine(), references=4, shifts={"moved": moved}).trials
    verdicts = {name: trial.judgements[1].verdict for name, (trial,) in trials.items()}
    assert verdicts == {CLEAN: "retake", "moved": "retake"}


def test_curves_count_the_pixels_of_masked_and_good_photos(photo_set):
    (trial,) = run_set(photo_set, DifferenceEngine(), references=4).trials[CLEAN]
    normal, defective, regions = trial.curves.sum(axis=0)[:, -1]
    assert (normal, defective, regions) == (6 * 48 * 48 - 3 * 48, 3 * 48, 3)


def test_without_masks_no_maps_are_asked_for(tmp_path):
    (photo_set,) = find_sets([make_set(tmp_path / "disc", defective=0)])
    (trial,) = run_set(photo_set, DifferenceEngine(), references=4).trials[CLEAN]
    assert trial.curves is None


def test_the_steps_reported_are_the_steps_announced(photo_set):
    steps = []
    run_set(photo_set, DifferenceEngine(), references=3, seeds=2, shifts={"moved": moved}, on_step=steps.append)
    assert sum(steps) == count_steps(photo_set, references=3, seeds=2, shifts=1) == 2 * 3 + 2 * 6 * 2


def test_references_that_make_no_standard_are_an_error(photo_set):
    with pytest.raises(TooFewReferences):
        run_set(photo_set, DifferenceEngine(), references=1)
