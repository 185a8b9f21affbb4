"""A lookbook opened again: what stands on which page, and how the file serves those who do not see it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from service.pdf.document import Picture
from service.pdf.lookbook import Lookbook, LookbookDesign, LookbookWords, make_lookbook
from tests.factories import SIDE_PX, photo_bytes
from tests.service.pdf.opened import alternative_texts, open_pdf, outline_of, texts_of

WORDS = LookbookWords(
    kind="Lookbook",
    count="2 designs",
    contents="Contents",
    makers="Made by",
    credit="Credit",
    licence="Licence",
    scan="Scan this code.",
    contact="Whom to ask",
    closing="Each design belongs to those named.",
)


def make_page(number: int, **changes: object) -> LookbookDesign:
    return replace(
        LookbookDesign(
            title=f"Bowl number {number}",
            eyebrow="Ceramics",
            by="Studio Tanah, Klaten",
            story="A small bowl with fine flutes.",
            facts=(("Size", "Diameter 140 mm"), ("Colours", "")),
            makers=(("Bayat workshop", "12 pieces inspected"),),
            credit="© Studio Tanah",
            licence="CC BY 4.0 (Attribution)",
            licence_address="https://creativecommons.org/licenses/by/4.0/",
            address=f"https://kriya.example/designs/bowl-{number}",
            picture=Picture(photo_bytes(number), SIDE_PX, SIDE_PX, f"The bowl {number} on a table"),
        ),
        **changes,
    )


def make_book(*pages: LookbookDesign, **changes: object) -> Lookbook:
    book = Lookbook(
        title="Table and light",
        note="Chosen for hotels.",
        contact="Ani Wijaya\nani@example.org",
        language="en",
        made_at=datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC),
        made_on="25 November 2026",
        words=WORDS,
        designs=pages,
    )
    return replace(book, **changes)


def test_cover_contents_a_page_for_each_design_and_whom_to_ask():
    cover, contents, first, second, last = texts_of(make_lookbook(make_book(make_page(1), make_page(2))))
    assert "Table and light" in cover
    assert "2 designs · 25 November 2026" in cover
    assert "Ani Wijaya" in cover
    assert "Chosen for hotels." in contents
    assert "Bowl number 2 Studio Tanah, Klaten 4" in contents
    assert "Bowl number 1" in first
    assert "Diameter 140 mm" in first
    assert "Bayat workshop · 12 pieces inspected" in second
    assert "ani@example.org" in last


def test_a_fact_that_nobody_knows_has_no_line():
    page = texts_of(make_lookbook(make_book(make_page(1))))[2]
    assert "Size" in page
    assert "Colours" not in page


def test_the_file_says_its_title_its_language_and_what_its_pictures_show():
    reader = open_pdf(make_lookbook(make_book(make_page(1), make_page(2), language="id")))
    assert reader.metadata.title == "Table and light"
    assert reader.metadata.author == "Ani Wijaya"
    assert reader.trailer["/Root"]["/Lang"] == "id"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"] is not None
    assert alternative_texts(reader) == ["The bowl 1 on a table", "The bowl 1 on a table", "The bowl 2 on a table"]


def test_bookmarks_lead_to_the_pages_that_the_contents_name():
    reader = open_pdf(make_lookbook(make_book(make_page(1), make_page(2))))
    assert outline_of(reader) == [
        ("Table and light", 1),
        ("Contents", 2),
        ("Bowl number 1", 3),
        ("Bowl number 2", 4),
        ("Whom to ask", 5),
    ]


def test_contents_that_take_several_pages_still_name_the_right_ones():
    data = make_lookbook(make_book(*(make_page(number, picture=None) for number in range(1, 61))))
    pages = texts_of(data)
    first = next(number for number, text in enumerate(pages, start=1) if "Bowl number 1 " in text and "flutes" in text)
    assert first > 4
    assert f"Bowl number 1 Studio Tanah, Klaten {first}" in pages[1]
    assert f"Bowl number 60 Studio Tanah, Klaten {first + 59}" in pages[first - 2]
    assert "Bowl number 60" in pages[first + 58]
    assert len(pages) == first + 60


def test_each_page_links_to_the_design_its_code_stands_for_and_to_its_licence():
    page = open_pdf(make_lookbook(make_book(make_page(7)))).pages[2]
    assert [each.get_object()["/A"]["/URI"] for each in page["/Annots"]] == [
        "https://kriya.example/designs/bowl-7",
        "https://creativecommons.org/licenses/by/4.0/",
    ]


def test_a_note_follows_its_fact_and_two_short_facts_share_a_line():
    price = ("Indicative price", "IDR 185,000\nAbout US$11.21.")
    facts = (price, ("Minimum order", "24 pieces"), ("Lead time", "35 days"))
    page = texts_of(make_lookbook(make_book(make_page(1, facts=facts))))[2]
    assert "Indicative price IDR 185,000 About US$11.21. Minimum order 24 pieces Lead time 35 days" in page


def test_the_story_gives_way_to_the_licence_and_the_credit_which_are_always_whole():
    credit, licence = "Ratna Wulandari " * 7, "CC BY-NC-SA 4.0 (Attribution, non-commercial, share alike)"
    changes = {"title": "A bowl with a long name " * 5, "story": "Once upon a time " * 235, "credit": credit}
    facts = tuple((f"Term {number}", "many words " * 90) for number in range(8))
    makers = (("A workshop with a name that is long " * 3, "words"),) * 9
    page = texts_of(make_lookbook(make_book(make_page(1, **changes, licence=licence, facts=facts, makers=makers))))[2]
    assert f"Credit: {credit}Licence: {licence} Scan this code." in page
    assert all(f"{term} many words" in page for term, _ in facts)
    assert "Made by A workshop" in page


def test_the_story_fills_the_room_that_a_short_title_leaves():
    page = make_page(1, title="Bowl", story="A rim as thin as a leaf. " * 15 + "The end.")
    assert "The end." in texts_of(make_lookbook(make_book(page)))[2]


def test_the_same_content_and_day_make_the_same_bytes():
    book = make_book(make_page(1))
    later = replace(book, made_at=book.made_at + datetime.timedelta(days=1))
    assert make_lookbook(book) == make_lookbook(book) != make_lookbook(later)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "碗" * 60, "story": "🎨" * 40, "by": "", "credit": ""},
        {"title": "W" * 120, "by": "W" * 120, "credit": "W" * 120, "story": "endless" * 500},
        {"story": "endless" * 500, "facts": (("Size", "long words " * 200),) * 12},
        {"picture": None, "facts": (), "makers": (), "story": ""},
        {"makers": (("A workshop with a name that does not end " * 5, "words"),) * 9},
    ],
)
def test_whatever_was_written_a_design_keeps_to_its_one_page(changes):
    assert len(open_pdf(make_lookbook(make_book(make_page(1, **changes)))).pages) == 4
