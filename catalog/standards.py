"""Reference standards: the approved photos of one view of one design version, fitted.

A standard is collected, fitted, activated and then never changed again; a better one is a new standard. How strictly
it is applied may still move: catalog.calibrations keeps that beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from catalog.designs import VersionState
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.inspections import Region

MIN_REFERENCES = 8
MAX_REFERENCES = 40
LEAST_REGION_SIDE = 0.1  # of the photo's; the engine asks the same
ROUNDING = 1e-6


class StandardState(StrEnum):
    COLLECTING = "collecting"
    FITTING = "fitting"
    FITTED = "fitted"
    FAILED = "failed"
    ACTIVE = "active"
    RETIRED = "retired"


class View(StrEnum):
    """Which side of the piece a standard's photos show; all photos of one standard show the same."""

    FROM_ABOVE = "from_above"
    FRONT = "front"
    SIDE = "side"
    BACK = "back"
    INSIDE = "inside"
    UNDERSIDE = "underside"
    DETAIL = "detail"


# Which sizes of a piece can be seen from above, inside or below; from the other sides its height as well.
PLAN_SIZES = ("diameter", "width", "length", "depth")
PLAN_VIEWS = frozenset({View.FROM_ABOVE, View.INSIDE, View.UNDERSIDE})

# Photos may still be added and taken away: until the standard is activated.
OPEN_STATES = frozenset({StandardState.COLLECTING, StandardState.FITTED, StandardState.FAILED})


def check_view(view: str) -> View:
    """Raises: InvalidFields."""
    if view not in set(View):
        raise InvalidFields({"view": "unknown_choice"})
    return View(view)


def check_region(x: float, y: float, width: float, height: float) -> Region:
    """The part of every photo in which the piece lies, in fractions of the upright photo.

    Raises: InvalidFields for the fields that lead out of the photo, or make the part smaller than LEAST_REGION_SIDE.
    """
    wrong = {}
    for start, side, place, length in (("x", "width", x, width), ("y", "height", y, height)):
        if not 0 <= place <= 1:
            wrong[start] = "out_of_range"
        elif not length >= LEAST_REGION_SIDE:
            wrong[side] = "region_too_small"
        elif place + length > 1 + ROUNDING:
            wrong[side] = "region_out_of_photo"
    if wrong:
        raise InvalidFields(wrong)
    return Region(x, y, min(width, 1 - x), min(height, 1 - y))


def check_may_start(version_state: VersionState) -> None:
    """A standard may be made while a version is a draft, so that both are ready on the same day, or published.

    Raises: WrongState.
    """
    if version_state == VersionState.RETIRED:
        raise WrongState("version_is_retired")


def check_may_change_references(state: StandardState) -> None:
    """Raises: WrongState once the standard is being fitted or is active."""
    if state not in OPEN_STATES:
        raise WrongState("standard_is_closed", state=state)


def check_may_add_reference(state: StandardState, reference_count: int) -> None:
    """Raises: WrongState, RuleBroken."""
    check_may_change_references(state)
    if reference_count >= MAX_REFERENCES:
        raise RuleBroken("too_many_references", most=MAX_REFERENCES)


def check_may_fit(state: StandardState, reference_count: int) -> None:
    """Raises: WrongState, RuleBroken."""
    check_may_change_references(state)
    if reference_count < MIN_REFERENCES:
        raise RuleBroken("too_few_references", least=MIN_REFERENCES, count=reference_count)


def check_may_activate(state: StandardState) -> None:
    """Raises: WrongState unless the standard is fitted and not yet active."""
    if state != StandardState.FITTED:
        raise WrongState("standard_is_not_fitted", state=state)


def outlier_indexes(report: Mapping[str, Any] | None) -> frozenset[int]:
    """Which references the engine's report calls unlike the others, counted from 0 in the order of the fit."""
    references = (report or {}).get("references", ())
    return frozenset(index for index, each in enumerate(references) if each["is_outlier"])


def longer_side_mm(view: View, sizes_mm: Mapping[str, float]) -> float | None:
    """About how long the longer side of a piece is as seen in a view.

    None for a detail, which shows no side whole, and where no such size is known.

    Args:
        sizes_mm: sizes by name as in catalog.designs.DIMENSIONS, millimetres.
    """
    if view == View.DETAIL:
        return None
    names = PLAN_SIZES if view in PLAN_VIEWS else (*PLAN_SIZES, "height")
    return max((sizes_mm[name] for name in names if name in sizes_mm), default=None)
