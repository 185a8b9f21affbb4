"""Images in a bucket: their addresses, and a server that refuses or is not there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import urllib3

from service.settings import SettingError, Settings
from service.storage import StorageUnavailable, key_of
from service.stores import open_store
from tests.servers import S3Server, free_port

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40


def test_address_gives_the_image_with_its_content_type_to_a_stranger(s3_settings: Settings):
    store = open_store(s3_settings)
    response = urllib3.request("GET", store.url(store.put(PHOTO, "image/jpeg"), 60), timeout=10)
    assert response.status == 200
    assert response.data == PHOTO
    assert response.headers["Content-Type"] == "image/jpeg"


def test_address_that_was_changed_gives_nothing(s3_settings: Settings):
    store = open_store(s3_settings)
    address = store.url(store.put(PHOTO, "image/jpeg"), 60)
    changed = address.replace(key_of(PHOTO), key_of(b"another"))
    assert urllib3.request("GET", changed, timeout=10).status == 403


def test_wrong_secret_is_unavailable_and_names_the_reason(s3_settings: Settings):
    store = open_store(replace(s3_settings, s3_secret_key="wrong"))
    with pytest.raises(StorageUnavailable, match="SignatureDoesNotMatch"):
        store.put(PHOTO, "image/jpeg")


def test_server_that_is_not_there_is_unavailable_for_every_call(s3_settings: Settings):
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


def test_server_that_was_killed_and_came_back_has_what_was_put(tmp_path: Path, s3_settings: Settings):
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
def test_endpoint_that_cannot_be_one_is_refused_by_name(s3_settings: Settings, endpoint: str):
    with pytest.raises(SettingError, match="S3_ENDPOINT"):
        open_store(replace(s3_settings, s3_endpoint=endpoint))
