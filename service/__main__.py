"""The processes of the service: `python -m service run | web | worker | migrate | reindex | ...`.

Whatever is wrong is one line on stderr and exit code 1.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import OperationalError

from catalog.store import entries
from service import backup, create_app, exchange_commands, samples
from service.build import build_parts
from service.context import Parts
from service.database import DatabaseTooNew, migrate
from service.database_address import database_url
from service.directory_store import DirectoryStore
from service.embedded import EmbeddedDatabaseError
from service.preflight import StartError
from service.queue import worker_app
from service.settings import SettingError, Settings
from service.storage import StorageError
from service.supervisor import Supervisor, say, sign_in_table
from service.tasks import add_tasks, run_worker

log = logging.getLogger("service")

PLAIN_ERRORS = (
    StartError,
    SettingError,
    EmbeddedDatabaseError,
    DatabaseTooNew,
    StorageError,
    backup.BackupError,
    exchange_commands.ExchangeError,
)
LONGEST_PAUSE_S = 30
STOP_WITHIN_S = 30


def run(settings: Settings, _arguments: argparse.Namespace) -> None:
    Supervisor(settings).run()


def web(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Become gunicorn: processes that share nothing but the database and the image store, and threads in each."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options = {
        "config": "python:service.web_process",
        "bind": f"{host}:{settings.port}",
        "worker-class": "service.web_process.EvenWorker",
        "workers": max(1, settings.web_processes),
        "threads": settings.web_threads,
        # A phone on a bad line may take minutes for one photo: this time is of a silent worker, not of a request.
        "timeout": 120,
        "graceful-timeout": 5,
        "limit-request-line": 8190,  # the most there is: a file name of the API may be long, and three bytes a letter
        "log-level": "warning",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "gunicorn", "service.wsgi:app", "--no-control-socket", *flags]
    os.execv(command[0], command)  # noqa: S606, our own interpreter


def worker(settings: Settings, _arguments: argparse.Namespace) -> None:
    """Work until told to stop; a database that goes away is waited for."""
    parts = build_parts(settings)
    if isinstance(parts.images, DirectoryStore):
        parts.images.sweep()
    pause_s = 1
    while True:
        app = worker_app(parts.database.url)
        add_tasks(app, parts)
        started_at = time.monotonic()
        try:
            asyncio.run(work_until_told_to_stop(app, parts))
            return
        except (ConnectorException, OperationalError, psycopg.OperationalError) as error:
            if not is_outage(error):
                raise
            pause_s = 1 if time.monotonic() - started_at > LONGEST_PAUSE_S else min(LONGEST_PAUSE_S, 2 * pause_s)
            log.warning("the worker lost the database (%s); again in %d s", type(error).__name__, pause_s)
            time.sleep(pause_s)


async def work_until_told_to_stop(app: App, parts: Parts) -> None:
    """Returns after SIGTERM or Ctrl-C, once the photos in hand are done. Raises: what run_worker raises."""
    working = asyncio.ensure_future(run_worker(app, parts))

    def stop() -> None:
        signal.alarm(STOP_WITHIN_S)  # ends the process if this takes longer, as with a database that is gone
        working.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await working
    except asyncio.CancelledError:
        return
    except Exception:
        if working.cancelling():
            return  # it could not say goodbye to the database; its jobs are given to others
        raise


def is_outage(error: BaseException) -> bool:
    """Whether the database went away, rather than that it was asked something wrong."""
    if isinstance(error, ConnectorException):
        return isinstance(error.__cause__, psycopg.OperationalError)
    return isinstance(error, OperationalError | psycopg.OperationalError)


def migrate_database(settings: Settings, _arguments: argparse.Namespace) -> None:
    migrate(database_url(settings))


def reindex(settings: Settings, _arguments: argparse.Namespace) -> None:
    with build_parts(settings).database.session() as session:
        print(f"{entries.reindex(session)} designs in the search")


def install_samples(settings: Settings, arguments: argparse.Namespace) -> None:
    parts = build_parts(settings)
    with create_app(parts).app_context():
        made = [dataclasses.asdict(sign_in) for sign_in in samples.load_samples(parts)]
    if arguments.json:
        print(*map(json.dumps, made), sep="\n", end="\n" if made else "")
    elif made:
        print(sign_in_table(made))


def make_backup(settings: Settings, arguments: argparse.Namespace) -> None:
    print(backup.write_backup(settings, arguments.folder))


def restore_backup(settings: Settings, arguments: argparse.Namespace) -> None:
    backup.restore_backup(settings, arguments.file, force=arguments.force)
    print(f"restored {arguments.file}")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m service", description="The processes of Kriya.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(function=function)
        return added

    command("run", run, "everything on this machine: database, web and worker; Ctrl-C stops it")
    command("web", web, "the web process")
    command("worker", worker, "a worker; as many as you like, on any machine that reaches database and images")
    command("migrate", migrate_database, "bring the database to this version")
    command("reindex", reindex, "make the rows that the search reads anew, from the designs; needs no stop")
    loading = command("install-samples", install_samples, "load the sample catalog and print its sign-ins")
    loading.add_argument("--json", action="store_true", help="the sign-ins as JSON, one a line")
    saving = command("backup", make_backup, "write database and images to one dated archive")
    saving.add_argument("folder", type=Path, nargs="?", default=Path("backups"), help="where to (default: backups)")
    restoring = command("restore", restore_backup, "bring back an archive; the service must not be running")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("--force", action="store_true", help="replace what is there")
    exchange_commands.add_arguments(
        command("export", exchange_commands.export_designs, "write the designs, of all studios or one, to a file"),
        command("import", exchange_commands.import_designs, "check designs from a file, and with --yes import them"),
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    chosen = parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # It tells of every attempt to connect; one line of ours for each outage is enough.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    try:
        chosen.function(Settings.from_env(), chosen)
    except PLAIN_ERRORS as error:
        say(str(error))
        return 1
    except OperationalError as error:
        say(f"the database does not answer: {str(error.orig).strip().splitlines()[0]}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
