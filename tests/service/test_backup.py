"""Backup and restore, there and back on the real database and both stores."""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from service.backup import BackupError, restore_backup, write_backup
from service.preflight import StartError, exclusive_home
from service.queue import conninfo
from service.settings import Settings
from service.storage import StorageUnavailable, key_of
from service.stores import open_store
from tests.servers import free_port

PHOTO, MAP = b"\xff\xd8\xff photo", b"an anomaly map"


@pytest.fixture
def filled(database_url: str, home: Path) -> Settings:
    """A home with two images, a generated key and an organisation in the database."""
    settings = Settings(home=home, database_url=database_url)
    settings.signing_key()
    for data in (PHOTO, MAP):
        open_store(settings).put(data, "image/jpeg")
    add_organisation(database_url, "Sanggar Satu")
    return settings


@pytest.fixture
def empty(postgres_url: str, tmp_path: Path) -> Iterator[Settings]:
    """Another home, with a database in which nothing was ever made."""
    with psycopg.connect(conninfo(postgres_url), dbname="postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE restored")
        yield Settings(home=tmp_path / "restored", database_url=postgres_url.replace("/kriya?", "/restored?"))
        server.execute("DROP DATABASE restored WITH (FORCE)")


def add_organisation(url: str, name: str) -> None:
    with psycopg.connect(conninfo(url)) as connection:
        statement = "INSERT INTO organisation (id, kind, name, about) VALUES (gen_random_uuid(), 'workshop', %s, '{}')"
        connection.execute(statement, [name])


def organisations(settings: Settings) -> list[str]:
    with psycopg.connect(conninfo(settings.database_url)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM organisation ORDER BY name")]


def test_everything_comes_back_in_an_empty_home(filled: Settings, empty: Settings, tmp_path: Path):
    restore_backup(empty, write_backup(filled, tmp_path / "backups"))
    assert organisations(empty) == ["Sanggar Satu"]
    assert sorted(open_store(empty).all_keys()) == sorted([key_of(PHOTO), key_of(MAP)])
    assert open_store(empty).get(key_of(PHOTO)) == PHOTO
    assert empty.signing_key() == filled.signing_key()


def test_images_move_from_a_directory_to_an_s3_server_and_back(
    filled: Settings, empty: Settings, s3_settings: Settings, tmp_path: Path
):
    bucket = {name: getattr(s3_settings, name) for name in vars(s3_settings) if name.startswith("s3_")}
    on_s3 = replace(empty, **bucket)
    restore_backup(on_s3, write_backup(filled, tmp_path))
    assert open_store(on_s3).get(key_of(MAP)) == MAP
    back = write_backup(on_s3, tmp_path / "second")
    with tarfile.open(back) as archive:
        assert f"images/{key_of(PHOTO)}" in archive.getnames()


def test_archive_is_dated_whole_and_for_its_owner_alone(filled: Settings, tmp_path: Path):
    path = write_backup(filled, tmp_path / "backups")
    assert path.name.startswith("kriya-20")
    assert [path] == list((tmp_path / "backups").iterdir())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_data_that_is_there_is_not_replaced_unless_forced(filled: Settings, empty: Settings, tmp_path: Path):
    path = write_backup(filled, tmp_path)
    restore_backup(empty, path)
    add_organisation(empty.database_url, "Sanggar Dua")
    with pytest.raises(BackupError, match="FORCE=1"):
        restore_backup(empty, path)
    assert organisations(empty) == ["Sanggar Dua", "Sanggar Satu"]
    restore_backup(empty, path, force=True)
    assert organisations(empty) == ["Sanggar Satu"]


def test_archive_that_was_cut_short_leaves_the_database_untouched(filled: Settings, empty: Settings, tmp_path: Path):
    path = write_backup(filled, tmp_path)
    restore_backup(empty, path)
    for share in (0.3, 0.6, 0.9):
        os.truncate(path, int(path.stat().st_size * share))
        with pytest.raises(BackupError):
            restore_backup(empty, path, force=True)
    assert organisations(empty) == ["Sanggar Satu"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x00" * 20480])
def test_file_that_is_no_backup_is_refused(empty: Settings, tmp_path: Path, content: bytes):
    (tmp_path / "file.tar").write_bytes(content)
    with pytest.raises(BackupError, match=r"file\.tar"):
        restore_backup(empty, tmp_path / "file.tar")


def test_file_that_is_not_there_is_named(empty: Settings, tmp_path: Path):
    with pytest.raises(BackupError, match=r"nowhere\.tar"):
        restore_backup(empty, tmp_path / "nowhere.tar")


def test_home_on_which_the_service_runs_is_not_restored_into(filled: Settings, empty: Settings, tmp_path: Path):
    path = write_backup(filled, tmp_path)
    with exclusive_home(empty), pytest.raises(StartError, match="already"):
        restore_backup(empty, path)


def test_backup_without_the_image_store_leaves_no_file(filled: Settings, s3_settings: Settings, tmp_path: Path):
    away = replace(filled, s3_endpoint=f"http://127.0.0.1:{free_port()}", s3_access_key="a", s3_secret_key="b")
    with pytest.raises(StorageUnavailable):
        write_backup(away, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_backup_that_fails_says_nothing_of_the_password(filled: Settings, tmp_path: Path):
    wrong = replace(filled, database_url=f"postgresql://kriya:hunter2@127.0.0.1:{free_port()}/kriya")
    with pytest.raises(BackupError, match="pg_dump failed") as caught:
        write_backup(wrong, tmp_path)
    assert "hunter2" not in str(caught.value)
