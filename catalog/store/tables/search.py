"""What the search reads: a row for each design that has a published version, with all that a result shows of it.

Everything here is made from the other tables by catalog.store.search and can be made again: `service reindex`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ARRAY, BigInteger, Dialect, ForeignKey, Identity, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from catalog.store.tables.base import Base, now
from catalog.store.tables.designs import EMBEDDING_SIZE


class CatalogEntry(Base):
    """A design as the catalog shows and finds it: its newest published version."""

    __tablename__ = "catalog_entry"
    __table_args__ = (Index("ix_catalog_entry_words", "words", postgresql_using="gin"),)

    design_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design.id"), primary_key=True)
    # Small and dense, so that a set of designs is a set of bits; stays with the design.
    number: Mapped[int] = mapped_column(Integer, Identity(), unique=True)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("design_version.id"))
    is_shown: Mapped[bool]  # a retired design keeps its number
    edition: Mapped[int] = mapped_column(SmallInteger, server_default="1", index=True)  # of the rules that made the row
    # The transaction that wrote this row: who keeps an index asks for what later ones wrote.
    changed_in: Mapped[int] = mapped_column(BigInteger, index=True)
    slug: Mapped[str] = mapped_column(index=True)
    card: Mapped[dict[str, Any]]  # what a result shows; see catalog.entries
    facets: Mapped[list[str]] = mapped_column(ARRAY(Text))  # "craft:wood", ...; see catalog.search.facets_of
    origin: Mapped[str]
    published_at: Mapped[datetime.datetime] = mapped_column(index=True)
    price_idr: Mapped[int | None] = mapped_column(BigInteger)
    lead_time_days: Mapped[int | None]
    proven: Mapped[int]  # workshops proven to make it
    title_words: Mapped[Any] = mapped_column(TSVECTOR)
    key_words: Mapped[Any] = mapped_column(TSVECTOR)  # materials, technique, attributes, colours, studio, origin
    words: Mapped[Any] = mapped_column(TSVECTOR)  # all of them, and the description and story


class Embedding(HALFVEC):
    """Written and read as a JSON list, which is how PostgreSQL puts a halfvec in words, in a tenth of pgvector's time.

    Takes (n,) floats as an array or a list; gives a list.
    """

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:
        return lambda value: None if value is None else orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], list[float] | None]:
        return lambda value: None if value is None else orjson.loads(value)


class CatalogLikeness(Base):
    """What the first picture of an entry looks like. Apart from the entry: a scan of these rows reads nothing else."""

    __tablename__ = "catalog_likeness"
    __table_args__ = (
        Index(
            "ix_catalog_likeness_embedding",
            "embedding",
            postgresql_using="hnsw",
            postgresql_ops={"embedding": "halfvec_cosine_ops"},
        ),
    )

    number: Mapped[int] = mapped_column(
        ForeignKey("catalog_entry.number", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    embedding: Mapped[Any] = mapped_column(Embedding(EMBEDDING_SIZE))


class CatalogWord(Base):
    """A word that some design's title or key words have, as it is written: what a mistyped one may have meant."""

    __tablename__ = "catalog_word"

    word: Mapped[str] = mapped_column(primary_key=True)


class PhotoQuery(Base):
    """What a photo looked like that somebody searched with. Whoever has the key may search with it again."""

    __tablename__ = "photo_query"

    key: Mapped[str] = mapped_column(primary_key=True)
    embedding: Mapped[Any] = mapped_column(Embedding(EMBEDDING_SIZE))
    created_at: Mapped[datetime.datetime] = now()
    expires_at: Mapped[datetime.datetime] = mapped_column(index=True)
