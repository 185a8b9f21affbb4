"""People and accounts in a real browser: from an owner who adds somebody to that person signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind, Role
from service import accounts
from service.accounts import Account
from tests.factories import make_account, make_organisation

NARROWEST = {"width": 320, "height": 700}


@pytest.fixture
def owner(sign_in: Callable[..., Account], session: Session) -> Account:
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")
    return sign_in(Role.WORKSHOP, organisation=workshop, is_owner=True)


def overflow_px(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_an_owner_adds_a_person_who_sets_a_password_and_signs_in(
    page: Page, context: BrowserContext, owner: Account, chromium: Browser, address: str
):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/account")
    page.get_by_role("main").get_by_role("link", name="People of Sanggar Bayat").click()
    page.get_by_label("Name", exact=True).fill("Sri")
    page.get_by_label("E-mail address").fill("Sri@Example.org")
    page.get_by_role("button", name="Add and make the link").click()
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
    page.wait_for_load_state()  # its script copies
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/reset/")

    elsewhere = chromium.new_context(locale="en-GB", viewport=NARROWEST)
    newcomer = elsewhere.new_page()
    newcomer.goto(link)
    expect(newcomer.get_by_label("E-mail")).to_have_value("sri@example.org")
    newcomer.get_by_label("New password").fill("a bowl of celadon")
    newcomer.get_by_label("The same again").fill("a bowl of celadon")
    newcomer.get_by_role("button", name="Save the password").click()
    expect(newcomer.get_by_text("Your new password is saved.")).to_be_visible()
    newcomer.get_by_label("E-mail").fill("sri@example.org ")
    newcomer.get_by_label("Password").fill("a bowl of celadon")
    newcomer.get_by_role("button", name="Sign in").click()
    expect(newcomer).to_have_url(f"{address}/batches")
    elsewhere.close()


def test_a_wrong_password_leaves_the_address_and_waits_for_the_password(page: Page, owner: Account):
    page.context.clear_cookies()
    page.goto("/login")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(owner.email)
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("E-mail")).to_have_value(owner.email)
    expect(page.get_by_label("Password")).to_be_focused()


def test_switching_off_asks_first_and_a_no_changes_nothing(page: Page, owner: Account, session: Session):
    other = make_account(session, Role.WORKSHOP, organisation=owner.person.organisation)
    page.goto(f"/people/organisations/{owner.person.organisation_id}")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Switch off").click()
    assert other.person.name in asked[0]
    session.expire_all()
    assert session.get(Account, other.id).active
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("switched off", exact=True)).to_be_visible()
    session.expire_all()
    assert not session.get(Account, other.id).active


def test_a_problem_in_the_list_leads_to_its_field(page: Page, sign_in: Callable[..., Account]):
    sign_in(Role.ADMINISTRATOR)
    page.goto("/people/organisations/new")
    page.get_by_label("Place").fill("Klaten")
    page.evaluate("document.querySelectorAll('[required]').forEach(field => field.removeAttribute('required'))")
    page.get_by_role("button", name="Save").click()
    problems = page.get_by_role("alert")
    expect(problems).to_be_focused()
    problems.get_by_role("link", name="Name").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Place")).to_have_value("Klaten")


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_people_fits_the_narrowest_phone(
    page: Page, sign_in: Callable[..., Account], owner: Account, session: Session, language: str
):
    long_name = "Sanggar Kerajinan Tembaga Tumang Cepogo Boyolali Jawa Tengah"
    owner.person.name, owner.person.organisation.name = long_name, long_name.replace(" ", "")
    accounts.add_token(session, owner, "x" * 120)
    session.commit()
    own = f"/people/organisations/{owner.person.organisation_id}"
    page.set_viewport_size(NARROWEST)
    for who, paths in (
        (owner, ("/account", "/change", own, f"{own}/edit")),
        (make_account(session, Role.ADMINISTRATOR), ("/people", "/people/organisations/new", own)),
        (None, ("/login", "/reset")),
    ):
        page.context.clear_cookies()
        if who is not None:
            sign_in(who)
        for path in paths:
            page.goto(f"{path}?lang={language}")
            assert page.locator("h1").is_visible()
            assert overflow_px(page) <= 0, path
