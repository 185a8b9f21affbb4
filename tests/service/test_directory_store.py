"""Images in a directory: whole or not at all, whatever happens to the disk or the writer."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.directory_store import ABANDONED_AFTER_S, DirectoryStore
from service.storage import StorageFull, StorageUnavailable, key_of

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


def test_nothing_but_the_image_is_left_in_the_folder(home: Path):
    key = DirectoryStore(home / "images").put(PHOTO, "image/jpeg")
    files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert files == [Path("images", key[:2], key[2:4], key)]


def test_it_has_no_addresses(home: Path):
    assert DirectoryStore(home / "images").url(key_of(PHOTO), 60) is None


def test_full_disk_is_said_and_nothing_half_written_is_left(home: Path):
    store = DirectoryStore(home / "images")
    store.put(PHOTO, "image/jpeg")
    with nearly_full_disk(home), pytest.raises(StorageFull):
        store.put(os.urandom(1 << 20), "image/png")
    assert list(store.all_keys()) == [key_of(PHOTO)]
    assert list((home / "images" / "incoming").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk; the test above runs anywhere")
def test_disk_that_is_really_full_is_said_by_put_and_by_check(home: Path):
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


def test_folder_that_is_no_folder_is_unavailable(home: Path):
    (home / "images").write_text("in the way")
    store = DirectoryStore(home / "images")
    for attempt in (store.check, lambda: store.put(PHOTO, "image/jpeg")):
        with pytest.raises(StorageUnavailable):
            attempt()


def test_writer_that_is_killed_in_the_middle_leaves_whole_images_only(home: Path):
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


def test_sweep_removes_what_was_abandoned_and_spares_what_is_being_written(home: Path):
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


WRITE_FOREVER = """
import os, sys
from pathlib import Path
from service.directory_store import DirectoryStore
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
