"""Every setting of the service: name, default and help in one place.

The README's table of settings is checked against this file by a test.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from catalog.text import LANGUAGES


class SettingError(ValueError):
    """A setting has a value that cannot be used; the message names the setting and says why."""


def setting(name: str, default: Any, help: str) -> Any:
    """A dataclass field that is read from the environment variable `name`."""
    return field(default=default, metadata={"name": name, "help": help})


@dataclass(frozen=True)
class Settings:
    """What the service was told at its start. Frozen: nothing changes a setting while it runs."""

    home: Path = setting("KRIYA_HOME", Path("var"), "Where the database, images and generated secrets live.")
    host: str = setting("HOST", "127.0.0.1", "Address the web server listens on.")
    port: int = setting("PORT", 8000, "Port the web server listens on.")
    public_url: str = setting(
        "PUBLIC_URL", "", "Address people use, such as https://kriya.example; https makes cookies secure."
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES", 0, "How many reverse proxies stand before the web server and set X-Forwarded-*."
    )
    database_url: str = setting(
        "DATABASE_URL", "", "A PostgreSQL with pgvector; empty starts the embedded one under KRIYA_HOME."
    )
    s3_endpoint: str = setting(
        "S3_ENDPOINT", "", "Address of an S3 server such as http://minio:9000; empty keeps images under KRIYA_HOME."
    )
    s3_bucket: str = setting("S3_BUCKET", "kriya", "Bucket for the images; made if it is missing.")
    s3_access_key: str = setting("S3_ACCESS_KEY", "", "Access key of the S3 server.")
    s3_secret_key: str = setting("S3_SECRET_KEY", "", "Secret key of the S3 server.")
    s3_region: str = setting("S3_REGION", "us-east-1", "Region of the bucket.")
    secret_key: str = setting(
        "SECRET_KEY", "", "Signs sessions and links; empty generates one and keeps it under KRIYA_HOME."
    )
    default_language: str = setting("DEFAULT_LANGUAGE", "id", "Language when the browser names none: id or en.")
    max_photo_mb: int = setting("MAX_PHOTO_MB", 25, "Largest accepted photo, in MB.")
    max_batch_photos: int = setting("MAX_BATCH_PHOTOS", 200, "Most photos in one batch.")
    max_import_mb: int = setting("MAX_IMPORT_MB", 300, "Largest import of designs with its pictures, in MB.")
    web_processes: int = setting("WEB_PROCESSES", 2, "Web processes: as many as there are cores to spare.")
    web_threads: int = setting("WEB_THREADS", 8, "Threads of each web process.")
    worker_concurrency: int = setting("WORKER_CONCURRENCY", 2, "Photos one worker process inspects at a time.")
    stalled_after_s: int = setting(
        "STALLED_AFTER_S", 30, "Seconds without a heartbeat after which a worker's jobs are given to another."
    )
    sample_data: bool = setting("SAMPLE_DATA", True, "Load the sample catalog into an empty database on `make run`.")
    login_rate_limit: str = setting("LOGIN_RATE_LIMIT", "10 per minute", "Sign-in attempts allowed per address.")
    api_rate_limit: str = setting("API_RATE_LIMIT", "1200 per minute", "API requests allowed per address.")
    photo_search_rate_limit: str = setting(
        "PHOTO_SEARCH_RATE_LIMIT", "60 per minute", "Searches with a photo allowed per address."
    )
    mail_server: str = setting(
        "MAIL_SERVER", "", "SMTP server for password resets; empty: an administrator hands out reset links."
    )
    mail_port: int = setting("MAIL_PORT", 587, "Port of the SMTP server.")
    mail_username: str = setting("MAIL_USERNAME", "", "User name at the SMTP server.")
    mail_password: str = setting("MAIL_PASSWORD", "", "Password at the SMTP server.")
    mail_use_tls: bool = setting("MAIL_USE_TLS", True, "STARTTLS towards the SMTP server.")
    mail_sender: str = setting("MAIL_SENDER", "kriya@localhost", "Sender of the service's mails.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read every setting from the environment; one that is not there keeps its default.

        Raises: SettingError for a value of the wrong type or an unknown language.
        """
        values = {}
        for setting_field in fields(cls):
            text = environ.get(setting_field.metadata["name"])
            if text is not None and text.strip() != "":
                values[setting_field.name] = _parse(setting_field.metadata["name"], text.strip(), setting_field.default)
        settings = cls(**values)
        if settings.default_language not in LANGUAGES:
            raise SettingError(f"DEFAULT_LANGUAGE must be id or en, not {settings.default_language!r}")
        return settings

    @property
    def image_folder(self) -> Path:
        return self.home / "images"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    def signing_key(self) -> str:
        """SECRET_KEY, or a random key made once and kept under KRIYA_HOME, readable by its owner alone."""
        if self.secret_key:
            return self.secret_key
        path = self.home / "secret_key"
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text().strip()


def _write_once(path: Path, text: str) -> None:
    """Write a new private file whole or not at all; a second process that comes first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _parse(name: str, text: str, default: Any) -> Any:
    """Turn the text of one environment variable into the type of its default."""
    if isinstance(default, bool):
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off"):
            return False
        raise SettingError(f"{name} must be 1 or 0, not {text!r}")
    if isinstance(default, int):
        if not text.isdecimal():
            raise SettingError(f"{name} must be a whole number, not {text!r}")
        return int(text)
    return Path(text) if isinstance(default, Path) else text


def describe_settings() -> list[tuple[str, str, str]]:
    """(name, default, help) of every setting, in the order of the class; the README's table."""
    return [
        (item.metadata["name"], "" if item.default is MISSING else _show(item.default), item.metadata["help"])
        for item in fields(Settings)
    ]


def _show(default: Any) -> str:
    if isinstance(default, bool):
        return "1" if default else "0"
    return str(default)
