"""The embedded PostgreSQL: what was committed is there after whatever happens to the server or its owner."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from service.database_address import database_url
from service.embedded import OPTIONS, EmbeddedDatabaseError, EmbeddedDatabaseInUse, EmbeddedPostgres, find_running
from service.queue import conninfo
from service.settings import Settings
from tests.servers import wait_until


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="kriya-embedded-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def first_start(folder: Path) -> Path:
    """A home whose database was made once, under bad conditions: initdb takes its seconds.

    Its path is longer than a socket's may be, and an earlier set-up was interrupted there.
    """
    home = folder / ("long-" * 12) / ("name-" * 12)
    (home / "postgres.new" / "base").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(home)
    server.start()
    server.stop()
    return home


@pytest.fixture
def server(first_start: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(first_start)
    yield server
    server.stop()


def count(url: str, table: str) -> int:
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0]


def run(url: str, statement: str) -> None:
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute(statement)


def test_server_has_vectors_both_languages_and_full_durability(server: EmbeddedPostgres):
    with psycopg.connect(conninfo(server.start())) as connection:
        assert connection.execute("SELECT '[1,2]'::vector <-> '[1,2]'").fetchone() == (0.0,)
        stems = connection.execute("SELECT to_tsvector('indonesian', 'anyaman')::text, lower('ÉÖ')").fetchone()
        assert stems == ("'anyam':1", "éö")
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {name}").fetchone() == ("on",)


def test_server_listens_on_no_network(server: EmbeddedPostgres):
    server.start()
    assert [c for c in psutil.Process(server.pid).net_connections() if c.family.name != "AF_UNIX"] == []


def test_data_is_there_after_a_stop_and_another_start(server: EmbeddedPostgres):
    run(server.start(), "CREATE TABLE kept AS SELECT generate_series(1, 7)")
    server.stop()
    assert find_running(server.home) is None
    assert count(server.start(), "kept") == 7


def test_what_was_committed_survives_kill_9_of_the_whole_server(server: EmbeddedPostgres):
    run(server.start(), "CREATE TABLE committed AS SELECT generate_series(1, 1000)")
    everyone = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    for process in everyone:
        process.kill()
    psutil.wait_procs(everyone)
    assert not server.is_running
    assert count(server.start(), "committed") == 1000


def test_server_starts_again_while_a_busy_backend_of_the_killed_one_lives_on(server: EmbeddedPostgres):
    url = server.start()
    run(url, "CREATE TABLE IF NOT EXISTS busy (n int)")
    client = psycopg.connect(conninfo(url))
    client.execute("INSERT INTO busy SELECT generate_series(1, 5)")
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.is_running, "the killed server to be gone")
    assert count(server.start(), "busy") == 0
    client.close()


def test_stale_postmaster_pid_that_names_a_living_process_does_not_stop_the_start(server: EmbeddedPostgres):
    server.start()
    stale = (server.home / "postgres" / "postmaster.pid").read_text().splitlines()
    server.stop()
    # As after a restart of the machine: the number now belongs to somebody else, here to this very test.
    (server.home / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *stale[1:]]) + "\n")
    assert find_running(server.home) is None
    assert find_running(server.home) != server.start()


def test_second_owner_is_refused_and_others_find_the_running_server(server: EmbeddedPostgres):
    url = server.start()
    with pytest.raises(EmbeddedDatabaseInUse):
        EmbeddedPostgres(server.home).start()
    assert database_url(Settings(home=server.home)) == url
    assert server.is_running


def test_server_ends_when_its_owner_is_killed(first_start: Path):
    owner = subprocess.Popen([sys.executable, "-c", OWN_A_SERVER, str(first_start)], stdout=subprocess.PIPE)
    server = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.wait()
    owner.stdout.close()
    wait_until(lambda: not server.is_running(), "the server of the killed owner to end")
    heir = EmbeddedPostgres(first_start)
    heir.start()
    heir.stop()


def test_command_that_finds_no_server_runs_one_for_its_own_lifetime(first_start: Path):
    done = subprocess.run([sys.executable, "-c", ASK_FOR_ADDRESS, str(first_start)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"
    assert find_running(first_start) is None


def test_setup_that_was_interrupted_was_done_again_in_a_path_too_long_for_a_socket(server: EmbeddedPostgres):
    assert not (server.home / "postgres.new").exists()
    assert "host=%2F" in server.start()
    assert not list((server.home / "postgres").glob(".s.PGSQL*"))
    assert find_running(server.home) is not None


def test_server_that_cannot_start_says_why_in_one_line(first_start: Path):
    server = EmbeddedPostgres(first_start, OPTIONS | {"shared_buffers": "nonsense"})
    with pytest.raises(EmbeddedDatabaseError, match="shared_buffers") as caught:
        server.start()
    assert "\n" not in str(caught.value)


def test_home_that_is_a_file_says_so(folder: Path):
    (folder / "file").write_text("in the way")
    with pytest.raises(EmbeddedDatabaseError, match="file"):
        EmbeddedPostgres(folder / "file").start()


OWN_A_SERVER = """
import sys, time
from pathlib import Path
from service.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""

ASK_FOR_ADDRESS = """
import sys
from pathlib import Path
from service.database_address import database_url
from service.embedded import find_running
from service.settings import Settings
settings = Settings(home=Path(sys.argv[1]))
print(database_url(settings) == find_running(settings.home))
"""
