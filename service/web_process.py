"""What a web process does when it starts: gunicorn reads this as its configuration and calls its hooks."""

from __future__ import annotations

import logging
import threading

from flask import Flask
from gunicorn.workers.base import Worker
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import configure_mappers

from service.search import Search

log = logging.getLogger(__name__)


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
