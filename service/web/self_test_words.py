"""What a standard sees, said to a designer: for each kind of defect the smallest that is caught, and its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

KINDS = {
    "crack": _l("Cracks"),
    "scratch": _l("Scratches"),
    "pinholes": _l("Pinholes"),
    "stain": _l("Stains"),
    "missing": _l("Chips and missing parts"),
    "displaced": _l("Parts out of place"),
}
# Notes of the engine that speak of one kind: it is caught, but not when it is small.
LATE = {"misses_small_cracks": "crack"}
NO_BREAK = "\N{NO-BREAK SPACE}"
RING_ROOM = 0.03  # of the picture's side, between a defect and the line around it


@dataclass(frozen=True)
class KindSeen:
    """One kind of defect. is_caught: at some size; is_well_seen: also when small, as far as the engine minds.

    ring: x, y, width, height in fractions of the picture, None without a picture.
    """

    name: str
    sentence: str
    is_caught: bool
    is_well_seen: bool
    picture_key: str | None
    alt: str
    ring: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Sees:
    """has_millimetres: whether the sizes are known, and not only their share of the piece."""

    kinds: tuple[KindSeen, ...]
    has_millimetres: bool


def describe_self_test(report: Mapping[str, Any], longer_side_mm: float | None) -> Sees | None:
    """The report's self-test in words; None for a report without one. Kinds of a later engine are left out.

    Args:
        longer_side_mm: of the piece as this view shows it, if that is known.
    """
    tested = report.get("self_test")
    if tested is None:
        return None
    scale_mm = longer_side_mm if tested["of_piece"] else None
    late = {kind for note, kind in LATE.items() if note in report["notes"]}

    def size(share: float) -> str:
        return size_words(share, scale_mm, tested["of_piece"])

    kinds = (_describe_kind(kind, size, kind["kind"] in late) for kind in tested["kinds"] if kind["kind"] in KINDS)
    return Sees(tuple(kinds), scale_mm is not None)


def _describe_kind(kind: Mapping[str, Any], size: Callable[[float], str], is_late: bool) -> KindSeen:
    name, shown = str(KINDS[kind["kind"]]), kind["pictured_share"]
    is_caught, has_picture = kind["smallest_share"] is not None, bool(kind.get("picture_key") and kind["box"])
    return KindSeen(
        name=name,
        sentence=_sentence(kind["smallest_share"], [tried["share"] for tried in kind["sizes"]], size, is_late),
        is_caught=is_caught,
        is_well_seen=is_caught and not is_late,
        picture_key=kind["picture_key"] if has_picture else None,
        alt=gettext("%(kind)s, %(size)s, painted on a photo", kind=name, size=size(shown)) if has_picture else "",
        ring=_ring(*kind["box"]) if has_picture else None,
    )


def _sentence(smallest: float | None, tried: list[float], size: Callable[[float], str], is_late: bool) -> str:
    if not tried:
        return gettext("Could not be tried on these photos.")
    if smallest is None:
        return gettext("Missed, even at %(size)s.", size=size(tried[-1]))
    if smallest <= tried[0]:
        return gettext("Caught even at %(size)s, the smallest tried.", size=size(smallest))
    if is_late:
        return gettext("Caught only from about %(size)s on.", size=size(smallest))
    return gettext("Caught from about %(size)s on.", size=size(smallest))


def size_words(share: float, scale_mm: float | None, of_piece: bool) -> str:
    """A share as millimetres of a side of `scale_mm`, or as it is, of the piece or of the picture."""
    if scale_mm is not None:
        words = gettext("%(size)s mm", size=_two_digits(share * scale_mm))
    elif of_piece:
        words = gettext("%(percent)s of the piece", percent=f"{_two_digits(100 * share)} %")
    else:
        words = gettext("%(percent)s of the picture", percent=f"{_two_digits(100 * share)} %")
    return words.replace(" ", NO_BREAK, 1)  # a number and its unit stay on one line


def _two_digits(value: float) -> str:
    """3.4, 34, 340: no more is known of it."""
    if value >= 100:
        return format_decimal(round(value, -1), format="0")
    return format_decimal(round(value), format="0") if value >= 10 else format_decimal(round(value, 1), format="0.#")


def _ring(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """A box with some room around it, within the picture."""
    left, top = max(x - RING_ROOM, 0.01), max(y - RING_ROOM, 0.01)
    right, bottom = min(x + width + RING_ROOM, 0.99), min(y + height + RING_ROOM, 0.99)
    return left, top, right - left, bottom - top
