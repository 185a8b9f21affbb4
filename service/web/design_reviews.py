"""A version's way into the catalog: submitted, looked at by somebody else, sent back or published, retired;
or thrown away as long as it is a draft."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext

from catalog.designs import VersionState, clean_text
from catalog.errors import InvalidFields, RuleBroken, WrongState
from catalog.permissions import Permission
from catalog.store import drafts
from catalog.store import publishing as records
from catalog.store.designs import published_version
from catalog.store.tables import DesignVersion
from service import design_notices
from service.context import current_parts
from service.database import current_session
from service.differences import difference_of, last_shown
from service.language import in_language
from service.messages import field_sentences, sentence
from service.pack_difference_words import pack_changes
from service.security import current_actor, requires
from service.version_words import ShownDifference, describe_difference
from service.web.studio import own_version, version_page

blueprint = Blueprint("design_reviews", __name__)


@blueprint.post("/studio/designs/<uuid:version_id>/submit")
@requires(Permission.WRITE_DESIGNS)
def submit(version_id: uuid.UUID) -> Response:
    version, session = own_version(version_id), current_session()
    try:
        records.submit_for_review(session, version, current_actor().person_id, _note())
        design_notices.tell_submitted(session, current_parts(), version)
    except (InvalidFields, RuleBroken) as error:
        flash(_problem(error), "error")
    else:
        flash(gettext("Submitted. Somebody else of your studio, or an administrator, looks at it now."), "success")
    return _back(version_id)


@blueprint.post("/studio/designs/<uuid:version_id>/take-back")
@requires(Permission.WRITE_DESIGNS)
def take_back(version_id: uuid.UUID) -> Response:
    records.take_back(current_session(), own_version(version_id), current_actor().person_id)
    flash(gettext("Taken back: it is a draft again."), "success")
    return _back(version_id)


@blueprint.get("/studio/designs/<uuid:version_id>/review")
@requires(Permission.WRITE_DESIGNS)
def review(version_id: uuid.UUID) -> str | Response:
    """What a reviewer reads before saying yes or no."""
    version = own_version(version_id)
    if version.state != VersionState.IN_REVIEW:
        return _back(version_id)
    return _review_page(version)


def _review_page(
    version: DesignVersion, note: str = "", error: InvalidFields | None = None, problem: str = ""
) -> str:
    return version_page(
        "studio/review.html",
        version,
        **_past(version),
        submission=records.newest_submission(current_session(), version),
        note=note,
        problem=problem,
        errors=field_sentences(error),
        is_alone=not _others(version),
    )


def _past(version: DesignVersion) -> dict[str, Any]:
    """What changed since the version before, and who did what when."""
    before = last_shown(version)
    return {
        "before": before,
        "changes": _difference(before, version) if before else None,
        "history": records.history_of(current_session(), version.design_id),
    }


def _difference(before: DesignVersion, after: DesignVersion) -> ShownDifference:
    session = current_session()
    of_pack = pack_changes(session, before, after, current_actor())
    return describe_difference(session, difference_of(before, after), of_pack)


def _others(version: DesignVersion) -> bool:
    """Whether anybody else of the studio could look at what was submitted."""
    return any(person.id != version.submitted_by for person in version.design.studio.people)


@blueprint.post("/studio/designs/<uuid:version_id>/approve")
@requires(Permission.WRITE_DESIGNS)
def approve(version_id: uuid.UUID) -> Response | tuple[str, int]:
    told = gettext("Published: everyone sees it in the catalog now.")
    return _decide(own_version(version_id), records.approve, design_notices.tell_published, told)


@blueprint.post("/studio/designs/<uuid:version_id>/send-back")
@requires(Permission.WRITE_DESIGNS)
def send_back(version_id: uuid.UUID) -> Response | tuple[str, int]:
    told = gettext("Sent back with your note: it is a draft again.")
    return _decide(own_version(version_id), records.send_back, design_notices.tell_sent_back, told)


def _decide(
    version: DesignVersion, decide: Callable[..., None], tell: Callable[..., None], told: str
) -> Response | tuple[str, int]:
    """Say yes or no to the submission that the reviewer read, as the form says; a newer one is shown first."""
    session, actor, note = current_session(), current_actor(), _note()
    try:
        decide(session, version, actor, note, submission=request.form.get("submission"))
        tell(session, current_parts(), version, actor.person_id)
    except InvalidFields as error:
        return _review_page(version, note, error), 422
    except RuleBroken as error:
        if error.code == "submitted_anew":
            return _review_page(version, note, problem=_problem(error)), 409
        flash(_problem(error), "error")
    else:
        flash(told, "success")
    return _back(version.id)


@blueprint.post("/studio/designs/<uuid:version_id>/retire")
@requires(Permission.WRITE_DESIGNS)
def retire(version_id: uuid.UUID) -> Response:
    version = own_version(version_id)
    records.retire(current_session(), version, current_actor().person_id)
    left = published_version(version.design)
    if left is None:
        flash(gettext("Retired: it is no longer in the catalog, and no new batch is made to it."), "success")
    else:
        text = gettext(
            "Version %(number)s is retired, and no new batch is made to it. The catalog shows version %(left)s again.",
            number=version.number,
            left=left.number,
        )
        flash(text, "success")
    return _back(version_id)


@blueprint.post("/studio/designs/<uuid:version_id>/throw-away")
@requires(Permission.WRITE_DESIGNS)
def throw_away(version_id: uuid.UUID) -> Response:
    """Take a draft away for good; one that something counts on stays, and its page says why."""
    version = own_version(version_id)
    title, number = in_language(version.title), version.number
    try:
        before = drafts.throw_away(current_session(), version, stamp=request.form.get("contents"))
    except WrongState as error:
        flash(_problem(error), "error")
        return _back(version_id)
    if before is None:
        flash(gettext("The design “%(title)s” is thrown away.", title=title), "success")
        return redirect(url_for("studio.designs"), 303)
    flash(gettext("The draft of version %(number)s is thrown away.", number=number), "success")
    return _back(before.id)


@blueprint.get("/studio/designs/<uuid:version_id>/history")
@requires(Permission.WRITE_DESIGNS)
def history(version_id: uuid.UUID) -> str:
    version = own_version(version_id)
    return version_page("studio/history.html", version, **_past(version))


def _note() -> str:
    return clean_text(request.form.get("note", ""))


def _problem(error: RuleBroken) -> str:
    return sentence(error.code, error.details)


def _back(version_id: uuid.UUID) -> Response:
    return redirect(url_for("studio.edit_design", version_id=version_id), 303)
