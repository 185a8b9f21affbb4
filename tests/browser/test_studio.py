"""A designer's way in a real browser: from a new design to a standard in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.standards import MIN_REFERENCES, StandardState
from catalog.store.tables import DesignVersion, ReferenceStandard
from catalog.text import Text
from tests.factories import make_design, make_standard
from tests.fakes import MemoryStore

SAMPLES = Path(__file__).parents[2] / "samples"
PLATES = sorted((SAMPLES / "white_plate" / "standard").glob("*.jpg"))
DISH = SAMPLES / "copper_dish" / "standard" / "00.jpg"


def gallery(page: Page):
    return page.locator("input[type=file][multiple]")


def state_of(page: Page):
    return page.locator(".workbench-state")


def test_a_standard_is_collected_fitted_and_put_to_use(
    page: Page, session: Session, sign_in: Callable, run_jobs: Callable
):
    designer = sign_in("designer")
    version = make_design(session, designer.person.organisation)
    page.goto(f"/studio/designs/{version.id}/standards")
    page.get_by_label("From above").check()
    page.get_by_role("button", name="Start collecting photos").click()
    expect(state_of(page)).to_contain_text("8 more photos are needed.")

    gallery(page).set_input_files(PLATES[:5])
    expect(state_of(page)).to_contain_text("3 more photos are needed.")  # without a reload
    expect(page.locator(".references li")).to_have_count(5)
    gallery(page).set_input_files([*PLATES[5:MIN_REFERENCES], SAMPLES / "README.md"])
    expect(page.get_by_text("This is not a photo.")).to_be_visible()
    page.get_by_role("button", name="Fit the standard").click()

    expect(page.locator("[data-fit-state] progress")).to_be_visible()
    run_jobs()
    expect(state_of(page)).to_contain_text("good pieces will be rejected wrongly.")  # the page found out by itself
    expect(page.get_by_role("heading", name="What this standard sees")).to_be_visible()
    shown = page.locator(".sees img")
    expect(shown).to_have_count(6)
    shown.last.scroll_into_view_if_needed()
    expect(shown.last).to_have_js_property("complete", True)
    assert shown.last.evaluate("picture => picture.naturalWidth") > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.get_by_role("button", name="Use this standard").click()
    expect(page.locator(".studio-head")).to_contain_text("In use")
    standard = session.scalars(select(ReferenceStandard)).one()
    assert (standard.state, len(standard.references)) == (StandardState.ACTIVE, MIN_REFERENCES)


def test_a_reference_photo_opens_large_and_closes(page: Page, session: Session, images: MemoryStore, sign_in: Callable):
    designer = sign_in("designer")
    standard = make_standard(session, make_design(session, designer.person.organisation), images=images)
    page.goto(f"/standards/{standard.id}")
    page.locator("[data-photo]").nth(1).click()
    large = page.locator("dialog[open] img")
    expect(large).to_have_attribute("alt", "Photo 2: reference-101.jpg")
    page.keyboard.press("ArrowRight")
    expect(large).to_have_attribute("alt", "Photo 3: reference-102.jpg")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_rows_are_added_and_what_was_typed_survives_a_refusal(page: Page, sign_in: Callable):
    sign_in("designer")
    page.goto("/studio/designs/new")
    for material in ("tanah liat", "glasir", "oksida besi"):
        page.get_by_role("button", name="Another material").click()
        page.locator("[name=material_id]").last.fill(material)
    page.get_by_role("heading", name="Sizes and colours").click()
    page.locator("[name=height]").fill("enam")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Title (Bahasa Indonesia)")
    expect(page.locator("[name=height]")).to_have_attribute("aria-invalid", "true")
    typed = [field.input_value() for field in page.locator("[name=material_id]").all()]
    assert typed == ["tanah liat", "glasir", "oksida besi", "", ""]


def test_a_craft_shows_its_fields_at_once_and_an_original_narrows_the_licences(
    page: Page, session: Session, sign_in: Callable
):
    original = make_design(session, title=Text("Piring bunga", "Flower plate"), licence="cc_by_sa")
    sign_in("designer")
    page.goto("/studio/designs/new")
    page.locator("[name=title_en]").fill("My plate")
    page.get_by_label("Craft", exact=True).select_option("ceramics")
    page.get_by_label("Clay body").select_option("porcelain")
    page.get_by_label("Craft", exact=True).select_option("wood")
    expect(page.get_by_label("Species")).to_be_visible()
    expect(page.get_by_label("Clay body")).to_have_count(0)
    page.get_by_label("Craft", exact=True).select_option("ceramics")
    expect(page.get_by_label("Clay body")).to_have_value("porcelain")  # typed before, and not lost
    page.get_by_role("heading", name="Licence and credit").click()
    page.locator("[name=origin_words]").press_sequentially("flower")
    page.get_by_text("Flower plate").click()
    expect(page.locator("[name=licence][value=cc_by]")).to_be_disabled()
    page.locator("[name=licence][value=cc_by_sa]").check()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    saved = session.scalars(select(DesignVersion).where(DesignVersion.derived_from_id == original.id)).one()
    assert (saved.licence, saved.attributes, saved.title["en"]) == ("cc_by_sa", {"body": "porcelain"}, "My plate")


def test_who_comes_back_to_a_new_design_finds_the_fields_of_the_craft_that_is_chosen(page: Page, sign_in: Callable):
    sign_in("designer")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/studio/designs/new")
    page.get_by_label("Craft", exact=True).select_option("wood")
    expect(page.get_by_label("Species")).to_be_visible()
    page.get_by_role("navigation", name="You are here").get_by_role("link", name="Studio").click()
    expect(page).to_have_url(re.compile("/studio/designs$"))
    page.go_back()
    expect(page.get_by_label("Craft", exact=True)).to_have_value("wood")
    expect(page.get_by_label("Species")).to_be_visible()
    page.get_by_label("Craft", exact=True).select_option("ceramics")
    expect(page.get_by_label("Clay body")).to_be_visible()


def test_who_leaves_a_form_with_unsaved_words_is_asked(page: Page, session: Session, sign_in: Callable):
    designer = sign_in("designer")
    version = make_design(session, designer.person.organisation, published=False)
    page.goto(f"/studio/designs/{version.id}")
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Standards").click()
    expect(page).to_have_url(re.compile("/standards$"))
    assert questions == []
    page.go_back()
    page.locator("[name=title_en]").press_sequentially("!")
    page.get_by_role("link", name="Standards").click()
    expect(page).to_have_url(re.compile("/standards$"))
    assert questions == ["beforeunload"]


def test_descriptions_being_typed_outlive_pictures_that_arrive(
    page: Page, session: Session, images: MemoryStore, sign_in: Callable
):
    designer = sign_in("designer")
    version = make_design(session, designer.person.organisation, published=False, images=images)
    page.goto(f"/studio/designs/{version.id}/pictures")
    words = page.locator(".picture-list textarea").first
    words.fill("Mangkuk di jendela")
    words.blur()
    gallery(page).set_input_files([DISH])
    expect(page.locator("[data-upload-summary]")).to_contain_text("1 photo received.")
    page.wait_for_timeout(1500)
    assert words.input_value() == "Mangkuk di jendela"
    page.get_by_role("button", name="Save the descriptions").click()
    expect(page.locator(".picture-list > li")).to_have_count(2)
    expect(page.locator(".picture-list textarea").first).to_have_value("Mangkuk di jendela")
