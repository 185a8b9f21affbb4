"""Dockerfile and compose.yaml hold together with the project, as far as can be known without a Docker engine.

What they start, `python -m service web | worker | migrate`, runs for real in tests/service/test_processes.py.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from service.__main__ import parse
from service.settings import describe_settings
from tests.processes import clean_environ

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def copied_from_project() -> list[str]:
    """What the Dockerfile copies out of the project into the image."""
    return re.findall(r"^COPY (?!--from)(\S+) ", DOCKERFILE, re.MULTILINE)


def test_dockerfile_passes_its_linter():
    beside_python = Path(sys.executable).with_name("hadolint")
    hadolint = str(beside_python) if beside_python.exists() else shutil.which("hadolint")
    done = subprocess.run([hadolint, "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_image_runs_without_root_without_torch_and_looks_after_its_health():
    last_stage = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER [1-9]", last_stage, re.MULTILINE)
    assert "/healthz" in last_stage
    assert "requirements.txt" not in copied_from_project()
    assert "torch" not in re.sub(r"#.*", "", (ROOT / "requirements-service.txt").read_text())


def test_everything_the_image_is_made_of_exists_and_passes_the_ignore_file():
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied_from_project()
    for name in copied_from_project():
        assert (ROOT / name).exists(), name
        assert name in let_through, name


def test_what_is_copied_into_the_image_is_enough_to_migrate_and_to_serve(tmp_path: Path, database_url: str):
    for name in copied_from_project():
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path)
    environ = clean_environ() | {"DATABASE_URL": database_url, "KRIYA_HOME": str(tmp_path / "data")}
    ask = "from service.wsgi import app; print(app.test_client().get('/healthz').status_code)"
    for arguments, expected in ((["-m", "service", "migrate"], ""), (["-c", ask], "200\n")):
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, expected), done.stderr


def test_every_service_has_an_image_and_starts_again_by_itself(compose: dict):
    assert set(compose["services"]) == {"web", "worker", "migrate", "database", "images"}
    for name, service in compose["services"].items():
        assert service["image"], name
        assert service["restart"] in ("unless-stopped", "on-failure"), name


@pytest.mark.parametrize("name", ["web", "worker", "migrate"])
def test_commands_of_the_services_are_commands_of_the_program(compose: dict, name: str):
    assert callable(parse(compose["services"][name]["command"]).function)


@pytest.mark.parametrize("name", ["web", "worker", "migrate"])
def test_variables_of_the_services_are_settings(compose: dict, name: str):
    settings = {setting for setting, _default, _help in describe_settings()}
    assert set(compose["services"][name]["environment"]) <= settings


def test_no_secret_has_a_default(compose: dict):
    secrets = {
        value
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if re.search("SECRET|PASSWORD", name)
    }
    assert secrets
    for value in secrets:
        assert re.fullmatch(r"\$\{[A-Z0-9_]+:\?.+\}", value)
    assert "${POSTGRES_PASSWORD:?" in compose["services"]["web"]["environment"]["DATABASE_URL"]


def test_web_and_worker_wait_for_a_migrated_database(compose: dict):
    services = compose["services"]
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["database"]["healthcheck"]["test"]


def test_data_outlives_the_containers_and_only_the_web_is_reachable_from_outside(compose: dict):
    for name in ("database", "images"):
        volume, _separator, _path = compose["services"][name]["volumes"][0].partition(":")
        assert volume in compose["volumes"]
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["web"]
