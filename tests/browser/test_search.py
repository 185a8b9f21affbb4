"""The page of results: what choices do on a phone and at a desk, and what the way back shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from catalog.text import Text
from tests.factories import make_design
from tests.fakes import MemoryStore

DESK = {"width": 1280, "height": 300}  # so low that the filters are below its edge


@pytest.fixture(autouse=True)
def designs(session: Session, images: MemoryStore) -> None:
    for number, craft in enumerate(("ceramics", "wood", "metal")):
        make_design(session, title=Text(f"Benda {number}", f"Thing {number}"), craft=craft, images=images)


def test_on_a_phone_filters_are_collected_and_shown_together(page: Page):
    page.goto("/designs")
    page.get_by_role("link", name="Filters").click()
    page.get_by_label("Ceramics").check()
    page.get_by_label("Wood").check()
    expect(page).to_have_url(re.compile(r"/designs#filters$"))
    page.get_by_role("button", name="Show designs").click()
    expect(page).to_have_url(re.compile(r"craft=ceramics&craft=wood$"))
    expect(page.get_by_role("status")).to_have_text("2 designs")


def test_at_a_desk_a_filter_takes_effect_at_once_and_one_stays_where_one_was(page: Page):
    page.set_viewport_size(DESK)
    page.goto("/designs")
    page.get_by_label("Wood").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"craft=wood$"))
    expect(page.get_by_label("Wood")).to_be_focused()
    expect(page.get_by_label("Wood")).to_be_checked()
    expect(page.get_by_label("Wood")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0


def test_who_goes_back_sees_the_choices_of_that_address(page: Page):
    page.set_viewport_size(DESK)
    page.goto("/designs")
    page.get_by_label("Ceramics").check()
    expect(page).to_have_url(re.compile(r"craft=ceramics$"))
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("3 designs")
    expect(page.get_by_label("Ceramics")).not_to_be_checked()
    page.get_by_label("Wood").check()
    expect(page).to_have_url(re.compile(r"/designs\?craft=wood$"))


def test_where_no_colour_is_near_another_one_can_be_tried(page: Page):
    page.set_viewport_size(DESK)
    page.goto("/designs?shade=%23ff00ff")
    expect(page.get_by_role("status")).to_have_text("0 designs")
    expect(page.get_by_label("Near a colour")).to_have_value("#ff00ff")
