"""One row of an import: what it would do to the catalog as it is now, and doing it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from catalog.designs import DesignDraft, clean_draft, stamp_of
from catalog.errors import InvalidFields, RuleBroken
from catalog.exchange.cells import Cell
from catalog.exchange.columns import PICTURES, STUDIO, Problem
from catalog.exchange.plan import RowAction, decide_action
from catalog.exchange.row_cells import RowCells, RowRefused
from catalog.exchange.rows import TakenRow, column_problems, take_row
from catalog.exchange.showing import show_row
from catalog.organisations import OrganisationKind
from catalog.store import designs, organisations, pictures, publishing, tech_packs
from catalog.store.tables import Design, DesignVersion
from catalog.tech_pack import TechPack
from catalog.text import Text
from service.context import Parts
from service.design_pictures import StoredPicture, add_picture, store_picture
from service.import_originals import Original, find_original
from service.pack_import import receive_pack
from service.sent_files import SentFiles, SentPictures
from service.spool import open_spool


def version_name(version: DesignVersion) -> str:
    """What a version is called in spreadsheets: celadon-bowl@2."""
    return f"{version.design.slug}@{version.number}"


def show_version(session: Session, version_id: uuid.UUID) -> str:
    return version_name(session.get_one(DesignVersion, version_id))


@dataclass(frozen=True)
class Wanted:
    """A picture as a row wants it."""

    key: str
    alt: Text


@dataclass
class RowPlan:
    """A row held against the catalog: which design, what it says then, what that does."""

    reference: str
    studio_id: uuid.UUID | None = None
    design: Design | None = None
    taken: TakenRow | None = None
    wanted: list[Wanted] = field(default_factory=list)
    own_pack: TechPack | None = None  # None, as the next, where the row says nothing of it
    wanted_pack: TechPack | None = None
    may_wait: bool = False  # for its original, which may be a draft
    action: RowAction = RowAction.PROBLEM
    problems: list[Problem] = field(default_factory=list)

    @property
    def newest(self) -> DesignVersion | None:
        return self.design.versions[0] if self.design and self.design.versions else None

    @cached_property
    def stamp(self) -> str | None:
        """Of what the design says now; another one later means that somebody was there in between."""
        if self.newest is None:
            return None
        looks = [f"{picture.image_key}{picture.alt}" for picture in self.newest.pictures]
        content = f"{self.newest.number}{self.newest.state}{stamp_of(designs.read_draft(self.newest))}{looks}"
        if self.own_pack is not None:
            content += stamp_of(self.own_pack)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def plan_row(
    session: Session,
    cells: Mapping[str, Cell],
    reference: str,
    studio_id: uuid.UUID,
    design: Design | None,
    sent: SentFiles,
    original: Original | None = None,
) -> RowPlan:
    """What a row would do now; `original` is the row of the file that it is derived from. Changes nothing."""
    plan = RowPlan(reference, studio_id, design, may_wait=original is not None)
    newest = plan.newest
    before = designs.read_draft(newest) if newest else None
    try:
        plan.taken = take_row(cells, before, lambda name: find_original(session, name, original))
        _check_derivation(session, plan, before, original)
        if plan.taken.tech_pack is not None:
            plan.own_pack = tech_packs.read_pack(session, newest.id) if newest else TechPack()
            plan.wanted_pack = sent.packs.find(plan.taken.tech_pack, plan.own_pack)
    except RowRefused as error:
        plan.problems = list(error.problems)
    plan.wanted, problems = _wanted_pictures(plan, sent.pictures)
    plan.problems += problems
    if plan.problems:
        return plan
    plan.action = decide_action(newest.state if newest else None, is_same=_is_same(session, plan, before))
    if plan.action == RowAction.PROBLEM:
        plan.problems.append(Problem("version_is_in_review"))
    return plan


def _check_derivation(session: Session, plan: RowPlan, before: DesignDraft | None, original: Original | None) -> None:
    draft, design_id = plan.taken.draft, plan.design.id if plan.design else None
    is_as_before = before is not None and before.derived_from_id == draft.derived_from_id
    try:
        if original is not None and original.terms is not None:
            original.terms.check(draft, plan.studio_id)
        else:
            may_wait = plan.may_wait or is_as_before
            designs.check_derivation(session, draft, plan.studio_id, design_id, may_wait=may_wait)
    except InvalidFields as error:
        raise RowRefused(column_problems(error)) from error


def _wanted_pictures(plan: RowPlan, sent: SentPictures) -> tuple[list[Wanted], list[Problem]]:
    """The pictures that the design has after this row, in their order."""
    own = plan.newest.pictures if plan.newest else []
    now = [Wanted(picture.image_key, Text(**picture.alt)) for picture in own]
    if plan.taken is None:
        return now, []
    wanted, problems = now, []
    if plan.taken.pictures is not None:
        found = [(name, *sent.find(name, own)) for name in plan.taken.pictures]
        problems = [Problem(code, PICTURES, {"name": name}) for name, _, code in found if code]
        keys = list(dict.fromkeys(key for _, key, code in found if not code))
        alts = {each.key: each.alt for each in now}
        wanted = [Wanted(key, alts.get(key, Text())) for key in keys]
    if plan.taken.alts is not None:
        alts = [*plan.taken.alts, *[Text()] * len(wanted)]
        wanted = [Wanted(each.key, alt) for each, alt in zip(wanted, alts, strict=False)]
    return wanted, problems


def _is_same(session: Session, plan: RowPlan, before: DesignDraft | None) -> bool:
    if before is None:
        return False
    now = [Wanted(picture.image_key, Text(**picture.alt)) for picture in plan.newest.pictures]
    if plan.wanted_pack != plan.own_pack:
        return False
    return now == plan.wanted and show_row(clean_draft(before), str) == show_row(plan.taken.draft, str)


@dataclass(frozen=True)
class StoredFiles:
    """What a row brings that the design has not got, read and stored; `pack` is None where that stays as it is."""

    pictures: Mapping[str, StoredPicture]
    pack: TechPack | None


def store_files(parts: Parts, plan: RowPlan) -> StoredFiles:
    """Read and store the files that a row brings, as long as its design is held by nobody.

    Raises: RowRefused, UnreadableImage; StorageUnavailable, StorageFull, ImageNotFound.
    """
    own = {picture.image_key for picture in plan.newest.pictures} if plan.newest else set()
    spool = open_spool(parts.settings)
    new = {each.key: store_picture(parts, spool.get(each.key)) for each in plan.wanted if each.key not in own}
    is_same = plan.wanted_pack == plan.own_pack
    return StoredFiles(new, None if is_same else receive_pack(parts, plan.wanted_pack, plan.own_pack))


def apply_row(
    session: Session, parts: Parts, plan: RowPlan, files: StoredFiles, person_id: uuid.UUID | None
) -> DesignVersion:
    """Do what was planned; returns the version that says it now, a draft.

    Raises: InvalidFields, WrongState, RuleBroken.
    """
    draft = plan.taken.draft
    if plan.action == RowAction.NEW:
        version = designs.add_design(
            session, plan.studio_id, person_id, draft, reference=plan.reference, may_wait=plan.may_wait
        )
    else:
        version = plan.newest
        if plan.action == RowAction.NEXT_VERSION:
            version = designs.start_next_version(session, version, person_id)
        designs.change_draft(session, version, draft, may_wait=plan.may_wait)
        plan.design.reference = plan.reference
    _set_pictures(session, parts, version, plan.wanted, files.pictures)
    if files.pack is not None:
        tech_packs.change_pack(session, version, files.pack, person_id)
    return version


def _set_pictures(
    session: Session,
    parts: Parts,
    version: DesignVersion,
    wanted: Sequence[Wanted],
    stored: Mapping[str, StoredPicture],
) -> None:
    """Leave the version with these pictures, in this order."""
    keys = [each.key for each in wanted]
    for picture in list(version.pictures):
        if picture.image_key not in keys:
            pictures.remove_picture(session, picture)
    known = {picture.image_key: picture for picture in version.pictures}
    for each in wanted:
        if each.key not in known:
            known[each.key], _ = add_picture(session, parts, version.id, stored[each.key], each.alt)
        elif Text(**known[each.key].alt) != each.alt:
            pictures.describe_picture(session, known[each.key], each.alt)
    for position, key in enumerate(keys):
        known[key].position = position
    session.flush()


def submit_if_complete(session: Session, version: DesignVersion, person_id: uuid.UUID | None) -> bool:
    """Send a draft to review if nothing is missing; returns whether it was sent."""
    session.refresh(version, ["pictures", "derived_from"])
    if publishing.completeness_of(version).missing:
        return False
    try:
        publishing.submit_for_review(session, version, person_id)
    except RuleBroken:  # the original's licence no longer allows it, say; it stays a draft, which says why
        return False
    return True


def studio_of(cells: Mapping[str, Cell], own: uuid.UUID | None, own_name: str, known: Mapping[str, uuid.UUID]):
    """Whose design a row is about: the import's studio, which the row may name, or the one that it does name.

    `known` are studios by their name, small. Raises: RowRefused.
    """
    named = named_studio(cells)
    if own is not None:
        if named and named.casefold() != own_name.casefold():
            raise RowRefused([Problem("other_studio", STUDIO, {"name": named[:80]})])
        return own
    if named.casefold() not in known:
        raise RowRefused([Problem("unknown_studio", STUDIO, {"name": named[:80]})])
    return known[named.casefold()]


def named_studio(cells: Mapping[str, Cell]) -> str:
    """The studio that a row names, or "". Raises: RowRefused."""
    row = RowCells(cells)
    name = " ".join(row.text(STUDIO).split())
    if row.problems:
        raise RowRefused(row.problems)
    return name


def studios_by_name(session: Session) -> dict[str, uuid.UUID]:
    """Studios by name in small letters; one of a name that two have is not there."""
    studios = organisations.list_organisations(session, OrganisationKind.STUDIO)
    names = [" ".join(studio.name.split()).casefold() for studio in studios]
    return {name: studio.id for name, studio in zip(names, studios, strict=True) if names.count(name) == 1}
