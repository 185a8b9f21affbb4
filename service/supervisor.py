"""`make run`: the database, the web process and the worker, kept alive together and stopped together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from service import samples
from service.database import Database, migrate
from service.database_address import normalise_url
from service.embedded import EmbeddedDatabaseError, EmbeddedPostgres
from service.leash import leashed
from service.preflight import StartError, check_port, exclusive_home
from service.settings import Settings
from service.stores import open_store

LOOK_EVERY_S = 0.5
READY_WITHIN_S = 90
STOP_WITHIN_S = 8
LONGEST_PAUSE_S = 30
SETTLED_AFTER_S = 60
# Before the service was ready once, a process that ends this often will not come up by itself.
ENDS_BEFORE_READY = 4
# The worker inspects a photo on each core: splitting a photo's products over the cores again only makes them wait.
# And what one thread frees another may use, which keeps a fifth less memory.
FRUGAL = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


# Ctrl-C, `kill`, and a terminal that is closed.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody wants the service to stop."""


class Child:
    """A process of ours, started again after a growing pause whenever it ends."""

    def __init__(self, name: str, command: list[str], environ: Mapping[str, str]) -> None:
        self.name = name
        self.ends = 0
        self._command, self._environ = command, environ
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._due_at = 0.0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def look(self) -> None:
        """Start it if it should run and does not."""
        now = time.monotonic()
        if self.is_running:
            if now - self._started_at > SETTLED_AFTER_S:
                self.ends = 0
            return
        if self._process is not None and self._due_at < self._started_at:
            self._bury(now)
        if now >= self._due_at:
            self._start()

    def terminate(self) -> None:
        if self.is_running:
            self._process.terminate()

    def wait(self, until: float) -> None:
        """Wait for the end, and force it when the time is over."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.1, until - time.monotonic()))
        self._kill_group()

    def _start(self) -> None:
        # A session of its own: Ctrl-C reaches us alone, and we stop our children in order.
        self._process = subprocess.Popen(
            leashed(self._command, signal.SIGTERM),
            env=self._environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started_at = time.monotonic()

    def _bury(self, now: float) -> None:
        self._kill_group()  # what it started may still hold the port
        pause_s = 0 if self.ends == 0 else min(LONGEST_PAUSE_S, 2 ** (self.ends - 1))
        self.ends += 1
        self._due_at = now + pause_s
        say(f"the {self.name} process ended ({_how(self._process.returncode)}); starting it again")

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Supervisor:
    """Runs the whole service on one machine until it is told to stop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._postgres: EmbeddedPostgres | None = None
        self._children: list[Child] = []

    def run(self) -> None:
        """Returns when stopped by a signal. Raises: StartError, EmbeddedDatabaseError, SettingError."""
        for number in STOP_SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup does with SIGHUP
                signal.signal(number, _raise_stop)
        with exclusive_home(self.settings):
            check_port(self.settings.host, self.settings.port)
            open_store(self.settings)  # only to refuse settings that name none
            try:
                self._serve()
            except Stop:
                say("stopping")
            finally:
                self._stop()

    def _serve(self) -> NoReturn:
        url = self._start_database()
        _migrate(url)
        places = {"DATABASE_URL": url, "KRIYA_HOME": str(self.settings.home.resolve())}
        environ = FRUGAL | os.environ | places
        is_first = self._load_samples(url, environ)
        self._children = [Child(name, _command(name), environ) for name in ("web", "worker")]
        self._wait_until_ready()
        print(_greeting(self.settings, is_first), flush=True)
        while True:
            self._look()
            time.sleep(LOOK_EVERY_S)

    def _start_database(self) -> str:
        if self.settings.database_url:
            return normalise_url(self.settings.database_url)
        self._postgres = EmbeddedPostgres(self.settings.home)
        if not (self.settings.home / "postgres").exists():
            say(f"making the database under {self.settings.home}")
        return self._postgres.start()

    def _load_samples(self, url: str, environ: Mapping[str, str]) -> bool:
        """Load the sample catalog if it should be there and is not; returns whether it was loaded.

        In a process of its own, so that its memory goes with it. An interrupted load is taken up again.
        """
        unfinished = self.settings.home / "samples-unfinished"
        if not self.settings.sample_data or not (unfinished.exists() or _is_empty(url)):
            return False
        say("loading the sample catalog")
        unfinished.touch()
        command = [sys.executable, "-m", "service", "install-samples", "--json"]
        done = subprocess.run(leashed(command, signal.SIGKILL), env=environ, stdout=subprocess.PIPE, text=True)
        sign_ins = [json.loads(line) for line in done.stdout.splitlines()]
        if sign_ins:
            print(sign_in_table(sign_ins), flush=True)
        if done.returncode != 0:
            raise StartError("the sample catalog could not be loaded; SAMPLE_DATA=0 starts without it")
        unfinished.unlink()
        return True

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not _is_well(self.settings):
            self._look()
            gone = [child.name for child in self._children if child.ends >= ENDS_BEFORE_READY]
            if gone or time.monotonic() > deadline:
                raise StartError(f"the {' and '.join(gone) or 'web'} process does not come up")
            time.sleep(0.2)

    def _look(self) -> None:
        if self._postgres is not None and not self._postgres.is_running:
            say("the database ended; starting it again")
            try:
                self._postgres.start()
            except EmbeddedDatabaseError as error:
                say(str(error))
        for child in self._children:
            child.look()

    def _stop(self) -> None:
        """Everything we started, the database last; a second Ctrl-C does not interrupt it."""
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        until = time.monotonic() + STOP_WITHIN_S
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.wait(until)
        if self._postgres is not None:
            self._postgres.stop()


def say(line: str) -> None:
    print(f"kriya: {line}", file=sys.stderr, flush=True)


def sign_in_table(sign_ins: list[dict[str, str]]) -> str:
    """The sign-ins that were just made, for a terminal."""
    lines = [f"    {made['role']:<16} {made['email']:<26} {made['password']}" for made in sign_ins]
    return "\n".join(["", "  Sign-ins, made for this installation. They are shown this once:", "", *lines, ""])


def address(settings: Settings) -> str:
    """Where people open the service."""
    if settings.public_url:
        return settings.public_url
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104, compared only
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _greeting(settings: Settings, with_samples: bool) -> str:
    lines = [f"  Kriya is at {address(settings)}", f"  Everything is kept in {settings.home}. Ctrl-C stops it."]
    if with_samples:
        lines.append("  The sample batches are being inspected now: their verdicts arrive within minutes.")
    return "\n".join(["", *lines, ""])


def _migrate(url: str) -> None:
    try:
        migrate(url)
    except DBAPIError as error:
        raise StartError(f"the database cannot be used: {_first_line(error.orig)}") from error


def _is_empty(url: str) -> bool:
    database = Database(url, pool_size=1)
    try:
        with database.session() as session:
            return samples.is_empty(session)
    finally:
        database.close()


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "service", name]


def _is_well(settings: Settings) -> bool:
    """Whether the web process answers that every part is there."""
    local = address(Settings(host=settings.host, port=settings.port))
    try:
        with urllib.request.urlopen(f"{local}/healthz", timeout=5) as response:  # noqa: S310, our own address
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), "no reason given")


def _how(return_code: int) -> str:
    return f"exit code {return_code}" if return_code >= 0 else signal.Signals(-return_code).name


def _raise_stop(_number: int, _frame: object) -> NoReturn:
    raise Stop
