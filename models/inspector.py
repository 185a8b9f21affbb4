"""One photo against one standard. Stateless once loaded; the same photo always gets the same score."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from models.anomaly_map import find_regions, pool, smooth
from models.backbone import THREADS
from models.calibration import ACCEPT_SCORE, score_of, verdict_of
from models.embedding import PATCH_CHANNELS, PATCH_STRIDE_PX
from models.errors import UnreadableImage
from models.fitting import DECODED_SIDE_PX
from models.framing import embed_framed
from models.image import decode, read_bytes, read_info
from models.inspection import Inspection, Reason, Region
from models.memory_bank import nearest_distances
from models.photo_quality import find_fault, measure_quality
from models.standard import ENGINE_VERSION, FittedStandard

LEAST_SIDE_PX = 64


class Inspector:
    """Judges photos against one fitted standard; safe to use from several threads."""

    def __init__(self, standard: FittedStandard) -> None:
        self.standard = standard
        self._frame = (standard.frame_height_px, standard.frame_width_px)
        self._bank = standard.bank.astype(np.float32)  # (M, D)

    def inspect(self, photo: bytes | Path, *, with_map: bool = False) -> Inspection:
        """Judge one photo. A photo that cannot be judged is a result, "retake", and never an exception."""
        started = time.perf_counter()
        try:
            data = read_bytes(photo)
            info = read_info(data)
            picture = decode(data, min_side_px=DECODED_SIDE_PX)
        except UnreadableImage as error:
            inspection = self._retake(error.code)
        else:
            inspection = replace(
                self._judge(picture, with_map), width_px=info.width_px, height_px=info.height_px
            )
        return replace(inspection, ms=(time.perf_counter() - started) * 1000)

    def inspect_many(self, photos: Iterable[bytes | Path], *, with_map: bool = False) -> Iterator[Inspection]:
        """Judge photos side by side, one thread a core; the answers come in the order of the photos."""
        with ThreadPoolExecutor(THREADS) as pool_of_threads:
            yield from pool_of_threads.map(lambda photo: self.inspect(photo, with_map=with_map), photos)

    def _judge(self, picture: np.ndarray, with_map: bool) -> Inspection:
        standard = self.standard
        if min(picture.shape[:2]) < LEAST_SIDE_PX:
            return self._retake("too_small")
        fault = find_fault(
            measure_quality(picture), standard.least_sharpness, standard.darkest, standard.brightest
        )
        if fault:
            return self._retake(fault)
        patches = embed_framed(picture, self._frame)  # (h, w, D)
        distances, nearest = nearest_distances(patches.reshape(-1, PATCH_CHANNELS), self._bank)
        patch_scores = smooth(distances.reshape(patches.shape[:2]))  # (h, w)
        deviation = patch_scores / standard.limit
        if np.median(patch_scores) > standard.stranger_limit:
            return self._retake("wrong_piece", self._upright_map(deviation) if with_map else None)
        anomaly_score = pool(patch_scores)
        score = score_of(anomaly_score / standard.limit)
        return Inspection(
            verdict=verdict_of(score), score=score, anomaly_score=anomaly_score,
            surface=anomaly_score / standard.limit, colour_delta_e=None, shape=None,
            reasons=self._find_reasons(deviation) if score < ACCEPT_SCORE else (),
            nearest_reference=self._nearest_reference(nearest),
            anomaly_map=self._upright_map(deviation) if with_map else None,
            width_px=0, height_px=0, ms=0.0,
            engine_version=ENGINE_VERSION, standard_hash=standard.hash,
        )  # fmt: skip

    def _find_reasons(self, deviation: np.ndarray) -> tuple[Reason, ...]:
        rows, columns = deviation.shape
        found = find_regions(deviation, min(1.0, 0.95 * float(deviation.max())))
        return tuple(
            Reason("surface", Region(x / columns, y / rows, width / columns, height / rows), peak)
            for x, y, width, height, peak in found
        )

    def _nearest_reference(self, nearest: np.ndarray) -> int:
        owners = self.standard.bank_reference[nearest]
        return int(np.bincount(owners).argmax())

    def _upright_map(self, deviation: np.ndarray) -> np.ndarray:
        rows, columns = deviation.shape
        size = (columns * PATCH_STRIDE_PX, rows * PATCH_STRIDE_PX)
        return cv2.resize(deviation.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)

    def _retake(self, code: str, anomaly_map: np.ndarray | None = None) -> Inspection:
        return Inspection(
            verdict="retake", score=None, anomaly_score=None, surface=None, colour_delta_e=None, shape=None,
            reasons=(Reason(code),), nearest_reference=None, anomaly_map=anomaly_map, width_px=0,
            height_px=0, ms=0.0, engine_version=ENGINE_VERSION, standard_hash=self.standard.hash,
        )  # fmt: skip
