"""Images as objects of one bucket on any S3 server, through the client of MinIO."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from service.settings import SettingError
from service.storage import ImageNotFound, StorageFull, StorageUnavailable, checked_key, is_key, key_of

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 10.0
RETRIES = 2
MISSING = ("NoSuchKey", "NoSuchBucket", "NoSuchObject")
FULL = ("XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded")


class S3Store:
    """Images as objects of one bucket, which is made when it is first missed. `endpoint`: http(s)://host[:port]."""

    def __init__(self, endpoint: str, bucket: str, *, access_key: str, secret_key: str, region: str) -> None:
        address = urlsplit(endpoint)
        if address.scheme not in ("http", "https") or not address.hostname or address.path.strip("/"):
            raise SettingError(f"S3_ENDPOINT must be like http://minio:9000, not {endpoint!r}")
        self.bucket = bucket
        # With the region given, the client never asks the server for it: signing an address works offline.
        self._client = Minio(
            address.netloc,
            access_key=access_key,
            secret_key=secret_key,
            secure=address.scheme == "https",
            region=region,
            http_client=_http_pool(),
        )

    def put(self, data: bytes, content_type: str) -> str:
        key = key_of(data)
        with _s3_errors(key):
            self._in_bucket(lambda: self._put(key, data, content_type))
        return key

    def get(self, key: str) -> bytes:
        with _s3_errors(checked_key(key)):
            response = self._client.get_object(self.bucket, key)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def exists(self, key: str) -> bool:
        with suppress(ImageNotFound), _s3_errors(checked_key(key)):
            self._client.stat_object(self.bucket, key)
            return True
        return False

    def delete(self, key: str) -> None:
        with suppress(ImageNotFound), _s3_errors(checked_key(key)):
            self._client.remove_object(self.bucket, key)

    def all_keys(self) -> Iterator[str]:
        with suppress(ImageNotFound), _s3_errors(self.bucket):  # no bucket yet, so no images
            for found in self._client.list_objects(self.bucket, recursive=True):
                if is_key(found.object_name):
                    yield found.object_name

    def url(self, key: str, expires_s: int) -> str | None:
        return self._client.presigned_get_object(self.bucket, key, expires=timedelta(seconds=expires_s))

    def check(self) -> None:
        with _s3_errors(self.bucket):
            self._client.bucket_exists(self.bucket)

    def _put(self, key: str, data: bytes, content_type: str) -> None:
        # In one part whatever its size: an object that appears whole needs no clean-up of parts.
        part_size = max(len(data), 5 * 1024 * 1024)
        self._client.put_object(
            self.bucket, key, io.BytesIO(data), len(data), content_type=content_type, part_size=part_size
        )

    def _in_bucket(self, write: Callable[[], None]) -> None:
        """Write; if the bucket is missing, make it and write again."""
        try:
            write()
        except S3Error as error:
            if error.code != "NoSuchBucket":
                raise
            self._make_bucket()
            write()

    def _make_bucket(self) -> None:
        try:
            self._client.make_bucket(self.bucket)
        except S3Error as error:
            if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):  # another process was first
                raise


def _http_pool() -> urllib3.PoolManager:
    """The client's own would wait five minutes for an answer, longer than anyone who uploads does."""
    return urllib3.PoolManager(
        maxsize=16,
        timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S),
        retries=urllib3.Retry(total=RETRIES, read=1, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
    )


@contextmanager
def _s3_errors(key: str) -> Iterator[None]:
    """Turn every error of the S3 client into one of a store's."""
    try:
        yield
    except S3Error as error:
        if error.code in MISSING:
            raise ImageNotFound(key) from None
        kind = StorageFull if error.code in FULL else StorageUnavailable
        raise kind(f"the S3 server refused: {error.code}") from error
    except (MinioException, HTTPError, OSError) as error:
        raise StorageUnavailable(f"the S3 server does not answer: {type(error).__name__}") from error
