"""Counters of the rate limits in PostgreSQL: every web process counts together, and a restart forgets nothing.

The table is unlogged: counting costs no flush to disk, and after a crash of the database every count is zero.
"""

from __future__ import annotations

import datetime

from limits.storage import Storage
from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from catalog.store.tables import Base

STORAGE_URI = "kriya-postgresql://"
# Counts that have run out go when the first of a new window comes; this is often enough to keep the table small.
SWEEP_EVERY = 1000

COUNT = text(
    "INSERT INTO rate_limit AS kept (key, count, expires_at)"
    " VALUES (:key, :amount, clock_timestamp() + make_interval(secs => :expiry))"
    " ON CONFLICT (key) DO UPDATE SET"
    " count = CASE WHEN kept.expires_at <= clock_timestamp() THEN 0 ELSE kept.count END + excluded.count,"
    " expires_at = CASE WHEN kept.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE kept.expires_at END"
    " RETURNING count"
)


class RateLimit(Base):
    """How often something happened until `expires_at`, when its window ends."""

    __tablename__ = "rate_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime.datetime] = mapped_column(index=True)


class PostgresStorage(Storage):
    """The storage of the `limits` library on connections of their own: a request that fails still counts."""

    STORAGE_SCHEME = ["kriya-postgresql"]
    base_exceptions = SQLAlchemyError

    def __init__(self, uri: str | None = None, *, engine: Engine, **options: float | str | bool) -> None:
        super().__init__(uri, **options)
        # One statement each: no need of a transaction around it.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._counted = 0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        with self._engine.connect() as connection:
            count = connection.scalar(COUNT, {"key": key, "expiry": expiry, "amount": amount})
            self._counted += 1
            if self._counted % SWEEP_EVERY == 0:
                connection.execute(delete(RateLimit).where(RateLimit.expires_at <= func.now()))
        return count

    def get(self, key: str) -> int:
        query = select(RateLimit.count).where(RateLimit.key == key, RateLimit.expires_at > func.now())
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        """When the key's window ends, in seconds since the epoch; now if it is not counted."""
        ends = func.coalesce(func.max(RateLimit.expires_at), func.now())
        with self._engine.connect() as connection:
            return connection.scalar(select(ends).where(RateLimit.key == key)).timestamp()

    def check(self) -> bool:
        try:
            self.get("")
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(delete(RateLimit)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(delete(RateLimit).where(RateLimit.key == key))
