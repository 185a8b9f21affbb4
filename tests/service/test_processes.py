"""`python -m service ...` as real processes on a real PostgreSQL and a real S3 server: what the image starts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from service.queue import conninfo
from service.settings import Settings
from tests.processes import Kriya, clean_environ
from tests.servers import free_port, wait_until


@pytest.fixture
def remote_settings(database_url: str, s3_settings: Settings, home: Path) -> dict[str, str]:
    """As compose.yaml gives them: a database and an S3 server elsewhere, an empty home."""
    return {
        "KRIYA_HOME": str(home),
        "DATABASE_URL": make_url(database_url).set(drivername="postgres").render_as_string(hide_password=False),
        "S3_ENDPOINT": s3_settings.s3_endpoint,
        "S3_BUCKET": s3_settings.s3_bucket,
        "S3_ACCESS_KEY": s3_settings.s3_access_key,
        "S3_SECRET_KEY": s3_settings.s3_secret_key,
        "SECRET_KEY": "only-for-tests",
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }


def run(command: str, settings: dict[str, str]) -> subprocess.CompletedProcess:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "service", *command.split()],
        env=clean_environ() | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def error_line(done: subprocess.CompletedProcess) -> str:
    """The one line of a command that failed as it should."""
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("kriya: ")
    return lines[0]


def test_migrate_web_and_worker_run_on_a_database_and_an_s3_server_elsewhere(start, remote_settings):
    assert run("migrate", remote_settings).returncode == 0
    web, worker = start("web", remote_settings), start("worker", remote_settings)
    web.wait_until_well()
    wait_until(lambda: web.health()[1]["queue"].get("workers", 0) >= 1, "the worker's heartbeat")
    state = web.health()[1]
    assert [state[part]["ok"] for part in ("database", "images", "queue")] == [True, True, True]
    assert worker.process.poll() is None
    for process in (web, worker):
        process.stop()
        assert process.process.returncode == 0, process.output


def test_health_is_503_while_the_image_store_is_away(start, remote_settings):
    away = remote_settings | {"S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    web = start("web", away)
    wait_until(lambda: web.health()[0] != 0, "the web process")
    status, state = web.health()
    assert status == 503
    assert (state["images"]["ok"], state["database"]["ok"]) == (False, True)


def test_broken_address_of_the_database_is_one_line_without_the_password(remote_settings):
    gone = f"postgresql://kriya:hunter2@127.0.0.1:{free_port()}/kriya"
    for command in ("run", "migrate"):
        line = error_line(run(command, remote_settings | {"DATABASE_URL": gone}))
        assert "database" in line
        assert "hunter2" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://db/kriya"), ("PORT", "eighty"), ("PORT", "70000"), ("S3_ENDPOINT", "minio:9000")],
)
def test_setting_that_cannot_be_used_is_named_in_one_line(remote_settings, name, value):
    assert name in error_line(run("run", remote_settings | {name: value}))


def test_taken_port_is_one_line_and_nothing_is_left_running(home: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        line = error_line(run("run", {"KRIYA_HOME": str(home), "PORT": str(port)}))
    assert f"port {port}" in line
    assert "taken" in line
    assert not (home / "postgres").exists()


def test_home_that_cannot_be_used_is_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    line = error_line(run("run", {"KRIYA_HOME": str(tmp_path / "file" / "home"), "PORT": str(free_port())}))
    assert "KRIYA_HOME" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk that is read-only")
def test_read_only_home_is_one_line(home: Path):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(home)], check=True)
    try:
        line = error_line(run("run", {"KRIYA_HOME": str(home), "PORT": str(free_port())}))
    finally:
        subprocess.run(["umount", str(home)], check=True)
    assert "KRIYA_HOME" in line
    assert "Read-only" in line


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_host_of_another_machine_is_one_line(home: Path, host: str):
    line = error_line(run("run", {"KRIYA_HOME": str(home), "PORT": str(free_port()), "HOST": host}))
    assert f"cannot listen on {host}" in line
    assert "HOST" in line


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk that is full")
def test_full_disk_is_one_line(home: Path):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(home)], check=True)
    try:
        line = error_line(run("run", {"KRIYA_HOME": str(home), "PORT": str(free_port())}))
    finally:
        subprocess.run(["umount", str(home)], check=True)
    assert "full" in line


def test_database_without_pgvector_rights_is_one_line(remote_settings, postgres_url):
    with psycopg.connect(conninfo(postgres_url), dbname="postgres", autocommit=True) as server:
        server.execute("CREATE ROLE guest LOGIN")
        server.execute("CREATE DATABASE bare")
        try:
            url = make_url(remote_settings["DATABASE_URL"]).set(username="guest", database="bare")
            bare = remote_settings | {"DATABASE_URL": url.render_as_string(hide_password=False)}
            assert "the database" in error_line(run("run", bare))
        finally:
            server.execute("DROP DATABASE bare WITH (FORCE)")
            server.execute("DROP ROLE guest")


def run_settings(home: Path) -> dict[str, str]:
    return {"KRIYA_HOME": str(home), "PORT": str(free_port()), "SAMPLE_DATA": "0"}


@pytest.fixture(scope="module")
def one_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return run_settings(tmp_path_factory.mktemp("one") / "home")


@pytest.fixture(scope="module")
def running(one_home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kriya]:
    """`make run`, up and well; a test that hurts it leaves it well again."""
    kriya = Kriya("run", one_home, tmp_path_factory.mktemp("logs"))
    kriya.wait_until_well()
    yield kriya
    kriya.stop()


def descendants(kriya: Kriya) -> list[psutil.Process]:
    return psutil.Process(kriya.process.pid).children(recursive=True)


def test_run_says_where_it_is(running, one_home):
    wait_until(lambda: f"http://127.0.0.1:{one_home['PORT']}" in running.output, "the address")


def test_second_instance_on_the_same_home_is_refused_in_one_line(running, one_home):
    assert "already" in error_line(run("run", one_home | {"PORT": str(free_port())}))


def test_backup_of_the_running_service_is_restored_into_an_empty_home(running, one_home, tmp_path: Path):
    other = {"KRIYA_HOME": str(tmp_path / "other")}
    saved = run(f"backup {tmp_path}", one_home)
    assert saved.returncode == 0, saved.stderr
    restored = run(f"restore {saved.stdout.strip()}", other)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "FORCE=1" in error_line(run(f"restore {saved.stdout.strip()}", other))
    assert "already" in error_line(run(f"restore {saved.stdout.strip()}", one_home))


def test_web_worker_and_database_that_are_killed_come_back(running):
    children = psutil.Process(running.process.pid).children()
    assert len(children) == 3
    for child in children:
        child.kill()
    psutil.wait_procs(children)
    wait_until(lambda: len(psutil.Process(running.process.pid).children()) == 3, "the three to be started again")
    running.wait_until_well()
    assert "starting it again" in running.output


def test_killed_supervisor_takes_all_along_the_next_start_works_and_ctrl_c_stops_it(start, tmp_path: Path):
    settings = run_settings(tmp_path / "home")
    killed = start("run", settings)
    killed.wait_until_well()
    everyone = descendants(killed)
    assert "postgres" in {process.name() for process in everyone}
    killed.process.kill()
    assert psutil.wait_procs(everyone, timeout=60)[1] == []
    again = start("run", settings)
    again.wait_until_well()
    everyone = descendants(again)
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(30) == 0
    assert psutil.wait_procs(everyone, timeout=5)[1] == []


def test_samples_are_loaded_once_and_their_sign_ins_printed(home: Path, database_url: str):
    settings = {"KRIYA_HOME": str(home), "DATABASE_URL": database_url}
    done = run("install-samples --json", settings)
    assert done.returncode == 0, done.stderr
    sign_ins = [json.loads(line) for line in done.stdout.splitlines()]
    assert {made["role"] for made in sign_ins} >= {"designer", "workshop", "administrator"}
    assert len({made["password"] for made in sign_ins}) == len(sign_ins)
    assert run("install-samples --json", settings).stdout == ""
