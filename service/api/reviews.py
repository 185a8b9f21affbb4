"""What reviewers say of pieces, what it would change, and the limits that a standard has had."""

from __future__ import annotations

import uuid
from typing import Any

from catalog.inspections import Verdict
from catalog.permissions import Permission
from catalog.store import calibrations, corrections
from catalog.store.tables import BatchPhoto, Calibration
from service.api import schemas
from service.api.batches import PHOTO_ID
from service.api.operations import URL_PREFIX, Blueprint, in_path, open_to, page_of
from service.context import current_parts
from service.database import current_session
from service.recalibration import Recalibration, read_recalibration, use_proposal
from service.security import current_actor
from service.visible import get_own_standard, get_photo_to_review

blueprint = Blueprint("api-reviews", __name__, url_prefix=URL_PREFIX)

STANDARD_ID = in_path("standard_id", "The `id` of a standard in use.")


@blueprint.route("/photos/<uuid:photo_id>/correction", methods=["PUT"], tags=["Reviews"], parameters=PHOTO_ID)
@blueprint.arguments(schemas.NewCorrection)
@blueprint.response(200, schemas.Photo)
@open_to(Permission.REVIEW_PIECES)
def correct_photo(given: dict[str, Any], photo_id: uuid.UUID) -> BatchPhoto:
    """Say of a piece that it is good or defective

    Agreeing with the verdict is worth as much as disagreeing. The verdict itself stays as it is.
    """
    photo = get_photo_to_review(photo_id)
    corrections.correct(current_session(), photo, given["opinion"], given["note"], current_actor().person_id)
    return photo


@blueprint.route("/photos/<uuid:photo_id>/correction", methods=["DELETE"], tags=["Reviews"], parameters=PHOTO_ID)
@blueprint.response(200, schemas.Photo)
@open_to(Permission.REVIEW_PIECES)
def withdraw_correction(photo_id: uuid.UUID) -> BatchPhoto:
    """Withdraw what was said of a piece

    Where nothing was said it changes nothing.
    """
    photo = get_photo_to_review(photo_id)
    corrections.withdraw(current_session(), photo, current_actor().person_id)
    return photo


@blueprint.route("/standards/<uuid:standard_id>/corrections", tags=["Reviews"], parameters=STANDARD_ID)
@blueprint.response(200, schemas.Recalibration)
@open_to(Permission.WRITE_STANDARDS)
def read_corrections(standard_id: uuid.UUID) -> dict[str, Any]:
    """Read what the corrections would change

    The limit that they ask for, and every photo inspected with the standard replayed with it. Nothing changes yet.
    """
    return _told(read_recalibration(current_session(), get_own_standard(standard_id)))


def _told(found: Recalibration) -> dict[str, Any]:
    def pair(counts: tuple[int, int]) -> dict[str, int]:
        return {"before": counts[0], "after": counts[1]}

    proposal, effect = found.proposal, found.effect
    return {
        "proposal": found.tag,
        "is_change": proposal.is_change,
        "missing": proposal.missing,
        "limit": proposal.limit,
        "limit_in_force": found.in_force.limit,
        "expected_false_reject_rate": proposal.expected_false_reject_rate,
        "false_reject_interval": proposal.false_reject_interval,
        "counts": {verdict.value: pair(effect.counts[verdict]) for verdict in Verdict},
        "good": effect.good,
        "false_rejects": pair(effect.false_rejects),
        "defective": effect.defective,
        "caught": pair(effect.caught),
        "uncounted": sorted(found.uncounted),
        "waiting": found.waiting,
        "alike": found.alike,
        "changed": effect.changed,
    }


@blueprint.route("/standards/<uuid:standard_id>/limits", tags=["Reviews"], parameters=STANDARD_ID)
@blueprint.arguments(schemas.PageQuery, location="query")
@blueprint.response(200, schemas.LimitPage)
@open_to(Permission.WRITE_STANDARDS)
def list_limits(query: dict[str, Any], standard_id: uuid.UUID) -> dict[str, Any]:
    """List the limits that a standard has had

    The newest first. The one of the fit, number 0, is not in the list.
    """
    standard = get_own_standard(standard_id)
    return page_of(calibrations.calibrations_of(current_session(), standard.id), query)


@blueprint.route("/standards/<uuid:standard_id>/limits", methods=["POST"], tags=["Reviews"], parameters=STANDARD_ID)
@blueprint.arguments(schemas.UsedProposal)
@blueprint.response(201, schemas.Limit)
@open_to(Permission.WRITE_STANDARDS)
def use_limit(given: dict[str, Any], standard_id: uuid.UUID) -> Calibration:
    """Put the proposed limit in force

    For what is inspected from now on; past inspections keep verdict and score. If corrections or limit have changed
    since the proposal was read, nothing changes and the answer is 409: read it again.
    """
    session, person_id = current_session(), current_actor().person_id
    standard = get_own_standard(standard_id, lock=True)
    return use_proposal(session, current_parts(), standard, given["proposal"], person_id)


@blueprint.route(
    "/standards/<uuid:standard_id>/limits/back", methods=["POST"], tags=["Reviews"], parameters=STANDARD_ID
)
@blueprint.arguments(schemas.EarlierLimit)
@blueprint.response(201, schemas.Limit)
@open_to(Permission.WRITE_STANDARDS)
def go_back_to_limit(given: dict[str, Any], standard_id: uuid.UUID) -> Calibration:
    """Go back to an earlier limit"""
    standard = get_own_standard(standard_id, lock=True)
    return calibrations.go_back(current_session(), standard, given["number"], current_actor().person_id)
