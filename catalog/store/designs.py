"""Designs and their versions, and the search through what is published."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.designs import (
    TEXTS,
    Colour,
    DesignDraft,
    Text,
    VersionState,
    check_draft,
    make_slug,
    stamp_of,
)
from catalog.errors import InvalidFields, NotFound, WrongState
from catalog.families import from_plain, to_plain
from catalog.licences import derivation_problems
from catalog.publishing import DesignAction, not_a_draft_code
from catalog.store.tables import Design, DesignEvent, DesignPicture, DesignVersion, ReferenceStandard

# The text search configuration of each language; both ship with PostgreSQL.
CONFIGURATIONS = {"id": "indonesian", "en": "english"}


@dataclass(frozen=True)
class FoundDesigns:
    versions: list[DesignVersion]
    total: int
    crafts: dict[str, int]  # how many of the designs found belong to each craft, whatever craft is chosen


def add_design(
    session: Session, studio_id: uuid.UUID, person_id: uuid.UUID | None, draft: DesignDraft
) -> DesignVersion:
    """A new design with its first version, a draft.

    Raises: InvalidFields.
    """
    check_draft(draft)
    check_derivation(session, draft, studio_id)
    design = Design(studio_id=studio_id, slug=_free_slug(session, draft.title.en or draft.title.id))
    version = DesignVersion(design=design, number=1, state=VersionState.DRAFT, created_by=person_id)
    write_draft(version, draft)
    session.add(version)
    session.flush()
    add_event(session, version, DesignAction.CREATED, person_id)
    return version


def change_draft(session: Session, version: DesignVersion, draft: DesignDraft, *, stamp: str | None = None) -> None:
    """Write new texts over those that the stamp was made of; without a stamp, over any.

    Raises: WrongState("version_is_published"), WrongState("changed_meanwhile"), InvalidFields.
    """
    version = get_version(session, version.id, lock=True)
    check_is_draft(version)
    check_draft(draft)
    check_derivation(session, draft, version.design.studio_id, version.design_id)
    if stamp is not None and stamp != stamp_of(read_draft(version)):
        raise WrongState("changed_meanwhile")
    write_draft(version, draft)
    session.flush()


def write_draft(version: DesignVersion, draft: DesignDraft) -> None:
    """Copy the draft's texts into the record, with what the search reads of them."""
    version.craft = draft.craft
    for name in TEXTS:
        setattr(version, name, asdict(getattr(draft, name)))
    version.materials = [asdict(material) for material in draft.materials]
    version.dimensions_mm = dict(draft.dimensions_mm)
    version.colours = [asdict(colour) for colour in draft.colours]
    version.attributes = to_plain(draft.attributes)
    for name in ("lead_time_days", "minimum_order", "origin", "licence", "credit", "derived_from_id"):
        setattr(version, name, getattr(draft, name))
    for name, money in (("price", draft.price), ("royalty", draft.royalty)):
        setattr(version, f"{name}_amount", money.amount if money else None)
        setattr(version, f"{name}_currency", money.currency if money else None)
    version.search_id = search_vector(draft, "id")
    version.search_en = search_vector(draft, "en")


def read_draft(version: DesignVersion) -> DesignDraft:
    """The record's texts as the rules see them."""
    return DesignDraft(
        **{name: Text(**getattr(version, name)) for name in TEXTS},
        craft=version.craft,
        materials=tuple(Text(**material) for material in version.materials),
        dimensions_mm=dict(version.dimensions_mm),
        colours=tuple(Colour(Text(**colour["name"]), colour["hex"]) for colour in version.colours),
        attributes=from_plain(version.attributes),
        lead_time_days=version.lead_time_days,
        minimum_order=version.minimum_order,
        price=version.price,
        origin=version.origin,
        licence=version.licence,
        royalty=version.royalty,
        credit=version.credit,
        derived_from_id=version.derived_from_id,
    )


def search_vector(draft: DesignDraft, language: str) -> ColumnElement:
    """What a search in one language reads: the title first, then materials and technique, then the rest."""
    configuration = CONFIGURATIONS[language]
    weighted = (
        ("A", [draft.title]),
        ("B", [*draft.materials, draft.technique, *(colour.name for colour in draft.colours)]),
        ("C", [draft.description, Text(draft.craft, draft.craft)]),
    )
    parts = [
        func.setweight(
            func.to_tsvector(configuration, " ".join(text.get(language) for text in texts)),
            literal_column(f"'{weight}'"),
        )
        for weight, texts in weighted
    ]
    return parts[0].op("||")(parts[1]).op("||")(parts[2])


def start_next_version(session: Session, version: DesignVersion, person_id: uuid.UUID | None) -> DesignVersion:
    """A draft that begins as a copy of this version, pictures included; an open draft is returned as it is."""
    session.execute(select(Design.id).where(Design.id == version.design_id).with_for_update())
    newest = session.scalar(
        select(DesignVersion).where(DesignVersion.design_id == version.design_id).order_by(DesignVersion.number.desc())
    )
    if newest.state in (VersionState.DRAFT, VersionState.IN_REVIEW):
        return newest
    draft = DesignVersion(
        design=version.design, number=newest.number + 1, state=VersionState.DRAFT, created_by=person_id
    )
    write_draft(draft, read_draft(version))
    session.add(draft)
    session.flush()
    add_event(session, draft, DesignAction.CREATED, person_id)
    for picture in version.pictures:
        copied = ("position", "image_key", "content_type", "width_px", "height_px", "alt", "embedding", "placeholder")
        session.add(DesignPicture(version_id=draft.id, **{name: getattr(picture, name) for name in copied}))
    session.flush()
    session.refresh(draft)
    return draft


def get_version(session: Session, version_id: uuid.UUID, *, lock: bool = False) -> DesignVersion:
    """With `lock`, others who want to change it wait for this transaction.

    Raises: NotFound.
    """
    query = select(DesignVersion).where(DesignVersion.id == version_id)
    if lock:
        query = query.with_for_update(of=DesignVersion).execution_options(populate_existing=True)
    version = session.scalar(query)
    if version is None:
        raise NotFound("design_not_found")
    return version


def get_design(session: Session, slug: str) -> Design:
    """Raises: NotFound."""
    design = session.scalar(select(Design).where(Design.slug == slug))
    if design is None:
        raise NotFound("design_not_found")
    return design


def published_version(design: Design) -> DesignVersion | None:
    """The newest version that everyone may see."""
    return next((version for version in design.versions if version.state == VersionState.PUBLISHED), None)


def newer_version(version: DesignVersion) -> DesignVersion | None:
    """The published version that came after this one, if one did: suggested wherever this one is used, never forced."""
    shown = published_version(version.design)
    return shown if shown is not None and shown.number > version.number else None


def designs_of(session: Session, studio_id: uuid.UUID | None) -> list[DesignVersion]:
    """The newest version of each design of a studio (of all for None), the one changed last first."""
    newest = select(DesignVersion).ext(distinct_on(DesignVersion.design_id))
    newest = newest.order_by(DesignVersion.design_id, DesignVersion.number.desc())
    if studio_id is not None:
        newest = newest.join(Design).where(Design.studio_id == studio_id)
    with_others = joinedload(DesignVersion.design).selectinload(Design.versions)
    with_standards = selectinload(DesignVersion.standards).lazyload(ReferenceStandard.references)
    versions = list(session.scalars(newest.options(with_others, with_standards)))
    return sorted(versions, key=lambda version: version.created_at, reverse=True)


def search_published(
    session: Session, *, words: str = "", craft: str | None = None, language: str = "id", page: int = 1, size: int = 24
) -> FoundDesigns:
    """Published designs that hold all the words (the last may be a beginning), in either language.

    The best match comes first, the newest without words. `page` counts from 1.
    """
    found = _newest_published()
    rank = None
    if words.strip():
        found, rank = _matching(found, prefix_query(words), language)
    crafts = found.with_only_columns(DesignVersion.craft, func.count()).group_by(DesignVersion.craft).order_by(None)
    if craft:
        found = found.where(DesignVersion.craft == craft)
    total = session.scalar(select(func.count()).select_from(found.with_only_columns(DesignVersion.id).subquery()))
    order = [DesignVersion.published_at.desc(), DesignVersion.id]
    page_of = found.order_by(*([rank.desc()] if rank is not None else []), *order)
    versions = session.scalars(page_of.limit(size).offset((page - 1) * size))
    return FoundDesigns(list(versions), total or 0, dict(session.execute(crafts).all()))


def alike(session: Session, version: DesignVersion, count: int = 4) -> Sequence[DesignVersion]:
    """Published designs whose first picture looks most like this version's first, by cosine distance."""
    if not version.pictures or version.pictures[0].embedding is None:
        return []
    distance = DesignPicture.embedding.cosine_distance(version.pictures[0].embedding)
    query = _newest_published().join(DesignPicture, DesignPicture.version_id == DesignVersion.id)
    query = query.where(DesignVersion.design_id != version.design_id, DesignPicture.embedding.is_not(None))
    query = query.where(DesignPicture.position == 0)
    return list(session.scalars(query.order_by(distance).limit(count)))


def prefix_query(words: str) -> str:
    """'mangkuk sela' -> 'mangkuk & sela:*', safe for to_tsquery whatever was typed."""
    tokens = re.findall(r"\w+", words)[:12]
    return " & ".join([*tokens[:-1], f"{tokens[-1]}:*"]) if tokens else ""


def _newest_published() -> Select:
    """The newest published version of each design."""
    inner = DesignVersion.__table__.alias("other")
    newest = (
        select(func.max(inner.c.number))
        .where(inner.c.design_id == DesignVersion.design_id, inner.c.state == VersionState.PUBLISHED.value)
        .correlate(DesignVersion)
        .scalar_subquery()
    )
    return select(DesignVersion).where(DesignVersion.state == VersionState.PUBLISHED, DesignVersion.number == newest)


def _matching(found: Select, query_text: str, language: str) -> tuple[Select, ColumnElement]:
    """Keep what matches in either language; rank by the reader's own language first."""
    queries = {name: func.to_tsquery(CONFIGURATIONS[name], query_text) for name in CONFIGURATIONS}
    columns = {"id": DesignVersion.search_id, "en": DesignVersion.search_en}
    found = found.where(or_(*(columns[name].bool_op("@@")(queries[name]) for name in CONFIGURATIONS)))
    other = "en" if language == "id" else "id"
    rank = func.ts_rank(columns[language], queries[language]) + 0.5 * func.ts_rank(columns[other], queries[other])
    return found, rank


def _free_slug(session: Session, title: str) -> str:
    """The title's slug, with a number after it if it is taken."""
    base = make_slug(title)
    taken = set(session.scalars(select(Design.slug).where(Design.slug.startswith(base, autoescape=True))))
    return next(slug for slug in _numbered(base) if slug not in taken)


def _numbered(base: str):
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def check_is_draft(version: DesignVersion) -> None:
    if version.state != VersionState.DRAFT:
        raise WrongState(not_a_draft_code(version.state))


def check_derivation(
    session: Session, draft: DesignDraft, studio_id: uuid.UUID, design_id: uuid.UUID | None = None
) -> None:
    """A derived design comes from a version that was published, of another design, and keeps to its licence.

    Raises: InvalidFields.
    """
    if draft.derived_from_id is None:
        return
    original = session.get(DesignVersion, draft.derived_from_id)
    was_published = original is not None and original.state in (VersionState.PUBLISHED, VersionState.RETIRED)
    if not was_published or original.design_id == design_id:
        raise InvalidFields({"derived_from_id": "not_a_published_design"})
    is_owner = original.design.studio_id == studio_id
    terms = (original.licence, original.royalty, draft.licence, draft.royalty)
    if problems := derivation_problems(*terms, is_owner=is_owner):
        raise InvalidFields(problems)


def add_event(
    session: Session, version: DesignVersion, action: DesignAction, person_id: uuid.UUID | None, note: str = ""
) -> None:
    """Write down who did what with a version."""
    session.add(DesignEvent(version_id=version.id, action=action, person_id=person_id, note=note))
    session.flush()
