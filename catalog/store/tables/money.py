"""Exchange rates, as somebody wrote them down with their day."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.store.tables.base import Base, now, primary_key
from catalog.store.tables.people import Person


class ExchangeRateRecord(Base):
    """Never changed: another rate is another record. The newest day counts, of one day what was written last."""

    __tablename__ = "exchange_rate"
    __table_args__ = (Index("ix_exchange_rate_newest", "currency", "rated_on", "created_at"),)

    id: Mapped[uuid.UUID] = primary_key()
    currency: Mapped[str]
    idr_per_unit: Mapped[Decimal]
    rated_on: Mapped[datetime.date]
    source: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime.datetime] = now()
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person | None] = relationship()
