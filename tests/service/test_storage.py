"""The image stores: what both promise, and what each does when its ground gives way."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from service.settings import SettingError, Settings
from service.storage import (
    ABANDONED_AFTER_S,
    DirectoryStore,
    ImageNotFound,
    ImageStore,
    StorageFull,
    StorageUnavailable,
    key_of,
    open_store,
)
from tests.fakes import MemoryStore
from tests.servers import S3Server, free_port

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


@pytest.fixture(params=["directory", "s3", "memory"])
def store(request: pytest.FixtureRequest, home: Path) -> ImageStore:
    if request.param == "directory":
        return open_store(Settings(home=home))
    if request.param == "s3":
        return open_store(request.getfixturevalue("s3_settings"))
    return MemoryStore()


class TestEveryStore:
    def test_image_comes_back_as_it_was_put(self, store: ImageStore):
        key = store.put(PHOTO, "image/jpeg")
        assert key == key_of(PHOTO)
        assert store.get(key) == PHOTO
        assert store.exists(key)

    def test_same_image_twice_is_stored_once(self, store: ImageStore):
        assert store.put(PHOTO, "image/jpeg") == store.put(PHOTO, "image/jpeg")
        assert list(store.all_keys()) == [key_of(PHOTO)]

    def test_empty_image_is_kept_too(self, store: ImageStore):
        assert store.get(store.put(b"", "application/octet-stream")) == b""

    def test_image_of_25_mb_is_kept(self, store: ImageStore):
        photo = os.urandom(1 << 20) * 25
        assert store.get(store.put(photo, "image/png")) == photo

    def test_image_that_was_never_put_is_not_found(self, store: ImageStore):
        store.put(PHOTO, "image/jpeg")
        with pytest.raises(ImageNotFound):
            store.get(key_of(b"another"))
        assert not store.exists(key_of(b"another"))

    def test_empty_store_answers_before_anything_was_put(self, store: ImageStore):
        store.check()
        assert not store.exists(key_of(PHOTO))
        assert list(store.all_keys()) == []
        with pytest.raises(ImageNotFound):
            store.get(key_of(PHOTO))

    @pytest.mark.parametrize("key", ["", "nothing", "../../etc/passwd", "A" * 64, "0" * 63])
    def test_what_is_no_key_names_no_image(self, store: ImageStore, key: str):
        store.put(PHOTO, "image/jpeg")
        with pytest.raises(ImageNotFound):
            store.get(key)
        assert not store.exists(key)
        store.delete(key)

    def test_deleted_image_is_gone_and_may_be_deleted_again(self, store: ImageStore):
        key = store.put(PHOTO, "image/jpeg")
        store.delete(key)
        store.delete(key)
        assert not store.exists(key)
        store.put(PHOTO, "image/jpeg")
        assert store.get(key) == PHOTO


class TestDirectory:
    def test_nothing_but_the_image_is_left_in_the_folder(self, home: Path):
        key = DirectoryStore(home / "images").put(PHOTO, "image/jpeg")
        files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
        assert files == [Path("images", key[:2], key[2:4], key)]

    def test_it_has_no_addresses(self, home: Path):
        assert DirectoryStore(home / "images").url(key_of(PHOTO), 60) is None

    def test_full_disk_is_said_and_nothing_half_written_is_left(self, home: Path):
        store = DirectoryStore(home / "images")
        store.put(PHOTO, "image/jpeg")
        with nearly_full_disk(home), pytest.raises(StorageFull):
            store.put(os.urandom(1 << 20), "image/png")
        assert list(store.all_keys()) == [key_of(PHOTO)]
        assert list((home / "images" / "incoming").iterdir()) == []

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk; the test above runs anywhere")
    def test_disk_that_is_really_full_is_said_by_put_and_by_check(self, home: Path):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(home)], check=True)
        try:
            store = DirectoryStore(home / "images")
            with pytest.raises(StorageFull):
                store.put(os.urandom(1 << 20), "image/png")
            with pytest.raises(StorageFull):
                store.check()
            assert list(store.all_keys()) == []
        finally:
            subprocess.run(["umount", str(home)], check=True)

    def test_folder_that_is_no_folder_is_unavailable(self, home: Path):
        (home / "images").write_text("in the way")
        store = DirectoryStore(home / "images")
        for attempt in (store.check, lambda: store.put(PHOTO, "image/jpeg")):
            with pytest.raises(StorageUnavailable):
                attempt()

    def test_writer_that_is_killed_in_the_middle_leaves_whole_images_only(self, home: Path):
        images = home / "images"
        writer = subprocess.Popen([sys.executable, "-c", WRITE_FOREVER, str(images)], stdout=subprocess.PIPE)
        for _ in range(5):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        acknowledged = writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        store = DirectoryStore(images)
        assert all(store.exists(key.decode()) for key in acknowledged)
        for key in store.all_keys():
            assert key_of(store.get(key)) == key

    def test_sweep_removes_what_was_abandoned_and_spares_what_is_being_written(self, home: Path):
        store = DirectoryStore(home / "images")
        key = store.put(PHOTO, "image/jpeg")
        abandoned, fresh = (home / "images" / "incoming" / name for name in ("abandoned", "fresh"))
        abandoned.write_bytes(b"half")
        fresh.write_bytes(b"half")
        long_ago = abandoned.stat().st_mtime - ABANDONED_AFTER_S - 60
        os.utime(abandoned, (long_ago, long_ago))
        store.sweep()
        assert fresh.exists()
        assert not abandoned.exists()
        assert store.get(key) == PHOTO


class TestS3:
    def test_address_gives_the_image_with_its_content_type_to_a_stranger(self, s3_settings: Settings):
        store = open_store(s3_settings)
        response = urllib3.request("GET", store.url(store.put(PHOTO, "image/jpeg"), 60), timeout=10)
        assert response.status == 200
        assert response.data == PHOTO
        assert response.headers["Content-Type"] == "image/jpeg"

    def test_address_that_was_changed_gives_nothing(self, s3_settings: Settings):
        store = open_store(s3_settings)
        address = store.url(store.put(PHOTO, "image/jpeg"), 60)
        changed = address.replace(key_of(PHOTO), key_of(b"another"))
        assert urllib3.request("GET", changed, timeout=10).status == 403

    def test_wrong_secret_is_unavailable_and_names_the_reason(self, s3_settings: Settings):
        store = open_store(replace(s3_settings, s3_secret_key="wrong"))
        with pytest.raises(StorageUnavailable, match="SignatureDoesNotMatch"):
            store.put(PHOTO, "image/jpeg")

    def test_server_that_is_not_there_is_unavailable_for_every_call(self, s3_settings: Settings):
        store = open_store(replace(s3_settings, s3_endpoint=f"http://127.0.0.1:{free_port()}"))
        key = key_of(PHOTO)
        for attempt in (
            lambda: store.put(PHOTO, "image/jpeg"),
            lambda: store.get(key),
            lambda: store.exists(key),
            lambda: store.delete(key),
            lambda: list(store.all_keys()),
            store.check,
        ):
            with pytest.raises(StorageUnavailable) as caught:
                attempt()
            assert caught.value.retry_after_s > 0

    def test_server_that_was_killed_and_came_back_has_what_was_put(self, tmp_path: Path, s3_settings: Settings):
        server = S3Server(tmp_path / "s3")
        server.start()
        try:
            store = open_store(replace(s3_settings, s3_endpoint=server.endpoint))
            key = store.put(PHOTO, "image/jpeg")
            server.kill()
            with pytest.raises(StorageUnavailable):
                store.put(b"while it is down", "image/jpeg")
            server.start()
            assert store.get(key) == PHOTO
            assert list(store.all_keys()) == [key]
        finally:
            server.kill()

    @pytest.mark.parametrize("endpoint", ["minio:9000", "ftp://minio", "http://", "http://minio:9000/bucket"])
    def test_endpoint_that_cannot_be_one_is_refused_by_name(self, s3_settings: Settings, endpoint: str):
        with pytest.raises(SettingError, match="S3_ENDPOINT"):
            open_store(replace(s3_settings, s3_endpoint=endpoint))


WRITE_FOREVER = """
import os, sys
from pathlib import Path
from service.storage import DirectoryStore
store = DirectoryStore(Path(sys.argv[1]))
while True:
    print(store.put(os.urandom(3_000_000), "image/png"), flush=True)
"""


@contextmanager
def nearly_full_disk(home: Path) -> Iterator[None]:
    """A real limit of the system under which a write stops half-way: no file may pass 64 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
