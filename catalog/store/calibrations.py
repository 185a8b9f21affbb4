"""The limits that a standard in use has had, the newest in force."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.calibrations import AS_FITTED, LimitInForce, check_may_calibrate, check_may_go_back
from catalog.errors import NotFound
from catalog.store.tables import Calibration, ReferenceStandard


def calibrations_of(session: Session, standard_id: uuid.UUID) -> list[Calibration]:
    """All of a standard, the newest first."""
    query = select(Calibration).where(Calibration.standard_id == standard_id)
    return list(session.scalars(query.order_by(Calibration.number.desc())))


def find_newest(session: Session, standard_id: uuid.UUID) -> Calibration | None:
    query = select(Calibration).where(Calibration.standard_id == standard_id)
    return session.scalar(query.order_by(Calibration.number.desc()).limit(1))


def find_in_force(session: Session, standard_id: uuid.UUID) -> Calibration | None:
    """The calibration that counts now, the earlier one itself where it was gone back to; None as fitted."""
    newest = find_newest(session, standard_id)
    if newest is None or newest.back_to is None:
        return newest
    query = select(Calibration).where(Calibration.standard_id == standard_id, Calibration.number == newest.back_to)
    return session.scalar(query)


def limit_in_force(session: Session, standard: ReferenceStandard) -> LimitInForce:
    """What a photo of this standard is inspected with now."""
    found = find_in_force(session, standard.id)
    return _as_fitted(standard) if found is None else _limit_of(found)


def _limit_of(calibration: Calibration) -> LimitInForce:
    """What was gone back to is in force under its own number again."""
    number = calibration.number if calibration.back_to is None else calibration.back_to
    return LimitInForce(number, calibration.limit, calibration.artifact_key, calibration.artifact_hash)


def _as_fitted(standard: ReferenceStandard) -> LimitInForce:
    return LimitInForce(0, AS_FITTED, standard.artifact_key, standard.artifact_hash)


def limits_by_hash(session: Session, standard: ReferenceStandard) -> dict[str, float]:
    """The limit of every artifact that photos of this standard were inspected with, by the artifact's hash."""
    query = select(Calibration.artifact_hash, Calibration.limit).where(Calibration.standard_id == standard.id)
    return {standard.artifact_hash: AS_FITTED} | dict(session.execute(query).all())


def add_calibration(
    session: Session,
    standard: ReferenceStandard,
    limit: float,
    artifact: tuple[str, str],
    person_id: uuid.UUID | None,
    **told: dict[str, Any],
) -> Calibration:
    """Put another limit into force. `artifact` is (key, hash), `told` evidence and report; `standard` must be locked.

    Raises: RuleBroken("standard_is_not_active").
    """
    check_may_calibrate(standard.state)
    return _add(session, standard, LimitInForce(0, limit, *artifact), person_id, **told)


def go_back(session: Session, standard: ReferenceStandard, number: int, person_id: uuid.UUID | None) -> Calibration:
    """Put an earlier limit into force again; 0 is the standard as it was fitted. `standard` must be locked.

    Raises: RuleBroken, NotFound("calibration_not_found").
    """
    check_may_calibrate(standard.state)
    target = _find_limit(session, standard, number)
    if target is None:
        raise NotFound("calibration_not_found")
    check_may_go_back(target.number, limit_in_force(session, standard))
    return _add(session, standard, target, person_id, back_to=target.number)


def _find_limit(session: Session, standard: ReferenceStandard, number: int) -> LimitInForce | None:
    if number == 0:
        return _as_fitted(standard)
    return next((_limit_of(each) for each in calibrations_of(session, standard.id) if each.number == number), None)


def _add(
    session: Session, standard: ReferenceStandard, target: LimitInForce, person_id: uuid.UUID | None, **more: Any
) -> Calibration:
    newest = find_newest(session, standard.id)
    calibration = Calibration(
        standard_id=standard.id,
        number=newest.number + 1 if newest else 1,
        limit=target.limit,
        artifact_key=target.artifact_key,
        artifact_hash=target.artifact_hash,
        created_by=person_id,
        **more,
    )
    session.add(calibration)
    session.flush()
    return calibration
