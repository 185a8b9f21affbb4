"""Exchange rates: the newest of each currency counts."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from catalog.money import ExchangeRate, check_rate
from catalog.store.tables import ExchangeRateRecord


def add_rate(
    session: Session, rate: ExchangeRate, person_id: uuid.UUID | None, today: datetime.date
) -> ExchangeRateRecord:
    """Write down a rate. Raises: InvalidFields."""
    check_rate(rate, today)
    record = ExchangeRateRecord(
        currency=rate.currency,
        idr_per_unit=rate.idr_per_unit,
        rated_on=rate.rated_on,
        source=rate.source,
        created_by=person_id,
    )
    session.add(record)
    session.flush()
    return record


def newest_rates(session: Session) -> dict[str, ExchangeRate]:
    """The rate that counts for each currency that has one."""
    record = ExchangeRateRecord
    query = select(record.currency, record.idr_per_unit, record.rated_on, record.source)
    query = query.ext(distinct_on(record.currency))
    query = query.order_by(record.currency, record.rated_on.desc(), record.created_at.desc())
    return {row.currency: ExchangeRate(*row) for row in session.execute(query)}


def rate_history(session: Session, limit: int = 100) -> Sequence[ExchangeRateRecord]:
    """Every rate written down, the newest first."""
    record = ExchangeRateRecord
    return session.scalars(select(record).order_by(record.rated_on.desc(), record.created_at.desc()).limit(limit)).all()
