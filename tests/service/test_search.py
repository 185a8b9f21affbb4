"""The search over a real PostgreSQL: what is published is found at once, by words, likeness and photo."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.designs import Colour
from catalog.errors import NotFound
from catalog.organisations import OrganisationKind
from catalog.search import read_query
from catalog.search_index import Match
from catalog.sign_codes import sign_code
from catalog.store import designs, entries, organisations, publishing
from catalog.store import search as store
from catalog.store.tables import EMBEDDING_SIZE, CatalogEntry, DesignVersion, PhotoQuery
from catalog.text import Text
from service import search as service_search
from service.context import Parts
from service.search import Found, Search
from service.word_memory import WordMemory
from tests.factories import make_design, make_organisation, photo_bytes


class ReadingAnew(WordMemory):
    """Reads all words before each question."""

    def find(self, session: Session, tokens: Sequence[str]) -> list[Match]:
        self.read()
        return super().find(session, tokens)


@pytest.fixture(params=["asking the database", "words read at the start", "words read anew"])
def search(request: pytest.FixtureRequest, parts: Parts) -> Search:
    """What is found is the same, whether the words are held in memory or not."""
    if request.param == "asking the database":
        return Search()
    words = (WordMemory if "start" in request.param else ReadingAnew)(parts.database)
    found = Search(words)
    with parts.database.session() as session:
        found.current(session)  # what changes from here on is noted
    words.read()
    return found


def find(search: Search, session: Session, **asked: str) -> Found:
    return search.find(session, read_query(asked.items()))


def titles(found: Found) -> list[str]:
    return [card["title"]["en"] for card in found.cards]


def embed(session: Session, version: DesignVersion, *direction: float) -> None:
    """As if the worker had looked at the first picture."""
    vector = np.zeros(EMBEDDING_SIZE)
    vector[: len(direction)] = direction
    version.pictures[0].embedding = vector / np.linalg.norm(vector)
    entries.index_embedding(session, version.pictures[0])
    session.commit()


def test_what_is_published_changed_or_retired_is_followed_at_once(search, session):
    assert find(search, session).total == 0
    bowl = make_design(session, title=Text("Mangkuk", "Bowl"), description=Text("Kecil.", "Small."))
    flat = Text("Rata.", "Flat.")
    make_design(
        session, title=Text("Piring", "Plate"), description=flat, colours=(Colour(Text("nila", "indigo"), "#1F3A5F"),)
    )
    assert titles(find(search, session, q="bowl")) == ["Bowl"]
    assert titles(find(search, session, colour="blue")) == ["Plate"]
    newer = designs.start_next_version(session, bowl, None)
    newer.title = {"id": "Baskom", "en": "Basin"}
    publishing.publish(session, newer, None)
    session.commit()
    assert titles(find(search, session, q="bowl")) == []
    assert titles(find(search, session, q="basin")) == ["Basin"]
    publishing.retire(session, newer)
    session.commit()
    assert titles(find(search, session, q="bowl")) == ["Bowl"]  # the version before it is the newest one now
    publishing.retire(session, bowl)
    session.commit()
    assert titles(find(search, session)) == ["Plate"]


def test_a_draft_and_what_is_not_committed_yet_are_not_found_by_others(search, session, parts):
    make_design(session, published=False)
    draft = make_design(session, published=False, title=Text("Vas", "Vase"))
    assert find(search, session).total == 0
    publishing.publish(session, draft, None)
    with Session(parts.database.engine) as reader:
        assert find(search, reader, q="vase").total == 0
        session.commit()
        reader.rollback()
        assert titles(find(search, reader, q="vase")) == ["Vase"]


def test_a_process_that_comes_later_finds_the_same(search, session):
    for number in range(3):
        make_design(session, title=Text(f"Kotak {number}", f"Box {number}"), origin="Jepara")
        find(search, session, q="box")
    one, other = find(search, session, q="box"), find(Search(), session, q="box")
    assert titles(one) == titles(other) == ["Box 2", "Box 1", "Box 0"]
    assert one.counts == other.counts
    assert one.counts["origin"] == {"jepara": 3}


def test_stems_beginnings_attributes_and_studios_are_found_in_both_languages(search, session):
    studio = make_organisation(session, OrganisationKind.STUDIO, "Sanggar Lereng")
    make_design(session, studio, title=Text("Keranjang", "Basket"), technique=Text("anyaman halus", "fine weaving"))
    for words in ("anyam", "anyaman", "baskets", "keranj", "weave", "lereng", "KERANJANG halus", "ceramic"):
        assert titles(find(search, session, q=words)) == ["Basket"], words
    assert titles(find(search, session, q="kerajinan tangan")) == []


def test_a_title_that_has_the_word_comes_before_a_material_and_that_before_a_description(search, session):
    make_design(session, title=Text("A", "In text"), description=Text("dari jati", "made of teak"))
    make_design(session, title=Text("B", "Teak stool"))
    make_design(session, title=Text("C", "In material"), materials=(Text("jati", "teak"),))
    assert titles(find(search, session, q="teak")) == ["Teak stool", "In material", "In text"]


def test_a_word_typed_whole_comes_before_what_begins_so_and_that_before_texts(search, session):
    make_design(session, title=Text("A", "In text"), description=Text("ring", "a ring"))
    make_design(session, title=Text("B", "Ringed vase"))
    make_design(session, title=Text("C", "Material"), materials=(Text("D", "ringstone"),))
    make_design(session, title=Text("E", "Ring"))
    assert titles(find(search, session, q="ring")) == ["Ring", "Ringed vase", "Material", "In text"]


def test_sizes_are_found_however_they_are_written(search, session):
    make_design(session, title=Text("Piring", "Plate"), dimensions_mm={"diameter": 299.0, "height": 21.0})
    make_design(session, title=Text("Mangkuk", "Bowl"), dimensions_mm={"diameter": 180.0, "height": 61.0})
    for words in ("30 cm", "plate 30cm", "299 mm", "2,1 cm", "29.9cm"):
        assert titles(find(search, session, q=words)) == ["Plate"], words
    assert titles(find(search, session, q="18 x 6 cm")) == ["Bowl"]
    assert find(search, session, q="31 cm").total == 0


def test_other_spellings_and_names_are_found(search, session):
    make_design(session, title=Text("Mangkuk cokelat", "Wood bowl"))
    for words in ("mangkok", "coklat", "mangkok coklat", "wooden bowl", "wooden"):
        assert titles(find(search, session, q=words)) == ["Wood bowl"], words


def test_a_word_that_only_looks_derived_is_not_taken_for_another(search, session):
    make_design(session, title=Text("Meja kopi", "Coffee table"))
    make_design(session, title=Text("Kemeja parang", "Parang shirt"))
    assert titles(find(search, session, q="meja")) == ["Coffee table"]
    for words in ("kemeja", "keme"):
        assert titles(find(search, session, q=words)) == ["Parang shirt"], words


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("sapu tangan", [("saputangan", 1)]),
        ("saputangn", [("saputangan", 1)]),
        ("saputangan kuala", [("saputangan", 1)]),
        ("batik basket for bread", [("basket", 1), ("batik", 1)]),
        ("batik basket", [("basket", 1), ("batik", 1)]),
        ("zzzz stoneware basket batik", [("stoneware batik", 1), ("stoneware basket", 1)]),
    ],
)
def test_where_nothing_has_all_words_others_are_offered_the_likeliest_first(session, typed, offered):
    make_design(session, title=Text("Saputangan", "Batik"))
    make_design(session, title=Text("Keranjang", "Basket"))
    found = find(Search(), session, q=typed)
    assert [(each.words, each.count) for each in found.corrections][: len(offered)] == offered


def test_words_that_were_typed_and_others_are_offered_apart(client, session):
    make_design(session, title=Text("Saputangan", "Batik"))
    page = client.get("/designs?lang=en&q=batik+saputangn+gold").text
    meant, less = page.partition("Did you mean:")[2].split("With less asked there is more:")
    assert ">batik saputangan " in meant
    assert ">“batik” " in less


def test_colours_come_the_nearest_first(search, session):
    for name, hex_colour in (("far", "#B3261E"), ("near", "#24406A"), ("same", "#1F3A5F")):
        make_design(session, title=Text(name, name), colours=(Colour(Text(name, name), hex_colour),))
    assert titles(find(search, session, shade="1f3a5f")) == ["same", "near"]


def test_a_studio_that_is_renamed_is_found_by_its_new_name(search, session):
    bowl = make_design(session)
    organisations.change_organisation(session, bowl.design.studio, "Studio Baru", "Bantul", None)
    session.commit()
    assert find(search, session, q="baru bantul").total == 1
    assert find(search, session).cards[0]["studio"]["name"] == "Studio Baru"


def test_likes_come_the_most_alike_first_without_the_design_itself(search, session):
    made = [make_design(session, title=Text(name, name), craft="ceramics") for name in ("one", "two", "three")]
    for version, direction in zip(made, ((1, 0), (1, 1), (0, 1)), strict=True):
        embed(session, version, *direction)
    assert titles(find(search, session, like=made[0].design.slug)) == ["two", "three"]
    assert titles(find(search, session, like=made[0].design.slug, q="three")) == ["three"]
    assert [
        card["title"]["en"] for card in store.alike(session, made[2].design_id, made[2].pictures[0].id, 1)
    ] == ["two"]
    with pytest.raises(NotFound):
        find(search, session, like="nothing")


def test_nothing_is_like_a_picture_that_has_not_been_read(session):
    read, unread = (make_design(session, title=Text(name, name)) for name in ("read", "unread"))
    embed(session, read, 1, 0)
    assert store.alike(session, unread.design_id, unread.pictures[0].id, 4) == []


def test_a_picture_that_is_looked_at_again_is_followed_at_once(search, session):
    made = [make_design(session, title=Text(name, name)) for name in ("one", "two")]
    key = store.keep_photo(session, np.eye(1, EMBEDDING_SIZE)[0])
    session.commit()
    assert titles(find(search, session, photo=key)) == []
    embed(session, made[0], 1, 1)
    assert titles(find(search, session, photo=key)) == ["one"]
    embed(session, made[1], 1)
    assert titles(find(search, session, photo=key)) == ["two", "one"]
    embed(session, made[1], -1)
    assert titles(find(search, session, photo=key)) == ["one", "two"]
    publishing.retire(session, made[0])
    session.commit()
    assert titles(find(search, session, photo=key)) == ["two"]


def test_signs_are_read_as_they_are_followed(session):
    chance, followed = np.random.default_rng(0), Search()
    followed.current(session)
    for number in range(3):
        embed(session, make_design(session, title=Text(f"{number}", f"{number}")), *chance.normal(size=EMBEDDING_SIZE))
    found = store.likeness_of(session, session.scalar(select(CatalogEntry.slug).limit(1)))
    read, kept = Search().current(session).index.signs, followed.current(session).index.signs
    assert read.known == kept.known
    assert len(read.known) == 3
    for number in read.known:
        assert (read.table[number] == kept.table[number]).all()
    assert read.table[found.number].tobytes().startswith(sign_code(found.embedding))


def test_a_small_part_of_the_catalog_is_measured_whole(search, session):
    for number in range(30):
        embed(session, make_design(session, title=Text(f"{number}", f"{number}")), 1, number / 10)
    rare = make_design(session, title=Text("langka", "rare"), licence="cc_by")
    embed(session, rare, 0, 0, 1)
    key = store.keep_photo(session, np.eye(1, EMBEDDING_SIZE)[0])
    session.commit()
    assert titles(find(search, session, photo=key, licence="cc_by")) == ["rare"]
    assert titles(find(search, session, photo=key))[:3] == ["0", "1", "2"]


def test_a_photo_that_was_asked_with_too_long_ago_is_forgotten(search, session):
    key = store.keep_photo(session, np.eye(1, EMBEDDING_SIZE)[0])
    session.get(PhotoQuery, key).expires_at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    session.commit()
    with pytest.raises(NotFound):
        find(search, session, photo=key)
    store.keep_photo(session, np.eye(1, EMBEDDING_SIZE)[0])
    assert session.get(PhotoQuery, key, populate_existing=True) is None


def test_rows_made_anew_are_the_same_but_for_when(session):
    for number in range(3):
        make_design(session, title=Text(f"Kotak {number}", f"Box {number}"))
    embed(session, session.scalars(select(DesignVersion)).first(), 1)
    rows = text(
        "SELECT number, slug, is_shown, card, facets, origin, title_words, key_words, words"
        " FROM catalog_entry ORDER BY number"
    )
    before = session.execute(rows).all()
    assert entries.reindex(session) == 3
    assert session.execute(rows).all() == before


def test_published_designs_without_a_row_get_theirs(session):
    make_design(session)
    session.execute(text("DELETE FROM catalog_likeness"))
    session.execute(text("DELETE FROM catalog_entry"))
    assert [entries.index_missing(session) for _ in range(2)] == [1, 0]
    assert session.scalars(select(CatalogEntry.is_shown)).all() == [True]


def test_rows_of_earlier_rules_are_written_anew_some_at_a_time(session):
    for name in ("Bowl", "Bowl with a lid", "Bowl with a foot"):
        make_design(session, title=Text(name, name))
    session.execute(text("UPDATE catalog_entry SET edition = edition - 1, title_words = '', words = ''"))
    left = []
    while entries.index_outdated(session, most=2):
        left.append(3 - find(Search(), session, q="bowl").total)
    assert left == [1, 0]


def test_words_and_filters_stay_when_somebody_searches_with_a_photo(client, session):
    make_design(session, title=Text("Mangkuk", "Bowl"), craft="ceramics")
    asked = {"q": "bowl", "craft": "ceramics", "photo": (BytesIO(photo_bytes(2)), "a.jpg")}
    sent = client.post("/designs/search-by-photo", data=asked)
    assert re.fullmatch(r"/designs\?q=bowl&photo=[\w-]+&craft=ceramics", sent.headers["Location"])
    refused = client.post("/designs/search-by-photo", data=asked | {"photo": (BytesIO(b"no photo"), "a.jpg")})
    assert (refused.status_code, 'value="bowl"' in refused.text) == (422, True)


def test_a_photo_leads_to_an_address_that_works_without_it(client, session, images, run_jobs, parts):
    for seed in (1, 2):
        version = make_design(session, title=Text(f"Foto {seed}", f"Photo {seed}"), images=images)
        version.pictures[0].image_key = images.put(photo_bytes(seed), "image/jpeg")
        parts.queue.embed_picture(session, version.pictures[0].id)
        session.commit()
    run_jobs()
    sent = client.post("/designs/search-by-photo", data={"photo": (BytesIO(photo_bytes(2)), "a.jpg")})
    assert sent.status_code == 303
    page = client.get(sent.location + "&lang=en").get_data(as_text=True)
    assert page.index("Photo 2</a>") < page.index("Photo 1</a>")
    assert "Your photo" in page
    body = client.post("/api/v1/designs/search-by-photo", data=photo_bytes(1), content_type="image/jpeg").get_json()
    assert [item["title"]["en"] for item in body["items"]] == ["Photo 1", "Photo 2"]
    again = client.get(f"/api/v1/designs?photo={body['photo']}&craft=ceramics").get_json()
    assert again["items"] == body["items"]


def read_all(client, address: str) -> tuple[int, list[str]]:
    """(total, titles of all pages) of a list of the API, and that there is nothing after its last page."""
    found, page, pages = [], 0, 1
    while page < pages:
        page += 1
        body = client.get(f"{address}&page_size=2&page={page}").get_json()
        pages = body["pages"]
        assert body["items"] or not pages
        found += [item["title"]["en"] for item in body["items"]]
    assert client.get(f"{address}&page_size=2&page={page + 1}").get_json()["items"] == []
    return body["total"], found


def test_the_api_says_how_many_pages_there_are_to_read(client, session, monkeypatch):
    made = [make_design(session, title=Text(f"Piring {number}", f"Plate {number}")) for number in range(6)]
    for number, version in enumerate(made[:5]):
        embed(session, version, 1, number)
    likes = f"/api/v1/designs?like={made[0].design.slug}"
    alike = ["Plate 1", "Plate 2", "Plate 3", "Plate 4"]
    assert read_all(client, likes) == (5, alike)  # nobody has looked at the sixth yet
    monkeypatch.setattr(service_search, "MOST_ALIKE", 3)
    assert read_all(client, likes) == (5, alike[:3])
    key = store.keep_photo(session, np.eye(1, EMBEDDING_SIZE)[0])
    session.commit()
    assert read_all(client, f"/api/v1/designs?photo={key}") == (6, ["Plate 0", *alike[:2]])
    total, newest = read_all(client, f"{likes}&sort=newest")
    assert (total, len(newest)) == (5, 5)
    assert read_all(client, "/api/v1/designs?q=nothing") == (0, [])
    total, all_of_them = read_all(client, "/api/v1/designs?q=plate")
    assert (total, len(all_of_them)) == (6, 6)


@pytest.mark.parametrize(("data", "status"), [(b"", 422), (b"no photo", 422), (photo_bytes(1)[:500], 422)])
def test_what_is_no_photo_is_told_beside_its_field(client, session, data, status):
    answer = client.post("/designs/search-by-photo?lang=en", data={"photo": (BytesIO(data), "a.jpg")})
    assert answer.status_code == status
    assert 'aria-invalid="true" aria-describedby="search-photo-error"' in answer.get_data(as_text=True)
    assert client.post("/api/v1/designs/search-by-photo", data=data, content_type="image/jpeg").status_code == status


def test_the_api_filters_counts_and_refuses_what_makes_no_sense(client, session):
    make_design(session, title=Text("Mangkuk", "Bowl"), licence="cc_by")
    make_design(session, title=Text("Piring", "Plate"), licence="cc_by_sa")
    body = client.get("/api/v1/designs?licence=cc_by&page_size=1").get_json()
    assert [item["title"]["en"] for item in body["items"]] == ["Bowl"]
    assert body["items"][0]["url"].endswith("/designs/bowl")
    counted = {value["code"]: value["count"] for value in body["facets"]["licence"]}
    assert counted == {"cc_by": 1, "cc_by_sa": 1}
    assert body["facets"]["craft"] == [{"code": "ceramics", "count": 1, "name": body["facets"]["craft"][0]["name"]}]
    for asked in ("licence=free", "shade=red", "sort=rank", "page_size=0", "colour=mauve"):
        assert client.get(f"/api/v1/designs?{asked}").status_code == 422, asked


def test_words_read_in_parts_are_those_read_at_once(session, monkeypatch):
    for number in range(7):
        make_design(session, title=Text(f"Mangkuk {number}", f"Bowl {number}"))
    whole = store.read_lexicon(session)
    monkeypatch.setattr(store, "READ_AT_ONCE", 3)
    parts = store.read_lexicon(session)
    assert len(whole.in_title["bowl"]) == 7
    assert (parts.words, parts.anywhere, parts.in_keys, parts.in_title) == (
        whole.words,
        whole.anywhere,
        whole.in_keys,
        whole.in_title,
    )
