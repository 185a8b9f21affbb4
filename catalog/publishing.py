"""From draft to catalog: what a version still lacks, who reviews it, and the way it takes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.designs import DesignDraft, VersionState
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.families import missing_attributes
from catalog.licences import Licence
from catalog.organisations import Actor, Role
from catalog.text import Text, is_visible

MAX_NOTE = 2000


class DesignAction(StrEnum):
    """What happens to a version, as its history tells it."""

    CREATED = "created"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    RETIRED = "retired"


# The way of a version. What is not in here cannot happen.
NEXT_STATE: Mapping[tuple[VersionState, DesignAction], VersionState] = {
    (VersionState.DRAFT, DesignAction.SUBMITTED): VersionState.IN_REVIEW,
    (VersionState.IN_REVIEW, DesignAction.TAKEN_BACK): VersionState.DRAFT,
    (VersionState.IN_REVIEW, DesignAction.SENT_BACK): VersionState.DRAFT,
    (VersionState.IN_REVIEW, DesignAction.PUBLISHED): VersionState.PUBLISHED,
    (VersionState.PUBLISHED, DesignAction.RETIRED): VersionState.RETIRED,
}


@dataclass(frozen=True)
class Completeness:
    """How far a version is: `missing` keeps it from being published, `recommended` would make it better.

    Both name fields, in the order of the form.
    """

    done: int
    total: int
    missing: tuple[str, ...]
    recommended: tuple[str, ...]

    @property
    def percent(self) -> int:
        """0..100; 100 only when nothing is missing."""
        return self.done * 100 // self.total


def next_state(state: VersionState, action: DesignAction) -> VersionState:
    """Raises: WrongState, with a code that says where the version is."""
    if (state, action) in NEXT_STATE:
        return NEXT_STATE[state, action]
    if action == DesignAction.RETIRED:
        raise WrongState("version_is_not_published")
    if action == DesignAction.SUBMITTED:
        raise WrongState(not_a_draft_code(state))
    raise WrongState("version_is_not_in_review")


def not_a_draft_code(state: VersionState) -> str:
    return "version_is_in_review" if state == VersionState.IN_REVIEW else "version_is_published"


@dataclass(frozen=True)
class DraftUses:
    """What else counts on a draft, and would be left without it."""

    has_standards: bool = False
    is_original: bool = False  # of another draft, which waits for this one
    is_being_imported: bool = False


def check_may_be_thrown_away(state: VersionState, uses: DraftUses) -> None:
    """Only a draft goes, and nothing that counts on it is left hanging.

    Raises: WrongState, with a code that says what keeps it.
    """
    if state != VersionState.DRAFT:
        raise WrongState(not_a_draft_code(state))
    if uses.has_standards:
        raise WrongState("draft_has_standards")
    if uses.is_original:
        raise WrongState("draft_is_original")
    if uses.is_being_imported:
        raise WrongState("draft_is_being_imported")


def measure_completeness(
    draft: DesignDraft, alts: Sequence[Text], *, waits_for_original: bool = False
) -> Completeness:
    """What a draft says of what it should say. `alts` are the texts of its pictures, for who does not see them.

    `waits_for_original` says that what it is derived from is not published itself.
    """
    needed = _required(draft, alts)
    if draft.derived_from_id is not None:
        needed["derived_from_id"] = not waits_for_original
    missing = tuple(name for name, is_there in needed.items() if not is_there)
    wished = _recommended(draft, alts)
    recommended = tuple(name for name, is_there in wished.items() if not is_there)
    return Completeness(len(needed) - len(missing), len(needed), missing, recommended)


def _required(draft: DesignDraft, alts: Sequence[Text]) -> dict[str, bool]:
    open_attributes = missing_attributes(draft.craft, draft.attributes)
    required = {
        "title": draft.title.is_complete,
        "description": draft.description.is_complete,
        "materials": bool(draft.materials),
        "attributes": not open_attributes,
        "dimensions_mm": bool(draft.dimensions_mm),
        "licence": bool(draft.licence),
        "pictures": len(alts) > 0,
        "picture_texts": len(alts) > 0 and all(is_visible(alt.get("id")) for alt in alts),
    }
    if draft.licence == Licence.ROYALTY_PER_PIECE:
        required["royalty"] = draft.royalty is not None
    return required


def _recommended(draft: DesignDraft, alts: Sequence[Text]) -> dict[str, bool]:
    return {
        "story": draft.story.is_complete,
        "technique": draft.technique.is_complete,
        "colours": bool(draft.colours),
        "care": draft.care.is_complete,
        "origin": bool(draft.origin.strip()),
        "price": draft.price is not None,
        "lead_time_days": draft.lead_time_days is not None,
        "minimum_order": draft.minimum_order is not None,
        "credit": bool(draft.credit.strip()),
        "picture_texts_both": all(alt.is_complete for alt in alts),
    }


def may_review_design(actor: Actor, studio_id: uuid.UUID, submitted_by: uuid.UUID | None) -> bool:
    """Another member of the studio, or an administrator; nobody reviews what they submitted."""
    if actor.person_id is not None and actor.person_id == submitted_by:
        return False
    if actor.role == Role.ADMINISTRATOR:
        return True
    return actor.role == Role.DESIGNER and actor.organisation_id == studio_id


def check_review(actor: Actor, studio_id: uuid.UUID, submitted_by: uuid.UUID | None) -> None:
    """Raises: RuleBroken("own_submission")."""
    if not may_review_design(actor, studio_id, submitted_by):
        raise RuleBroken("own_submission")


def check_note(note: str, *, is_required: bool) -> None:
    """What a reviewer writes to the designer; sending back without a word helps nobody.

    Raises: InvalidFields.
    """
    if is_required and not is_visible(note):
        raise InvalidFields({"note": "required"})
    if len(note) > MAX_NOTE:
        raise InvalidFields({"note": "too_long"})
