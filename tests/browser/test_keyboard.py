"""Everything is reached with the keyboard, is seen when it is, and gives the focus back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind
from service.accounts import Account
from tests.factories import (
    make_account,
    make_batch,
    make_design,
    make_inspection,
    make_organisation,
    make_photo,
    make_standard,
)
from tests.fakes import MemoryStore

# What Tab must reach: all that can be operated and is shown. Of radios of one name it is one.
OPERABLE = """() => {
  const fields = "a[href], button, input, select, textarea, summary, [tabindex]";
  const groups = new Set();
  return [...document.querySelectorAll(fields)].filter((each) => {
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true})) return false;
    if (each.closest("details:not([open])") && !each.matches("summary")) return false;
    if (each.type !== "radio") return true;
    const group = each.form?.id + each.name;
    return !groups.has(group) && groups.add(group);
  }).map((each, index) => { each.dataset.operable = index; return index; });
}"""
# Where the focus is, whether an outline shows it, and whether it lies under something.
FOCUS = """() => {
  const here = document.activeElement;
  const shows = (element, part) => {
    const style = getComputedStyle(element, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const holders = [here, here.closest("label"), here.parentElement].filter(Boolean);
  const box = here.getBoundingClientRect();
  const radio = here.type === "radio" && document.querySelector(`[name="${here.name}"][data-operable]`);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    index: (radio || here).dataset.operable ?? null,
    html: here.outerHTML.slice(0, 160),
    seen: holders.some((each) => shows(each) || shows(each, "::after") || shows(each, "::before")),
    covered: top !== null && !holders.some((each) => each.contains(top) || top.contains(each)),
  };
}"""


def walk(page: Page) -> None:
    """Tab through the whole page. Raises: AssertionError for what is left out, unseen or covered."""
    waiting = {str(index) for index in page.evaluate(OPERABLE)}
    steps, problems = 0, []
    while waiting and steps < 400:
        page.keyboard.press("Tab")
        steps += 1
        focus = page.evaluate(FOCUS)
        waiting.discard(focus["index"])
        if focus["index"] is not None:
            problems += [f"not seen: {focus['html']}"] * (not focus["seen"])
            problems += [f"covered: {focus['html']}"] * focus["covered"]
    left = [page.locator(f'[data-operable="{index}"]').evaluate("each => each.outerHTML") for index in waiting]
    assert not left, f"{page.url}: Tab does not reach {left}"
    assert not problems, f"{page.url}: {problems}"


@pytest.fixture
def places(session: Session, images: MemoryStore) -> dict[str, tuple[Account | None, str]]:
    """The main pages: who opens them, and where."""
    studio = make_organisation(session, OrganisationKind.STUDIO)
    designer = make_account(session, "designer", organisation=studio, is_owner=True)
    maker = make_account(session, "workshop", is_owner=True)
    version = make_design(session, studio, images=images)
    draft = make_design(session, studio, published=False, images=images)
    batch = make_batch(session, maker.person.organisation, photos=1, images=images)
    photo = make_photo(session, batch, images=images)
    make_inspection(session, photo, "reject")
    return {
        "home": (None, "/"),
        "result": (None, "/designs?q=mangkuk"),
        "design": (None, f"/designs/{version.design.slug}"),
        "form": (designer, f"/studio/designs/{draft.id}"),
        "pictures": (designer, f"/studio/designs/{draft.id}/pictures"),
        "photos": (maker, f"/batches/{batch.id}/photos"),
        "batch": (maker, f"/batches/{batch.id}"),
        "piece": (maker, f"/pieces/{photo.id}"),
        "account": (maker, "/account"),
    }


def test_tab_reaches_all_of_a_page_and_the_focus_is_seen(page: Page, places: dict, sign_in: Callable):
    for account, address in places.values():
        page.context.clear_cookies()
        if account is not None:
            sign_in(account)
        page.goto(address)
        walk(page)


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
