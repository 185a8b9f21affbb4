"""Speed and memory of the inspector beside anomalib's PatchCore on the same backbone, in the same run.

    python -m training.benchmark DATA_DIR... [--references K] [--repeats N] [--json]

Each contender runs in a process of its own, one after the other, on the same photos and as many threads.
anomalib is optional: install `training/requirements-benchmark.txt`; without it Kriya is measured alone.
"""

import argparse
import concurrent.futures
import contextlib
import importlib.util
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Protocol

from tqdm import tqdm

from training import memory
from training.datasets import LayoutError, PhotoSet, find_sets
from training.metrics import auroc

THREADS = 2
# Figures of which less is better; a ratio says how many times better Kriya is.
LESS_IS_BETTER = ("fit_seconds", "ms_a_photo", "standard_mb", "peak_mb")
MORE_IS_BETTER = ("photos_a_second", "auroc")
HEADINGS = {
    "fit_seconds": "fit s",
    "ms_a_photo": "ms a photo",
    "photos_a_second": "photos/s",
    "standard_mb": "standard MB",
    "peak_mb": "peak MB",
    "auroc": "AUROC",
}


class Contender(Protocol):
    """One way to inspect, loaded and warm."""

    name: str

    def fit(self, photos: Sequence[Path]) -> None:
        """Make a standard and keep it."""

    def score_one_by_one(self, photos: Sequence[Path]) -> list[float]:
        """Anomaly scores, higher is worse, one photo after the other."""

    def score_together(self, photos: Sequence[Path]) -> list[float]:
        """The same in whatever way is fastest."""

    def standard_bytes(self) -> int:
        """Size of the standard as it is kept."""


class KriyaContender:
    """The product's engine."""

    name = "Kriya"

    def __init__(self, threads: int) -> None:
        import models  # here: each contender's process loads only its own engine

        self._models, self._threads = models, threads
        self._inspector, self._bytes = None, 0

    def fit(self, photos: Sequence[Path]) -> None:
        standard = self._models.fit(photos, self_test=False)
        self._inspector, self._bytes = self._models.Inspector(standard), len(standard.to_bytes())

    def score_one_by_one(self, photos: Sequence[Path]) -> list[float]:
        return [_anomaly(self._inspector.inspect(photo)) for photo in photos]

    def score_together(self, photos: Sequence[Path]) -> list[float]:
        return [_anomaly(inspection) for inspection in self._inspector.inspect_many(photos)]

    def standard_bytes(self) -> int:
        return self._bytes


def _anomaly(inspection) -> float:
    """A retake ranks worst, as in the evaluation."""
    return float("inf") if inspection.score is None else -inspection.score


def _make_peer(threads: int) -> Contender:
    from training.peer_patchcore import PatchcorePeer  # needs anomalib

    return PatchcorePeer(threads)


def measure(make: Callable[[int], Contender], photo_set: PhotoSet, references: int, repeats: int) -> dict:
    """The figures of one contender on one set; loading and a first warm-up are not counted."""
    chosen = photo_set.draw_references(references, seed=0)
    photos = [photo.path for photo in photo_set.photos]
    with contextlib.redirect_stdout(sys.stderr):  # the weights' package greets on stdout, which is for figures
        contender = make(THREADS)
    contender.fit(chosen)
    contender.score_together(photos[:4])
    memory.reset_peak()
    fits = [_timed(contender.fit, chosen)[0] for _ in range(repeats)]
    singles = [_timed(contender.score_one_by_one, photos)[0] for _ in range(repeats)]
    timed = [_timed(contender.score_together, photos) for _ in range(repeats)]
    scores = timed[0][1]
    defective = [photo.is_defective for photo in photo_set.photos]
    return {
        "set": photo_set.name,
        "contender": contender.name,
        "references": len(chosen),
        "photos": len(photos),
        "fit_seconds": median(fits),
        "ms_a_photo": 1000 * median(singles) / len(photos),
        "photos_a_second": len(photos) / median(seconds for seconds, _ in timed),
        "standard_mb": contender.standard_bytes() / 1e6,
        "peak_mb": memory.peak_mb(),
        "auroc": auroc(
            [score for score, bad in zip(scores, defective, strict=True) if not bad],
            [score for score, bad in zip(scores, defective, strict=True) if bad],
        ),
    }


def _timed(act: Callable, argument) -> tuple[float, object]:
    started = time.perf_counter()
    result = act(argument)
    return time.perf_counter() - started, result


def compare(kriya: dict, peer: dict) -> dict[str, float]:
    """How many times better Kriya is in each figure; the AUROC as a difference."""
    ratios = {name: peer[name] / kriya[name] for name in LESS_IS_BETTER}
    ratios["photos_a_second"] = kriya["photos_a_second"] / peer["photos_a_second"]
    ratios["auroc"] = kriya["auroc"] - peer["auroc"]
    return ratios


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0, or 2 with one line where a folder is none."""
    options = _parser().parse_args(arguments)
    try:
        photo_sets = find_sets(options.folders)
    except LayoutError as error:
        print(error, file=sys.stderr)
        return 2
    makers = [KriyaContender]
    if importlib.util.find_spec("anomalib") is None:
        print("anomalib is not installed (training/requirements-benchmark.txt): Kriya alone.", file=sys.stderr)
    else:
        makers.append(_make_peer)
    for rows in _run(photo_sets, makers, options):
        print("\n".join(map(json.dumps, rows)) if options.json else _table(rows), flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.benchmark", description="Speed and memory beside anomalib's PatchCore."
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DATA_DIR", help="a set, or a folder of sets")
    parser.add_argument("--references", type=int, default=16, metavar="K", help="references a standard (16)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="runs of each, the median counts (3)")
    parser.add_argument("--json", action="store_true", help="one JSON object a set and contender, then the ratios")
    return parser


def _run(photo_sets: Sequence[PhotoSet], makers: Sequence[Callable], options):
    """The rows of one set at a time; each contender in a fresh process, so that its peak memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    os.environ.update(TQDM_DISABLE="1", PYTHONWARNINGS="ignore")  # for the contenders' own bars and notices
    with tqdm(total=len(photo_sets) * len(makers), unit="run", disable=None) as bar:
        for photo_set in photo_sets:
            rows = []
            for make in makers:
                with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
                    rows.append(pool.submit(measure, make, photo_set, options.references, options.repeats).result())
                bar.update()
            if len(rows) > 1:
                rows.append({"set": photo_set.name, "contender": "ratio", **compare(*rows)})
            yield rows


def _table(rows: Sequence[dict]) -> str:
    lines = [f"{rows[0]['set']:<40}" + "".join(f"{heading:>13}" for heading in HEADINGS.values())]
    for row in rows:
        cells = "".join(f"{_cell(name, row):>13}" for name in HEADINGS)
        lines.append(f"  {row['contender']:<38}{cells}")
    return "\n".join(lines)


def _cell(name: str, row: dict) -> str:
    if name == "auroc":
        return f"{100 * row[name]:+.1f}" if row["contender"] == "ratio" else f"{100 * row[name]:.1f}"
    return f"{row[name]:.1f} x" if row["contender"] == "ratio" else f"{row[name]:.2f}"


if __name__ == "__main__":
    sys.exit(main())
