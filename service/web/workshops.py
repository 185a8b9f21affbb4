"""What everyone may see of a workshop: who it is, what it makes, how consistently, and the evidence for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, render_template

from catalog import consistency
from catalog.consistency import Consistency
from catalog.designs import VersionState
from catalog.errors import NotFound
from catalog.organisations import OrganisationKind
from catalog.permissions import BatchOwnership, Permission, may_see_batch, may_see_evidence
from catalog.standards import View
from catalog.store import designs, make_records, makers, makes, organisations
from catalog.store.tables import Design, DesignVersion, MakeRecord, Organisation, ReferenceStandard
from service import make_words
from service.database import current_session
from service.security import current_actor, requires
from service.structured_data import workshop_data
from service.web.share_chart import ShareChart, draw_shares
from service.web.standard_words import chance_words, interval_words

MOST_MAKES = 24

blueprint = Blueprint("workshops", __name__)
blueprint.add_app_template_global(workshop_data, "workshop_data")
for words in (
    make_words.level_words,
    make_words.statement,
    make_words.outlook,
    make_words.change_sentence,
    make_words.spread_sentence,
):
    blueprint.add_app_template_filter(words)


@dataclass(frozen=True)
class ViewEvidence:
    """The batches of one view: what they come to, drawn, and the standards they were held against."""

    view: View
    found: Consistency
    chart: ShareChart | None
    standards: list[ReferenceStandard]

    def false_rejects(self) -> list[str]:
        """What each standard says of good pieces that it turns back."""
        reports = [standard.report for standard in self.standards if standard.report]
        rates = [(report["expected_false_reject_rate"], *report["false_reject_interval"]) for report in reports]
        return list(dict.fromkeys(f"{chance_words(rate)} {interval_words(low, high)}" for rate, low, high in rates))


@dataclass(frozen=True)
class VersionEvidence:
    record: MakeRecord
    views: list[ViewEvidence]


@blueprint.get("/workshops/<uuid:workshop_id>")
@requires(Permission.BROWSE_CATALOG)
def show(workshop_id: uuid.UUID) -> str:
    """The public page of a workshop that shows something; its own people see beforehand what it would be."""
    session = current_session()
    workshop = _get_workshop(workshop_id)
    if not makes.shows_anything(session, workshop.id) and not _is_theirs(workshop):
        raise NotFound("workshop_not_found")
    records = makers.shown_by(session, workshop.id)
    return render_template(
        "workshops/show.html",
        workshop=workshop,
        records=records,
        versions=_published_versions(records),
        photos=makes.makes_of_workshop(session, workshop.id, limit=MOST_MAKES),
    )


@blueprint.get("/workshops/<uuid:workshop_id>/designs/<slug>")
@requires(Permission.BROWSE_CATALOG)
def evidence(workshop_id: uuid.UUID, slug: str) -> str:
    """How consistently a workshop makes a design, and what that is said from."""
    session = current_session()
    workshop, design = _get_workshop(workshop_id), designs.get_design(session, slug)
    is_shown = makes.is_shown(session, workshop.id, design.id) and designs.published_version(design) is not None
    if not may_see_evidence(current_actor(), _ownership(workshop, design), is_shown):
        raise NotFound("make_not_found")
    lead = makes.find_made(session, workshop.id, design.id)
    versions = [_read_version(record) for record in make_records.records_of(session, workshop.id, design.id)]
    return render_template(
        "workshops/evidence.html",
        workshop=workshop,
        design=design,
        title=(designs.published_version(design) or lead.version).title,
        lead=lead,
        versions=sorted(versions, key=lambda each: not each.record.speaks),
        is_shown=is_shown,
        rules=consistency,
    )


def _read_version(record: MakeRecord) -> VersionEvidence:
    session = current_session()
    by_view = make_records.evidence_of(session, record.workshop_id, record.version_id)
    used = make_records.standards_used(session, record.workshop_id, record.version_id)
    views = [
        ViewEvidence(
            view,
            found,
            draw_shares(found.tallies, found.share) if found.tallies else None,
            [standard for standard in used if standard.view == view],
        )
        for view, found in by_view.items()
    ]
    return VersionEvidence(record, sorted(views, key=lambda each: each.view != record.view))


def _get_workshop(workshop_id: uuid.UUID) -> Organisation:
    """Raises: NotFound, also for an organisation of another kind."""
    workshop = organisations.get_organisation(current_session(), workshop_id)
    if workshop.kind != OrganisationKind.WORKSHOP:
        raise NotFound("workshop_not_found")
    return workshop


def _ownership(workshop: Organisation, design: Design) -> BatchOwnership:
    agencies = organisations.mentor_agency_ids(current_session(), workshop.id)
    return BatchOwnership(workshop.id, design.studio_id, agencies)


def _is_theirs(workshop: Organisation) -> bool:
    """Its own people, its mentors, administrators."""
    agencies = organisations.mentor_agency_ids(current_session(), workshop.id)
    return may_see_batch(current_actor(), BatchOwnership(workshop.id, uuid.UUID(int=0), agencies))


def _published_versions(records: list[MakeRecord]) -> dict[uuid.UUID, DesignVersion]:
    """What the catalog shows of each design, by its identifier."""
    found = (designs.published_version(record.version.design) for record in records)
    return {version.design_id: version for version in found if version and version.state == VersionState.PUBLISHED}
