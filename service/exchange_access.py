"""Whose designs and imports those are that the person who asks may exchange: what is somebody else's is not there."""

from __future__ import annotations

import uuid

from catalog.errors import NotFound
from catalog.organisations import OrganisationKind, Role
from catalog.permissions import may_see_import
from catalog.store import imports, organisations
from catalog.store.tables import DesignImport, Organisation
from service.database import current_session
from service.security import current_actor


def own_studio_id() -> uuid.UUID | None:
    """The studio of the one who asks; None for an administrator, whose are all."""
    actor = current_actor()
    return None if actor.role == Role.ADMINISTRATOR else actor.organisation_id


def chosen_studio_id(sent: str | None) -> uuid.UUID | None:
    """The studio that an administrator chose, None for all; everybody else has their own.

    Raises: NotFound for what is no studio.
    """
    own = own_studio_id()
    if own is not None or not sent:
        return own
    try:
        chosen = uuid.UUID(sent)
    except ValueError:
        raise NotFound("organisation_not_found") from None
    if chosen not in {studio.id for studio in studios_to_choose()}:
        raise NotFound("organisation_not_found")
    return chosen


def studios_to_choose() -> list[Organisation]:
    """What an administrator may choose among; nothing for anybody else."""
    if own_studio_id() is not None:
        return []
    return list(organisations.list_organisations(current_session(), OrganisationKind.STUDIO))


def own_import(import_id: uuid.UUID, *, lock: bool = False) -> DesignImport:
    """Raises: NotFound, also for those of others."""
    found = imports.get_import(current_session(), import_id, lock=lock)
    if not may_see_import(current_actor(), found.studio_id):
        raise NotFound("import_not_found")
    return found
