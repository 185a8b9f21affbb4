"""Every page held against WCAG 2.2 AA: by axe-core (phone and desk, light and dark), and gone through by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab
from sqlalchemy.orm import Session

import service
from service.accounts import Account
from tests.browser.conftest import PATIENCE_MS, PHONE
from tests.browser.keyboard import focus_problems
from tests.browser.pages import NOBODY, Page, pages_of, people_of
from tests.factories import make_design
from tests.fakes import MemoryStore
from tests.service.test_permissions_walk import make_world

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
DESK = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 700}  # WCAG 1.4.10: a page at 400 %

# A name without a symbol draws nothing, and nothing else says so.
ICONS = set(re.findall(r'<symbol id="([a-z-]+)"', (Path(service.__file__).parent / "static/icons.svg").read_text()))
DRAWN = """() => [...document.querySelectorAll("use")].map((each) => each.getAttribute("href").split("#")[1])"""

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Two that axe holds back: targets of 24 px (WCAG 2.5.8), and names that say what is written there (2.5.3).
RUN = """async (rules) => {
  const heldBack = {"target-size": {enabled: true}, "label-content-name-mismatch": {enabled: true}};
  const options = rules ? {runOnly: rules} : {runOnly: TAGS, rules: heldBack};
  const found = await axe.run(document, {...options, resultTypes: ["violations"]});
  return found.violations.flatMap(({id, help, nodes}) => nodes.map((node) => `${id} (${help}): ${node.html}`));
}""".replace("TAGS", str(list(TAGS)))
# What is folded is looked at too; of dozens alike beside each other (rows, countries, operations) some are enough.
MANY, ENOUGH = 24, 6
OPEN = """([many, enough]) => {
  for (const parent of [...document.body.querySelectorAll("*")]) {
    const kinds = Map.groupBy(parent.children, (each) => each.tagName + each.className);
    for (const alike of kinds.values()) {
      if (alike.length > many) for (const each of alike.slice(enough)) each.remove();
    }
  }
  for (const alike of [...document.querySelectorAll("article")].slice(enough)) alike.remove();
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  // What lies under a bar that stays can be scrolled out of it; that the focus is, the test of the keyboard says.
  for (const bar of document.querySelectorAll(".thumb-bar")) bar.style.position = "static";
}"""

# What opens over the page is looked at on the phone alone: what lies under it cannot be pressed then, and need not be.
CLOSE_SHEETS = """() => {
  for (const folded of document.querySelectorAll("details[open]")) {
    if ([...folded.children].some((each) => getComputedStyle(each).position === "absolute")) folded.open = false;
  }
}"""


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """As the others', but that axe may be put into its pages."""
    context = chromium.new_context(
        base_url=address, viewport=PHONE, locale="en-GB", reduced_motion="reduce", bypass_csp=True
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(AXE)
    yield context
    context.close()


def problems_of(tab: Tab) -> set[str]:
    """What is wrong with the page that is open."""
    problems = {f"there is no icon {name!r}" for name in set(tab.evaluate(DRAWN)) - ICONS}
    tab.evaluate(OPEN, [MANY, ENOUGH])
    problems |= {f"on a phone: {each}" for each in tab.evaluate(RUN)}
    tab.emulate_media(color_scheme="dark")
    problems |= {f"on a phone, dark: {each}" for each in tab.evaluate(RUN, ["color-contrast"])}
    tab.set_viewport_size(DESK)
    tab.emulate_media(color_scheme="light")
    tab.evaluate(CLOSE_SHEETS)
    problems |= {f"on a desk: {each}" for each in tab.evaluate(RUN)}
    tab.set_viewport_size(NARROWEST)
    if tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        problems.add("at 320 px: the page is wider than the screen")
    tab.set_viewport_size(PHONE)
    return problems


def test_no_page_breaks_a_rule_of_wcag(
    app: Flask,
    session: Session,
    images: MemoryStore,
    page: Tab,
    sign_in: Callable[..., Account],
):
    world = make_world(session, images)
    people = people_of(session, world)
    pages = pages_of(app, people, world)
    problems: dict[Page, set[str]] = {}
    for each in pages:
        page.context.clear_cookies()
        if each.who != NOBODY:
            sign_in(people[each.who])
        page.goto(each.address)
        keys = focus_problems(page) if each.endpoint not in {seen.endpoint for seen in problems} else set()
        problems[each] = keys | problems_of(page)
    assert len(pages) > 30
    assert not any(problems.values()), report(problems)


def test_what_a_page_says_of_mistakes_breaks_no_rule_either(
    session: Session, images: MemoryStore, page: Tab, sign_in: Callable[..., Account]
):
    designer = sign_in("designer")
    version = make_design(session, designer.person.organisation, published=False, images=images)
    page.goto(f"/studio/designs/{version.id}")
    page.locator("[name=title_id]").fill("x" * 200)
    page.get_by_role("heading", name="Sizes and colours").click()
    page.locator("[name=height]").fill("enam")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert problems_of(page) == set()
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert problems_of(page) == set()
    page.goto("/nothing-here")
    assert problems_of(page) == set()


def report(problems: dict[Page, set[str]]) -> str:
    """The same thing wrong on many pages is said once."""
    where: dict[str, list[str]] = {}
    for page, found in problems.items():
        for problem in found:
            where.setdefault(problem, []).append(str(page))
    return "\n".join(f"{problem}\n    on {'; '.join(pages)}" for problem, pages in sorted(where.items()))
