"""How good the inspector is, measured on folders of labelled photos with the product's own engine.

    python -m training.evaluate DATA_DIR... [--references K] [--seeds N] [--shift NAME...] [--json]

A shift judges the same photos once more under harder conditions, with the standard fitted on the clean
references; what it costs stands beside the clean figure.
"""

import argparse
import contextlib
import csv
import functools
import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

import models
from models.errors import FitError, UnreadableImage
from models.image import decode
from training.datasets import LayoutError, PhotoSet, find_sets
from training.figures import FIGURES, Figure, mean_figures, set_figures
from training.shift import SHIFTS
from training.trial import CLEAN, SetResult, count_steps, run_set

PERCENTAGES = set(FIGURES) - {"ms", "fit_seconds", "peak_mb"}
COLUMNS = {  # figure -> heading and width in the table
    "auroc": ("AUROC", 18),
    "aupro": ("AUPRO", 18),
    "pixel_auroc": ("pixel", 7),
    "false_rejects": ("false rejects", 18),
    "misses": ("misses", 18),
    "retakes_good": ("retakes", 8),
    "retakes_defective": ("of bad", 7),
    "fit_seconds": ("fit s", 7),
    "ms": ("ms", 6),
    "peak_mb": ("MB", 6),
}
WITH_INTERVAL = {"auroc", "aupro", "false_rejects", "misses"}
MEAN = "mean"


class ProductEngine:
    """The engine as the service drives it, but for the self-test, which changes no verdict."""

    fit = staticmethod(functools.partial(models.fit, self_test=False))
    Inspector = models.Inspector
    decode = staticmethod(decode)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0, or 2 with one line where a folder is none, or 1 where a set could not be fitted."""
    options = _parser().parse_args(arguments)
    try:
        photo_sets = find_sets(options.folders)
    except LayoutError as error:
        print(error, file=sys.stderr)
        return 2
    shifts = {name: SHIFTS[name] for name in _names(options.shift)}
    results, failures = _run(photo_sets, options, shifts)
    rows = list(_rows(results, [CLEAN, *shifts]))
    print("\n".join(_json_lines(rows) if options.json else _table(rows)))
    if options.photos:
        _write_photos(options.photos, results)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description="Measure the inspector on photo sets in the MVTec layout, or on sample designs.",
        epilog="Figures of --json: " + "; ".join(f"{name}: {what}" for name, what in FIGURES.items()) + ".",
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DATA_DIR", help="a set, or a folder of sets")
    parser.add_argument("--references", type=int, default=16, metavar="K", help="references a standard (16)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="draws of the references (3)")
    parser.add_argument(
        "--shift", nargs="+", default=[], metavar="NAME", choices=[*SHIFTS, "all"],
        help=f"also judge the photos under: {', '.join(SHIFTS)}, or all",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object a set and condition")
    parser.add_argument("--photos", type=Path, metavar="CSV", help="write what was said of each photo")
    return parser


def _names(chosen: Sequence[str]) -> list[str]:
    return list(SHIFTS) if "all" in chosen else list(dict.fromkeys(chosen))


def _run(photo_sets: Sequence[PhotoSet], options, shifts) -> tuple[list[SetResult], list[str]]:
    results, failures = [], []
    steps = [count_steps(photo_set, options.references, options.seeds, len(shifts)) for photo_set in photo_sets]
    with contextlib.suppress(UnreadableImage):  # load the engine, which no figure is about
        models.embed(photo_sets[0].references[0].read_bytes())
    with tqdm(total=sum(steps), unit="photo", disable=None) as bar:
        for photo_set in photo_sets:
            bar.set_description(photo_set.name)
            try:
                results.append(
                    run_set(
                        photo_set,
                        ProductEngine(),
                        references=options.references,
                        seeds=options.seeds,
                        shifts=shifts,
                        on_step=bar.update,
                    )
                )
            except FitError as error:
                failures.append(f"{photo_set.name}: {error}")
    return results, failures


def _rows(results: Sequence[SetResult], conditions: Sequence[str]) -> Iterator[dict]:
    """One row a set and condition, then one for the mean of the sets under each condition."""
    by_condition = {condition: [] for condition in conditions}
    for result in results:
        clean = None
        for condition in conditions:
            figures = set_figures(result, condition)
            by_condition[condition].append(figures)
            clean = clean or figures
            yield _row(result.photo_set.name, condition, figures, clean, result)
    clean = mean_figures(by_condition[CLEAN])
    for condition in conditions if len(results) > 1 else ():
        yield _row(MEAN, condition, mean_figures(by_condition[condition]), clean)


def _row(name: str, condition: str, figures: dict[str, Figure], clean, result: SetResult | None = None) -> dict:
    row = {"set": name, "condition": condition, "figures": figures}
    if result is not None:
        photos = result.photo_set.photos
        row["references"] = result.reference_count
        row["draws"] = len(result.fit_seconds)
        row["good"] = sum(not photo.is_defective for photo in photos)
        row["defective"] = sum(photo.is_defective for photo in photos)
    if condition != CLEAN:
        row["auroc_drop"] = clean["auroc"] - figures["auroc"]
    return row


def _json_lines(rows: Sequence[dict]) -> Iterator[str]:
    for row in rows:
        plain = {key: value for key, value in row.items() if key not in ("figures", "auroc_drop")}
        shown = dict(row["figures"])
        if "auroc_drop" in row:
            shown["auroc_drop"] = row["auroc_drop"]
        for name, figure in shown.items():
            plain[name] = _number(figure.value)
            plain[f"{name}_interval"] = [_number(bound) for bound in figure.interval]
        yield json.dumps(plain)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 5)


def _table(rows: Sequence[dict]) -> Iterator[str]:
    names = max(len(row["set"]) for row in rows) if rows else 0
    conditions = max(len(row["condition"]) for row in rows) if rows else 0
    with_drop = any("auroc_drop" in row for row in rows)
    heads = "".join(f"{title:>{width}}" for title, width in COLUMNS.values())
    yield f"{'set':<{names}}  {'condition':<{conditions}}  refs{heads}" + ("  drop in AUROC" if with_drop else "")
    for row in rows:
        cells = "".join(
            f"{_cell(name, row['figures'][name]):>{width}}" for name, (_, width) in COLUMNS.items()
        )
        drop = f"  {_cell('auroc', row['auroc_drop'])}" if "auroc_drop" in row else ""
        references = row.get("references", "")
        yield f"{row['set']:<{names}}  {row['condition']:<{conditions}}  {references:>4}{cells}{drop}"
    yield "Shares in percent, with their 95 % bootstrap intervals. False rejects: good pieces not accepted."


def _cell(name: str, figure: Figure) -> str:
    if math.isnan(figure.value):
        return "-"
    if name not in PERCENTAGES:
        return f"{figure.value:.2f}" if name == "fit_seconds" else f"{figure.value:.0f}"
    if name not in WITH_INTERVAL:
        return f"{100 * figure.value:.1f}"
    low, high = figure.interval
    return f"{100 * figure.value:.1f} ({100 * low:.0f}..{100 * high:.0f})"


def _write_photos(path: Path, results: Sequence[SetResult]) -> None:
    """One line for each photo, draw and condition."""
    columns = ("set", "condition", "draw", "photo", "defect", "severity", "verdict", "score", "reasons", "ms")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(line for result in results for line in _photo_lines(result))


def _photo_lines(result: SetResult) -> Iterator[dict]:
    for condition, trials in result.trials.items():
        for draw, trial in enumerate(trials):
            for photo, said in zip(result.photo_set.photos, trial.judgements, strict=True):
                yield {
                    "set": result.photo_set.name,
                    "condition": condition,
                    "draw": draw,
                    "photo": photo.path,
                    "defect": photo.defect,
                    "severity": photo.severity,
                    "verdict": said.verdict,
                    "score": said.score,
                    "reasons": " ".join(said.reasons),
                    "ms": round(said.ms, 1),
                }


if __name__ == "__main__":
    sys.exit(main())
