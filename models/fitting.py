"""References in, a standard out."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from models.alignment import sketch_photo
from models.backbone import THREADS
from models.calibration import (
    COLOUR_RATE,
    FALSE_REJECT_RATE,
    SHAPE_RATE,
    Limit,
    fit_factor,
    fit_limit,
    overall,
    score_of,
)
from models.colour import ColourModel, fit_colour
from models.embedding import embed_photo
from models.errors import (
    TooFewReferences,
    TooManyReferences,
    UnlikeReferences,
    UnreadableImage,
    UnreadableReferences,
)
from models.glare import fit_glare
from models.image import decode, read_bytes, read_info
from models.lessons import draw_lessons
from models.light import common_colours, find_gain, log_colours
from models.measuring import Surface, embed_view, measure_loose, measure_spots
from models.photo_quality import measure_quality
from models.region_of_interest import Box, check_region, cut_out, side_to_decode
from models.self_test import HeldOutPiece, SelfTest, run_self_test
from models.shape import ShapeModel, fit_shape, measure_shape
from models.standard import FitReport, FittedStandard, Limits, ReferenceReport
from models.surface import Lessons, LooseModel, SpotModel, fit_loose, fit_spots
from models.surround import Surround, see_surround
from models.view import Framed, View, choose_view, frame_photo

MIN_REFERENCES, MAX_REFERENCES = 8, 40
ADVISED_REFERENCES = 12
DECODED_SIDE_PX = 600
FOLDS = 4  # with more, the held-out scores came out lower than those of new pieces
LEAST_LIKENESS = 0.72  # cosine of whole-photo embeddings; photos of unlike things lie well below
LIKENESS_SHARE = 0.75  # of the least among held-out references; below it a photo shows something else
OUTLIER_DEVIATION = 1.15


@dataclass(frozen=True)
class Reference:
    """A decoded reference: its picture, and the size of the whole upright photo."""

    name: str
    picture: np.ndarray
    width_px: int
    height_px: int


def fit(
    photos: Sequence[bytes | Path],
    *,
    names: Sequence[str] | None = None,
    progress: Callable[[float], None] | None = None,
    self_test: bool = True,
    region: Box | None = None,
) -> FittedStandard:
    """A standard from 8 to 40 photos of good pieces in one view.

    Args:
        names: what to call the references in the report and in errors; their file names or numbers if None.
        progress: called with a rising share 0..1.
        self_test: try which painted defects the standard catches (models.self_test); some seconds more.
        region: where the piece is in every photo (models.region_of_interest); None to find it.
    Raises: TooFewReferences, TooManyReferences, UnreadableReferences, UnlikeReferences, InvalidRegion.
    """
    started = time.perf_counter()
    region = None if region is None else check_region(region)
    tell = progress or (lambda share: None)
    names = tuple(names) if names is not None else tuple(_name_of(photo, i) for i, photo in enumerate(photos))
    with ThreadPoolExecutor(THREADS) as threads:
        references = _read_references(photos, names, region, threads)
        tell(0.1)
        _check_likeness(references, threads)
        tell(0.15)
        sketches = list(threads.map(lambda reference: sketch_photo(reference.picture), references))
        view = choose_view(sketches, is_cut_out=region is not None)
        framed = list(threads.map(
            lambda pair: frame_photo(pair[0].picture, view, pair[1]), zip(references, sketches, strict=True)
        ))  # fmt: skip
        tell(0.25)
        judged = view.judged
        common = common_colours([seen.rgb for seen in framed], judged)
        patches = list(threads.map(lambda seen: embed_view(seen, view, common, judged), framed))
        surrounds = [see_surround(each.picture, seen, view) for each, seen in zip(references, framed, strict=True)]
        tell(0.35)
        kinds = [np.stack(rows) for rows in zip(*patches, strict=True)]  # one (K, P, D) for each kind
        patches = [[rows[index] for rows in kinds] for index in range(len(patches))]  # views: no second copy
        spots, loose, measures = _fit_surface(kinds, framed, view, common, threads)
        held_out = [measure(rows) for measure, rows in zip(measures, patches, strict=True)]
        tell(0.42)
        aspects, deviations = _fit_aspects(held_out, framed, surrounds, view, common, threads)
        tell(0.45)
        tested, pictures = None, {}
        if self_test:
            pieces = _held_out_pieces(measures, framed, surrounds, view, common, deviations, aspects)
            tested, pictures = run_self_test(
                pieces, of_piece=view.by_piece, spread=threads.map, progress=lambda share: tell(0.45 + 0.55 * share)
            )
    limit, is_odd = aspects.surface, deviations > OUTLIER_DEVIATION
    report = _report(references, deviations, is_odd, limit, tested, not view.is_registered, started)
    tell(1.0)
    return FittedStandard(
        view, _limits(limit, held_out, framed, references), spots, loose, common,
        _thumbnails(framed, common, judged), report, shape=aspects.shape, colour=aspects.colour, pictures=pictures,
        region=region, glare=fit_glare([seen.rgb for seen in framed], view),
    )  # fmt: skip


def _name_of(photo: bytes | Path, index: int) -> str:
    return f"reference {index + 1}" if isinstance(photo, bytes) else Path(photo).name


def _read_references(photos, names, region, threads) -> list[Reference]:
    if len(photos) < MIN_REFERENCES:
        raise TooFewReferences(len(photos), MIN_REFERENCES)
    if len(photos) > MAX_REFERENCES:
        raise TooManyReferences(len(photos), MAX_REFERENCES)
    read = list(threads.map(partial(_try_to_read, region=region), photos, names))
    bad = [(name, answer) for name, answer in zip(names, read, strict=True) if isinstance(answer, str)]
    if bad:
        raise UnreadableReferences(*zip(*bad, strict=True))
    return read


def _try_to_read(photo: bytes | Path, name: str, region: Box | None) -> Reference | str:
    """The reference, cut to the region, or the code of why it cannot be read."""
    try:
        data = read_bytes(photo)
        info = read_info(data)
        picture = decode(data, min_side_px=side_to_decode(DECODED_SIDE_PX, region))
        return Reference(name, cut_out(picture, region), info.width_px, info.height_px)
    except UnreadableImage as error:
        return error.code


def _check_likeness(references: list[Reference], threads: ThreadPoolExecutor) -> None:
    """Raises: UnlikeReferences when some show something else than the rest."""
    vectors = np.stack(list(threads.map(lambda reference: embed_photo(reference.picture), references)))
    likeness = vectors @ vectors.T  # (K, K)
    np.fill_diagonal(likeness, np.nan)
    to_others = np.nanmedian(likeness, axis=1)
    strangers = [reference.name for reference, value in zip(references, to_others, strict=True)
                 if value < LEAST_LIKENESS]  # fmt: skip
    if strangers:
        raise UnlikeReferences(strangers)


@dataclass(frozen=True)
class Aspects:
    """How a piece is judged by each aspect: the surface's limit, and the models of colour and shape with theirs."""

    surface: Limit
    colour: ColourModel | None
    shape: ShapeModel | None


def _fit_aspects(
    held_out: list[Surface], framed: list[Framed], surrounds: list[Surround | None], view: View, common: np.ndarray,
    threads: ThreadPoolExecutor,
) -> tuple[Aspects, np.ndarray]:  # fmt: skip
    """The aspects, and the references' deviations (K,) by the worst of them, each reference held out."""
    scores = np.array([surface.anomaly_score for surface in held_out])
    shape, of_shape = fit_shape(view, framed, common, threads.map)
    colour, of_colour = fit_colour([seen.rgb for seen in framed], view, surrounds) or (None, np.zeros(len(scores)))
    shape_rate = SHAPE_RATE + (0 if colour else COLOUR_RATE)  # at any angle, the outline tells more than the surface
    factor = fit_factor(of_shape, shape_rate)
    limit = fit_limit(scores, FALSE_REJECT_RATE - (shape_rate if shape else 0) - (COLOUR_RATE if colour else 0))
    aspects = Aspects(limit, colour, shape and shape.scaled(factor))
    return aspects, np.max([scores / limit.value, of_shape / factor, of_colour], axis=0)


Measure = Callable[[list[np.ndarray]], Surface]


def _fit_surface(
    kinds: list[np.ndarray], framed: list[Framed], view: View, common: np.ndarray, threads: ThreadPoolExecutor
) -> tuple[tuple[SpotModel, ...], LooseModel | None, list[Measure]]:
    """The models of a registered view or that of a loose one, and how each reference is measured without itself."""
    judged = view.judged
    if not view.is_registered:
        loose = fit_loose(kinds[0], judged)
        return (), loose, [partial(measure_loose, loose.without(index), judged=judged) for index in range(len(framed))]
    lessons = draw_lessons(framed, view, common, threads.map)
    spots = tuple(fit_spots(rows, judged, taught) for rows, taught in zip(kinds, lessons, strict=True))
    return spots, None, _hold_out_spots(kinds, lessons, judged, threads)


def _hold_out_spots(
    kinds: list[np.ndarray], lessons: tuple[Lessons, ...], judged: np.ndarray, threads: ThreadPoolExecutor
) -> list[Measure]:
    """How each reference is measured by models of the references outside its fold, whitening and lessons included.

    The whitening must be held out too: with it fitted on the same photo, good pieces of tomorrow would be
    rejected three times as often as promised.
    """
    count = len(kinds[0])
    folds = np.arange(count) % FOLDS

    def fit_without(fold: int) -> tuple[SpotModel, ...]:
        kept = folds != fold
        return tuple(
            fit_spots(rows[kept], judged, taught.of(kept)) for rows, taught in zip(kinds, lessons, strict=True)
        )

    models = list(threads.map(fit_without, range(FOLDS)))
    return [partial(measure_spots, models[fold], judged=judged) for fold in folds]


def _held_out_pieces(
    measures: list[Measure], framed: list[Framed], surrounds: list[Surround | None],
    view: View, common: np.ndarray, deviations: np.ndarray, aspects: Aspects,
) -> list[HeldOutPiece]:  # fmt: skip
    """Each reference as the self-test needs it: measured as a photo would be, its surface by models made without it."""

    def measure_painted(rgb: np.ndarray, seen: Framed, surround: Surround | None, measure: Measure) -> float:
        painted = replace(seen, rgb=rgb)
        of_surface = measure(embed_view(painted, view, common, view.judged)).anomaly_score / aspects.surface.value
        colour = aspects.colour and aspects.colour.measure(rgb, surround)
        shape = None
        if aspects.shape and view.is_registered:  # a loose silhouette is found on the photo, which is not painted
            shape = measure_shape(aspects.shape, view, painted, common, seen.rgb.shape[1::-1])
        return overall([of_surface, shape and shape.deviation, colour and colour.deviation])

    return [
        HeldOutPiece(
            seen.rgb, _piece_in_view(seen), deviation,
            partial(measure_painted, seen=seen, surround=surround, measure=measure),
        )
        for measure, seen, surround, deviation in zip(measures, framed, surrounds, deviations, strict=True)
    ]  # fmt: skip


def _piece_in_view(seen: Framed) -> np.ndarray:
    """Where the piece is in a framed photo, (H, W) bool; everywhere in a view without a piece."""
    return np.ones(seen.rgb.shape[:2], bool) if seen.opacity is None else seen.opacity[..., 0] > 0.5


def _limits(
    limit: Limit, held_out: list[Surface], framed: list[Framed], references: list[Reference]
) -> Limits:
    qualities = [measure_quality(reference.picture) for reference in references]
    return Limits(
        anomaly=limit.value,
        least_likeness=LIKENESS_SHARE * min(surface.likeness for surface in held_out),
        most_border=max(seen.border_share for seen in framed),
        least_agreement=min(seen.agreement for seen in framed),
        least_sharpness=min(quality.sharpness for quality in qualities),
        darkest=min(quality.brightness for quality in qualities),
        brightest=max(quality.brightness for quality in qualities),
    )


def _thumbnails(framed: list[Framed], common: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Log colours (K, S, S, 3) float16 of the references, their light taken out."""
    return np.stack([
        log_colours(seen.rgb) - find_gain(seen.rgb, common, judged) for seen in framed
    ]).astype(np.float16)  # fmt: skip


def _report(references, deviations, is_outlier, limit, tested: SelfTest | None, is_loose, started) -> FitReport:
    listed = tuple(
        ReferenceReport(reference.name, score_of(deviation), bool(odd))
        for reference, deviation, odd in zip(references, deviations, is_outlier, strict=True)
    )  # fmt: skip
    notes = [note for note, holds in (
        ("few_references", len(references) < ADVISED_REFERENCES),
        ("outlier_found", any(reference.is_outlier for reference in listed)),
        ("loose_view", is_loose),
        ("not_self_tested", tested is None),
    ) if holds]  # fmt: skip
    notes += tested.notes if tested else ()
    width_px, height_px = (
        int(np.median([getattr(reference, side) for reference in references])) for side in ("width_px", "height_px")
    )
    return FitReport(
        listed, limit.expected_false_reject_rate, limit.false_reject_interval,
        float(np.mean(deviations <= 1.0)), tuple(notes), time.perf_counter() - started, width_px, height_px, tested,
    )  # fmt: skip
