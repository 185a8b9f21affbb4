"""The use case of the service: take a photo in, queue it, inspect it, record what was found.

Between the engine and the catalog only plain numbers pass, and they pass here.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict

import cv2
import numpy as np
from sqlalchemy.orm import Session

import models
from catalog import batches as batch_rules
from catalog.disposition import Tolerances, decide_verdict
from catalog.inspections import Measurements, Reason, Region
from catalog.standards import StandardState
from catalog.store import batches, calibrations, standards
from catalog.store.tables import BatchPhoto, ReferencePhoto, ReferenceStandard
from models import image
from models.errors import FitError
from service.context import Parts
from service.fitted_report import keep_report
from service.storage import ImageStore

# A photo is decoded once on arrival to know that it is whole; an eighth of its size proves it as well.
PROOF_SIDE_PX = 64
# The anomaly map is stored in 16 bits; this value stands for the limit of what is accepted.
MAP_LIMIT = 8192
MAX_KEPT_INSPECTORS = 4


class PhotoTooLarge(Exception):
    """More bytes than the service takes; `most` is the limit in MB."""

    def __init__(self, most: int) -> None:
        super().__init__(f"photo larger than {most} MB")
        self.most = most


def check_photo(data: bytes, max_photo_mb: int) -> image.ImageInfo:
    """Format and size of a photo that is whole and can be inspected.

    Raises: PhotoTooLarge, models.errors.UnreadableImage.
    """
    if len(data) > max_photo_mb * 1_000_000:
        raise PhotoTooLarge(max_photo_mb)
    info = image.read_info(data)
    image.decode(data, min_side_px=PROOF_SIDE_PX)
    return info


def receive_photo(
    session: Session, parts: Parts, batch_id: uuid.UUID, file_name: str, data: bytes
) -> tuple[BatchPhoto, bool]:
    """Store a photo of a batch and queue its inspection; returns (photo, is_new).

    The image is on disk before its record exists, and record and job commit together: what is acknowledged after
    the commit will be inspected. A crash in between leaves at most an image that nothing refers to.

    Raises: PhotoTooLarge, UnreadableImage, NotFound, RuleBroken("batch_is_full"), StorageUnavailable, StorageFull.
    """
    info = check_photo(data, parts.settings.max_photo_mb)
    key = parts.images.put(data, info.content_type)
    batch = batches.get_batch(session, batch_id, lock=True)
    photo, is_new = batches.add_photo(
        session, batch, parts.settings.max_batch_photos, **_photo_columns(key, info, file_name), size_bytes=len(data)
    )
    if is_new:
        parts.queue.inspect(session, photo.id)
    return photo, is_new


def receive_reference(
    session: Session, parts: Parts, standard_id: uuid.UUID, file_name: str, data: bytes
) -> tuple[ReferencePhoto, bool]:
    """Store a reference photo of a standard that is being collected; returns (photo, is_new).

    Raises: PhotoTooLarge, UnreadableImage, NotFound, WrongState, RuleBroken, StorageUnavailable, StorageFull.
    """
    info = check_photo(data, parts.settings.max_photo_mb)
    key = parts.images.put(data, info.content_type)
    standard = standards.get_standard(session, standard_id, lock=True)
    return standards.add_reference(session, standard, **_photo_columns(key, info, file_name))


def _photo_columns(key: str, info: image.ImageInfo, file_name: str) -> dict:
    return {
        "image_key": key,
        "content_type": info.content_type,
        "file_name": batch_rules.clean_file_name(file_name),
        "width_px": info.width_px,
        "height_px": info.height_px,
    }


def inspect_photo(parts: Parts, photo_id: uuid.UUID) -> None:
    """Inspect one photo and record the result, unless that was done before.

    Raises: StorageUnavailable, sqlalchemy.exc.OperationalError; the job is then tried again.
    """
    with parts.database.session() as session:
        photo = batches.get_photo(session, photo_id)
        if photo.inspection is not None:
            return
        standard = photo.batch.standard
        inspector = load_inspector(parts.images, calibrations.limit_in_force(session, standard).artifact_key)
        found = inspector.inspect(parts.images.get(photo.image_key), with_map=True)
        map_key = None if found.anomaly_map is None else parts.images.put(encode_map(found.anomaly_map), "image/png")
        batches.record_inspection(session, photo, **_inspection_columns(found, standard, map_key))


def _inspection_columns(found: models.Inspection, standard: ReferenceStandard, map_key: str | None) -> dict:
    """What the engine measured, decided by the standard's tolerances, as columns."""
    measured = Measurements(
        can_be_judged=found.verdict != "retake",
        score=found.score,
        surface=found.surface,
        colour_delta_e=found.colour_delta_e,
        shape=found.shape,
        reasons=tuple(_reason(reason) for reason in found.reasons),
    )
    decision = decide_verdict(measured, Tolerances(standard.accept_score, standard.reject_score))
    nearest = None if found.nearest_reference is None else standard.references[found.nearest_reference].id
    return {
        "standard_id": standard.id,
        "verdict": decision.verdict,
        "score": found.score,
        "anomaly_score": found.anomaly_score,
        "surface": found.surface,
        "colour_delta_e": found.colour_delta_e,
        "colour_uncertainty": found.colour_uncertainty,
        "colour_limit": found.colour_limit,
        "shape": found.shape,
        "reasons": [asdict(reason) for reason in decision.reasons],
        "nearest_reference_id": nearest,
        "map_key": map_key,
        "duration_ms": found.ms,
        "engine_version": found.engine_version,
        "standard_hash": found.standard_hash,
    }


def _reason(reason: models.Reason) -> Reason:
    region = reason.region
    place = None if region is None else Region(region.x, region.y, region.width, region.height)
    return Reason(reason.code, place, reason.strength)


def encode_map(anomaly_map: np.ndarray) -> bytes:
    """An anomaly map (h, w), 1.0 at the limit of what is accepted, as a 16-bit PNG with that limit at MAP_LIMIT."""
    levels = np.clip(anomaly_map * MAP_LIMIT, 0, 65535).astype(np.uint16)
    return cv2.imencode(".png", levels)[1].tobytes()


def decode_map(data: bytes) -> np.ndarray:
    """The (h, w) float32 map of `encode_map`."""
    levels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return levels.astype(np.float32) / MAP_LIMIT


# Keyed by content, so an inspector is never stale; few, since each holds a memory bank.
_inspectors: dict[str, models.Inspector] = {}


def load_inspector(images: ImageStore, artifact_key: str) -> models.Inspector:
    """The inspector of a fitted standard, kept for the next photo of the batch.

    Raises: ImageNotFound, StorageUnavailable, models.errors.BrokenArtifact.
    """
    inspector = _inspectors.pop(artifact_key, None)
    if inspector is None:
        inspector = models.Inspector(models.load(images.get(artifact_key)))
    _inspectors[artifact_key] = inspector
    while len(_inspectors) > MAX_KEPT_INSPECTORS:
        _inspectors.pop(next(iter(_inspectors)))
    return inspector


def fit_standard(parts: Parts, standard_id: uuid.UUID) -> None:
    """Fit a standard on its reference photos and record the report, or why it cannot be fitted.

    Raises: StorageUnavailable, sqlalchemy.exc.OperationalError; the job is then tried again.
    """
    with parts.database.session() as session:
        standard = standards.get_standard(session, standard_id)
        if standard.state != StandardState.FITTING:
            return
        photos = [parts.images.get(reference.image_key) for reference in standard.references]
        region = standard.region and tuple(standard.region[side] for side in ("x", "y", "width", "height"))
        # Not the file names: a phone calls many of its photos the same.
        names = [str(reference.id) for reference in standard.references]
    try:
        fitted = models.fit(photos, names=names, progress=_progress_recorder(parts, standard_id), region=region)
    except FitError as error:
        _record_failed_fit(parts, standard_id, error)
    else:
        _record_fit(parts, standard_id, fitted)


def _record_fit(parts: Parts, standard_id: uuid.UUID, fitted: models.FittedStandard) -> None:
    artifact_key = parts.images.put(fitted.to_bytes(), "application/octet-stream")
    report = keep_report(parts.images, fitted)
    with parts.database.session() as session:
        standard = standards.get_standard(session, standard_id, lock=True)
        standards.record_fit(
            session,
            standard,
            artifact_key=artifact_key,
            artifact_hash=fitted.hash,
            engine_version=models.ENGINE_VERSION,
            report=report,
            accept_score=models.ACCEPT_SCORE,
            reject_score=models.REJECT_SCORE,
        )


def _progress_recorder(parts: Parts, standard_id: uuid.UUID):
    """Writes the progress in steps of a twentieth: the page asks no more often."""
    last = 0.0

    def record(progress: float) -> None:
        nonlocal last
        if progress - last < 0.05:
            return
        last = progress
        with parts.database.session() as session:
            standards.set_fit_progress(session, standard_id, progress)

    return record


def _record_failed_fit(parts: Parts, standard_id: uuid.UUID, error: FitError) -> None:
    failure = {"code": type(error).__name__, "photos": list(getattr(error, "names", ()))}
    with parts.database.session() as session:
        standard = standards.get_standard(session, standard_id, lock=True)
        standards.record_failed_fit(session, standard, failure)
