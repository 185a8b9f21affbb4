"""The command: its table, its JSON, its errors. The real engine judges once, on tiny photos."""

import csv
import json

import pytest

from tests.training import fakes
from training import evaluate


@pytest.fixture
def small_engine(monkeypatch):
    """The command on an engine that answers at once."""
    monkeypatch.setattr(evaluate, "ProductEngine", fakes.DifferenceEngine)
    monkeypatch.setattr(evaluate.models, "embed", lambda photo: None)


def _lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_has_one_line_a_set_and_condition_and_the_mean(tmp_path, small_engine, capsys):
    fakes.make_set(tmp_path / "disc")
    fakes.make_set(tmp_path / "plate")
    assert evaluate.main([str(tmp_path), "--references", "4", "--shift", "jpeg_60", "--json"]) == 0
    rows = _lines(capsys.readouterr().out)
    assert [(row["set"], row["condition"]) for row in rows] == [
        ("disc", "clean"), ("disc", "jpeg_60"),
        ("plate", "clean"), ("plate", "jpeg_60"),
        ("mean", "clean"), ("mean", "jpeg_60"),
    ]  # fmt: skip
    assert rows[0]["auroc"] == 1.0
    assert rows[0]["auroc_interval"] == [1.0, 1.0]
    assert (rows[0]["good"], rows[0]["defective"], rows[0]["references"]) == (3, 3, 4)
    assert rows[1]["auroc_drop"] == pytest.approx(1.0 - rows[1]["auroc"])
    assert "auroc_drop" not in rows[0]


def test_the_table_shows_each_set_with_its_drop(tmp_path, small_engine, capsys):
    fakes.make_set(tmp_path / "disc")
    assert evaluate.main([str(tmp_path), "--references", "4", "--shift", "warm_light"]) == 0
    head, clean, shifted, note = capsys.readouterr().out.splitlines()
    assert "AUROC" in head
    assert "drop" in head
    assert clean.split()[:4] == ["disc", "clean", "4", "100.0"]
    assert shifted.split()[:2] == ["disc", "warm_light"]
    assert "95 %" in note


def test_every_photo_can_be_written_out(tmp_path, small_engine, capsys):
    fakes.make_set(tmp_path / "disc")
    evaluate.main([str(tmp_path), "--references", "4", "--photos", str(tmp_path / "photos.csv")])
    with (tmp_path / "photos.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["defect"], row["verdict"]) for row in rows] == [("blot", "reject")] * 3 + [("good", "accept")] * 3


def test_a_set_with_too_few_references_is_named_and_the_others_are_measured(tmp_path, small_engine, capsys):
    fakes.make_set(tmp_path / "disc", references=1)
    fakes.make_set(tmp_path / "plate")
    assert evaluate.main([str(tmp_path), "--json"]) == 1
    printed = capsys.readouterr()
    assert [row["set"] for row in _lines(printed.out)] == ["plate"]
    assert printed.err.splitlines()[-1].startswith("disc: A standard needs at least")


def test_a_folder_without_sets_ends_with_one_line(tmp_path, capsys):
    assert evaluate.main([str(tmp_path)]) == 2
    assert "holds no SET/train/good" in capsys.readouterr().err


def test_all_shifts_can_be_asked_for_at_once():
    assert evaluate._names(["all"]) == list(evaluate.SHIFTS)
    assert evaluate._names(["moved", "moved"]) == ["moved"]


def test_the_real_engine_is_driven_as_the_service_drives_it(tmp_path, capsys):
    fakes.make_set(tmp_path / "disc", references=8, good=2, defective=2, side_px=256)
    assert evaluate.main([str(tmp_path), "--references", "8", "--json"]) == 0
    (row,) = _lines(capsys.readouterr().out)
    assert row["auroc"] == 1.0
    assert row["fit_seconds"] > 0
    assert row["peak_mb"] > 50
