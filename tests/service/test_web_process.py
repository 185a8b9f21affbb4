"""A web process reads the search's index before it is asked, and shares the readers with the others."""

from __future__ import annotations

import contextlib
import http.client
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from service import create_app, web_process
from service.context import Parts
from service.database import Database
from service.web_process import EvenWorker, read_ahead
from tests.factories import make_design
from tests.servers import free_port, wait_until

ESTABLISHED = "01"  # as /proc/net/tcp writes it


def test_the_first_question_finds_an_index_that_is_there(app, session, asked):
    make_design(session)
    read_ahead(app)
    asked.clear()
    assert app.extensions["search"].count(session) == 1
    assert not [statement for statement in asked if "unnest(facets)" in statement]


def test_without_a_database_the_process_starts_all_the_same(parts, caplog):
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    app = create_app(Parts(settings=parts.settings, database=nowhere, images=parts.images, queue=parts.queue))
    read_ahead(app)
    assert "cannot be read ahead" in caplog.text
    nowhere.close()


class Process:
    """What the sharing of connections asks of a web process."""

    def __init__(self, age: int, connections: int, threads: int = 8) -> None:
        self.age, self.nr_conns, self.cfg = age, connections, SimpleNamespace(threads=threads)


@pytest.fixture
def too_many(monkeypatch):
    """Make processes with so many connections each; returns how many of them the first should give up."""
    monkeypatch.setattr(web_process, "held", [web_process.NOBODY] * web_process.MOST_PROCESSES)

    def ask(*counts: int) -> float:
        made = [Process(age, count) for age, count in enumerate(counts, start=1)]
        for process in made:
            web_process.held[web_process.place_of(process)] = process.nr_conns
        return EvenWorker._too_many(made[0])

    return ask


@pytest.mark.parametrize(
    ("counts", "given_up"),
    [
        ((24, 8), 8),
        ((17, 15), 1),
        ((16, 16), 0),
        ((17, 16), 0),  # one of an odd number has to be somewhere
        ((8, 24), 0),
        ((8, 0), 0),  # nobody waits for a thread
        ((10, 0), 5),
        ((500,), 0),  # there is no other
    ],
)
def test_a_process_gives_up_connections_only_when_readers_wait_and_another_holds_fewer(too_many, counts, given_up):
    assert too_many(*counts) == given_up


def test_a_process_that_is_gone_takes_no_connections(too_many):
    assert too_many(24, 8)
    web_process.child_exit(None, Process(2, 8))
    assert not too_many(24)


def test_readers_end_up_evenly_with_all_processes(start, home, database_url):
    port = free_port()
    settings = {"DATABASE_URL": database_url, "KRIYA_HOME": str(home), "PORT": str(port), "WEB_THREADS": "1"}
    kriya = start("web", settings)
    wait_until(lambda: kriya.health()[0], "an answer")
    with contextlib.ExitStack() as stack:
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(8)]
        readers = [stack.enter_context(contextlib.closing(connection)) for connection in connections]

        def shares() -> list[int]:
            with ThreadPoolExecutor(len(readers)) as asking:
                assert set(asking.map(ask, readers)) == {200}
            return sorted(connections_of(process, port) for process in children_of(kriya.process.pid))

        wait_until(lambda: [shares() for _ in range(3)] == [[4, 4]] * 3, "even shares that stay")


def ask(reader: http.client.HTTPConnection) -> int:
    reader.request("GET", "/static/icons.svg")
    response = reader.getresponse()
    response.read()
    return response.status


def children_of(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def connections_of(process: int, port: int) -> int:
    """How many connections to the port the process has open."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED}
    return sum(os.readlink(file) in here for file in Path(f"/proc/{process}/fd").iterdir())
