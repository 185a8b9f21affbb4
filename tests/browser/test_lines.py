"""What somebody wrote in lines of their own is shown in these lines, on every page that shows it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy.orm import Session

from catalog.collections import CollectionWords
from catalog.organisations import OrganisationKind
from catalog.store import collections, organisations, publishing, tech_packs
from catalog.tech_pack import Packaging, ProcessStep, TechPack
from catalog.text import Text
from tests.factories import make_design, make_organisation
from tests.fakes import MemoryStore

LINES = "Alam says:\nhand wash,\ndry in the shade."
LONG = Text(LINES, LINES)
PACK = TechPack(steps=(ProcessStep(Text("Putar", "Throw"), LONG),), packaging=Packaging(LONG))


def shown(page: Page, address: str) -> int:
    """How many texts a page shows in the lines that were written."""
    page.goto(address)
    return page.locator("main").inner_text().count(LINES)


def test_lines_stay_lines_on_the_pages_of_a_design_its_studio_and_its_tech_pack(
    page: Page, session: Session, images: MemoryStore, sign_in: Callable
):
    studio = make_organisation(session, OrganisationKind.STUDIO, "Studio Lereng")
    organisations.change_organisation(session, studio, studio.name, "Klaten", {"id": LINES, "en": LINES})
    texts = dict.fromkeys(("description", "story", "care", "photo_note"), LONG)
    version = make_design(session, studio, published=False, images=images, **texts)
    tech_packs.change_pack(session, version, PACK, None)
    publishing.publish(session, version, None)
    session.commit()
    sign_in("administrator")
    assert shown(page, f"/designs/{version.design.slug}") == 5
    assert shown(page, f"/studios/{studio.id}") == 1
    assert shown(page, f"/studio/designs/{version.id}") == 8
    assert shown(page, f"/designs/{version.design.slug}/tech-pack") == 3
    assert shown(page, f"/people/organisations/{studio.id}") == 1


def test_lines_stay_lines_in_a_collection_and_in_the_words_of_a_workshop(
    page: Page, session: Session, sign_in: Callable
):
    workshop = make_organisation(session, OrganisationKind.WORKSHOP, "Sanggar Bayat")
    organisations.change_organisation(session, workshop, workshop.name, "Bayat", {"id": LINES, "en": LINES})
    buyer = sign_in("buyer")
    collection = collections.add_collection(session, buyer.person.id, CollectionWords(Text(en="Fair"), LONG))
    session.commit()
    assert shown(page, f"/collections/{collection.id}") == 1
    sign_in("workshop", organisation=workshop)
    assert shown(page, f"/workshops/{workshop.id}") == 1
