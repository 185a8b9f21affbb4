"""The same photo and standard give the same score: in every run, and on every processor within a thousandth."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import models
from tests.models.pieces import encode_piece

MOST_DIFFERENCE = 0.001  # points of the score, of 100
SCORES = """
import json, sys, models
from pathlib import Path
inspector = models.Inspector(models.load(Path(sys.argv[1])))
print(json.dumps([inspector.inspect(Path(path)).score for path in sys.argv[2:]]))
"""


@pytest.fixture(scope="module")
def files(piece_standard, tmp_path_factory):
    """A standard and photos of two pieces, one with a stain, on disk."""
    folder = tmp_path_factory.mktemp("reproducible")
    piece_standard.save(folder / "standard")
    for name, photo in (("good", encode_piece(160)), ("stained", encode_piece(161, stain=0.004))):
        (folder / name).write_bytes(photo)
    return [str(folder / name) for name in ("standard", "good", "stained")]


def scores_on(files: list[str], **environment: str) -> list[float]:
    """The scores as a process of its own finds them."""
    run = subprocess.run(
        [sys.executable, "-c", SCORES, *files], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def test_another_run_gives_the_same_scores_to_the_last_digit(files, piece_standard):
    inspector = models.Inspector(piece_standard)
    here = [inspector.inspect(Path(path).read_bytes()).score for path in files[1:]]
    assert scores_on(files) == here


def test_processor_with_fewer_instructions_gives_the_same_scores(files):
    """oneDNN, which OpenVINO computes with, is told to do without AVX."""
    assert scores_on(files, ONEDNN_MAX_CPU_ISA="SSE41") == pytest.approx(scores_on(files), abs=MOST_DIFFERENCE)


def test_inspection_names_the_engine_and_the_standard(files, piece_standard):
    inspection = models.Inspector(piece_standard).inspect(encode_piece(160))
    assert inspection.engine_version == models.ENGINE_VERSION
    assert inspection.standard_hash == piece_standard.hash
