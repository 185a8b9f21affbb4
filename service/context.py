"""What one process of the service works with, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from service.database import Database
from service.images import Derivatives
from service.queue import JobQueue
from service.settings import Settings
from service.storage import ImageStore


@dataclass(frozen=True)
class Parts:
    """Handed to the app, the command line and the workers; tests hand in others."""

    settings: Settings
    database: Database
    images: ImageStore
    queue: JobQueue

    @property
    def derivatives(self) -> Derivatives:
        """Small copies of the images, under KRIYA_HOME of this machine."""
        return Derivatives(self.images, self.settings.home / "derivatives")


def current_parts() -> Parts:
    """Those of the application at work."""
    return current_app.extensions["parts"]
