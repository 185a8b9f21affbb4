"""Batches: what a workshop uploads together, and how a batch stands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import RuleBroken, WrongState
from catalog.inspections import Verdict

MAX_FILE_NAME = 120


class PhotoState(StrEnum):
    QUEUED = "queued"
    INSPECTED = "inspected"
    FAILED = "failed"


class BatchSource(StrEnum):
    WEB = "web"
    API = "api"
    COMMAND_LINE = "command_line"
    SAMPLE = "sample"


@dataclass(frozen=True)
class BatchCounts:
    """How many photos of a batch stand where. `failed` are those the service could not inspect."""

    accept: int = 0
    rework: int = 0
    reject: int = 0
    retake: int = 0
    queued: int = 0
    failed: int = 0

    @property
    def judged(self) -> int:
        return self.accept + self.rework + self.reject

    @property
    def inspected(self) -> int:
        return self.judged + self.retake

    @property
    def total(self) -> int:
        return self.inspected + self.queued + self.failed

    @property
    def is_done(self) -> bool:
        return self.queued == 0 and self.total > 0

    def of(self, verdict: Verdict) -> int:
        return getattr(self, verdict.value)


def check_may_add_photo(photo_count: int, most: int) -> None:
    """Raises: RuleBroken when the batch is full."""
    if photo_count >= most:
        raise RuleBroken("batch_is_full", most=most)


def check_may_be_removed(photo_count: int) -> None:
    """A batch begun by mistake goes; what was received stays, whatever came of it.

    Raises: WrongState("batch_has_photos").
    """
    if photo_count:
        raise WrongState("batch_has_photos")


def clean_file_name(name: str) -> str:
    """The last part of whatever a client called the file, printable and short: a label, never a path."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r"\s+", " ", name)
    name = "".join(character for character in name if character.isprintable()).strip(" .")
    if len(name) <= MAX_FILE_NAME:
        return name or "photo"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: MAX_FILE_NAME - 8]}{dot}{ending[:7]}" if dot else name[:MAX_FILE_NAME]
