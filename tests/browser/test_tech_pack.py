"""A tech pack in a real browser: written by its designer, taken along by the workshop that it is shared with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from catalog.organisations import OrganisationKind
from catalog.store import publishing, tech_packs
from tests.factories import make_design, make_organisation
from tests.fakes import MemoryStore

DRAWING = Path(__file__).parents[2] / "samples" / "white_plate" / "tech_pack" / "section.svg"
PICTURE = Path(__file__).parents[2] / "samples" / "white_plate" / "hero_1.jpg"


def test_a_pack_is_written_shared_and_taken_along(
    page: Page, session: Session, images: MemoryStore, sign_in: Callable, tmp_path: Path
):
    designer = sign_in("designer")
    version = make_design(session, designer.person.organisation, published=False, images=images)
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Tanah Jaya")
    page.goto(f"/studio/designs/{version.id}/tech-pack?lang=en")

    materials = page.locator("#field-materials")
    materials.locator("[name='materials.name_en']").fill("Stoneware clay")
    materials.locator("[name='materials.amount']").fill("about 600")
    materials.get_by_role("button", name="Another material").click()
    materials.locator("[name='materials.name_en']").nth(1).fill("Glaze")
    steps = page.locator("#field-steps")
    steps.locator("[name='steps.title_en']").fill("Throw")
    steps.locator("[name='steps.picture']").set_input_files(PICTURE)
    steps.locator("[name='steps.alt_id']").fill("piring dari atas")
    page.locator("[name='drawings.new']").set_input_files(DRAWING)
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(page.get_by_role("link", name="Materials 1: Amount")).to_be_visible()
    page.wait_for_load_state()  # its script leads to the field
    page.get_by_role("link", name="Materials 1: Amount").click()
    amount = page.locator("[name='materials.amount']").first
    expect(amount).to_be_focused()
    expect(amount).to_have_value("about 600")
    amount.fill("600")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(materials.locator("summary")).to_have_count(2)
    page.get_by_label("Share with a workshop").select_option(label="Tanah Jaya, Klaten")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator("#shares")).to_contain_text("Stop sharing")
    assert len(tech_packs.read_pack(session, version.id).drawings) == 1
    publishing.publish(session, version, None)
    session.commit()

    sign_in("workshop", organisation=workshop)
    page.goto(f"/designs/{version.design.slug}?lang=en")
    page.get_by_role("link", name="Open the tech pack").click()
    expect(page.get_by_role("heading", name="Process steps")).to_be_visible()
    look = page.locator(".drawing-look img")
    look.scroll_into_view_if_needed()
    expect(look).to_have_js_property("complete", True)
    assert look.evaluate("picture => picture.naturalWidth") > 0
    starts = {"Download as PDF": b"%PDF-", "All files as ZIP": b"PK\3\4", "Download section.svg": b"<svg"}
    for link, start in starts.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()
        download.value.save_as(tmp_path / "file")
        assert (tmp_path / "file").read_bytes().startswith(start)


def test_photos_are_looked_at_closely_by_keys_and_the_focus_comes_back(
    page: Page, session: Session, images: MemoryStore
):
    version = make_design(session, images=images)
    page.goto(f"/designs/{version.design.slug}?lang=en")
    photo = page.locator("[data-photo]").first
    photo.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    before = dialog.locator("img").evaluate("picture => picture.getBoundingClientRect().width")
    page.keyboard.press("+")
    page.wait_for_function(
        "before => document.querySelector('[data-stage] img').getBoundingClientRect().width > before", arg=before
    )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(photo).to_be_focused()
