"""The job queue: procrastinate on the same PostgreSQL, so that a job is queued by the commit that needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from service.database import raw_connection

INSPECTIONS = "inspections"
FITS = "fits"
HOUSEKEEPING = "housekeeping"
IMPORTS = "imports"
QUEUES = (INSPECTIONS, FITS, IMPORTS, HOUSEKEEPING)
# An import goes on when nobody waits for a verdict.
AFTER_VERDICTS = -5
# A thousand pictures that came in with a spreadsheet keep no workshop waiting for its verdicts.
AFTER_ALL_OTHERS = -10


def conninfo(url: str) -> str:
    """SQLAlchemy's address as libpq's."""
    parsed = make_url(url).set(drivername="postgresql")
    return parsed.render_as_string(hide_password=False)


@dataclass(frozen=True)
class QueueState:
    """Inspections and fits that wait and that run, and the workers whose heart beats."""

    waiting: int
    running: int
    workers: int


def look_at_queue(connection: Connection, silent_after_s: int) -> QueueState:
    """How the queue stands now. A worker silent for longer than `silent_after_s` is taken for gone."""
    query = text(
        "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),"
        " (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :silent))"
        " FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name IN ('inspect_photo', 'fit_standard')"
    )
    return QueueState(*connection.execute(query, {"silent": silent_after_s}).one())


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

    def prepare_picture(self, session: Session, image_key: str) -> None:
        self._defer(session, "prepare_picture", HOUSEKEEPING, AFTER_ALL_OTHERS, image_key=image_key)

    def mail_notification(self, session: Session, notification_id: Any) -> None:
        # One mail after the other: a mail server that hangs takes one of the worker's places, not all of them.
        self._defer(session, "mail_notification", HOUSEKEEPING, lock="mail", notification_id=str(notification_id))

    def check_import(self, session: Session, import_id: Any, check_number: int) -> None:
        self._defer(session, "check_import", IMPORTS, import_id=str(import_id), check_number=check_number)

    def run_import(self, session: Session, import_id: Any) -> None:
        self._defer(session, "run_import", IMPORTS, AFTER_VERDICTS, import_id=str(import_id))

    def prepare_sample(self, session: Session, standard_id: Any, name: str) -> None:
        self._defer(session, "prepare_sample", FITS, standard_id=str(standard_id), name=name)

    def show_sample(self, session: Session, batch_id: Any, after_s: int) -> None:
        self._defer(session, "show_sample", HOUSEKEEPING, after_s=after_s, batch_id=str(batch_id))

    def _defer(
        self,
        session: Session,
        task_name: str,
        queue: str,
        priority: int = 0,
        lock: str | None = None,
        after_s: int = 0,
        **arguments: str,
    ) -> None:
        session.flush()
        connection: psycopg.Connection = raw_connection(session)
        options = {"queue": queue, "priority": priority, "lock": lock, "connection": connection}
        task = self._app.configure_task(task_name, **options, schedule_in={"seconds": after_s} if after_s else None)
        task.defer(**arguments)


def worker_app(url: str) -> App:
    """The app that a worker runs; its tasks are in service.tasks."""
    return App(connector=PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=4))
