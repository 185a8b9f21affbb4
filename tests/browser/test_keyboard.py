"""What opens by keys closes by keys and gives the focus back. That Tab reaches all: test_accessibility.py."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.factories import make_design, make_standard
from tests.fakes import MemoryStore


def test_the_first_tab_offers_to_skip_to_the_content(page: Page):
    page.goto("/designs")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_menu_opens_and_closes_by_keys_and_gives_the_focus_back(page: Page, sign_in: Callable):
    sign_in("designer")
    page.goto("/studio/designs")
    summary = page.locator("details[data-menu] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_dialog_opens_and_closes_by_keys_and_gives_the_focus_back(
    page: Page, session: Session, images: MemoryStore, sign_in: Callable
):
    designer = sign_in("designer")
    standard = make_standard(session, make_design(session, designer.person.organisation), images=images)
    page.goto(f"/standards/{standard.id}")
    opener = page.locator("[data-photo]").nth(1)
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(opener).to_be_focused()
