"""The benchmark's figures and ratios, with a contender that takes no time and with the engine alone."""

import json

import pytest

from tests.training import fakes
from training import benchmark
from training.datasets import find_sets


class CountingContender:
    """Scores a photo by the length of its name's number; counts what it is asked for."""

    name = "counting"

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.fitted = []

    def fit(self, photos):
        self.fitted.append(len(photos))

    def score_one_by_one(self, photos):
        return [float("blot" in str(photo)) for photo in photos]

    score_together = score_one_by_one

    def standard_bytes(self) -> int:
        return 2_500_000


FIGURES = ("fit_seconds", "ms_a_photo", "photos_a_second", "standard_mb", "peak_mb", "auroc")
KRIYA = dict(zip(FIGURES, (1.0, 20.0, 50.0, 2.0, 300.0, 0.9), strict=True))
PEER = dict(zip(FIGURES, (6.0, 50.0, 20.0, 1.0, 900.0, 0.8), strict=True))


def test_a_contender_is_measured_on_the_drawn_references_and_all_photos(tmp_path):
    (photo_set,) = find_sets([fakes.make_set(tmp_path / "disc")])
    made = []

    def make(threads):
        made.append(CountingContender(threads))
        return made[0]

    row = benchmark.measure(make, photo_set, references=3, repeats=2)
    assert made[0].fitted == [3, 3, 3]  # one to warm up, two that count
    assert made[0].threads == benchmark.THREADS
    assert (row["photos"], row["references"], row["auroc"], row["standard_mb"]) == (6, 3, 1.0, 2.5)
    assert row["fit_seconds"] >= 0
    assert row["peak_mb"] > 1


def test_a_ratio_says_how_many_times_better_the_engine_is():
    ratios = benchmark.compare(KRIYA, PEER)
    assert (ratios["fit_seconds"], ratios["ms_a_photo"], ratios["photos_a_second"]) == (6.0, 2.5, 2.5)
    assert (ratios["standard_mb"], ratios["peak_mb"]) == (0.5, 3.0)
    assert ratios["auroc"] == pytest.approx(0.1)


def test_the_table_shows_both_and_their_ratio():
    rows = [
        {"set": "disc", "contender": "Kriya", **KRIYA},
        {"set": "disc", "contender": "anomalib PatchCore", **PEER},
        {"set": "disc", "contender": "ratio", **benchmark.compare(KRIYA, PEER)},
    ]
    head, kriya, peer, ratio = benchmark._table(rows).splitlines()
    assert head.split()[:3] == ["disc", "fit", "s"]
    assert kriya.split() == ["Kriya", "1.00", "20.00", "50.00", "2.00", "300.00", "90.0"]
    assert peer.split()[-1] == "80.0"
    assert ratio.split()[1:3] == ["6.0", "x"]
    assert ratio.split()[-1] == "+10.0"


def test_without_the_peer_the_engine_is_measured_alone(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(benchmark.importlib.util, "find_spec", lambda name: None)
    fakes.make_set(tmp_path / "disc", references=8, good=2, defective=2, side_px=256)
    assert benchmark.main([str(tmp_path), "--references", "8", "--repeats", "1", "--json"]) == 0
    printed = capfd.readouterr()
    (row,) = [json.loads(line) for line in printed.out.splitlines()]
    assert (row["contender"], row["photos"], row["auroc"]) == ("Kriya", 4, 1.0)
    assert "requirements-benchmark.txt" in printed.err


def test_a_folder_without_sets_ends_with_one_line(tmp_path, capsys):
    assert benchmark.main([str(tmp_path)]) == 2
    assert "holds no SET/train/good" in capsys.readouterr().err
