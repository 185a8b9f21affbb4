"""Keeping the search's rows as the designs are: written in the transaction that changes a design."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import ColumnElement, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.designs import VersionState
from catalog.entries import EDITION, CardPicture, Entry, Published, Studio, Words, make_entry
from catalog.money import RUPIAH, ExchangeRate, Money, convert
from catalog.store.designs import read_draft
from catalog.store.makers import count_makers, proven_counts
from catalog.store.money import newest_rates
from catalog.store.tables import (
    CatalogEntry,
    CatalogLikeness,
    CatalogWord,
    Design,
    DesignPicture,
    DesignVersion,
)

CHUNK = 200
# The transaction that writes, for who keeps an index of what earlier ones wrote.
THIS_TRANSACTION = literal_column("pg_current_xact_id()::text::bigint")


def index_design(session: Session, design_id: uuid.UUID) -> None:
    """Write what the search knows of a design anew, or take it out where nothing of it is published."""
    index_designs(session, [design_id])


def index_designs(session: Session, design_ids: Sequence[uuid.UUID]) -> None:
    """The same for many designs; for very many see `reindex`."""
    session.flush()
    versions = _newest_published(session, design_ids)
    rates = newest_rates(session)
    makers, proven = count_makers(session, design_ids), proven_counts(session, design_ids)
    for version in versions:
        _write(session, version, rates, makers.get(version.design_id, 0), proven.get(version.design_id, 0))
    gone = set(design_ids) - {version.design_id for version in versions}
    _hide(session, gone)


def index_studio(session: Session, studio_id: uuid.UUID) -> None:
    """After its name or place changed: the designs of a studio."""
    index_designs(session, list(session.scalars(select(Design.id).where(Design.studio_id == studio_id))))


def index_currency(session: Session, currency: str) -> None:
    """After its rate changed: the designs with a price in it."""
    query = select(DesignVersion.design_id).where(
        DesignVersion.price_currency == currency, DesignVersion.state == VersionState.PUBLISHED
    )
    index_designs(session, list(session.scalars(query.distinct())))


def index_image(session: Session, image_key: str) -> None:
    """After the copies of an image were made: the designs that show it."""
    query = select(DesignVersion.design_id).join(DesignPicture, DesignPicture.version_id == DesignVersion.id)
    query = query.where(DesignPicture.image_key == image_key, DesignVersion.state == VersionState.PUBLISHED)
    index_designs(session, list(session.scalars(query.distinct())))


def index_embedding(session: Session, picture: DesignPicture) -> None:
    """After a picture's embedding arrived: a catalog entry that shows this picture first is found by it."""
    session.flush()
    query = update(CatalogEntry).where(CatalogEntry.version_id == picture.version_id)
    number = session.scalar(query.values(changed_in=THIS_TRANSACTION).returning(CatalogEntry.number))
    if number is not None:
        _write_likeness(session, number, picture.version_id)


def reindex(session: Session) -> int:
    """Write the rows of every design anew; returns how many are shown. Commits after each chunk of CHUNK designs."""
    session.execute(delete(CatalogWord))
    design_ids = list(session.scalars(select(Design.id).order_by(Design.created_at)))
    _index_in_chunks(session, design_ids)
    shown = session.scalar(select(func.count()).select_from(CatalogEntry).where(CatalogEntry.is_shown))
    return shown or 0


def index_missing(session: Session) -> int:
    """Write the rows of published designs that have none, as after an update from a Kriya without them.

    Returns how many. Commits after each chunk of CHUNK designs.
    """
    has_row = select(CatalogEntry.design_id).where(CatalogEntry.design_id == DesignVersion.design_id).exists()
    query = select(DesignVersion.design_id).where(DesignVersion.state == VersionState.PUBLISHED, ~has_row)
    design_ids = list(session.scalars(query.distinct()))
    _index_in_chunks(session, design_ids)
    return len(design_ids)


def index_outdated(session: Session, most: int) -> int:
    """The same for `most` of the designs whose rows are of an earlier EDITION; until then they are found by those."""
    query = select(CatalogEntry.design_id).where(CatalogEntry.is_shown, CatalogEntry.edition < EDITION)
    design_ids = list(session.scalars(query.order_by(CatalogEntry.number).limit(most)))
    _index_in_chunks(session, design_ids)
    return len(design_ids)


def _index_in_chunks(session: Session, design_ids: Sequence[uuid.UUID]) -> None:
    for start in range(0, len(design_ids), CHUNK):
        index_designs(session, design_ids[start : start + CHUNK])
        session.commit()
        session.expunge_all()


def _newest_published(session: Session, design_ids: Iterable[uuid.UUID]) -> Sequence[DesignVersion]:
    query = (
        select(DesignVersion)
        .where(DesignVersion.design_id.in_(list(design_ids)), DesignVersion.state == VersionState.PUBLISHED)
        .order_by(DesignVersion.design_id, DesignVersion.number.desc())
    )
    newest: dict[uuid.UUID, DesignVersion] = {}
    for version in session.scalars(query):
        newest.setdefault(version.design_id, version)
    return list(newest.values())


def _write(
    session: Session, version: DesignVersion, rates: Mapping[str, ExchangeRate], makers: int, proven: int
) -> None:
    published = _published(version, rates, makers, proven)
    entry = make_entry(published)
    values = {
        "version_id": version.id,
        "is_shown": True,
        "edition": EDITION,
        "changed_in": THIS_TRANSACTION,
        "slug": published.slug,
        "card": entry.card,
        "facets": list(entry.facets),
        "origin": published.draft.origin,
        "published_at": published.published_at,
        "price_idr": published.price_idr,
        "lead_time_days": published.draft.lead_time_days,
        "proven": proven,
        **_vectors(entry),
    }
    statement = insert(CatalogEntry).values(design_id=version.design_id, **values)
    statement = statement.on_conflict_do_update(index_elements=[CatalogEntry.design_id], set_=values)
    number = session.scalar(statement.returning(CatalogEntry.number))
    _write_likeness(session, number, version.id)
    _write_words(session, entry)


def _published(version: DesignVersion, rates: Mapping[str, ExchangeRate], makers: int, proven: int) -> Published:
    draft, studio = read_draft(version), version.design.studio
    return Published(
        slug=version.design.slug,
        number=version.number,
        published_at=version.published_at,
        draft=draft,
        studio=Studio(studio.id, studio.name, studio.place),
        pictures=[
            CardPicture(each.image_key, each.width_px, each.height_px, each.alt, each.placeholder)
            for each in version.pictures
        ],
        price_idr=in_rupiah(draft.price, rates),
        makers=makers,
        proven=proven,
    )


def in_rupiah(price: Money | None, rates: Mapping[str, ExchangeRate]) -> int | None:
    """A price in whole rupiah; None without a price, or without a rate for its currency."""
    converted = convert(price, RUPIAH, rates) if price is not None else None
    return int(converted.money.amount.quantize(Decimal(1), ROUND_HALF_EVEN)) if converted else None


def _vectors(entry: Entry) -> dict[str, ColumnElement]:
    title, keys, others = (vector_of(words) for words in (entry.title_words, entry.key_words, entry.other_words))
    return {"title_words": title, "key_words": keys, "words": title.op("||")(keys).op("||")(others)}


def vector_of(words: Words) -> ColumnElement:
    """Stems of both languages, and the words as they are for those who type the beginning of one."""
    indonesian = func.to_tsvector("indonesian", words.id)
    english = func.to_tsvector("english", words.en)
    return func.strip(indonesian.op("||")(english).op("||")(func.to_tsvector("simple", words.both)))


def _write_likeness(session: Session, number: int, version_id: uuid.UUID) -> None:
    """The embedding of the first picture, if it is there already; none else."""
    query = select(DesignPicture.embedding).where(DesignPicture.version_id == version_id)
    embedding = session.scalar(query.order_by(DesignPicture.position).limit(1))
    if embedding is None:
        session.execute(delete(CatalogLikeness).where(CatalogLikeness.number == number))
        return
    statement = insert(CatalogLikeness).values(number=number, embedding=embedding)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[CatalogLikeness.number], set_={"embedding": statement.excluded.embedding}
        )
    )


def _write_words(session: Session, entry: Entry) -> None:
    words = {word for part in (entry.title_words, entry.key_words) for word in part.both.split() if word.isalpha()}
    if words:
        rows = [{"word": word} for word in sorted(words)]  # sorted: two that publish at once wait in one order
        session.execute(insert(CatalogWord).values(rows).on_conflict_do_nothing())


def _hide(session: Session, design_ids: Iterable[uuid.UUID]) -> None:
    """A design that is published no more leaves the search; its number stays its own."""
    query = update(CatalogEntry).where(CatalogEntry.design_id.in_(list(design_ids)), CatalogEntry.is_shown)
    numbers = list(
        session.scalars(query.values(is_shown=False, changed_in=THIS_TRANSACTION).returning(CatalogEntry.number))
    )
    session.execute(delete(CatalogLikeness).where(CatalogLikeness.number.in_(numbers)))
