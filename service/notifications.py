"""Telling people what happened: in the application at once, by e-mail as each of them has chosen.

A notification and the job that mails it commit together with what they tell of. Where no mail server is configured
nothing is queued: the notification stays in the list.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from catalog.notifications import MailChoice, NotificationKind
from catalog.store import notifications
from catalog.store.tables import Notification
from service.context import Parts


def tell(
    session: Session,
    parts: Parts,
    person_ids: Collection[uuid.UUID],
    kind: NotificationKind,
    subject_id: uuid.UUID,
    details: Mapping[str, Any],
) -> list[Notification]:
    """Tell each of these people. Texts in `details` are in both languages, or names that have none."""
    made = notifications.notify(session, person_ids, kind, subject_id, details)
    if parts.settings.mail_server:
        choices = notifications.mail_choices(session, [each.person_id for each in made])
        for each in made:
            if choices.get(each.person_id, MailChoice.AT_ONCE) == MailChoice.AT_ONCE:
                parts.queue.mail_notification(session, each.id)
    return made
