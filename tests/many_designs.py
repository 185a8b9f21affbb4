"""A catalog of as many designs as asked for, the same ones every time: for measuring, never committed.

    python -m tests.many_designs 100000 [--seed 1]

Fills the database of the settings (KRIYA_HOME or DATABASE_URL), which must hold no designs yet. Words follow Zipf's
law, as words do; materials, techniques and attributes are those of the craft families. The designs share a few drawn
pictures. What each looks like is a made-up embedding: its craft and kind of thing make a cluster, and designs vary
within it along a few directions, as photos of similar things do.
"""

from __future__ import annotations

import argparse
import datetime
import math
import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from io import BytesIO

import numpy as np
import psycopg
from PIL import Image, ImageDraw
from psycopg import sql
from psycopg.types.json import Jsonb

from catalog.designs import TEXTS, Colour, DesignDraft, VersionState, make_slug
from catalog.entries import EDITION, CardPicture, Entry, Published, Studio, make_entry
from catalog.families import Attribute, Kind, families, to_plain
from catalog.licences import Licence
from catalog.money import Money
from catalog.store.tables import EMBEDDING_SIZE
from catalog.text import Text
from service.build import build_parts
from service.images import placeholder, scale
from service.queue import conninfo
from service.settings import Settings
from service.storage import ImageStore
from tests import many_words as words

CHUNK = 2000
DESIGNS_A_STUDIO = 40
PICTURES = 12
SIDE_PX = (800, 1000)
# Embeddings of the pictures themselves are left out of larger catalogs: only the search's copy is read.
MOST_WITH_EMBEDDINGS = 200_000
FIRST_DAY = datetime.datetime(2023, 1, 2, tzinfo=datetime.UTC)
DAYS = 1000
DIRECTIONS = 24
LICENCES = (*[Licence.ALL_RIGHTS_RESERVED] * 8, *[Licence.ROYALTY_PER_PIECE] * 4, *Licence)


@dataclass(frozen=True)
class Made:
    """One design with all that the tables need of it."""

    design_id: uuid.UUID
    version_id: uuid.UUID
    published: Published
    entry: Entry
    embedding: np.ndarray  # (EMBEDDING_SIZE,)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.many_designs", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    parts = build_parts(Settings.from_env())
    started = time.perf_counter()
    fill(parts.database.url, parts.images, options.count, options.seed)
    print(f"{options.count} designs in {time.perf_counter() - started:.0f} s")


def fill(url: str, images: ImageStore, count: int, seed: int = 1) -> None:
    """Write `count` published designs with all that the search keeps of them."""
    pictures = [_store_picture(images, number) for number in range(PICTURES)]
    with psycopg.connect(conninfo(url)) as connection:
        # More than the service gets by default: building the index of 100,000 pictures is no part of what is measured.
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET synchronous_commit = off")
        definition = _index_definition(connection, "ix_catalog_likeness_embedding")
        connection.execute("DROP INDEX ix_catalog_likeness_embedding")
        studios = _add_studios(connection, max(1, count // DESIGNS_A_STUDIO), seed)
        vocabulary: set[str] = set()
        maker = Maker(studios, pictures, seed)
        for start in range(0, count, CHUNK):
            made = [maker.make(number) for number in range(start, min(count, start + CHUNK))]
            _write(connection, made, with_embeddings=count <= MOST_WITH_EMBEDDINGS)
            vocabulary |= {word for each in made for word in each.entry.title_words.both.split()}
            vocabulary |= {word for each in made for word in each.entry.key_words.both.split()}
        rows = ({"word": word} for word in sorted(vocabulary) if word.isalpha())
        _copy(connection, "catalog_word", list(rows))
        connection.commit()
        connection.execute(definition)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _index_definition(connection: psycopg.Connection, name: str) -> str:
    return connection.execute("SELECT pg_get_indexdef(%s::regclass)", [name]).fetchone()[0]


def _store_picture(images: ImageStore, number: int) -> tuple[str, str]:
    """(image key, placeholder) of one drawn picture."""
    drawn = draw_picture(number)
    return images.put(drawn, "image/webp"), placeholder(scale(drawn, 96))


def draw_picture(number: int) -> bytes:
    """A plain shape on a plain ground as WebP; each number another one."""
    chance = random.Random(number)
    picture = Image.new("RGB", SIDE_PX, words.COLOURS[(number * 7 + 3) % len(words.COLOURS)][2])
    drawing = ImageDraw.Draw(picture)
    for ring in range(6):
        reach = 340 - 50 * ring
        box = (400 - reach, 500 - reach * chance.uniform(0.5, 1.2), 400 + reach, 500 + reach * chance.uniform(0.5, 1.2))
        drawing.ellipse(box, fill=words.COLOURS[(number + 3 * ring) % len(words.COLOURS)][2])
    file = BytesIO()
    picture.save(file, "WEBP", quality=80)
    return file.getvalue()


class Maker:
    """Makes designs one after the other; the same seed gives the same ones."""

    def __init__(self, studios: list[Studio], pictures: list[tuple[str, str]], seed: int) -> None:
        self._studios, self._stored, self._seed = studios, pictures, seed
        vectors = np.random.default_rng(seed)
        names = [(craft, thing) for craft, things in words.THINGS.items() for thing, _ in things]
        self._centres = {name: vectors.normal(size=EMBEDDING_SIZE) for name in names}
        self._directions = vectors.normal(size=(DIRECTIONS, EMBEDDING_SIZE)) / math.sqrt(DIRECTIONS)

    def make(self, number: int) -> Made:
        chance = random.Random(f"{self._seed}-{number}")
        craft = chance.choices(list(words.SHARES), list(words.SHARES.values()))[0]
        thing, quality, motif = (
            zipf(chance, words.THINGS[craft]),
            zipf(chance, words.QUALITIES),
            zipf(chance, words.MOTIFS),
        )
        studio = zipf(chance, self._studios, 0.6)
        draft = _draft(chance, craft, thing, quality, motif, studio.place)
        slug = f"{make_slug(draft.title.en)}-{number}"
        seconds = chance.randrange(DAYS * 86_400)
        makers = chance.choices((0, 1, 2, 3, 5, 8), (60, 20, 9, 6, 4, 1))[0]
        published = Published(
            slug=slug,
            number=1,
            published_at=FIRST_DAY + datetime.timedelta(seconds=seconds),
            draft=draft,
            studio=studio,
            pictures=self._pictures(chance, draft),
            price_idr=int(draft.price.amount) if draft.price else None,
            makers=makers,
            proven=chance.randint(0, makers),
        )
        identifiers = (_uuid(chance), _uuid(chance))
        return Made(*identifiers, published, make_entry(published), self._embedding(number, craft, thing[0]))

    def _pictures(self, chance: random.Random, draft: DesignDraft) -> list[CardPicture]:
        count = chance.choices((1, 2, 3, 4), (4, 3, 2, 1))[0]
        chosen = chance.sample(self._stored, count)
        return [CardPicture(key, *SIDE_PX, asdict(draft.title), shown_first) for key, shown_first in chosen]

    def _embedding(self, number: int, craft: str, thing: str) -> np.ndarray:
        vectors = np.random.default_rng([self._seed, number])
        along = vectors.normal(size=DIRECTIONS) @ self._directions
        vector = self._centres[craft, thing] + 1.2 * along + 0.25 * vectors.normal(size=EMBEDDING_SIZE)
        return vector / np.linalg.norm(vector)


def zipf(chance: random.Random, choices, exponent: float = 0.9):
    """One of a list, the first the most often."""
    weights = _weights(len(choices), exponent)
    return choices[chance.choices(range(len(choices)), cum_weights=weights)[0]]


_cumulated: dict[tuple[int, float], list[float]] = {}


def _weights(count: int, exponent: float) -> list[float]:
    if (count, exponent) not in _cumulated:
        _cumulated[count, exponent] = np.cumsum(1 / np.arange(1, count + 1) ** exponent).tolist()
    return _cumulated[count, exponent]


def _draft(chance: random.Random, craft: str, thing: tuple, quality: tuple, motif: tuple, place: str) -> DesignDraft:
    longest_mm, price = words.USUAL[craft]
    side_mm = max(10, round(longest_mm * chance.lognormvariate(0, 0.5)))
    colours = {zipf(chance, words.COLOURS, 0.7) for _ in range(chance.choice((1, 2, 2, 3)))}
    attributes = {
        attribute.code: value
        for attribute in families()[craft].attributes
        if (value := _value(chance, attribute)) is not None
    }
    filling = {"thing": thing, "quality": quality, "motif": motif, "colour": min(colours), "place": (place, place)}
    return DesignDraft(
        title=Text(
            f"{thing[0]} {motif[0]} {quality[0]}".capitalize(), f"{quality[1]} {motif[1]} {thing[1]}".capitalize()
        ),
        description=_description(chance, filling),
        craft=craft,
        technique=Text(f"dikerjakan tangan, {motif[0]}", f"worked by hand, {motif[1]}"),
        materials=_materials(craft, attributes),
        dimensions_mm={
            "length": side_mm,
            "width": round(side_mm * chance.uniform(0.4, 1)),
            "height": round(side_mm / 3),
        },
        colours=tuple(Colour(Text(each[0], each[1]), each[2]) for each in sorted(colours)),
        attributes=attributes,
        lead_time_days=chance.choice((7, 14, 14, 21, 30, 30, 45, 60, 90)),
        minimum_order=chance.choice((1, 5, 10, 12, 20, 50)),
        price=Money(Decimal(max(10, round(price * chance.lognormvariate(0, 0.7))) * 1000), "IDR")
        if chance.random() < 0.85
        else None,
        origin=place,
        licence=chance.choice(LICENCES),
    )


def _description(chance: random.Random, filling: dict[str, tuple]) -> Text:
    indonesian = {name: values[0] for name, values in filling.items()}
    english = {f"{name}_en": values[1] for name, values in filling.items()}
    chosen = chance.sample(words.SENTENCES, chance.choice((2, 3, 3, 4)))
    return Text(*(" ".join(each[place].format(**indonesian, **english) for each in chosen) for place in (0, 1)))


def _value(chance: random.Random, attribute: Attribute):
    """A value of an attribute; more often than not for those that are not required."""
    if not attribute.is_required and chance.random() < 0.4:
        return None
    if attribute.kind == Kind.NUMBER:
        least, most = attribute.minimum or 0, attribute.maximum or 100
        return float(round(chance.triangular(least, most, least + (most - least) / 4)))
    if attribute.kind == Kind.YES_NO:
        return chance.random() < 0.5
    codes = [choice.code for choice in attribute.choices]
    if attribute.kind == Kind.CHOICE:
        return zipf(chance, codes)
    if attribute.kind == Kind.CHOICES:
        return tuple(dict.fromkeys(zipf(chance, codes) for _ in range(chance.choice((1, 1, 2)))))
    return None


def _materials(craft: str, attributes: dict) -> tuple[Text, ...]:
    """The names of what the attributes chose as material, or the craft's own name."""
    names = [
        attribute.choice_name(code)
        for attribute in families()[craft].attributes
        if attribute.facet == "material" and (chosen := attributes.get(attribute.code))
        for code in (chosen if isinstance(chosen, tuple) else (chosen,))
    ]
    return tuple(names) or (families()[craft].name,)


def _uuid(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


def _add_studios(connection: psycopg.Connection, count: int, seed: int) -> list[Studio]:
    chance = random.Random(f"studios-{seed}")
    studios = []
    for number in range(count):
        name = f"{chance.choice(words.STUDIO_KINDS)} {chance.choice(words.NAMES)} {chance.choice(words.NAMES)}"
        place = zipf(chance, words.PLACES, 0.7)
        studios.append(Studio(_uuid(chance), name if number < 2000 else f"{name} {number}", place))
    rows = [
        {"id": each.id, "kind": "studio", "name": each.name, "place": each.place, "about": Jsonb({})}
        for each in studios
    ]
    _copy(connection, "organisation", rows)
    return studios


def _write(connection: psycopg.Connection, made: list[Made], *, with_embeddings: bool) -> None:
    _copy(connection, "design", [_design_row(each) for each in made])
    _copy(connection, "design_version", [_version_row(each) for each in made])
    pictures = [row for each in made for row in _picture_rows(each, with_embeddings=with_embeddings)]
    _copy(connection, "design_picture", pictures)
    connection.execute(STAGE)
    _copy(connection, "staged_entry", [_entry_row(each) for each in made])
    connection.execute(FROM_STAGE)
    connection.execute("DROP TABLE staged_entry")


def _copy(connection: psycopg.Connection, table: str, rows: list[dict]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _design_row(made: Made) -> dict:
    published = made.published
    created = published.published_at - datetime.timedelta(days=20)
    return {"id": made.design_id, "slug": published.slug, "studio_id": published.studio.id, "created_at": created}


def _version_row(made: Made) -> dict:
    published, draft = made.published, made.published.draft
    texts = {name: Jsonb(asdict(getattr(draft, name))) for name in TEXTS}
    return {
        "id": made.version_id,
        "design_id": made.design_id,
        "number": 1,
        "state": VersionState.PUBLISHED.value,
        "craft": draft.craft,
        **texts,
        "materials": Jsonb([asdict(material) for material in draft.materials]),
        "dimensions_mm": Jsonb(dict(draft.dimensions_mm)),
        "colours": Jsonb([asdict(colour) for colour in draft.colours]),
        "attributes": Jsonb(to_plain(draft.attributes)),
        "lead_time_days": draft.lead_time_days,
        "minimum_order": draft.minimum_order,
        "price_amount": draft.price.amount if draft.price else None,
        "price_currency": draft.price.currency if draft.price else None,
        "origin": draft.origin,
        "licence": draft.licence,
        "created_at": published.published_at - datetime.timedelta(days=20),
        "published_at": published.published_at,
    }


def _picture_rows(made: Made, *, with_embeddings: bool) -> Iterator[dict]:
    for position, picture in enumerate(made.published.pictures):
        yield {
            "id": uuid.uuid5(made.version_id, str(position)),
            "version_id": made.version_id,
            "position": position,
            "image_key": picture.image_key,
            "content_type": "image/webp",
            "width_px": picture.width_px,
            "height_px": picture.height_px,
            "alt": Jsonb(dict(picture.alt)),
            "placeholder": picture.placeholder,
            "embedding": _vector(made.embedding) if with_embeddings and position == 0 else None,
        }


def _vector(embedding: np.ndarray) -> str:
    return "[" + ",".join(f"{value:.5f}" for value in embedding.tolist()) + "]"


# Words travel as words and become search vectors there, by the same rule as catalog.store.entries.vector_of.
STAGE = f"""
    CREATE TEMPORARY TABLE staged_entry (design_id uuid, version_id uuid, slug text, card jsonb, facets text[],
        origin text, published_at timestamptz, price_idr bigint, lead_time_days int, proven int,
        title_id text, title_en text, title_both text, key_id text, key_en text, key_both text,
        other_id text, other_en text, other_both text, embedding halfvec({EMBEDDING_SIZE}))
    """
VECTOR = "strip(to_tsvector('indonesian', {0}_id) || to_tsvector('english', {0}_en) || to_tsvector('simple', {0}_both))"
FROM_STAGE = f"""
    WITH written AS (
        INSERT INTO catalog_entry (design_id, version_id, is_shown, edition, changed_in, slug, card, facets,
            origin, published_at, price_idr, lead_time_days, proven, title_words, key_words, words)
        SELECT design_id, version_id, true, {EDITION}, pg_current_xact_id()::text::bigint, slug, card, facets, origin,
            published_at, price_idr, lead_time_days, proven, {VECTOR.format("title")}, {VECTOR.format("key")},
            {VECTOR.format("title")} || {VECTOR.format("key")} || {VECTOR.format("other")}
        FROM staged_entry RETURNING number, design_id)
    INSERT INTO catalog_likeness (number, embedding)
    SELECT number, embedding FROM written JOIN staged_entry USING (design_id)
    """  # noqa: S608, constants


def _entry_row(made: Made) -> dict:
    published, entry = made.published, made.entry
    parts = (("title", entry.title_words), ("key", entry.key_words), ("other", entry.other_words))
    return {
        "design_id": made.design_id,
        "version_id": made.version_id,
        "slug": published.slug,
        "card": Jsonb(entry.card),
        "facets": list(entry.facets),
        "origin": published.draft.origin,
        "published_at": published.published_at,
        "price_idr": published.price_idr,
        "lead_time_days": published.draft.lead_time_days,
        "proven": published.proven,
        **{f"{name}_{of}": getattr(part, of) for name, part in parts for of in ("id", "en", "both")},
        "embedding": _vector(made.embedding),
    }


if __name__ == "__main__":
    main()
