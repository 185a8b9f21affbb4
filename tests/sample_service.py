"""The whole service with its sample catalog, in a folder of its own: for pictures and for measuring."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port


@contextmanager
def running_service(home: Path) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """(address, {role: (e-mail, password)}); stopped at the end."""
    port = free_port()
    environ = os.environ | {"KRIYA_HOME": str(home), "PORT": str(port), "LOGIN_RATE_LIMIT": "100 per minute"}
    process = subprocess.Popen([sys.executable, "-m", "service", "run"], env=environ, stdout=subprocess.PIPE, text=True)
    try:
        sign_ins = {}
        for line in process.stdout:
            found = re.fullmatch(r"\s+(\w+)\s+(\S+@\S+)\s+(\S+)\s*", line)
            if found:
                sign_ins[found[1]] = (found[2], found[3])
            if "http://" in line:
                break
        yield f"http://127.0.0.1:{port}", sign_ins
    finally:
        process.send_signal(signal.SIGTERM)  # SIGINT is ignored by what a shell runs in the background
        process.wait(30)
