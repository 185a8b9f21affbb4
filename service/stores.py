"""Which image store the settings name: a directory under KRIYA_HOME, or a bucket where an S3 server is named."""

from __future__ import annotations

from service.directory_store import DirectoryStore
from service.s3_store import S3Store
from service.settings import Settings
from service.storage import ImageStore


def open_store(settings: Settings) -> ImageStore:
    """Does not talk to the store yet. Raises: SettingError."""
    if not settings.s3_endpoint:
        return DirectoryStore(settings.image_folder)
    return S3Store(
        settings.s3_endpoint,
        settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
        region=settings.s3_region,
    )
