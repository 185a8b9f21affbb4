"""What every image store promises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from service.settings import Settings
from service.storage import ImageNotFound, ImageStore, key_of
from service.stores import open_store
from tests.fakes import MemoryStore

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


@pytest.fixture(params=["directory", "s3", "memory"])
def store(request: pytest.FixtureRequest, home: Path) -> ImageStore:
    if request.param == "directory":
        return open_store(Settings(home=home))
    if request.param == "s3":
        return open_store(request.getfixturevalue("s3_settings"))
    return MemoryStore()


def test_image_comes_back_as_it_was_put(store: ImageStore):
    key = store.put(PHOTO, "image/jpeg")
    assert key == key_of(PHOTO)
    assert store.get(key) == PHOTO
    assert store.exists(key)


def test_same_image_twice_is_stored_once(store: ImageStore):
    assert store.put(PHOTO, "image/jpeg") == store.put(PHOTO, "image/jpeg")
    assert list(store.all_keys()) == [key_of(PHOTO)]


def test_empty_image_is_kept_too(store: ImageStore):
    assert store.get(store.put(b"", "application/octet-stream")) == b""


def test_image_of_25_mb_is_kept(store: ImageStore):
    photo = os.urandom(1 << 20) * 25
    assert store.get(store.put(photo, "image/png")) == photo


def test_image_that_was_never_put_is_not_found(store: ImageStore):
    store.put(PHOTO, "image/jpeg")
    with pytest.raises(ImageNotFound):
        store.get(key_of(b"another"))
    assert not store.exists(key_of(b"another"))


def test_empty_store_answers_before_anything_was_put(store: ImageStore):
    store.check()
    assert not store.exists(key_of(PHOTO))
    assert list(store.all_keys()) == []
    with pytest.raises(ImageNotFound):
        store.get(key_of(PHOTO))


@pytest.mark.parametrize("key", ["", "nothing", "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_no_key_names_no_image(store: ImageStore, key: str):
    store.put(PHOTO, "image/jpeg")
    with pytest.raises(ImageNotFound):
        store.get(key)
    assert not store.exists(key)
    store.delete(key)


def test_deleted_image_is_gone_and_may_be_deleted_again(store: ImageStore):
    key = store.put(PHOTO, "image/jpeg")
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    store.put(PHOTO, "image/jpeg")
    assert store.get(key) == PHOTO
