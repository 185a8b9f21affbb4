"""How fast the catalog answers: median and 95th percentile of its main questions, by clients at a time.

    python -m tests.search_load 10000 100000 [--clients 1 32] [--seconds 15] [--pause 0] [--keep FOLDER] [--plans]

Fills a catalog of each size (tests.many_designs; FOLDER keeps them for the next time), starts the service on it as
`make run` does, and asks: a page of results, the same over the API, a design's page, the results of a photo, and a
photo itself. Each client asks for the next as soon as it is answered, or after a pause. No two questions follow from
each other: words, filters, orders and pages are drawn as people would ask, the frequent ones more often, by the same
seed each time. Prints a line of JSON for each measurement, and how many of the most alike are found that measuring
all finds: in the whole catalog, and under a filter.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np
from PIL import Image
from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.colours import GROUPS
from catalog.search import ORDERS, SORTS, origin_code
from catalog.store import search
from service.database import migrate
from service.embedded import EmbeddedPostgres, find_running
from service.search import Search, nearest
from service.settings import Settings
from service.stores import open_store
from tests import many_words as words
from tests.many_designs import draw_picture, fill, zipf
from tests.processes import Kriya
from tests.search_plans import explain
from tests.servers import free_port
from tests.workshops import parts_over

WARM_UP_S = 5
# Both web processes read the words of the catalog when they start; what is asked before waits for the database.
READ_AHEAD_S_A_MILLION = 120
PHOTO_SIDES_PX = (1600, 1200)
PHOTOS = 24
RECALL_OF = 24
RECALL_QUERIES = 50
NO_ANSWER = 599
FREE = "1000000 per minute"
LIMITS = {"API_RATE_LIMIT": FREE, "PHOTO_SEARCH_RATE_LIMIT": FREE}
# As browsers ask.
HEADERS = {"Accept-Encoding": "gzip, br", "Accept-Language": "id,en;q=0.5", "Connection": "keep-alive"}

# Asks one question over a connection; returns the status.
Ask = Callable[[http.client.HTTPConnection, random.Random], int]


@dataclass(frozen=True)
class Served:
    """A service over a catalog of so many designs, and what can be asked of it."""

    designs: int
    home: Path
    url: str
    asked: dict[str, Ask]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.search_load", description=__doc__.splitlines()[0])
    parser.add_argument("designs", type=int, nargs="+")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--pause", type=float, default=0, help="seconds between an answer and the next question")
    parser.add_argument("--keep", type=Path, help="folder that keeps the catalogs that are made, or has them already")
    parser.add_argument("--only", nargs="+", default=[], help="some of: page api design photo_results photo")
    parser.add_argument("--plans", action="store_true", help="print PostgreSQL's plans of the main queries")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kriya-search-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # as root, PostgreSQL runs as somebody else
        for designs in options.designs:
            make_catalog(folder / str(designs), designs)
        services = [stack.enter_context(serve(folder / str(designs), designs)) for designs in options.designs]
        measure_all(services, options)


def make_catalog(home: Path, designs: int) -> None:
    """Fill the home's catalog, unless it has been."""
    postgres = EmbeddedPostgres(home)
    url = postgres.start()
    try:
        migrate(url)
        with parts_over(url, Settings(home=home)) as parts:
            with parts.database.session() as session:
                there = session.scalar(text("SELECT count(*) FROM catalog_entry"))
            if not there:
                started = time.perf_counter()
                fill(url, open_store(parts.settings), designs)
                say(designs=designs, filled_s=round(time.perf_counter() - started))
    finally:
        postgres.stop()


@contextlib.contextmanager
def serve(home: Path, designs: int) -> Iterator[Served]:
    """The whole service, once it has read the words of its catalog."""
    settings = {"KRIYA_HOME": str(home), "PORT": str(free_port()), "SAMPLE_DATA": "0", **LIMITS}
    kriya = Kriya("run", settings, home.parent)
    try:
        kriya.wait_until_well()
        with open_catalog(home) as session:
            slugs = list(session.scalars(text("SELECT slug FROM catalog_entry ORDER BY number LIMIT 20000")))
            keys = [search.keep_photo(session, embedding) for embedding in some_embeddings(session)]
        time.sleep(READ_AHEAD_S_A_MILLION * designs / 1_000_000)
        yield Served(designs, home, kriya.url, questions(slugs, keys))
    finally:
        kriya.stop()


def measure_all(services: list[Served], options: argparse.Namespace) -> None:
    """Catalogs of several sizes are asked in turn, so that all of them meet the machine in the same mood."""
    for name in options.only or services[0].asked:
        for clients in options.clients:
            for service in services:
                taken = measure(service.url, name, service.asked[name], clients, options.seconds, options.pause)
                say(designs=service.designs, **taken)
    for service in services:
        with open_catalog(service.home) as session:
            every, filtered = recall(session), recall_under_a_filter(session)
            say(designs=service.designs, recall_at_24=round(every, 3), recall_at_24_of_a_craft=round(filtered, 3))
            if options.plans:
                print(explain(session, session.scalar(text("SELECT slug FROM catalog_entry ORDER BY number LIMIT 1"))))


@contextlib.contextmanager
def open_catalog(home: Path) -> Iterator[Session]:
    """A session in the database of a service that runs."""
    with parts_over(find_running(home), Settings(home=home)) as parts, parts.database.session() as session:
        yield session


def say(**values: object) -> None:
    print(json.dumps(values), flush=True)


def questions(slugs: list[str], keys: list[str]) -> dict[str, Ask]:
    """What is measured, by name."""
    photos = [photo_of(number) for number in range(PHOTOS)]
    return {
        "page": lambda connection, chance: get(connection, f"/designs?{urlencode(question(chance))}"),
        "api": lambda connection, chance: get(connection, f"/api/v1/designs?{urlencode(asked_over_api(chance))}"),
        "design": lambda connection, chance: get(connection, f"/designs/{zipf(chance, slugs, 0.7)}"),
        "photo_results": lambda connection, chance: get(
            connection, f"/designs?{urlencode([('photo', chance.choice(keys)), *some_filters(chance)])}"
        ),
        "photo": lambda connection, chance: send_photo(connection, chance.choice(photos)),
    }


def question(chance: random.Random) -> list[tuple[str, str]]:
    """Words and filters as somebody might ask; one of fifty words is mistyped, one of six looks at a further page."""
    pairs = [("q", some_words(chance))] if chance.random() < 0.7 else []
    pairs += some_filters(chance)
    if chance.random() < 0.2:
        pairs.append(("sort", chance.choice(SORTS[1:])))
    if chance.random() < 0.05:
        pairs.append(("shade", zipf(chance, words.COLOURS)[2][1:]))
    return pairs


def asked_over_api(chance: random.Random) -> list[tuple[str, str]]:
    return [*question(chance), ("page_size", "24")]


def some_words(chance: random.Random) -> str:
    language = chance.randrange(2)
    craft = chance.choices(list(words.SHARES), list(words.SHARES.values()))[0]
    kinds = (words.THINGS[craft], words.MOTIFS, words.QUALITIES, words.COLOURS)
    chosen = [zipf(chance, kind)[language] for kind in chance.sample(kinds, chance.choice((1, 1, 2)))]
    typed = " ".join(chosen)
    if chance.random() < 0.02:
        place = chance.randrange(len(typed))
        typed = typed[:place] + typed[place + 1 :]
    return typed[: chance.randrange(4, 9)] if chance.random() < 0.1 else typed


def some_filters(chance: random.Random) -> list[tuple[str, str]]:
    crafts = [chance.choices(list(words.SHARES), list(words.SHARES.values()))[0]]
    offered = {
        "craft": (0.35, crafts),
        "colour": (0.2, chance.sample(sorted(GROUPS), 2)),
        "price": (0.2, chance.sample(ORDERS["price"], 2)),
        "size": (0.1, [chance.choice(ORDERS["size"])]),
        "origin": (0.1, [origin_code(zipf(chance, words.PLACES))]),
        "proven": (0.1, ["from_1"]),
    }
    return [(facet, code) for facet, (often, codes) in offered.items() if chance.random() < often for code in codes]


def photo_of(number: int) -> bytes:
    """A photo as a phone sends it."""
    drawn = Image.open(BytesIO(draw_picture(number))).convert("RGB").resize(PHOTO_SIDES_PX)
    grain = np.random.default_rng(number).normal(0, 6, (*PHOTO_SIDES_PX[::-1], 3))
    pixels = np.clip(np.asarray(drawn) + grain, 0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=85)
    return file.getvalue()


def get(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path, headers=HEADERS)
    response = connection.getresponse()
    response.read()
    return response.status


def send_photo(connection: http.client.HTTPConnection, photo: bytes) -> int:
    """A search with a photo over the API: the photo goes, the first page of what is like it comes."""
    path = "/api/v1/designs/search-by-photo?page_size=24"
    connection.request("POST", path, body=photo, headers=HEADERS | {"Content-Type": "image/jpeg"})
    response = connection.getresponse()
    response.read()
    return response.status


def measure(url: str, name: str, ask: Ask, clients: int, seconds: float, pause_s: float = 0) -> dict[str, object]:
    """Answer times of `clients` that ask one question after the other for so long; the first seconds are no part.

    With a pause each of them looks at its answer for about so long before it asks again, no two in step.
    """
    started, times = time.perf_counter() + WARM_UP_S, []

    def run(number: int) -> None:
        chance = random.Random(f"{name}-{clients}-{number}")
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        while time.perf_counter() < started + seconds:
            time.sleep(pause_s * chance.uniform(0.5, 1.5))
            asked = time.perf_counter()
            try:
                status = ask(connection, chance)
            except OSError:
                connection.close()  # and opened anew by the next question
                status = NO_ANSWER
            if asked >= started:
                times.append((time.perf_counter() - asked, status))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [1000 * each for each, _ in times]
    cuts = statistics.quantiles(taken, n=20)
    return {
        "what": name,
        "clients": clients,
        "pause_s": pause_s,
        "answers": len(times),
        "a_second": round(len(times) / seconds, 1),
        "p50_ms": round(cuts[9], 1),
        "p95_ms": round(cuts[18], 1),
        "failed": sum(status >= 400 for _, status in times),
    }


def some_embeddings(session: Session) -> Iterator[object]:
    """Of designs all over the catalog, each moved a little, as another photo of the same would be."""
    chance = np.random.default_rng(3)
    query = "SELECT embedding FROM catalog_likeness ORDER BY number % 9973, number LIMIT :count"
    for found in session.scalars(text(query), {"count": RECALL_QUERIES}).all():
        vector = np.array(json.loads(found))
        yield vector + chance.normal(0, 0.3 / np.sqrt(len(vector)), len(vector))


def recall(session: Session) -> float:
    """Which share of the RECALL_OF most alike the index finds."""
    shares = []
    for embedding in some_embeddings(session):
        by_index = search.nearest(session, embedding, RECALL_OF)
        session.execute(text("SET LOCAL enable_indexscan = off"))
        exact = search.nearest(session, embedding, RECALL_OF)
        session.execute(text("SET LOCAL enable_indexscan = on"))
        shares.append(len(set(by_index) & set(exact)) / RECALL_OF)
    return statistics.mean(shares)


def recall_under_a_filter(session: Session) -> float:
    """The same among the designs of one craft, each in turn."""
    index = Search().current(session).index
    shares = []
    for embedding, designs in zip(some_embeddings(session), cycle(index.sets["craft"].values()), strict=False):
        exact = search.nearest_of(session, embedding, RECALL_OF, designs)
        shares.append(len(set(nearest(session, embedding, index, designs, RECALL_OF)) & set(exact)) / len(exact))
    return statistics.mean(shares)


if __name__ == "__main__":
    main()
