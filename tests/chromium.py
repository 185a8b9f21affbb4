"""Finds the Chromium that the browser tests drive; `python -m tests.chromium` installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of the system's Chromium, else of Playwright's own, else None."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium() -> None:
    """Debian's where this user may install packages, else Playwright's own in the user's cache."""
    rights = _rights_to_install()
    if rights is not None and _runs(*rights, "apt-get", "update", "-qq"):
        environ = ("env", "DEBIAN_FRONTEND=noninteractive")
        _runs(*rights, *environ, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium")
    if find_chromium() is None:
        _runs(sys.executable, "-m", "playwright", "install", "chromium")


def _rights_to_install() -> tuple[str, ...] | None:
    """What to put before apt-get: nothing as root, sudo where it asks no password, None where neither works."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ()
    return ("sudo", "-n") if shutil.which("sudo") and _runs("sudo", "-n", "true") else None


def _runs(*command: str) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode == 0


def main() -> int:
    if find_chromium() is None:
        print("kriya: installing Chromium for the browser tests", file=sys.stderr)
        install_chromium()
    if find_chromium() is None:
        # The tests run all the same: those that need a browser fail and say so.
        print("kriya: no Chromium could be installed; the browser tests will fail", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
