"""The results of a batch as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from catalog.exchange.cells import guard
from catalog.store.tables import BatchPhoto

COLUMNS = (
    "number",
    "file_name",
    "state",
    "verdict",
    "score",
    "reasons",
    "anomaly_score",
    "surface",
    "colour_delta_e",
    "colour_uncertainty",
    "colour_limit",
    "shape",
    "received_at",
    "inspected_at",
    "photo_sha256",
    "standard_sha256",
    "engine_version",
)


def results_csv(photos: Iterable[BatchPhoto]) -> Iterator[str]:
    """One line a photo under a line of names; numbers with a decimal point, times in UTC (ISO 8601)."""
    yield _line(COLUMNS)
    for photo in photos:
        yield _line(_cells(photo))


def _cells(photo: BatchPhoto) -> list[object]:
    head = [photo.position, guard(photo.file_name), photo.state.value]
    received_at = photo.received_at.isoformat(timespec="seconds")
    found = photo.inspection
    if found is None:
        return [*head, *[""] * (len(COLUMNS) - 8), received_at, "", photo.image_key, "", ""]
    colour = (found.colour_delta_e, found.colour_uncertainty, found.colour_limit)
    measured = (found.anomaly_score, found.surface, *colour, found.shape)
    return [
        *head,
        found.verdict.value,
        _number(found.score),
        " ".join(dict.fromkeys(reason["code"] for reason in found.reasons)),
        *[_number(value) for value in measured],
        received_at,
        found.created_at.isoformat(timespec="seconds"),
        photo.image_key,
        found.standard_hash,
        found.engine_version,
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _line(cells: Iterable[object]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(cells)
    return file.getvalue()
