"""Reading the search's rows: the whole index, what changed since, words, cards, and what looks alike.

Written in SQL, since every page of results runs these: the driver prepares each statement once a connection.
"""

from __future__ import annotations

import datetime
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyroaring import BitMap
from sqlalchemy import Row, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog import search_index
from catalog.bitmaps import bitmap_of
from catalog.search import origin_code
from catalog.search_index import NO_PRICE, Columns, Match, SearchIndex
from catalog.search_lexicon import Lexicon
from catalog.search_words import UNSTEMMED
from catalog.sign_codes import SignCodes
from catalog.store.tables import EMBEDDING_SIZE, CatalogEntry, CatalogLikeness, CatalogWord, Embedding, PhotoQuery
from catalog.synonyms import with_synonyms

CODE_BYTES = -(-EMBEDDING_SIZE // 8)
PHOTO_KEPT = datetime.timedelta(days=30)
MOST_WORDS = 50_000
READ_AT_ONCE = 100_000

# As catalog.sign_codes packs them: a bit string is sent after its length, four bytes.
SIGN_CODE = "substring(varbit_send(binary_quantize(embedding)::bit varying) FROM 5)"
# What a transaction with this number or a later one wrote is not in what was read with it (all earlier have ended).
WATERMARK = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# Transactions of another server, whose rows came here in a backup, may have later numbers than any here.
CHANGES = text(f"""
    SELECT {WATERMARK}, number, changed_in, is_shown, facets, origin,
        extract(epoch FROM published_at)::bigint, price_idr, lead_time_days, proven, {SIGN_CODE}
    FROM (SELECT) AS one LEFT JOIN catalog_entry ON changed_in >= :watermark
        AND changed_in < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    LEFT JOIN catalog_likeness USING (number)
    """)  # noqa: S608, a constant
VALUES = text("""
    SELECT value, string_agg(int4send(number), '') FROM catalog_entry, unnest(facets) AS value
    WHERE is_shown GROUP BY value
    """)
COLUMNS = text(f"""
    SELECT string_agg(int8send(number) || int8send(extract(epoch FROM published_at)::bigint)
        || int8send(coalesce(price_idr, {NO_PRICE})) || int8send(coalesce(lead_time_days, {NO_PRICE}))
        || int8send(proven), '')
    FROM catalog_entry WHERE is_shown
    """)  # noqa: S608, a constant
SIGN_CODES = text(f"SELECT string_agg(int4send(number) || {SIGN_CODE}, '') FROM catalog_likeness")  # noqa: S608, a constant
ORIGINS = text("SELECT DISTINCT origin FROM catalog_entry WHERE is_shown AND origin <> ''")

# A word and its synonyms, in both languages' stems and as they are; what is typed with a star also as a beginning.
# Where rows are held against them, OFFSET 0 has both queries made once, not anew for each row.
WHOLE = "to_tsquery('indonesian', stemmed) || to_tsquery('english', word) || to_tsquery('simple', word)"
TOKENS = """
    unnest(CAST(:words AS text[]), CAST(:stemmed AS text[]), CAST(:typed AS text[])) WITH ORDINALITY
        AS token(word, stemmed, typed, place)
    """
MATCHES = f"""
    SELECT string_agg(int4send(number), ''),
        string_agg(int4send(number), '') FILTER (WHERE key_words @@ whole),
        string_agg(int4send(number), '') FILTER (WHERE title_words @@ whole),
        string_agg(int4send(number), '') FILTER (WHERE key_words @@ sought),
        string_agg(int4send(number), '') FILTER (WHERE title_words @@ sought)
    FROM {TOKENS}
    CROSS JOIN LATERAL (SELECT {WHOLE} AS whole, {WHOLE} || to_tsquery('simple', typed) AS sought OFFSET 0) AS query
    LEFT JOIN catalog_entry ON words @@ sought AND is_shown {{}}
    GROUP BY place ORDER BY place
    """  # noqa: S608, constants
QUERIES = text(f"""
    SELECT ({WHOLE})::text, ({WHOLE} || to_tsquery('simple', typed))::text FROM {TOKENS} ORDER BY place
    """)  # noqa: S608, constants
LEXEMES = """
    SELECT lexeme, string_agg(int4send(number), '') FROM (
        SELECT number, unnest(tsvector_to_array({})) AS lexeme FROM catalog_entry
        WHERE is_shown AND number > :after AND number <= :last) AS one
    GROUP BY lexeme
    """
ALL_MATCHES = text(MATCHES.format(""))
MATCHES_AMONG = text(MATCHES.format("AND number = ANY(CAST(:numbers AS int[]))"))
CARDS = text("SELECT number, card FROM catalog_entry WHERE number = ANY(CAST(:numbers AS int[])) AND is_shown")
NEAREST = text("""
    SELECT number FROM catalog_likeness ORDER BY embedding <=> :embedding LIMIT :count
    """).bindparams(bindparam("embedding", type_=Embedding(EMBEDDING_SIZE)))
ALIKE = text("""
    WITH picture AS MATERIALIZED (
        SELECT CAST(embedding AS halfvec) AS embedding FROM design_picture WHERE id = :picture_id),
    nearest AS MATERIALIZED (
        SELECT number, embedding <=> (SELECT embedding FROM picture) AS distance FROM catalog_likeness
        WHERE (SELECT embedding FROM picture) IS NOT NULL
        ORDER BY embedding <=> (SELECT embedding FROM picture) LIMIT :count + 1)
    SELECT card FROM nearest JOIN catalog_entry USING (number) WHERE is_shown AND design_id <> :design_id
    ORDER BY distance LIMIT :count
    """)
# Inner rows are sorted by a distance that no index holds: each of them is measured.
NEAREST_OF = text("""
    SELECT number FROM (SELECT number, embedding <=> :embedding AS distance FROM catalog_likeness
        WHERE number = ANY(CAST(:numbers AS int[])) OFFSET 0) AS measured
    ORDER BY distance LIMIT :count
    """).bindparams(bindparam("embedding", type_=Embedding(EMBEDDING_SIZE)))


@dataclass(frozen=True)
class Changes:
    """Rows that may be newer than an index read at an earlier watermark, by the transaction that wrote each."""

    watermark: int
    rows: Sequence[tuple[int, search_index.Row]]


def read_changes(session: Session, watermark: int) -> Changes:
    """What was written since `watermark`: mostly nothing. Rows may come twice, but none is missed."""
    found = session.execute(CHANGES, {"watermark": watermark}).all()
    rows = [(row[2], search_index.Row(row[1], *row[3:])) for row in found if row[1] is not None]
    return Changes(found[0][0], rows)


def read_index(session: Session) -> tuple[int, SearchIndex]:
    """(watermark, the index of all designs shown). What is written meanwhile is among the changes since."""
    watermark = session.scalar(text(f"SELECT {WATERMARK}"))
    sets: dict[str, dict[str, BitMap]] = {}
    for value, numbers in session.execute(VALUES):
        facet, _, code = value.partition(":")
        sets.setdefault(facet, {})[code] = _bitmap(numbers)
    table = np.frombuffer(session.scalar(COLUMNS) or b"", ">i8").reshape(-1, 5)
    columns = Columns(*_by_number(table))
    places = {origin_code(origin): origin for origin in session.scalars(ORIGINS)}
    return watermark, SearchIndex(bitmap_of(table[:, 0]), sets, columns, places, _read_sign_codes(session))


def _read_sign_codes(session: Session) -> SignCodes:
    read = np.frombuffer(session.scalar(SIGN_CODES) or b"", np.uint8).reshape(-1, 4 + CODE_BYTES)
    numbers = np.ascontiguousarray(read[:, :4]).view(">i4")[:, 0].astype(np.int64)
    return SignCodes().with_codes(numbers, read[:, 4:])


def _by_number(table: np.ndarray) -> np.ndarray:
    """Columns of (number, value, ...) rows, each value at the place of its number."""
    size = int(table[:, 0].max(initial=-1)) + 1
    placed = np.zeros((table.shape[1] - 1, size), np.int64)
    placed[:, table[:, 0]] = table[:, 1:].T
    return placed


def _bitmap(numbers: bytes | None) -> BitMap:
    """Numbers as int4send writes them, one after the other."""
    return bitmap_of(np.frombuffer(numbers or b"", ">i4"))


def find_tokens(session: Session, tokens: Sequence[str], among: Sequence[int] | None = None) -> list[Match]:
    """The entries that have each token, of all or `among` these numbers.

    Tokens are letters and digits, with a star at the end for a beginning.
    """
    values = token_values(tokens)
    if among is None:
        found = session.execute(ALL_MATCHES, values)
    else:
        found = session.execute(MATCHES_AMONG, values | {"numbers": list(among)})
    return [Match(*(_bitmap(numbers) for numbers in row)) for row in found]


def token_values(tokens: Sequence[str]) -> dict[str, Any]:
    """What ALL_MATCHES, MATCHES_AMONG and QUERIES are given for some tokens."""
    sought = [with_synonyms(token.rstrip("*")) for token in tokens]
    return {
        "words": [" | ".join(words) for words in sought],
        "stemmed": [" | ".join(word for word in words if word not in UNSTEMMED) for words in sought],
        "typed": [token.replace("*", ":*") for token in tokens],
    }


def read_queries(session: Session, tokens: Sequence[str]) -> list[tuple[str, str]]:
    """For each token what is asked of keys and titles, and what of all words, as `Lexicon.find` takes it."""
    return [tuple(row) for row in session.execute(QUERIES, token_values(tokens))]


def read_lexicon(session: Session) -> Lexicon:
    """Every word of the catalog with its entries: some seconds for each hundred thousand designs.

    Read in parts, so that neither this process nor the database ever holds all of them a second time.
    """
    watermark = session.scalar(text(f"SELECT {WATERMARK}"))
    last = session.scalar(select(func.max(CatalogEntry.number)))
    sets = [_read_words(session, column, last or 0) for column in ("words", "key_words", "title_words")]
    return Lexicon(watermark, *sets, words=sorted(sets[0]))


def _read_words(session: Session, column: str, last: int) -> dict[str, BitMap]:
    query, sets = text(LEXEMES.format(column)), {}
    for after in range(0, last, READ_AT_ONCE):
        for word, numbers in session.execute(query, {"after": after, "last": after + READ_AT_ONCE}):
            sets.setdefault(word, BitMap()).update(_bitmap(numbers))
    for numbers in sets.values():
        numbers.run_optimize()
        numbers.shrink_to_fit()
    return sets


def read_cards(session: Session, numbers: Sequence[int]) -> list[Mapping[str, Any]]:
    """What the results show of these entries, in this order; entries that have just left are left out."""
    cards = dict(session.execute(CARDS, {"numbers": list(numbers)}).all())
    return [cards[number] for number in numbers if number in cards]


def nearest(session: Session, embedding: Any, count: int) -> list[int]:
    """The `count` entries most alike, by the HNSW index: nearly always the true ones."""
    return list(session.scalars(NEAREST, {"embedding": embedding, "count": count}))


def nearest_of(session: Session, embedding: Any, count: int, numbers: BitMap) -> list[int]:
    """The `count` most alike of these entries, each measured."""
    listed = "{" + ",".join(map(str, numbers)) + "}"  # of hundreds the driver makes an array far slower
    return list(session.scalars(NEAREST_OF, {"embedding": embedding, "count": count, "numbers": listed}))


def likeness_of(session: Session, slug: str) -> Row | None:
    """(number, embedding, title) of a design that is shown; None if there is none, or its picture is not read yet."""
    query = select(CatalogLikeness.number, CatalogLikeness.embedding, CatalogEntry.card["title"].label("title"))
    query = query.join(CatalogEntry, CatalogEntry.number == CatalogLikeness.number)
    return session.execute(query.where(CatalogEntry.slug == slug, CatalogEntry.is_shown)).first()


def alike(session: Session, design_id: uuid.UUID, picture_id: uuid.UUID, count: int) -> list[Mapping[str, Any]]:
    """Cards of the designs most alike to a picture, without the design that it is of; none until it has been read."""
    values = {"design_id": design_id, "picture_id": picture_id, "count": count}
    return list(session.scalars(ALIKE, values))


def known_words(session: Session) -> list[str]:
    """Words that designs have, for somebody who mistyped one."""
    return list(session.scalars(select(CatalogWord.word).limit(MOST_WORDS)))


def keep_photo(session: Session, embedding: Any) -> str:
    """Remember what a photo looks like for PHOTO_KEPT; returns the key to search with. The photo itself is not kept."""
    now = datetime.datetime.now(datetime.UTC)
    session.execute(delete(PhotoQuery).where(PhotoQuery.expires_at < now))
    key = secrets.token_urlsafe(16)
    session.execute(insert(PhotoQuery).values(key=key, embedding=embedding, expires_at=now + PHOTO_KEPT))
    return key


def photo_likeness(session: Session, key: str) -> Any | None:
    """The embedding of a photo that somebody searched with; None when its time is over."""
    now = datetime.datetime.now(datetime.UTC)
    query = select(PhotoQuery.embedding).where(PhotoQuery.key == key, PhotoQuery.expires_at > now)
    return session.scalar(query)
