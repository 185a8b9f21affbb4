"""One photo against one standard. Stateless once loaded; the same photo always gets the same score."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.anomaly_map import find_regions, map_on_photo
from models.backbone import THREADS
from models.calibration import ACCEPT_SCORE, overall, score_of, verdict_of
from models.colour import Colour
from models.embedding import CELL_PX
from models.errors import UnreadableImage
from models.finding import Box, Finding, box_on_photo, is_same_place, say_once
from models.fitting import DECODED_SIDE_PX
from models.image import decode, read_bytes, read_info
from models.inspection import Inspection, Reason, Region
from models.light import find_gain, log_colours
from models.measuring import Surface, embed_view, find_unsure, measure_loose, measure_spots
from models.photo_quality import find_fault, measure_quality
from models.region_of_interest import cut_out, place_on_photo, side_to_decode
from models.shape import Shape, measure_shape
from models.standard import ENGINE_VERSION, FittedStandard
from models.surround import see_surround
from models.view import Framed, frame_photo

LEAST_SIDE_PX = 64
AGREEMENT_SHARE = 0.6  # of the least among the references; below it the photo was not brought into the view
MOST_OUTSIDE, MOST_BORDER_MORE = 0.08, 0.05
MOST_OUTSIDE_REGION = 0.35  # of a drawn region: the piece may move in it, and takes the view beyond with it
FAMILIAR_RATIO = 2.5  # of the largest distance from a reference to its nearest other
ALWAYS_FAMILIAR = 0.12  # in mean log levels, however alike the references are
REGION_LEVEL = 0.7  # a finding's outline, as a share of its peak, when the peak is only just over the limit


class Inspector:
    """Judges photos against one fitted standard; safe to use from several threads."""

    def __init__(self, standard: FittedStandard) -> None:
        self.standard = standard
        self._judged = standard.view.judged
        self._thumbnails = standard.thumbnails.astype(np.float32)  # (K, S, S, 3)
        self._usual_distance = _largest_nearest_distance(self._thumbnails)

    def inspect(self, photo: bytes | Path, *, with_map: bool = False) -> Inspection:
        """Judge one photo. A photo that cannot be judged is a result, "retake", and never an exception."""
        started, region = time.perf_counter(), self.standard.region
        try:
            data = read_bytes(photo)
            info = read_info(data)
            picture = decode(data, min_side_px=side_to_decode(DECODED_SIDE_PX, region))
        except UnreadableImage as error:
            inspection = self._retake(error.code)
        else:
            judged = place_on_photo(self._judge(cut_out(picture, region), with_map), region, picture.shape[1::-1])
            inspection = replace(judged, width_px=info.width_px, height_px=info.height_px)
        return replace(inspection, ms=(time.perf_counter() - started) * 1000)

    def inspect_many(self, photos: Iterable[bytes | Path], *, with_map: bool = False) -> Iterator[Inspection]:
        """Judge photos side by side, one thread a core; the answers come in the order of the photos."""
        with ThreadPoolExecutor(THREADS) as threads:
            yield from threads.map(lambda photo: self.inspect(photo, with_map=with_map), photos)

    def _judge(self, picture: np.ndarray, with_map: bool) -> Inspection:
        if min(picture.shape[:2]) < LEAST_SIDE_PX:
            return self._retake("too_small")
        standard = self.standard
        framed = frame_photo(picture, standard.view)
        surface = self._measure(framed)
        photo_map = self._map(surface, framed, picture)
        code = self._find_retake(picture, framed, surface)
        if code:
            return self._retake(code, photo_map if with_map else None)
        deviation = surface.anomaly_score / standard.limits.anomaly
        colour = standard.colour and standard.colour.measure(framed.rgb, see_surround(picture, framed, standard.view))
        shape = self._measure_shape(framed, picture)
        score = score_of(overall([deviation, colour and colour.deviation, shape and shape.deviation]))
        reasons = ()
        if score < ACCEPT_SCORE:
            reasons = _find_reasons(photo_map, deviation, shape, colour, framed, picture.shape[1::-1])
        return Inspection(
            verdict=verdict_of(score), score=score, anomaly_score=surface.anomaly_score, surface=deviation,
            colour_delta_e=colour and colour.delta_e, colour_uncertainty=colour and colour.uncertainty,
            colour_limit=colour and colour.limit, shape=shape and shape.deviation,
            reasons=reasons,
            nearest_reference=self._find_nearest(framed), anomaly_map=photo_map if with_map else None,
            width_px=0, height_px=0, ms=0.0, engine_version=ENGINE_VERSION, standard_hash=standard.hash,
        )  # fmt: skip

    def _measure(self, framed: Framed) -> Surface:
        standard = self.standard
        patches = embed_view(framed, standard.view, standard.common, self._judged)
        if standard.loose is None:
            unsure = find_unsure(framed, standard.view, standard.common)
            return measure_spots(standard.spots, patches, self._judged, unsure)
        return measure_loose(standard.loose, patches, self._judged)

    def _measure_shape(self, framed: Framed, picture: np.ndarray) -> Shape | None:
        standard = self.standard
        if standard.shape is None:
            return None
        return measure_shape(standard.shape, standard.view, framed, standard.common, picture.shape[1::-1])

    def _find_retake(self, picture: np.ndarray, framed: Framed, surface: Surface) -> str | None:
        """The code of why this photo cannot be judged, or None."""
        limits = self.standard.limits
        quality = measure_quality(picture)
        fault = find_fault(quality, limits.least_sharpness, limits.darkest, limits.brightest)
        if fault and (fault != "blurred" or self._is_familiar(framed)):  # smooth things are not rough ones, blurred
            return fault
        if surface.likeness < limits.least_likeness:
            reaches_out = self.standard.view.by_piece and framed.border_share > limits.most_border + MOST_BORDER_MORE
            return "cut_off" if reaches_out else "wrong_piece"
        if self.standard.glare and self.standard.glare.is_hidden(framed.rgb):  # first: it disturbs the agreement too
            return "glare"
        if framed.agreement < AGREEMENT_SHARE * limits.least_agreement:
            return "not_aligned"
        if framed.outside_share > (MOST_OUTSIDE if self.standard.region is None else MOST_OUTSIDE_REGION):
            return "cut_off"
        return fault

    def _find_nearest(self, framed: Framed) -> int:
        """Index of the reference that looks most like the photo, light aside."""
        return int(self._distances(framed).argmin())

    def _is_familiar(self, framed: Framed) -> bool:
        """Whether the photo, seen small, looks like a reference: blur does not change that."""
        most = max(FAMILIAR_RATIO * self._usual_distance, ALWAYS_FAMILIAR)
        return float(self._distances(framed).min()) < most

    def _distances(self, framed: Framed) -> np.ndarray:
        """How far the photo's colours, seen small, are from those of each reference, (K,), light aside."""
        gain = find_gain(framed.rgb, self.standard.common, self._judged)
        return np.abs(self._thumbnails - (log_colours(framed.rgb) - gain)).mean(axis=(1, 2, 3))

    def _map(self, surface: Surface, framed: Framed, picture: np.ndarray) -> np.ndarray:
        view = self.standard.view
        deviation = surface.scores / self.standard.limits.anomaly
        return map_on_photo(deviation, framed.matrix, (view.width_px, view.height_px), picture.shape[1::-1])

    def _retake(self, code: str, photo_map: np.ndarray | None = None) -> Inspection:
        return Inspection(
            verdict="retake", score=None, anomaly_score=None, surface=None, colour_delta_e=None,
            colour_uncertainty=None, colour_limit=None, shape=None, reasons=(Reason(code),), nearest_reference=None,
            anomaly_map=photo_map, width_px=0, height_px=0, ms=0.0, engine_version=ENGINE_VERSION,
            standard_hash=self.standard.hash,
        )  # fmt: skip


def _largest_nearest_distance(thumbnails: np.ndarray) -> float:
    """The mean absolute difference of the reference that is least like its nearest other, of (K, S, S, 3)."""
    rows = thumbnails.reshape(len(thumbnails), -1)
    distances = np.stack([np.abs(rows - row).mean(axis=1) for row in rows])  # (K, K)
    np.fill_diagonal(distances, np.inf)
    return float(distances.min(axis=1).max())


def _find_reasons(
    photo_map: np.ndarray, surface_deviation: float, shape: Shape | None, colour: Colour | None, framed: Framed,
    photo_size: tuple[int, int],
) -> tuple[Reason, ...]:  # fmt: skip
    """What is wrong, each place said once: by the outline before the surface, by the stronger of surface and colour."""
    of_shape = shape.findings if shape is not None and shape.deviation > 1.0 else ()
    level = min(1.0, REGION_LEVEL * float(photo_map.max())) if surface_deviation > 1.0 else 1.0
    of_surface = [Finding("surface", box, peak) for box, peak in find_regions(photo_map, level)]
    of_colour = []
    if colour is not None and colour.deviation > 1.0:
        of_colour = [Finding("colour", _box_on_photo(colour.cells, framed, photo_size), colour.deviation)]
    if colour is not None and colour.is_wide:  # a drift of the whole hides no crack in it
        said = say_once(of_shape, of_surface) + of_colour
    else:
        told = [found for found in of_colour if not any(
            other.strength > found.strength and is_same_place(other.box, found.box) for other in of_surface
        )]  # fmt: skip
        said = say_once(say_once(of_shape, told), of_surface)
    said.sort(key=lambda found: -found.strength)
    return tuple(Reason(found.code, found.box and Region(*found.box), found.strength) for found in said)


def _box_on_photo(cells: np.ndarray, framed: Framed, photo_size: tuple[int, int]) -> Box:
    """Around cells (h, w) bool of the view, on a photo of a size (width, height)."""
    rows, columns = np.nonzero(cells)
    low, high = (columns.min(), rows.min()), (columns.max() + 1, rows.max() + 1)
    return box_on_photo(CELL_PX * np.array(low), CELL_PX * np.array(high), framed.matrix, photo_size)
