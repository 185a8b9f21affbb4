"""A fitted standard: what inspection needs of the references, and the report about them."""

import hashlib
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models.artifact import pack, unpack
from models.errors import BrokenArtifact

ENGINE_VERSION = "1.0.0"
READABLE_SERIES = "1."


@dataclass(frozen=True)
class ReferenceReport:
    """How one reference stands among the others, scored by a standard made without it."""

    name: str
    score: float
    is_outlier: bool


@dataclass(frozen=True)
class FitReport:
    """What a designer should know before relying on the standard.

    agreement: 0..1, the share of references that the others would accept.
    notes: codes: "few_references", "references_vary", "outlier_found".
    """

    references: tuple[ReferenceReport, ...]
    expected_false_reject_rate: float
    false_reject_interval: tuple[float, float]
    agreement: float
    notes: tuple[str, ...]
    fit_seconds: float
    width_px: int
    height_px: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self) | {
            "references": [asdict(reference) for reference in self.references],
            "false_reject_interval": list(self.false_reject_interval),
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "FitReport":
        """The inverse of to_dict."""
        return cls(**content | {
            "references": tuple(ReferenceReport(**reference) for reference in content["references"]),
            "false_reject_interval": tuple(content["false_reject_interval"]),
            "notes": tuple(content["notes"]),
        })  # fmt: skip


@dataclass(frozen=True, eq=False)
class FittedStandard:
    """The frame is the size (multiples of 32) that every photo is brought to; M patches of K references."""

    frame_height_px: int
    frame_width_px: int
    limit: float
    patch_limit: float
    stranger_limit: float
    least_sharpness: float
    darkest: float
    brightest: float
    bank: np.ndarray  # (M, D) float16
    bank_reference: np.ndarray  # (M,) int32, whose patch it is
    report: FitReport

    _ARRAYS = ("bank", "bank_reference")
    _NUMBERS = (
        "frame_height_px", "frame_width_px", "limit", "patch_limit", "stranger_limit",
        "least_sharpness", "darkest", "brightest",
    )  # fmt: skip

    def to_bytes(self) -> bytes:
        """The standard as a file: see models.artifact."""
        return self._packed

    @cached_property
    def _packed(self) -> bytes:
        numbers = {name: getattr(self, name) for name in self._NUMBERS}
        content = {"engine_version": ENGINE_VERSION, "numbers": numbers, "report": self.report.to_dict()}
        return pack(content, {name: getattr(self, name) for name in self._ARRAYS})

    @cached_property
    def hash(self) -> str:
        """SHA-256 of to_bytes(), in hex: the name of exactly this standard."""
        return hashlib.sha256(self._packed).hexdigest()

    def save(self, path: str | Path) -> None:
        """Write to_bytes() to a file."""
        Path(path).write_bytes(self._packed)


def load(source: bytes | Path) -> FittedStandard:
    """A standard from its bytes or its file. Raises: BrokenArtifact."""
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise BrokenArtifact(f"The standard cannot be opened: {error.strerror}.") from error
    content, arrays = unpack(data)
    try:
        version = content["engine_version"]
        if not version.startswith(READABLE_SERIES):
            raise BrokenArtifact(f"The standard was made by engine {version}; fit it again.")
        return FittedStandard(**content["numbers"], **arrays, report=FitReport.from_dict(content["report"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise BrokenArtifact(f"The standard is incomplete: {error}.") from error
