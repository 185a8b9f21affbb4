"""Put the parts of a process together from its settings."""

from __future__ import annotations

from service.context import Parts
from service.database import Database
from service.database_address import database_url
from service.queue import JobQueue
from service.settings import Settings
from service.stores import open_store


def build_parts(settings: Settings) -> Parts:
    """Raises: EmbeddedDatabaseError, StorageUnavailable."""
    database = Database(database_url(settings), pool_size=settings.web_threads + 2)
    return Parts(settings=settings, database=database, images=open_store(settings), queue=JobQueue())
