"""What must be so before the service starts; whatever is not is told in one line that says what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from service.settings import Settings

# The embedded database takes 50 MB when it is made and the sample catalog as much again; then work needs room.
NEEDED_FIRST_MB = 300
NEEDED_MB = 100


class StartError(Exception):
    """The service cannot start; the message is one line for whoever typed the command."""


@contextmanager
def exclusive_home(settings: Settings) -> Iterator[None]:
    """Hold KRIYA_HOME for this process alone.

    Raises: StartError when the folder cannot be used, is on a full disk, or another Kriya runs on it.
    """
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        check_room(home)
        lock = (home / "run.lock").open("a+")
    except OSError as error:
        raise StartError(f"cannot use {home} (KRIYA_HOME): {error.strerror}") from error
    with lock:
        _lock(lock, home)
        yield


def check_room(home: Path) -> None:
    """Raises: StartError on a disk that is nearly full; OSError when nothing can be written."""
    needed_mb = NEEDED_MB if (home / "postgres").exists() else NEEDED_FIRST_MB
    free_mb = shutil.disk_usage(home).free // 1_000_000
    if free_mb < needed_mb:
        raise StartError(f"the disk of {home} is full: {free_mb} MB free, {needed_mb} MB needed")
    tempfile.TemporaryFile(dir=home).close()


def check_port(host: str, port: int) -> None:
    """Raises: StartError when nothing can listen there."""
    if not 1 <= port <= 65535:
        raise StartError(f"PORT must be 1 to 65535, not {port}")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except OSError as error:
        raise StartError(_why_no_port(error, host, port)) from error


def _lock(lock: TextIO, home: Path) -> None:
    """The lock is the kernel's, gone with its holder, so it is never stale."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        raise StartError(
            f"Kriya runs on {home} already (process {owner}): stop it, or choose another KRIYA_HOME and PORT"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


def _why_no_port(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken: stop what listens there, or choose another, such as PORT={port + 1}"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has: choose one from 1024 up"
    return f"cannot listen on {host}: {error.strerror}; HOST must be an address of this machine"
