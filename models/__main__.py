"""The engine's command line.

    python -m models fit REFERENCES_DIR --out STANDARD [--region X,Y,W,H] [--pictures DIR] [--no-self-test]
    python -m models inspect STANDARD PHOTO_OR_DIR... [--json] [--maps DIR]

A directory stands for the files in it that bear a photo's extension, sorted by name, without those of its
sub-directories; a file named on its own is tried whatever it is called. Exit status: 0 when every photo has
its line, whatever the verdicts; 1 with one line on standard error when the command itself cannot be carried
out; 2 for wrong usage. Where two photos of one run share a stem, the later map is called STEM-2.png, and so
on.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from models import Inspection, Inspector, Reason, Region, fit, load
from models.errors import InvalidRegion, KriyaModelError
from models.region_of_interest import Box, check_region
from models.self_test import CAUGHT, KindTested, SelfTest

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".heic", ".heif"}
MAP_LEVELS_PER_LIMIT = 8192
MAX_MAP_LEVEL = 65535


class UsageError(KriyaModelError):
    """A path that leads to nothing, or an output that cannot be written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    args = _build_parser().parse_args(arguments)
    try:
        return args.run(args)
    except (KriyaModelError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description="Kriya's finish inspector.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    fitting = commands.add_parser("fit", help="make a standard from 8 to 40 photos of good pieces")
    fitting.add_argument("references", type=Path, metavar="REFERENCES_DIR")
    fitting.add_argument("--out", type=Path, required=True, metavar="STANDARD", help="the file to write")
    fitting.add_argument("--region", type=_read_region, metavar="X,Y,W,H", help=(
        "where the piece is in every photo, in fractions of it upright; without this the piece is found"))  # fmt: skip
    tested = fitting.add_mutually_exclusive_group()
    tested.add_argument("--pictures", type=Path, metavar="DIR", help=(
        "write a JPEG for each kind of defect: the smallest that is caught, or the largest that is not"))  # fmt: skip
    tested.add_argument("--no-self-test", action="store_true", help="do not try which defects would be caught")
    fitting.set_defaults(run=_run_fit)
    inspecting = commands.add_parser("inspect", help="judge photos against a standard")
    inspecting.add_argument("standard", type=Path, metavar="STANDARD")
    inspecting.add_argument("photos", type=Path, nargs="+", metavar="PHOTO_OR_DIR")
    inspecting.add_argument("--json", action="store_true", help="one JSON object a line for each photo")
    inspecting.add_argument("--maps", type=Path, metavar="DIR", help=(
        "write a 16-bit grey PNG a photo, upright, same stem; "
        f"level {MAP_LEVELS_PER_LIMIT} is the accept limit"))  # fmt: skip
    inspecting.set_defaults(run=_run_inspect)
    return parser


def _read_region(text: str) -> Box:
    try:
        return check_region(text.split(","))
    except InvalidRegion as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _run_fit(args: argparse.Namespace) -> int:
    paths = _list_photos(args.references) if args.references.is_dir() else None
    if paths is None:
        raise UsageError(f"{args.references} is not a directory.")
    with tqdm(total=100, desc="fitting", unit="%", disable=not sys.stderr.isatty()) as bar:
        standard = fit(paths, progress=lambda share: bar.update(round(share * 100) - bar.n),
                       self_test=not args.no_self_test, region=args.region)  # fmt: skip
    standard.save(args.out)
    report = standard.report
    low, high = report.false_reject_interval
    print(f"{args.out}: standard of {len(paths)} references, {len(standard.to_bytes()) / 1e6:.1f} MB, "
          f"fitted in {report.fit_seconds:.1f} s")  # fmt: skip
    print(f"  expected false rejects {report.expected_false_reject_rate:.0%} "
          f"({low:.0%} to {high:.0%}); references that agree {report.agreement:.0%}")  # fmt: skip
    for reference in report.references:
        if reference.is_outlier:
            print(f"  {reference.name} differs from the others (score {reference.score:.0f}): a good piece?")
    for line in _describe_self_test(report.self_test):
        print(f"  {line}")
    if args.pictures:
        args.pictures.mkdir(parents=True, exist_ok=True)
        for kind, jpeg in standard.pictures.items():
            (args.pictures / f"{kind}.jpg").write_bytes(jpeg)
    return 0


def _describe_self_test(tested: SelfTest | None) -> Iterator[str]:
    if tested is None:
        yield "not self-tested: nobody knows which defects it would catch"
        return
    whole = "piece's" if tested.of_piece else "picture's"
    yield f"smallest defects caught in {CAUGHT:.0%} of the tries, plain to see, in parts of the {whole} longer side"
    for kind in tested.kinds:
        yield f"  {kind.kind:10} {_describe_kind(kind)}"
    if "misses_small_cracks" in tested.notes:
        yield "this standard misses small cracks"


def _describe_kind(kind: KindTested) -> str:
    if not kind.sizes:
        return "could not be tried"
    if kind.smallest_share is None:
        return f"not caught, even at {kind.sizes[-1].share:.1%}"
    return f"{kind.smallest_share:.1%}{' or less' if kind.is_least else ''}"


def _run_inspect(args: argparse.Namespace) -> int:
    inspector = Inspector(load(args.standard))
    paths = list(_expand(args.photos))
    if args.maps:
        args.maps.mkdir(parents=True, exist_ok=True)
    inspections = inspector.inspect_many(paths, with_map=args.maps is not None)
    show_bar = not args.json and sys.stderr.isatty()
    bar = tqdm(inspections, total=len(paths), unit="photo", disable=not show_bar)
    written: set[str] = set()
    for path, inspection in zip(paths, bar, strict=True):
        if args.maps and inspection.anomaly_map is not None:
            name = _free_name(path.stem, written)
            written.add(name)
            write_map(args.maps / f"{name}.png", inspection.anomaly_map)
        line = json.dumps(to_json(path, inspection)) if args.json else to_text(path, inspection)
        tqdm.write(line, file=sys.stdout)
        sys.stdout.flush()
    return 0


def _free_name(stem: str, taken: set[str]) -> str:
    """The stem, or the first of STEM-2, STEM-3 and so on that no map of this run has."""
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _expand(paths: Iterable[Path]) -> Iterator[Path]:
    """The photos that the arguments stand for, in their order."""
    for path in paths:
        if path.is_dir():
            yield from _list_photos(path)
        else:
            yield path


def _list_photos(directory: Path) -> list[Path]:
    photos = sorted(
        path for path in directory.iterdir() if path.is_file() and path.suffix.lower() in PHOTO_SUFFIXES
    )
    if not photos:
        raise UsageError(f"{directory} holds no photo ({', '.join(sorted(PHOTO_SUFFIXES))}).")
    return photos


def to_json(path: Path, inspection: Inspection) -> dict[str, object]:
    """The line of one photo, with the keys that the command line promises."""
    return {
        "photo": str(path),
        "verdict": inspection.verdict,
        "score": inspection.score,
        "surface": inspection.surface,
        "colour_delta_e": inspection.colour_delta_e,
        "colour_uncertainty": inspection.colour_uncertainty,
        "colour_limit": inspection.colour_limit,
        "shape": inspection.shape,
        "reasons": [_reason_to_json(reason) for reason in inspection.reasons],
        "ms": round(inspection.ms, 2),
    }


def _reason_to_json(reason: Reason) -> dict[str, object]:
    region: Region | None = reason.region
    box = None if region is None else [region.x, region.y, region.width, region.height]
    return {"code": reason.code, "region": box, "strength": reason.strength}


def to_text(path: Path, inspection: Inspection) -> str:
    """The line of one photo for a reader."""
    score = "    -" if inspection.score is None else f"{inspection.score:5.1f}"
    codes = ", ".join(dict.fromkeys(reason.code for reason in inspection.reasons))
    return f"{inspection.verdict:7} {score}  {path}{'  ' + codes if codes else ''}"


def write_map(path: Path, anomaly_map: np.ndarray) -> None:
    """A map (h, w), 1.0 = the accept limit, as a 16-bit grey PNG. Raises: UsageError."""
    levels = np.clip(anomaly_map * MAP_LEVELS_PER_LIMIT, 0, MAX_MAP_LEVEL).round().astype(np.uint16)
    if not cv2.imwrite(str(path), levels):
        raise UsageError(f"{path} cannot be written.")


if __name__ == "__main__":
    sys.exit(main())
