"""Notifications: what a person is told of that happened while they were away, and whether by e-mail as well."""

from __future__ import annotations

from enum import StrEnum


class NotificationKind(StrEnum):
    """What happened. The service has a sentence for each, and the address of what it is about."""

    INQUIRY_RECEIVED = "inquiry_received"
    INQUIRY_MESSAGE = "inquiry_message"
    INQUIRY_QUOTATION = "inquiry_quotation"
    INQUIRY_STATE = "inquiry_state"
    INQUIRY_INVITATION = "inquiry_invitation"
    DESIGN_SUBMITTED = "design_submitted"
    DESIGN_SENT_BACK = "design_sent_back"
    DESIGN_PUBLISHED = "design_published"
    DESIGN_RENEWED = "design_renewed"


class MailChoice(StrEnum):
    """Whether a person also gets notifications by e-mail; each stays in the list either way."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"
