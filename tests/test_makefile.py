"""The two commands' first steps: what make says when the machine lacks what they need, and what it offers."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text()


def make(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    if path is not None:
        environ["PATH"] = path
    return subprocess.run(
        ["/usr/bin/env", "make", *arguments],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def path_with(tmp_path: Path):
    """`path_with(script)`: a PATH on which python3 is this shell script and no other Python is found."""

    def path_with(script: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for tool in ("make", "sh", "awk", "touch", "rm", "test", "echo", "env", "dirname"):
            found = next(
                Path(each) / tool for each in ("/usr/bin", "/bin", "/usr/local/bin") if (Path(each) / tool).exists()
            )
            (folder / tool).symlink_to(found)
        python = folder / "python3"
        python.write_text(f"#!/bin/sh\n{script}\n")
        python.chmod(0o755)
        return str(folder)

    return path_with


def our_lines(done: subprocess.CompletedProcess) -> list[str]:
    """What was said, without make's own line about the target that failed."""
    return [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]


def test_help_lists_every_target_with_one_line():
    listed = re.findall(r"^  make (\w+) +\S", make("help").stdout, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE).group(1).split()
    assert sorted(listed) == sorted(phony)
    assert {"run", "test", "install", "lint", "fix", "worker", "backup", "restore"} <= set(listed)


def test_old_python_is_one_clear_line(path_with, tmp_path: Path):
    old = path_with('if [ "$1" = --version ]; then echo Python 3.8.10; fi')
    done = make("run", f"VENV={tmp_path / 'venv'}", path=old)
    assert done.returncode != 0
    assert our_lines(done) == ["kriya: Python 3.11 or newer is needed; Python 3.8.10 was found"]


def test_no_python_at_all_is_one_clear_line(path_with, tmp_path: Path):
    none = path_with("exit 127")
    done = make("test", f"VENV={tmp_path / 'venv'}", path=none)
    assert done.returncode != 0
    assert our_lines(done) == ["kriya: Python 3.11 or newer is needed; no python3 was found"]


def test_python_without_venv_is_one_clear_line_and_leaves_no_half_made_one(path_with, tmp_path: Path):
    venv = tmp_path / "venv"
    bare = path_with(f'if [ "$1" = -c ]; then echo python3; else mkdir -p {venv}; echo no ensurepip; exit 1; fi')
    (Path(bare) / "mkdir").symlink_to("/bin/mkdir")
    done = make("install", f"VENV={venv}", path=bare)
    assert done.returncode != 0
    assert our_lines(done) == ["kriya: python3 has no venv; on Debian and Ubuntu: apt-get install python3-venv"]
    assert not venv.exists()


def test_restore_asks_which_file():
    done = make("restore", "FILE=", "--assume-old=install")
    assert done.returncode != 0
    assert "make restore FILE=" in our_lines(done)[-1]


def test_every_direct_dependency_is_pinned_exactly_and_only_once():
    names = []
    for file in ("requirements-service.txt", "requirements.txt"):
        for line in (ROOT / file).read_text().splitlines():
            requirement = line.split("#")[0].strip()
            if requirement and not requirement.startswith("-r "):
                assert re.fullmatch(r"[a-z0-9.-]+(\[[a-z,]+\])?==[0-9.]+", requirement), line
                names.append(requirement.split("=")[0].split("[")[0])
    assert len(names) == len(set(names))


def test_ci_runs_linters_and_tests_from_anywhere():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)]).returncode == 0
    assert script.read_text().rstrip().endswith("make lint\nmake test")
