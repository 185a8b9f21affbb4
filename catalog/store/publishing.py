"""The way of a version from draft to catalog and out of it, every step with who took it and when."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from catalog.designs import VersionState
from catalog.errors import RuleBroken, WrongState
from catalog.organisations import Actor
from catalog.publishing import (
    Completeness,
    DesignAction,
    check_note,
    check_review,
    measure_completeness,
    next_state,
)
from catalog.store.designs import add_event, check_derivation, get_version, read_draft
from catalog.store.entries import index_design
from catalog.store.lineage import was_published
from catalog.store.tables import Design, DesignEvent, DesignVersion
from catalog.text import Text


def completeness_of(version: DesignVersion) -> Completeness:
    """How far a version is."""
    waits = version.derived_from_id is not None and not was_published(version.derived_from)
    alts = [Text(**picture.alt) for picture in version.pictures]
    return measure_completeness(read_draft(version), alts, waits_for_original=waits)


def submit_for_review(session: Session, version: DesignVersion, person_id: uuid.UUID | None, note: str = "") -> None:
    """Ask somebody else of the studio to look at a draft; it does not change until they have.

    Raises: WrongState, RuleBroken("not_complete") with the missing fields, InvalidFields.
    """
    check_note(note, is_required=False)
    version = _move(session, version, DesignAction.SUBMITTED, person_id, note, must_be_complete=True)
    version.submitted_by = person_id
    session.flush()


def take_back(session: Session, version: DesignVersion, person_id: uuid.UUID | None) -> None:
    """Make a draft again of what waits for its review. Raises: WrongState."""
    _move(session, version, DesignAction.TAKEN_BACK, person_id)


def newest_submission(session: Session, version: DesignVersion) -> uuid.UUID | None:
    """The event that a review is about: what was submitted does not change until the next one."""
    query = select(DesignEvent.id).where(DesignEvent.version_id == version.id)
    query = query.where(DesignEvent.action == DesignAction.SUBMITTED)
    return session.scalar(query.order_by(DesignEvent.created_at.desc()).limit(1))


def send_back(
    session: Session, version: DesignVersion, actor: Actor, note: str, *, submission: str | None = None
) -> None:
    """Give a draft back with what is to be changed. `submission`: the event that the reviewer read, if any is said.

    Raises: WrongState, WrongState("submitted_anew"), RuleBroken("own_submission"), InvalidFields.
    """
    check_note(note, is_required=True)
    version = _to_review(session, version, actor, submission)
    _move(session, version, DesignAction.SENT_BACK, actor.person_id, note)


def approve(
    session: Session, version: DesignVersion, actor: Actor, note: str = "", *, submission: str | None = None
) -> None:
    """Publish what was reviewed: everyone sees it. The version published before it stays, as history.

    Raises: what send_back raises, RuleBroken("not_complete") with the missing fields.
    """
    check_note(note, is_required=False)
    version = _to_review(session, version, actor, submission)
    _show(session, version, actor.person_id, note)


def _to_review(session: Session, version: DesignVersion, actor: Actor, submission: str | None) -> DesignVersion:
    version = get_version(session, version.id, lock=True)
    check_review(actor, version.design.studio_id, version.submitted_by)
    if submission is not None and submission != str(newest_submission(session, version)):
        raise WrongState("submitted_anew")
    return version


def publish(session: Session, version: DesignVersion, person_id: uuid.UUID | None) -> None:
    """Submit and publish in one: what the service brings along itself needs no review.

    Raises: WrongState, RuleBroken("not_complete") with the missing fields.
    """
    submit_for_review(session, version, person_id)
    _show(session, version, person_id)


def _show(session: Session, version: DesignVersion, person_id: uuid.UUID | None, note: str = "") -> None:
    version = _move(session, version, DesignAction.PUBLISHED, person_id, note, must_be_complete=True)
    version.published_at = datetime.datetime.now(datetime.UTC)
    version.published_by = person_id
    index_design(session, version.design_id)


def retire(session: Session, version: DesignVersion, person_id: uuid.UUID | None = None) -> None:
    """Take a published version out of the catalog; batches made to it stay.

    Raises: WrongState.
    """
    version = _move(session, version, DesignAction.RETIRED, person_id)
    index_design(session, version.design_id)


def history_of(session: Session, design_id: uuid.UUID) -> Sequence[DesignEvent]:
    """All that happened to a design's versions, the newest first."""
    query = select(DesignEvent).join(DesignVersion, DesignEvent.version_id == DesignVersion.id)
    query = query.where(DesignVersion.design_id == design_id).options(joinedload(DesignEvent.person))
    return session.scalars(query.order_by(DesignEvent.created_at.desc())).all()


def waiting_for_review(session: Session, studio_id: uuid.UUID | None) -> Sequence[DesignVersion]:
    """What waits for its review in a studio (in all for None), the longest first."""
    query = select(DesignVersion).where(DesignVersion.state == VersionState.IN_REVIEW)
    if studio_id is not None:
        query = query.join(Design).where(Design.studio_id == studio_id)
    return session.scalars(query.order_by(DesignVersion.created_at)).all()


def _move(
    session: Session,
    version: DesignVersion,
    action: DesignAction,
    person_id: uuid.UUID | None,
    note: str = "",
    *,
    must_be_complete: bool = False,
) -> DesignVersion:
    """Take a step, alone: of two who want to take one from the same state, the second is told.

    What raises has changed nothing.
    """
    version = get_version(session, version.id, lock=True)
    state = next_state(version.state, action)
    if must_be_complete:
        _check_complete(session, version)
    version.state = state
    add_event(session, version, action, person_id, note)
    return version


def _check_complete(session: Session, version: DesignVersion) -> None:
    """Raises: RuleBroken("not_complete"), InvalidFields where the original's licence no longer allows it."""
    missing = completeness_of(version).missing
    if missing:
        raise RuleBroken("not_complete", missing=missing)
    check_derivation(session, read_draft(version), version.design.studio_id, version.design_id)
