"""Notifications in the reader's words: a sentence for each kind, and the address of what it is about.

A new kind is one more line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from catalog.inquiries import Whose
from catalog.notifications import NotificationKind as Kind
from catalog.store.tables import Notification
from service.language import in_language

DECISIONS = {
    "agree_sample": _l("%(by)s agrees to a sample of %(what)s."),
    "accept": _l("%(by)s accepts the quotation for %(what)s."),
    "decline": _l("%(by)s declines the inquiry about %(what)s."),
    "withdraw": _l("%(by)s withdraws the inquiry about %(what)s."),
    "withdraw_quotation": _l("%(by)s takes back its quotation for %(what)s."),
    "reopen": _l("%(by)s takes up the inquiry about %(what)s again."),
    "close": _l("%(by)s closes the inquiry about %(what)s."),
    "invite": _l("%(by)s invites %(workshop)s to the inquiry about %(what)s."),
}
# Those about one of several quotations, by whose it is to the reader.
CHOICES = {
    ("agree_sample", Whose.YOURS): _l("%(by)s agrees to your sample of %(what)s."),
    ("agree_sample", Whose.NAMED): _l("%(by)s agrees to a sample of %(what)s from %(maker)s."),
    ("agree_sample", Whose.OTHERS): _l("%(by)s agrees to somebody else's sample of %(what)s."),
    ("accept", Whose.YOURS): _l("%(by)s accepts your quotation for %(what)s."),
    ("accept", Whose.NAMED): _l("%(by)s accepts the quotation of %(maker)s for %(what)s."),
    ("accept", Whose.OTHERS): _l("%(by)s accepts somebody else's quotation for %(what)s."),
}


@dataclass(frozen=True)
class Words:
    """`tell` makes the sentence of a notification's details; `endpoint` takes the subject as `argument`."""

    tell: Callable[[Mapping[str, Any]], str]
    endpoint: str
    argument: str
    in_details: str = ""  # where the address takes a word of the details and not the subject's key


def _inquiry(text: Any) -> Words:
    return Words(lambda details: str(text) % _values(details), "inquiries.show", "inquiry_id")


def _design(text: Any, endpoint: str, argument: str = "version_id", in_details: str = "") -> Words:
    return Words(lambda details: str(text) % _design_values(details), endpoint, argument, in_details)


def _design_values(details: Mapping[str, Any]) -> dict[str, str]:
    return {"by": details["by"], "what": in_language(details["title"]), "number": str(details["number"])}


def _decision(details: Mapping[str, Any]) -> str:
    text = CHOICES.get((details["action"], details.get("whose"))) or DECISIONS[details["action"]]
    return str(text) % _values(details)


def _values(details: Mapping[str, Any]) -> dict[str, str]:
    names = {name: details.get(name) or "" for name in ("workshop", "maker")}
    return {"by": details["by"], "what": subject_of(details), **names}


def subject_of(details: Mapping[str, Any]) -> str:
    """What an inquiry is about: its first design, and how many more."""
    title, more = in_language(details["title"]), details.get("more", 0)
    if not more:
        return title
    return ngettext("%(title)s and %(num)d more design", "%(title)s and %(num)d more designs", more, title=title)


KINDS: dict[str, Words] = {
    Kind.INQUIRY_RECEIVED: _inquiry(_l("%(by)s asks for a quotation for %(what)s.")),
    Kind.INQUIRY_MESSAGE: _inquiry(_l("%(by)s wrote about %(what)s.")),
    Kind.INQUIRY_QUOTATION: _inquiry(_l("%(by)s made a quotation for %(what)s.")),
    Kind.INQUIRY_INVITATION: _inquiry(_l("%(by)s invites you to an inquiry about %(what)s.")),
    Kind.INQUIRY_STATE: Words(_decision, "inquiries.show", "inquiry_id"),
    Kind.DESIGN_SUBMITTED: _design(_l("%(by)s submitted %(what)s for review."), "design_reviews.review"),
    Kind.DESIGN_SENT_BACK: _design(_l("%(by)s sent %(what)s back with a note."), "design_reviews.history"),
    Kind.DESIGN_PUBLISHED: _design(_l("%(by)s published %(what)s."), "studio.edit_design"),
    Kind.DESIGN_RENEWED: _design(
        _l("There is a version %(number)s of %(what)s, which you make. You may go on with yours."),
        "version_changes.show",
        "slug",
        in_details="slug",
    ),
}


def sentence_of(notification: Notification) -> str:
    """What happened, in one sentence."""
    words = KINDS.get(notification.kind)
    return gettext("Something happened.") if words is None else words.tell(notification.details)


def path_of(notification: Notification) -> str:
    """The page about it."""
    words = KINDS.get(notification.kind)
    if words is None:
        return url_for("notifications.index")
    value = notification.details[words.in_details] if words.in_details else notification.subject_id
    return url_for(words.endpoint, **{words.argument: value})
