"""The catalog as visitors see it: the front page, the search, one design, and what stays hidden."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from catalog.inspections import Verdict
from catalog.money import Money
from catalog.organisations import OrganisationKind
from catalog.store import designs, makes, publishing
from catalog.text import Text
from tests import factories

WAY = r'<li><a class="button outline" href="([^"]+)"'


def text_of(response) -> str:
    return response.get_data(as_text=True)


@pytest.fixture
def bowl(session):
    return factories.make_design(session, title=Text("Mangkuk seladon", "Celadon bowl"))


@pytest.fixture
def tray(session):
    return factories.make_design(
        session,
        title=Text("Nampan bambu", "Bamboo tray"),
        description=Text("Anyaman dua warna.", "Woven in two tones."),
        craft="rattan_bamboo",
        materials=(Text("bambu", "bamboo"),),
    )


@pytest.fixture
def draft(session):
    return factories.make_design(session, published=False, title=Text("Rahasia", "Secret vase"))


def test_words_that_say_nothing_are_said_to_be_left_out(client, bowl):
    assert "says too little to search by" in client.get("/designs?q=the&lang=en").text
    assert "says too little to search by" not in client.get("/designs?q=the bowl&lang=en").text


def test_front_page_shows_the_newest_designs_and_says_what_each_can_do_first(client, bowl, tray):
    page = text_of(client.get("/?lang=en"))
    assert "Celadon bowl" in page
    assert "Bamboo tray" in page
    for begin in ("Browse the designs", "Check a batch", "Open the studio"):
        assert begin in page


def test_front_page_of_an_empty_catalog_says_so(client):
    response = client.get("/?lang=en")
    assert response.status_code == 200
    assert "No design is published yet" in text_of(response)


def test_front_page_takes_a_workshop_back_to_its_batches(client, sign_in, session, bowl):
    account = sign_in("workshop")
    standard = factories.make_standard(session, bowl)
    batch = factories.make_batch(session, account.person.organisation, standard, photos=2, name="Monday kiln")
    page = text_of(client.get("/?lang=en"))
    assert account.person.name in page
    assert f'href="/batches/{batch.id}"' in page
    assert "Monday kiln" in page
    assert "2 waiting" in page


def test_front_page_takes_a_designer_back_to_their_own_drafts_only(client, sign_in, session, draft):
    account = sign_in("designer")
    own = factories.make_design(session, account.person.organisation, published=False, title=Text("Milik", "My draft"))
    page = text_of(client.get("/?lang=en"))
    assert "My draft" in page
    assert f"/studio/designs/{own.id}" in page
    assert "Secret vase" not in page


@pytest.mark.parametrize(
    ("words", "expected"),
    [("mangkuk", "Celadon bowl"), ("bowl", "Celadon bowl"), ("bamb", "Bamboo tray"), ("anyaman", "Bamboo tray")],
)
def test_search_finds_words_of_both_languages_and_beginnings_of_words(client, bowl, tray, words, expected):
    page = text_of(client.get(f"/designs?lang=en&q={words}"))
    titles = re.findall(r"<h3><a href=\"/designs/[^\"]+\">([^<]+)</a></h3>", page)
    assert titles == [expected]


def test_search_that_finds_nothing_suggests_a_way_on(client, bowl):
    page = text_of(client.get("/designs?lang=en&q=helicopter"))
    assert "Nothing matches “helicopter”" in page
    assert "Or begin with a craft:" in page
    assert 'href="/designs?craft=ceramics"' in page


def test_search_that_finds_nothing_says_what_there_is_without_each_filter(client, bowl, tray):
    page = text_of(client.get("/designs?lang=en&q=bamboo&craft=ceramics"))
    assert re.search(r'href="/designs\?q=bamboo">Without “Ceramics” <span class="count">1</span>', page)
    assert re.search(r'href="/designs\?craft=ceramics">Without “bamboo” <span class="count">1</span>', page)


def test_search_offers_the_word_of_the_catalog_that_a_mistyped_one_comes_near(client, bowl, tray):
    page = text_of(client.get("/designs?lang=en&q=mangkku"))
    assert 'href="/designs?q=mangkuk">mangkuk <span class="count">1</span>' in page


def test_words_of_a_search_are_shown_as_text_and_never_as_markup(client):
    page = text_of(client.get("/designs", query_string={"q": '"><script>alert(1)</script>', "lang": "en"}))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("words", ["'", "a & | !", ":*", "%", "\\", "(((", "x" * 5000, "💥", "\0bowl"])
def test_no_search_words_break_the_page(client, bowl, words):
    assert client.get("/designs", query_string={"q": words}).status_code == 200


def test_crafts_are_counted_and_narrow_the_list(client, bowl, tray):
    page = text_of(client.get("/designs?lang=en"))
    assert re.search(r"<span>Ceramics</span><span class=\"count\">1</span>", page)
    narrowed = text_of(client.get("/designs?lang=en&craft=rattan_bamboo"))
    assert "Bamboo tray" in narrowed
    assert "Celadon bowl" not in narrowed


@pytest.mark.parametrize("query", ["page=2", "page=99999999999999999999", "like=nothing", "photo=0123456789abcdef"])
def test_a_page_or_likeness_that_does_not_exist_is_not_found(client, bowl, query):
    assert client.get(f"/designs?{query}").status_code == 404


@pytest.mark.parametrize("query", ["craft=plastic", "origin=atlantis&colour=blue", "size=%00", "price=';--"])
def test_a_value_that_no_design_has_finds_nothing_and_can_be_taken_away(client, bowl, query):
    page = text_of(client.get(f"/designs?lang=en&{query}"))
    assert "No design has all of this" in page or "1 design" in page


@pytest.mark.parametrize(
    ("asked", "first", "others"),
    [
        ("", ("best", "Newest"), ["price", "price_down", "lead_time", "proven"]),
        ("craft=ceramics", ("best", "Newest"), ["price", "price_down", "lead_time", "proven"]),
        ("sort=newest", ("newest", "Newest"), ["price", "price_down", "lead_time", "proven"]),
        ("q=plate", ("best", "Best match"), ["newest", "price", "price_down", "lead_time", "proven"]),
        ("shade=8FB3A0", ("best", "Best match"), ["newest", "price", "price_down", "lead_time", "proven"]),
    ],
)
def test_the_best_match_is_an_order_where_something_can_match(client, bowl, asked, first, others):
    page = text_of(client.get(f"/designs?lang=en&{asked}"))
    orders = page[page.index('id="search-sort"') : page.index("</select>")]
    chosen, *rest = re.findall(r'<option value="(\w+)"( selected)?>([^<]*)', orders)
    assert chosen == (first[0], " selected", first[1])
    assert [code for code, _, _ in rest] == others


def test_long_lists_come_in_pages(client, session):
    studio = factories.make_organisation(session, OrganisationKind.STUDIO)
    for number in range(26):
        factories.make_design(session, studio, title=Text(f"Piring {number}", f"Plate {number}"))
    first, second = (text_of(client.get(f"/designs?lang=en&page={page}")) for page in (1, 2))
    assert first.count('class="photo-card"') == 24
    assert second.count('class="photo-card"') == 2
    assert "Page 1 of 2" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in second


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("There is no page 999", "The last page of these designs is page 2.", "To the last page")),
        ("id", ("Tidak ada halaman 999", "Halaman terakhirnya adalah halaman 2.", "Ke halaman terakhir")),
    ],
)
def test_a_page_beyond_the_last_leads_back_to_the_same_search(client, session, language, told):
    studio = factories.make_organisation(session, OrganisationKind.STUDIO)
    for number in range(25):
        factories.make_design(session, studio, title=Text(f"Piring {number}", f"Plate {number}"))
    answer = client.get(f"/designs?lang={language}&q=pir*&craft=ceramics&sort=newest&page=999")
    page = text_of(answer)
    assert answer.status_code == 404
    for words in (*told, 'value="pir*"', 'name="robots" content="noindex, follow"'):
        assert words in page
    search = "/designs?q=pir%2A&amp;craft=ceramics&amp;sort=newest"
    assert re.findall(WAY, page) == [f"{search}&amp;page=2", search]
    assert 'name="craft" value="ceramics" form="search" checked' in page
    assert client.get(f"/designs?lang={language}&q=pir*&craft=ceramics&sort=newest&page=2").status_code == 200


def test_beyond_a_single_page_there_is_the_first_one(client, bowl):
    answer = client.get("/designs?lang=en&page=2")
    page = text_of(answer)
    assert answer.status_code == 404
    assert "All of these designs stand on one page." in page
    assert re.findall(WAY, page) == ["/designs"]


def test_beyond_nothing_there_are_the_ways_on_from_nothing(client, bowl):
    answer = client.get("/designs?lang=en&q=helicopter&page=3")
    page = text_of(answer)
    assert answer.status_code == 404
    assert "Nothing matches “helicopter”" in page
    assert "There is no page" not in page.split("</head>")[1]


def test_design_page_tells_everything_about_a_design(client, session):
    version = factories.make_design(
        session,
        care=Text("Cuci dengan tangan.", "Wash by hand."),
        photo_note=Text("Gambar render.", "These are renders."),
        colours=(designs.Colour(Text("hijau", "green"), "#8FB09A"),),
    )
    page = text_of(client.get(f"/designs/{version.design.slug}?lang=en"))
    told = ("Celadon bowl", "fine flutes", "Diameter 140 mm, height 60 mm", "stoneware", "thrown", "Wash by hand.")
    for words in (*told, "These are renders.", "green", 'fill="#8FB09A"', version.design.studio.name):
        assert words in page


def test_design_page_speaks_indonesian(client, bowl):
    page = text_of(client.get(f"/designs/{bowl.design.slug}?lang=id"))
    assert '<html lang="id">' in page
    assert "Mangkuk seladon" in page
    assert "alur halus" in page


def test_design_page_names_the_workshops_that_show_that_they_make_it(client, session, bowl):
    workshop = factories.make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")
    batch = factories.make_batch(session, workshop, factories.make_standard(session, bowl), photos=3)
    for photo, verdict in zip(batch.photos, (Verdict.ACCEPT, Verdict.REJECT, Verdict.RETAKE), strict=True):
        factories.make_inspection(session, photo, verdict)
    assert "Sanggar Bayat" not in text_of(client.get(f"/designs/{bowl.design.slug}?lang=en"))
    makes.show_design(session, workshop.id, bowl.design_id, None)
    session.commit()
    page = text_of(client.get(f"/designs/{bowl.design.slug}?lang=en"))
    assert "Sanggar Bayat" in page
    assert "1 of 2 pieces in 1 batch accepted" in page
    assert "1 workshop makes it" in text_of(client.get("/designs?lang=en"))


def test_results_say_what_a_piece_costs_where_that_is_said(client, session, bowl):
    vase = factories.make_design(session, title=Text("Vas", "Vase"), price=Money(Decimal(185000), "IDR"))
    studio = f"/studios/{vase.design.studio_id}"
    for address in ("/designs", studio):
        for language, price in (("en", "IDR\xa0185,000"), ("id", "Rp185.000")):
            page = client.get(f"{address}?lang={language}").text
            assert re.findall(r'<p class="price figures">([^<]+)</p>', page) == [price], address


def test_a_workshop_starts_a_batch_from_the_design(client, sign_in, session, bowl):
    standard = factories.make_standard(session, bowl)
    address = f"/designs/{bowl.design.slug}?lang=en"
    assert "Check a batch of it" not in text_of(client.get(address))
    sign_in("workshop")
    page = text_of(client.get(address))
    assert "Check a batch of it" in page
    assert f'name="standard_id" value="{standard.id}"' in page
    response = client.post("/batches", data={"standard_id": standard.id})
    assert response.status_code == 303
    assert client.get(response.location).status_code == 200


def test_draft_is_nowhere_for_others(client, sign_in, draft):
    address = f"/designs/{draft.design.slug}"
    for role in (None, "buyer", "workshop", "designer", "mentor", "market_officer"):
        if role is not None:
            sign_in(role)
        assert client.get(address).status_code == 404, role
        assert "Secret vase" not in text_of(client.get("/")) + text_of(client.get("/designs?lang=en&q=secret"))


def test_draft_is_open_to_its_studio_with_a_note(client, sign_in, session, draft):
    sign_in("designer", organisation=draft.design.studio)
    page = text_of(client.get(f"/designs/{draft.design.slug}?lang=en"))
    assert "This is a draft" in page
    assert 'content="noindex"' in page
    assert "og:title" not in page


def test_draft_version_of_a_published_design_stays_hidden(client, session, bowl):
    next_version = designs.start_next_version(session, bowl, None)
    session.commit()
    slug = bowl.design.slug
    assert next_version.number == 2
    assert client.get(f"/designs/{slug}?version=2").status_code == 404
    page = text_of(client.get(f"/designs/{slug}?lang=en"))
    assert "Version 1" in page
    assert "Version 2" not in page


def test_older_version_points_to_the_newest(client, session, bowl):
    newer = designs.start_next_version(session, bowl, None)
    publishing.publish(session, newer, None)
    session.commit()
    page = text_of(client.get(f"/designs/{bowl.design.slug}?lang=en&version=1"))
    assert "There is a newer version" in page
    assert "See version 2" in page


def test_retired_design_leaves_the_catalog(client, session, bowl):
    publishing.retire(session, bowl)
    session.commit()
    assert client.get(f"/designs/{bowl.design.slug}").status_code == 404
    assert "Celadon bowl" not in text_of(client.get("/designs?lang=en"))


def test_published_design_can_be_shared(client, bowl):
    page = text_of(client.get(f"/designs/{bowl.design.slug}?lang=en"))
    image = re.search(r'property="og:image" content="([^"]+)"', page).group(1)
    assert image.startswith("http")
    assert urlsplit(image).path == f"/pictures/{bowl.pictures[0].image_key}/960.webp"
    assert f'rel="canonical" href="http://localhost/designs/{bowl.design.slug}?lang=en"' in page


def test_every_picture_keeps_its_place_while_it_loads(client, bowl):
    for page in (text_of(client.get("/")), text_of(client.get(f"/designs/{bowl.design.slug}"))):
        pictures = re.findall(r"<img [^>]*/pictures/[^>]*>", page)
        assert pictures
        for picture in pictures:
            assert re.search(r' width="\d+" height="\d+"', picture)
            assert " srcset=" in picture
            assert " alt=" in picture


def test_pages_carry_no_inline_style_or_script(client, bowl):
    for address in ("/", "/designs", f"/designs/{bowl.design.slug}", "/login", "/nowhere"):
        page = text_of(client.get(address))
        assert not re.search(r"<[^>]+\sstyle=", page), address
        assert not re.search(r"<[^>]+\son\w+=", page), address
        assert not re.search(r'<script(?! type="application/ld\+json">)(?![^>]*\ssrc=)|<style', page), address


def test_first_page_without_photos_weighs_less_than_150_kb(client, bowl, tray):
    page = client.get("/")
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text_of(page)))
    assert len(files) >= 5
    assert len(page.data) + sum(weight_of(client, file) for file in files) < 150_000


def weight_of(client, address: str) -> int:
    with client.get(address) as response:
        return len(response.data)


def test_language_switch_keeps_the_page(client, bowl):
    page = text_of(client.get("/designs?q=bowl&lang=en"))
    assert 'href="/designs?q=bowl&amp;lang=id"' in page
    assert '<html lang="id">' in text_of(client.get("/designs?q=bowl&lang=id"))
    assert '<html lang="id">' in text_of(client.get("/designs"))
