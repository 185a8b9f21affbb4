"""What changed from version to version of a design, for everyone who may see them."""

from __future__ import annotations

from itertools import islice, pairwise

from flask import Blueprint, render_template

from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.permissions import Permission
from catalog.store import designs
from catalog.store.tables import DesignVersion
from service.database import current_session
from service.differences import difference_of
from service.pack_difference_words import pack_changes
from service.security import current_actor, requires
from service.version_words import ShownDifference, describe_difference

# So many steps back are shown; who wants more opens an older version.
MOST_STEPS = 20

blueprint = Blueprint("version_changes", __name__)


@blueprint.get("/designs/<slug>/changes")
@requires(Permission.BROWSE_CATALOG)
def show(slug: str) -> str:
    """Each published version with what it changed of the published one before, the newest first."""
    session = current_session()
    design = designs.get_design(session, slug)
    versions = [version for version in design.versions if version.state == VersionState.PUBLISHED]
    if not versions:
        raise NotFound("design_not_found")
    pairs = list(islice(pairwise(versions), MOST_STEPS))
    steps = [(version, before, _difference(before, version)) for version, before in pairs]
    first = versions[-1] if len(steps) == len(versions) - 1 else None
    return render_template("catalog/changes.html", design=design, version=versions[0], steps=steps, first=first)


def _difference(before: DesignVersion, after: DesignVersion) -> ShownDifference:
    session = current_session()
    of_pack = pack_changes(session, before, after, current_actor())
    return describe_difference(session, difference_of(before, after).for_buyers(), of_pack)
