"""Reference standards and their photos."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.errors import NotFound, RuleBroken
from catalog.inspections import Region
from catalog.standards import (
    StandardState,
    check_may_activate,
    check_may_add_reference,
    check_may_change_references,
    check_may_fit,
    check_may_start,
    check_view,
    outlier_indexes,
)
from catalog.store.tables import DesignVersion, ReferencePhoto, ReferenceStandard


def add_standard(session: Session, version: DesignVersion, view: str, person_id: uuid.UUID | None) -> ReferenceStandard:
    """The next standard of a version, with no photos yet; one of this view that is still empty is given again.

    Raises: WrongState("version_is_retired"), InvalidFields for an unknown view.
    """
    check_may_start(version.state)
    view = check_view(view)
    _lock_version(session, version.id)
    standards = standards_of(session, version.id)
    for standard in standards:
        if standard.view == view and standard.state == StandardState.COLLECTING and not standard.references:
            return standard
    number = max((standard.number for standard in standards), default=0) + 1
    standard = ReferenceStandard(version=version, number=number, view=view, created_by=person_id)
    session.add(standard)
    session.flush()
    return standard


def _lock_version(session: Session, version_id: uuid.UUID) -> None:
    """One at a time may give this version a new standard, or a new active one."""
    session.execute(select(DesignVersion.id).where(DesignVersion.id == version_id).with_for_update())


def standards_of(session: Session, version_id: uuid.UUID) -> list[ReferenceStandard]:
    """All standards of a version, the newest first."""
    query = select(ReferenceStandard).where(ReferenceStandard.version_id == version_id)
    return list(session.scalars(query.order_by(ReferenceStandard.number.desc())))


def get_standard(session: Session, standard_id: uuid.UUID, *, lock: bool = False) -> ReferenceStandard:
    """With `lock`, others who want to change it wait for this transaction.

    Raises: NotFound.
    """
    query = select(ReferenceStandard).where(ReferenceStandard.id == standard_id)
    if lock:
        query = query.with_for_update(of=ReferenceStandard).execution_options(populate_existing=True)
    standard = session.scalar(query)
    if standard is None:
        raise NotFound("standard_not_found")
    return standard


def get_reference(session: Session, reference_id: uuid.UUID) -> ReferencePhoto:
    """Raises: NotFound."""
    reference = session.get(ReferencePhoto, reference_id)
    if reference is None:
        raise NotFound("photo_not_found")
    return reference


def add_reference(session: Session, standard: ReferenceStandard, **photo: Any) -> tuple[ReferencePhoto, bool]:
    """Add a photo, or find the same one; returns (photo, is_new). `standard` must be locked.

    A change takes a fitted standard back to collecting: its report no longer speaks of its photos.

    Raises: WrongState, RuleBroken("too_many_references").
    """
    same = next((each for each in standard.references if each.image_key == photo["image_key"]), None)
    if same is not None:
        return same, False
    check_may_add_reference(standard.state, len(standard.references))
    position = max((each.position for each in standard.references), default=-1) + 1
    reference = ReferencePhoto(standard=standard, position=position, **photo)
    session.add(reference)
    forget_fit(standard)
    session.flush()
    return reference, True


def remove_references(
    session: Session, standard: ReferenceStandard, reference_ids: Collection[uuid.UUID]
) -> list[ReferencePhoto]:
    """Take photos away, and with them the report; returns those that were there. `standard` must be locked.

    Raises: WrongState.
    """
    check_may_change_references(standard.state)
    removed = [reference for reference in standard.references if reference.id in reference_ids]
    for reference in removed:
        standard.references.remove(reference)
        session.delete(reference)
    if removed:
        forget_fit(standard)
    session.flush()
    return removed


def set_region(session: Session, standard: ReferenceStandard, region: Region | None) -> bool:
    """Say where the piece is in every photo, or let it be found; returns whether that is news. `standard` is locked.

    A fitted standard has to be fitted again.
    Raises: WrongState.
    """
    check_may_change_references(standard.state)
    kept = None if region is None else asdict(region)
    if standard.region == kept:
        return False
    standard.region = kept
    forget_fit(standard)
    session.flush()
    return True


def outliers_of(standard: ReferenceStandard) -> list[ReferencePhoto]:
    """The photos that the report calls unlike the others. The report keeps the order of the photos."""
    unlike = outlier_indexes(standard.report)
    return [reference for index, reference in enumerate(standard.references) if index in unlike]


def forget_fit(standard: ReferenceStandard) -> None:
    standard.state = StandardState.COLLECTING
    standard.fit_progress = 0.0
    standard.fit_failure = standard.report = standard.artifact_key = standard.artifact_hash = None
    standard.fitted_at = standard.accept_score = standard.reject_score = standard.engine_version = None


def start_fit(session: Session, standard: ReferenceStandard) -> None:
    """Raises: WrongState, RuleBroken("too_few_references")."""
    check_may_fit(standard.state, len(standard.references))
    forget_fit(standard)
    standard.state = StandardState.FITTING
    session.flush()


def set_fit_progress(session: Session, standard_id: uuid.UUID, progress: float) -> None:
    """`progress` in 0..1."""
    session.execute(update(ReferenceStandard).where(ReferenceStandard.id == standard_id).values(fit_progress=progress))


def record_fit(session: Session, standard: ReferenceStandard, **fitted: Any) -> None:
    """Keep the result of a fit: artifact_key, artifact_hash, engine_version, report, accept_score, reject_score."""
    for name, value in fitted.items():
        setattr(standard, name, value)
    standard.state = StandardState.FITTED
    standard.fit_progress = 1.0
    standard.fitted_at = datetime.datetime.now(datetime.UTC)
    session.flush()


def record_failed_fit(session: Session, standard: ReferenceStandard, failure: dict[str, Any]) -> None:
    standard.state = StandardState.FAILED
    standard.fit_failure = failure
    session.flush()


def activate(session: Session, standard: ReferenceStandard) -> None:
    """From now on workshops are inspected against it; the one that was active for this view is retired.

    Raises: WrongState.
    """
    check_may_activate(standard.state)
    _lock_version(session, standard.version_id)
    session.execute(
        update(ReferenceStandard)
        .where(
            ReferenceStandard.version_id == standard.version_id,
            ReferenceStandard.view == standard.view,
            ReferenceStandard.state == StandardState.ACTIVE,
        )
        .values(state=StandardState.RETIRED)
    )
    standard.state = StandardState.ACTIVE
    standard.activated_at = datetime.datetime.now(datetime.UTC)
    session.flush()


def active_standards(session: Session) -> list[ReferenceStandard]:
    """What a workshop may choose from: active standards of published versions, newest first."""
    query = (
        select(ReferenceStandard)
        .join(ReferenceStandard.version)
        .where(ReferenceStandard.state == StandardState.ACTIVE, DesignVersion.state == VersionState.PUBLISHED)
        .order_by(DesignVersion.published_at.desc(), ReferenceStandard.number.desc())
    )
    return list(session.scalars(query))


def get_open_standard(session: Session, standard_id: uuid.UUID) -> ReferenceStandard:
    """The standard, if a batch may be made against it.

    Raises: NotFound, RuleBroken("standard_is_not_active").
    """
    standard = get_standard(session, standard_id)
    if standard.version.state == VersionState.DRAFT:
        raise NotFound("standard_not_found")
    if standard.state != StandardState.ACTIVE or standard.version.state != VersionState.PUBLISHED:
        raise RuleBroken("standard_is_not_active")
    return standard
