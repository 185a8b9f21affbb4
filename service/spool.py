"""Where the files of an import wait: a store like that of the images, apart from it, so that they may go again.

An image of the catalog is never deleted, since anything may come to refer to it. What waits here is known to imports
alone: whoever puts something in and writes down that it is there holds the spool until the commit, and whoever
cleans up holds it alone.
"""

from __future__ import annotations

import dataclasses

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.settings import Settings
from service.storage import ImageStore
from service.stores import open_store

LOCK = "kriya-spool"


def open_spool(settings: Settings) -> ImageStore:
    """The store of what waits: a folder beside the images', or a bucket beside theirs. Raises: SettingError."""
    return open_store(
        dataclasses.replace(settings, home=settings.home / "spool", s3_bucket=f"{settings.s3_bucket}-spool")
    )


def hold_spool(session: Session, *, alone: bool = False) -> None:
    """Until the commit nobody deletes what is put in; `alone`: nobody else puts anything in either."""
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    session.execute(select(lock(func.hashtext(LOCK))))
