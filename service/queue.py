"""The job queue: procrastinate on the same PostgreSQL, so that a job is queued by the commit that needs it."""

from __future__ import annotations

from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from service.database import raw_connection

INSPECTIONS = "inspections"
FITS = "fits"
HOUSEKEEPING = "housekeeping"
QUEUES = (INSPECTIONS, FITS, HOUSEKEEPING)


def conninfo(url: str) -> str:
    """SQLAlchemy's address as libpq's."""
    parsed = make_url(url).set(drivername="postgresql")
    return parsed.render_as_string(hide_password=False)


class JobQueue:
    """Queues jobs inside the caller's transaction: they exist if and only if it commits."""

    def __init__(self) -> None:
        # Never opened: every job goes in over the connection of the session it belongs to.
        self._app = App(connector=SyncPsycopgConnector())

    def inspect(self, session: Session, photo_id: Any) -> None:
        self._defer(session, "inspect_photo", INSPECTIONS, photo_id=str(photo_id))

    def fit(self, session: Session, standard_id: Any) -> None:
        self._defer(session, "fit_standard", FITS, standard_id=str(standard_id))

    def embed_picture(self, session: Session, picture_id: Any) -> None:
        self._defer(session, "embed_picture", HOUSEKEEPING, picture_id=str(picture_id))

    def prepare_sample(self, session: Session, standard_id: Any, name: str) -> None:
        self._defer(session, "prepare_sample", FITS, standard_id=str(standard_id), name=name)

    def _defer(self, session: Session, task_name: str, queue: str, **arguments: str) -> None:
        session.flush()
        connection: psycopg.Connection = raw_connection(session)
        self._app.configure_task(task_name, queue=queue, connection=connection).defer(**arguments)


def worker_app(url: str) -> App:
    """The app that a worker runs; its tasks are in service.tasks."""
    return App(connector=PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=4))
