"""From a buyer's question to an order, in a real browser: the buyer, the studio and the workshop in turn."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.inquiries import InquiryState
from catalog.organisations import OrganisationKind
from catalog.store.tables import Inquiry
from tests.factories import make_account, make_design, make_organisation, photo_bytes
from tests.fakes import MemoryStore

SOON = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=30)).date().isoformat()


def test_a_buyer_asks_the_studio_quotes_and_invites_the_workshop_answers_and_the_buyer_accepts(
    page: Page, session: Session, images: MemoryStore, sign_in: Callable
):
    studio = make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")
    version = make_design(session, studio, images=images)
    designer = make_account(session, "designer", organisation=studio)
    maker = make_account(session, "workshop", organisation=workshop)
    page.on("dialog", lambda dialog: dialog.accept())

    buyer = sign_in("buyer")
    page.goto(f"/designs/{version.design.slug}")
    page.get_by_role("link", name="Ask for a quotation").click()
    page.get_by_label("Quantity").fill("240")
    page.get_by_label("Target price for one").fill("11,50")
    page.get_by_label("Country").select_option(label="Netherlands")
    page.get_by_label("Your words to the studio").fill("For a hotel that opens in spring.")
    page.get_by_role("button", name="Send to Studio Lereng").click()
    expect(page.get_by_text("You are told here as soon as they answer.")).to_be_visible()

    sign_in(designer)
    page.goto("/notifications")
    page.get_by_role("link", name="asks for a quotation for Celadon bowl.").click()
    expect(page.get_by_text("For a hotel that opens in spring.")).to_be_visible()
    page.get_by_label("Invite a workshop").select_option(label="Sanggar Bayat, Klaten")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Sanggar Bayat is invited and reads along from here.")).to_be_visible()
    page.get_by_role("link", name="Quote").click()
    offer = page.locator("#quotation")
    offer.get_by_label("Price for one").fill("12.50")
    offer.get_by_label("Delivery term").select_option("FOB")
    offer.get_by_label("Place of the term").fill("Semarang")
    offer.get_by_label("Lead time").fill("60")
    offer.get_by_label("Valid until").fill(SOON)
    offer.get_by_label("Price of a sample").fill("cheap")
    offer.get_by_role("button", name="Send the quotation").click()
    expect(page.get_by_role("alert")).to_contain_text("Price of a sample")
    offer.get_by_label("Price of a sample").fill("35")
    offer.get_by_role("button", name="Send the quotation").click()
    expect(page.locator(".sheet.quotation")).to_contain_text("€12.50")

    sign_in(maker)
    page.goto("/inquiries")
    page.get_by_role("link", name="Celadon bowl").click()
    expect(page.get_by_text("For a hotel that opens in spring.")).to_be_visible()
    expect(page.get_by_text("€12.50")).to_have_count(0)  # between buyer and studio
    page.get_by_label("Write a message").fill("Tungku kami kosong bulan depan.")
    kiln = {"name": "kiln.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(3)}
    page.locator("#write input[type=file]").set_input_files([kiln])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("link", name="kiln.jpg")).to_be_visible()

    sign_in(buyer)
    page.goto("/inquiries")
    expect(page.get_by_text("3 new")).to_be_visible()
    page.get_by_role("link", name="Celadon bowl").click()
    expect(page.get_by_text("Tungku kami kosong bulan depan.")).to_be_visible()
    page.get_by_role("button", name="Accept this quotation").click()
    expect(page.locator(".thread-head")).to_contain_text("Accepted")
    assert session.scalars(select(Inquiry.state)).one() == InquiryState.ACCEPTED
