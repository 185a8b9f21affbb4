"""A fitted standard's report as the catalog keeps it: plain JSON, and the self-test's pictures in the image store."""

from __future__ import annotations

from typing import Any

import models
from service.storage import ImageStore


def keep_report(images: ImageStore, fitted: models.FittedStandard) -> dict[str, Any]:
    """The report, each kind of its self-test with the `picture_key` of its example (None where there is none).

    Raises: StorageUnavailable, StorageFull.
    """
    report = fitted.report.to_dict()
    for kind in report.get("self_test", {}).get("kinds", ()):
        picture = fitted.pictures.get(kind["kind"])
        kind["picture_key"] = None if picture is None else images.put(picture, "image/jpeg")
    return report


def picture_keys(report: dict[str, Any] | None) -> frozenset[str]:
    """The keys of the pictures that a kept report names."""
    kinds = ((report or {}).get("self_test") or {}).get("kinds", ())
    return frozenset(kind["picture_key"] for kind in kinds if kind.get("picture_key"))
