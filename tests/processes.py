"""The service's own processes, started by tests as an operator starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import urllib3

from service.settings import Settings
from tests.servers import free_port, wait_until

READY_WITHIN_S = 90


class Kriya:
    """One process of the service with settings of its own, and what it says."""

    def __init__(self, command: str, settings: dict[str, str], folder: Path) -> None:
        self._log = folder / f"{command}-{free_port()}.log"
        self.url = f"http://127.0.0.1:{settings.get('PORT')}"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service", *command.split()],
                env=clean_environ() | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    def health(self) -> tuple[int, dict]:
        try:
            response = urllib3.request("GET", f"{self.url}/healthz", retries=False, timeout=5)
        except urllib3.exceptions.HTTPError:
            return 0, {}
        return response.status, response.json()

    def wait_until_well(self) -> None:
        wait_until(lambda: self.health()[0] == 200 or self.process.poll() is not None, "healthz", READY_WITHIN_S)
        assert self.process.poll() is None, self.output

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)


def clean_environ() -> dict[str, str]:
    """The environment without any setting of the service: a developer's own must not reach a test."""
    names = {item.metadata["name"] for item in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name not in names}
