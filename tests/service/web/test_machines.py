"""What search engines and feed readers find: each page in each language, every design, and nothing that is private."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from catalog.money import Money
from catalog.store import designs, listing, publishing
from catalog.text import Text
from tests.factories import make_account, make_design, make_organisation, make_picture

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "i": "http://www.google.com/schemas/sitemap-image/1.1",
    "a": "http://www.w3.org/2005/Atom",
}
SITE = "http://localhost"


@pytest.fixture
def bowl(session, images):
    return make_design(session, title=Text("Mangkuk & <piring>", "Bowl & <plate>"), images=images)


def read_xml(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return ElementTree.fromstring(response.data)  # noqa: S314, our own


def data_of(page: str) -> list[dict]:
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)["@graph"]


def links_of(page: str, rel: str) -> dict[str, str]:
    """The <link>s of a page by their hreflang."""
    found = re.findall(rf'<link rel="{rel}"(?: hreflang="([\w-]+)")? href="([^"]+)"', page)
    return {language: href.replace("&amp;", "&") for language, href in found}


class TestLanguages:
    def test_an_address_with_a_language_answers_in_it_whatever_the_browser_prefers(self, client, bowl):
        for language, title in (("id", "Mangkuk"), ("en", "Bowl")):
            page = client.get(
                f"/designs/{bowl.design.slug}?lang={language}", headers={"Accept-Language": "id, en"}
            ).text
            assert f'<html lang="{language}">' in page
            assert f"<h1>{title}" in page

    def test_a_page_names_itself_in_every_language(self, client, bowl):
        address = f"{SITE}/designs/{bowl.design.slug}"
        page = client.get(f"/designs/{bowl.design.slug}?lang=en&utm_source=a").text
        assert links_of(page, "canonical") == {"": f"{address}?lang=en"}
        alternates = {language: href for language, href in links_of(page, "alternate").items() if language}
        assert alternates == {"id": f"{address}?lang=id", "en": f"{address}?lang=en", "x-default": address}

    @pytest.mark.parametrize("path", ["/", "/designs"])
    def test_the_public_pages_are_found_in_both_languages(self, client, bowl, path):
        page = client.get(path).text
        assert set(links_of(page, "alternate")) >= {"id", "en", "x-default"}
        assert "noindex" not in page
        assert 'property="og:locale:alternate"' in page

    def test_a_list_that_is_found_says_what_is_in_it_and_shows_its_first_picture(self, client, session, bowl):
        make_design(session, title=Text("Nampan", "Tray"), craft="wood")
        page = client.get("/designs?craft=ceramics&lang=en").text
        about = "Ceramics: 1 design with its price, its sizes and the workshops that make it."
        assert f'<meta name="description" content="{about}">' in page
        assert f'<meta property="og:description" content="{about}">' in page
        picture = f"{SITE}/pictures/{bowl.pictures[0].image_key}/960.webp"
        assert f'<meta property="og:image" content="{picture}">' in page
        assert 'content="2 designs with their prices' in client.get("/designs?lang=en").text
        assert "og:image" not in client.get("/designs?q=bowl&lang=en").text

    def test_what_is_private_stays_out_of_the_indexes(self, client, session, sign_in):
        draft = make_design(session, published=False)
        assert "noindex" in client.get("/login").text
        sign_in("designer", organisation=draft.design.studio)
        for path in (f"/designs/{draft.design.slug}", "/studio/designs", "/account"):
            page = client.get(path).text
            assert '<meta name="robots" content="noindex">' in page, path
            assert 'rel="canonical"' not in page, path


class TestSitemaps:
    def test_the_sitemap_lists_every_published_design_in_each_language_with_its_pictures(self, client, session, bowl):
        make_design(session, published=False)
        gone = make_design(session)
        publishing.retire(session, gone)
        session.commit()
        [_, designs_file] = [each.text for each in read_xml(client, "/sitemap.xml").findall("s:sitemap/s:loc", NAMES)]
        listed = read_xml(client, designs_file.removeprefix(SITE))
        address = f"{SITE}/designs/{bowl.design.slug}"
        assert [each.text for each in listed.findall("s:url/s:loc", NAMES)] == [
            f"{address}?lang=id",
            f"{address}?lang=en",
        ]
        alternates = listed.find("s:url", NAMES).findall("x:link", NAMES)
        assert [each.get("href") for each in alternates] == [f"{address}?lang=id", f"{address}?lang=en", address]
        [image, _] = listed.findall("s:url/i:image/i:loc", NAMES)
        assert image.text == f"{SITE}/pictures/{bowl.pictures[0].image_key}/1600.webp"
        assert listed.find("s:url/s:lastmod", NAMES).text.startswith(f"{bowl.published_at:%Y-%m-%d}")

    def test_many_designs_are_shared_out_over_files_that_hold_each_of_them_once(self, session):
        slugs = {make_design(session).design.slug for _ in range(20)}
        shares = listing.shares(session, most=4)
        assert len(shares) > 4
        assert sum(share.count for share in shares) == 20
        found = [design.slug for share in shares for design in listing.stream_share(session, share.prefix)]
        assert sorted(found) == sorted(slugs)

    def test_a_design_with_two_published_versions_is_listed_once_as_its_newest(self, session, bowl):
        newer = designs.start_next_version(session, bowl, None)
        make_picture(session, newer, seed=5)
        publishing.publish(session, newer, None)
        [listed] = listing.stream_share(session, "")
        assert listed.image_keys == tuple(picture.image_key for picture in newer.pictures)
        assert [share.count for share in listing.shares(session, most=10)] == [1]

    @pytest.mark.parametrize(
        "path", ["/sitemaps/designs-g.xml", "/sitemaps/designs-..xml", "/sitemaps/designs-abcde.xml"]
    )
    def test_a_file_that_is_no_share_is_not_found(self, client, path):
        assert client.get(path).status_code == 404

    def test_the_pages_beside_the_designs_are_listed_too(self, client, bowl):
        found = {each.text for each in read_xml(client, "/sitemaps/pages.xml").findall("s:url/s:loc", NAMES)}
        assert {f"{SITE}/?lang=id", f"{SITE}/designs?craft=ceramics&lang=en"} <= found
        assert f"{SITE}/studios/{bowl.design.studio_id}?lang=en" in found

    def test_robots_are_told_where_the_sitemap_is_and_what_is_not_theirs(self, client):
        told = client.get("/robots.txt").text
        assert f"Sitemap: {SITE}/sitemap.xml" in told
        assert "Disallow: /batches" in told
        assert client.get("/robots.txt").mimetype == "text/plain"

    def test_any_cache_may_keep_what_machines_read_and_gets_nobodys_cookie(self, client, sign_in, bowl):
        sign_in("buyer")
        for path in (
            "/robots.txt",
            "/sitemap.xml",
            "/sitemaps/pages.xml",
            "/sitemaps/designs.xml",
            "/feeds/designs.atom",
        ):
            response = client.get(path)
            assert response.headers["Cache-Control"].startswith("public"), path
            assert "Set-Cookie" not in response.headers, path
            assert "Cookie" not in response.headers["Vary"], path


class TestFeeds:
    def test_the_newest_designs_come_as_a_feed_in_the_language_of_its_address(self, client, bowl):
        for language, title in (("id", "Mangkuk & <piring>"), ("en", "Bowl & <plate>")):
            feed = read_xml(client, f"/feeds/designs.atom?lang={language}")
            [entry] = feed.findall("a:entry", NAMES)
            assert entry.find("a:title", NAMES).text == title
            assert entry.find("a:link", NAMES).get("href") == f"{SITE}/designs/{bowl.design.slug}?lang={language}"
            assert entry.find("a:author/a:name", NAMES).text == bowl.design.studio.name

    def test_a_craft_and_a_studio_have_feeds_of_their_own(self, client, session, bowl):
        other = make_design(session, craft="wood", attributes={"species": "teak"})
        for path, expected in (
            ("/feeds/crafts/wood.atom", other),
            (f"/feeds/studios/{bowl.design.studio_id}.atom", bowl),
        ):
            [link] = [each.get("href") for each in read_xml(client, path).findall("a:entry/a:link", NAMES)]
            assert f"/designs/{expected.design.slug}?" in link

    def test_a_name_saved_with_what_no_xml_holds_breaks_no_feed(self, client, session, bowl):
        bowl.design.studio.name = "Studio \x0bTanah\uffff"
        session.commit()
        [entry] = read_xml(client, "/feeds/designs.atom").findall("a:entry", NAMES)
        assert entry.find("a:author/a:name", NAMES).text.split() == ["Studio", "Tanah"]

    def test_a_feed_without_entries_is_a_feed(self, client):
        assert read_xml(client, "/feeds/designs.atom").findall("a:entry", NAMES) == []

    @pytest.mark.parametrize("path", ["/feeds/crafts/astrology.atom", "/feeds/studios/{studio}.atom"])
    def test_what_has_no_designs_to_tell_of_has_no_feed(self, client, session, path):
        studio = make_organisation(session, "studio")
        assert client.get(path.format(studio=studio.id)).status_code == 404

    def test_a_feed_that_did_not_change_is_not_sent_again(self, client, bowl):
        etag = client.get("/feeds/designs.atom").headers["ETag"]
        assert client.get("/feeds/designs.atom", headers={"If-None-Match": etag}).status_code == 304


class TestStructuredData:
    def test_a_design_is_a_product_with_its_makers_name_its_sizes_and_its_licensed_pictures(
        self, client, session, images
    ):
        version = make_design(session, images=images, licence="cc_by", credit="Ratna W.")
        product, trail = data_of(client.get(f"/designs/{version.design.slug}?lang=en").text)
        assert product["@type"] == "Product"
        assert product["name"] == "Celadon bowl"
        assert product["brand"]["name"] == version.design.studio.name
        assert product["material"] == ["stoneware"]
        assert product["height"] == {"@type": "QuantitativeValue", "value": 60, "unitCode": "MMT"}
        [image] = product["image"]
        assert image["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert image["creditText"] == "Ratna W."
        assert image["copyrightNotice"].endswith(version.design.studio.name)
        assert image["acquireLicensePage"] == f"{SITE}/designs/{version.design.slug}#licence"
        assert "offers" not in product
        assert [each["position"] for each in trail["itemListElement"]] == [1, 2, 3]

    def test_every_size_is_there_once_by_its_own_term_or_as_a_property_with_a_name(self, client, session):
        sizes = {"diameter": 90, "width": 80, "length": 70, "height": 60, "depth": 50, "thickness": 4}
        version = make_design(session, dimensions_mm=sizes)
        product = data_of(client.get(f"/designs/{version.design.slug}?lang=en").text)[0]
        assert {name: product[name]["value"] for name in sizes if name in product} == {
            "width": 80,
            "height": 60,
            "depth": 50,
        }
        others = {each["name"]: each["value"] for each in product["additionalProperty"] if "unitCode" in each}
        assert others == {"Diameter": 90, "Length": 70, "Thickness": 4}

    def test_a_price_is_an_offer_with_its_lead_time_and_smallest_order(self, client, session):
        terms = {"price": Money("185000", "IDR"), "lead_time_days": 30, "minimum_order": 24}
        version = make_design(session, **terms)
        offer = data_of(client.get(f"/designs/{version.design.slug}").text)[0]["offers"]
        assert (offer["price"], offer["priceCurrency"]) == ("185000.00", "IDR")
        assert offer["deliveryLeadTime"]["value"] == 30
        assert offer["eligibleQuantity"]["minValue"] == 24

    def test_texts_cannot_end_the_block_of_data(self, client, session):
        evil = Text("</script><script>alert(1)</script>", "</script><script>alert(1)</script>")
        version = make_design(session, title=evil)
        page = client.get(f"/designs/{version.design.slug}").text
        assert data_of(page)[0]["name"] == evil.en
        assert "<script>alert" not in page

    def test_the_start_page_says_who_publishes_and_how_to_search(self, client):
        organisation, site = data_of(client.get("/").text)
        assert (organisation["@type"], site["@type"]) == ("Organization", "WebSite")
        assert site["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/designs?q={{search_term_string}}"


class TestStudios:
    def test_a_studio_tells_who_it_is_and_shows_its_designs(self, client, session, bowl):
        studio = bowl.design.studio
        studio.about = {"id": "Dari lereng Merapi.", "en": "From the slope of Merapi."}
        session.commit()
        make_design(session, make_organisation(session, "studio"), title=Text("Vas", "Vase"))
        page = client.get(f"/studios/{studio.id}?lang=en").text
        assert f"<h1>{studio.name}</h1>" in page
        assert "From the slope of Merapi." in page
        assert "Bowl &amp; &lt;plate&gt;" in page
        assert "Vase" not in page
        assert data_of(page)[0]["name"] == studio.name

    def test_a_studio_that_has_published_nothing_is_seen_by_its_people_alone(self, client, session, sign_in):
        studio = make_organisation(session, "studio")
        assert client.get(f"/studios/{studio.id}").status_code == 404
        sign_in(make_account(session, "designer", organisation=studio))
        assert client.get(f"/studios/{studio.id}").status_code == 200

    def test_only_studios_have_such_a_page(self, client, session, sign_in):
        sign_in("administrator")
        assert client.get(f"/studios/{make_organisation(session, 'workshop').id}").status_code == 404

    def test_a_page_beyond_the_last_is_not_found(self, client, bowl):
        assert client.get(f"/studios/{bowl.design.studio_id}?page=2").status_code == 404
