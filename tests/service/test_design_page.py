"""What the page of a design tells a buyer: terms in the reader's money, the licence in words, its kin."""

from __future__ import annotations

import datetime
from decimal import Decimal

from catalog.money import ExchangeRate, Money
from catalog.store import designs, money, publishing
from catalog.text import Text
from tests.factories import make_design, make_picture

TODAY = datetime.date(2026, 11, 24)


def page_of(client, version, language="en"):
    return " ".join(client.get(f"/designs/{version.design.slug}?lang={language}").text.split())


def add_rates(session):
    for currency, rupiah in (("EUR", "18000"), ("USD", "16000")):
        money.add_rate(session, ExchangeRate(currency, Decimal(rupiah), TODAY), None, TODAY)
    session.commit()


def test_a_price_is_told_in_the_readers_money_with_the_day_of_the_rate(client, session):
    add_rates(session)
    version = make_design(session, price=Money("180000", "IDR"), lead_time_days=30, minimum_order=24)
    english = page_of(client, version)
    assert "€10.00" in english
    assert "$11.25" in english
    assert "24 November 2026" in english
    assert "30 days" in english
    assert "24 pieces" in english
    assert "€" not in page_of(client, version, "id")  # who reads Indonesian reckons in rupiah


def test_a_foreign_price_is_told_in_rupiah_to_who_reads_indonesian(client, session):
    add_rates(session)
    version = make_design(session, price=Money("10", "EUR"))
    assert "180.000" in page_of(client, version, "id")


def test_without_a_price_it_is_on_request_and_without_rates_nothing_is_converted(client, session):
    assert "Price on request" in page_of(client, make_design(session))
    priced = page_of(client, make_design(session, price=Money("180000", "IDR")))
    assert "Price on request" not in priced
    assert "by the rates of" not in priced


def test_the_attributes_of_the_family_stand_among_the_facts(client, session):
    version = make_design(session, attributes={"body": "stoneware", "firing_temperature": 1240.0, "food_safe": True})
    page = page_of(client, version)
    assert '<dt>Clay body</dt><dd class="figures">Stoneware</dd>' in page
    assert "1,240 °C" in page
    assert '<dt>Food-safe</dt><dd class="figures">Yes</dd>' in page


def test_a_licence_is_told_in_words_and_linked(client, session):
    free = page_of(client, make_design(session, licence="cc_by_sa", credit="Ratna W."))
    assert 'href="https://creativecommons.org/licenses/by-sa/4.0/"' in free
    assert "Ratna W." in free
    paid = page_of(client, make_design(session, licence="royalty_per_piece", royalty=Money("5000", "IDR")))
    assert "5,000 for each piece" in paid


def test_original_and_derivation_name_each_other(client, session):
    original = make_design(session, title=Text("Asli", "The original"), licence="cc_by")
    derived = make_design(
        session, title=Text("Turunan", "The derived one"), derived_from_id=original.id, licence="cc_by"
    )
    make_design(session, published=False, title=Text("Draf", "A draft"), derived_from_id=original.id, licence="cc_by")
    page = page_of(client, original)
    assert "The derived one" in page
    assert "A draft" not in page
    assert f'href="/designs/{original.design.slug}"' in page_of(client, derived)


def test_the_link_to_what_changed_appears_with_the_second_version(client, session):
    first = make_design(session)
    link = f"/designs/{first.design.slug}/changes"
    assert link not in page_of(client, first)
    second = designs.start_next_version(session, first, None)
    make_picture(session, second, seed=4)
    publishing.publish(session, second, None)
    session.commit()
    assert link in page_of(client, first)


def test_the_story_keeps_its_paragraphs_and_its_markup_inert(client, session):
    version = make_design(session, story=Text("Satu.\n\nDua <b>tebal</b>.", "One.\n\nTwo <b>bold</b>."))
    page = page_of(client, version)
    assert "<p>One.</p><p>Two &lt;b&gt;bold&lt;/b&gt;.</p>" in page


def test_every_photo_has_its_place_in_the_strip_and_the_first_comes_first(client, session, images):
    version = make_design(session, published=False, images=images)
    make_picture(session, version, seed=8, images=images)
    publishing.publish(session, version, None)
    session.commit()
    page = client.get(f"/designs/{version.design.slug}").text
    assert page.index('id="photo-1"') < page.index('id="photo-2"')
    assert page.count('fetchpriority="high"') == 1
    assert page.count('type="image/avif"') >= 4


def test_the_start_page_shows_each_craft_that_has_designs_and_the_newest(client, session):
    make_design(session)
    make_design(session, craft="wood", attributes={"species": "teak"}, title=Text("Vas jati", "Teak vase"))
    page = client.get("/?lang=en").text
    assert 'href="/designs?craft=ceramics"' in page
    assert 'href="/designs?craft=wood"' in page
    assert 'href="/designs?craft=silver"' not in page
    assert "Teak vase" in page
    assert "Made consistently" not in page  # nobody is proven to
