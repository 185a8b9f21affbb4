"""What the web processes do beside answering: gunicorn reads this as its configuration and calls its hooks.

A connection stays with the process that took it, and two processes that wait at one door take them by chance: of 32
readers one may hold 24. So whoever holds more than another, while readers wait, ends some connections with their
answers; they come again, to either.
"""

from __future__ import annotations

import logging
import random
import threading
from multiprocessing import RawArray

from flask import Flask
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import TConn, ThreadWorker
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import configure_mappers

from service.search import Search

log = logging.getLogger(__name__)

# The connections that each process holds, in memory that all share, as this is loaded before they start.
NOBODY = -1
MOST_PROCESSES = 64
held = RawArray("i", [NOBODY] * MOST_PROCESSES)


class EvenWorker(ThreadWorker):
    """A process of threads that keeps no more connections than the others while readers wait for a thread."""

    def notify(self) -> None:
        """Called at every turn of the loop that takes connections."""
        super().notify()
        held[place_of(self)] = self.nr_conns

    def handle_request(self, req, conn: TConn) -> bool:
        # As many idle ones as it may keep; with none it tells the reader to connect anew.
        gives_up = random.random() < self._too_many() / max(1, self.nr_conns)  # noqa: S311, no secret
        self.max_keepalived = 0 if gives_up else self.worker_connections - self.cfg.threads
        return super().handle_request(req, conn)

    def _too_many(self) -> float:
        """How many connections to give up; half of what it has more than another, and none while no reader waits."""
        fewest = min((count for count in held if count != NOBODY), default=self.nr_conns)
        more = self.nr_conns - fewest
        return more / 2 if more > 1 and self.nr_conns > self.cfg.threads else 0


def place_of(worker: Worker) -> int:
    """Where its count stands: `age` numbers the processes as they start."""
    return worker.age % MOST_PROCESSES


def child_exit(_arbiter: Arbiter, worker: Worker) -> None:
    held[place_of(worker)] = NOBODY


def post_worker_init(worker: Worker) -> None:
    """The first visitor after a start should wait neither for the tables' mapping nor for the index of the search."""
    threading.Thread(target=read_ahead, args=(worker.wsgi,), name="read ahead", daemon=True).start()


def read_ahead(app: Flask) -> None:
    """Read the index of the search; without a database that is left to the first question."""
    configure_mappers()
    search: Search = app.extensions["search"]
    try:
        with app.extensions["database"].session() as session:
            search.current(session)
    except DBAPIError as error:
        log.warning("the index of the search cannot be read ahead: %s", error)
