"""Who is told of a version on its way: those who can look at it, who submitted it, and who makes the design."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from catalog.notifications import NotificationKind
from catalog.organisations import Role
from catalog.store import makers, organisations
from catalog.store.tables import DesignVersion
from service.context import Parts
from service.notifications import tell


def tell_submitted(session: Session, parts: Parts, version: DesignVersion) -> None:
    """The others of the studio; administrators where there is nobody else."""
    studio = version.design.studio
    others = [each.id for each in studio.people if each.role == Role.DESIGNER and each.id != version.submitted_by]
    readers = others or organisations.people_with_role(session, Role.ADMINISTRATOR)
    _tell(session, parts, readers, NotificationKind.DESIGN_SUBMITTED, version, version.submitted_by)


def tell_sent_back(session: Session, parts: Parts, version: DesignVersion, by: uuid.UUID | None) -> None:
    """Who submitted it."""
    _tell(session, parts, {version.submitted_by} - {by}, NotificationKind.DESIGN_SENT_BACK, version, by)


def tell_published(session: Session, parts: Parts, version: DesignVersion, by: uuid.UUID | None) -> None:
    """Who submitted it; and whoever makes the design hears that there is a newer version."""
    _tell(session, parts, {version.submitted_by} - {by}, NotificationKind.DESIGN_PUBLISHED, version, by)
    if version.number > 1:
        readers = makers.people_who_make(session, version.design_id)
        _tell(session, parts, readers, NotificationKind.DESIGN_RENEWED, version, by)


def _tell(
    session: Session,
    parts: Parts,
    readers: Collection[uuid.UUID | None],
    kind: NotificationKind,
    version: DesignVersion,
    by: uuid.UUID | None,
) -> None:
    person = organisations.get_person(session, by) if by else None
    details = {
        "by": person.name if person else "Kriya",
        "title": version.title,
        "number": version.number,
        "slug": version.design.slug,
    }
    tell(session, parts, [each for each in readers if each is not None], kind, version.id, details)
