"""Which database the settings name: any PostgreSQL with pgvector, or the embedded one."""

from __future__ import annotations

import atexit
import time

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from service.embedded import EmbeddedDatabaseInUse, EmbeddedPostgres, find_running
from service.settings import SettingError, Settings

WAIT_FOR_OWNER_S = 60


def database_url(settings: Settings) -> str:
    """The address of the database for SQLAlchemy: DATABASE_URL, or the embedded server, started if none runs.

    Raises: SettingError for an address that is none; EmbeddedDatabaseError.
    """
    if settings.database_url:
        return normalise_url(settings.database_url)
    deadline = time.monotonic() + WAIT_FOR_OWNER_S
    while True:
        url = find_running(settings.home)
        if url is not None:
            return url
        server = EmbeddedPostgres(settings.home)
        try:
            url = server.start()
        except EmbeddedDatabaseInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)  # its owner is starting or stopping it
        else:
            atexit.register(server.stop)
            return url


def normalise_url(text: str) -> str:
    """postgres:// and postgresql://, as other tools write them, for the driver that Kriya uses.

    Raises: SettingError.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise SettingError("DATABASE_URL must be like postgresql://user:password@host:5432/kriya") from None
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise SettingError(f"DATABASE_URL must name a PostgreSQL, not {url.drivername}://")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
