"""A workshop's way in a real browser: from the photos on a phone to the verdict on each piece."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask_security import hash_password
from playwright.sync_api import Locator, Page, Request, Route, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.standards import View
from catalog.store import standards
from catalog.store.tables import Batch, BatchPhoto, ReferenceStandard
from catalog.text import Text
from service import inspection
from service.context import Parts
from tests.factories import (
    make_account,
    make_batch,
    make_design,
    make_inspection,
    make_photo,
    make_standard,
    photo_bytes,
)
from tests.fakes import MemoryStore

BOWL = Path(__file__).parents[2] / "samples" / "celadon_bowl"
REFERENCES = sorted((BOWL / "standard").glob("*.jpg"))[:8]
# A patch of this one has no glaze; the others are good.
BARE = "13.jpg"
PIECES = [BOWL / "batch" / name for name in ("01.jpg", BARE, "02.jpg", "04.jpg")]
PASSWORD = "mangkuk hijau 41"
SURFACE = {"code": "surface", "region": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.1}, "strength": 1.8}


class Line:
    """The line between the phone and the service: the requests that carry a photo go through, wait or fail."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        self.tries = 0
        self._passing = 0
        self._failing = 0
        page.route("**/batches/*/photos", self._decide)

    def hold_after(self, passing: int) -> None:
        self._passing = passing

    def fail_first(self, failing: int) -> None:
        self._failing, self._passing = failing, 10_000

    def let_go(self) -> None:
        self._passing = 10_000
        while self.held:
            self.held.pop().continue_()

    def _decide(self, route: Route, request: Request) -> None:
        if request.method != "POST":
            return route.continue_()
        self.tries += 1
        if self._failing:
            self._failing -= 1
            return route.abort("connectionfailed")
        if not self._passing:
            return self.held.append(route)
        self._passing -= 1
        return route.continue_()


@pytest.fixture
def line(page: Page) -> Iterator[Line]:
    line = Line(page)
    yield line
    page.unroute_all(behavior="ignoreErrors")


@pytest.fixture
def batch(session: Session, sign_in: Callable, images: MemoryStore) -> Batch:
    """An empty batch of the workshop that is signed in."""
    workshop = sign_in("workshop").person.organisation
    standard = make_standard(session, make_design(session, images=images), images=images)
    return make_batch(session, workshop, standard)


@pytest.fixture
def bowl_standard(session: Session, parts: Parts) -> ReferenceStandard:
    """A standard of the sample bowl in use, fitted by the real engine."""
    version = make_design(session, images=parts.images, title=Text("Mangkuk Seladon", "Celadon Bowl"))
    standard = standards.add_standard(session, version, View.FROM_ABOVE, None)
    for path in REFERENCES:
        inspection.receive_reference(session, parts, standard.id, path.name, path.read_bytes())
    standards.start_fit(session, standard)
    session.commit()
    inspection.fit_standard(parts, standard.id)
    session.refresh(standard)
    standards.activate(session, standard)
    session.commit()
    return standard


def file(seed: int, name: str | None = None) -> dict:
    return {"name": name or f"piece-{seed}.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes(seed, side_px=400)}


def gallery(page: Page) -> Locator:
    return page.locator("input[type=file][multiple]")


def summary(page: Page) -> Locator:
    return page.locator("[data-upload-summary]")


def rows(page: Page) -> Locator:
    return page.locator("[data-upload-list] .upload-row")


def count_photos(session: Session) -> int:
    session.rollback()  # a fresh look
    return session.scalar(select(func.count()).select_from(BatchPhoto))


def wait_until_kept(page: Page, count: int) -> None:
    """Until the browser itself keeps so many photos that are not acknowledged yet."""
    page.evaluate(
        """async (count) => {
            const answer = (request) => new Promise((resolve) => {
                request.onsuccess = () => resolve(request.result);
            });
            const database = await answer(indexedDB.open("kriya-uploads"));
            const kept = () => answer(database.transaction("photos").objectStore("photos").count());
            while ((await kept()) !== count) await new Promise((resolve) => setTimeout(resolve, 50));
            database.close();
        }""",
        count,
    )


def test_from_signing_in_to_the_verdict_on_a_piece(
    page: Page, app: Flask, session: Session, bowl_standard: ReferenceStandard, run_jobs: Callable[[], None]
):
    with app.app_context():
        account = make_account(session, "workshop", password_hash=hash_password(PASSWORD))
    page.goto("/batches")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Start the first batch").click()
    page.get_by_role("button", name="Celadon Bowl").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Photograph each piece like this")
    expect(page.get_by_role("img", name="Reference photo of Celadon Bowl").first).to_be_visible()
    gallery(page).set_input_files(PIECES)
    expect(summary(page)).to_have_text("4 photos received.")
    page.get_by_role("link", name="See the verdicts").click()

    decision = page.locator(".decision")
    expect(decision).to_have_text("4 photos are still waiting.")
    page.evaluate("window.isSamePage = true")
    run_jobs()
    expect(decision).not_to_contain_text("waiting")  # the page found out by itself
    assert page.evaluate("window.isSamePage")
    worst = page.locator(".piece").first
    bare = session.scalars(select(BatchPhoto).where(BatchPhoto.file_name == BARE)).one()
    expect(worst).to_contain_text(f"Piece {bare.position}")
    scores = [int(score) for score in page.locator(".piece-score").all_inner_texts()]
    assert scores == sorted(scores)
    assert len(scores) == 4

    worst.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Piece {bare.position}")
    expect(page.get_by_alt_text(f"Photo of piece {bare.position}")).to_be_visible()
    expect(page.get_by_text("The reference photo it is most like")).to_be_visible()
    expect(page.locator(".piece-reasons li").first).to_contain_text("differs from every reference photo.")
    page.wait_for_load_state()  # its script hears the keys from then on
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("2 of 4")).to_be_visible()


def test_each_photo_and_all_together_show_how_far_they_are(page: Page, batch: Batch, line: Line):
    line.hold_after(2)
    page.goto(f"/batches/{batch.id}/photos")
    gallery(page).set_input_files([file(seed) for seed in range(6)])
    expect(summary(page)).to_have_text("2 of 6 photos received")
    expect(rows(page)).to_have_count(6)
    expect(rows(page).filter(has_text="received")).to_have_count(2)
    expect(rows(page).filter(has_text="being sent")).to_have_count(3)
    expect(rows(page).filter(has_text="waiting")).to_have_count(1)
    expect(rows(page).get_by_role("progressbar")).to_have_count(4)  # what is there needs none any more
    assert 0.3 <= page.get_by_role("progressbar", name="All photos").evaluate("bar => bar.value") < 1
    assert len(line.held) == 3  # several at a time, and not all
    line.let_go()
    expect(summary(page)).to_have_text("6 photos received.")
    assert page.get_by_role("progressbar", name="All photos").evaluate("bar => bar.value") == 1


def test_a_page_reloaded_in_the_middle_loses_no_photo(page: Page, session: Session, batch: Batch, line: Line):
    line.hold_after(2)
    page.goto(f"/batches/{batch.id}/photos")
    gallery(page).set_input_files([file(seed) for seed in range(7)])
    expect(summary(page)).to_have_text("2 of 7 photos received")
    wait_until_kept(page, 5)
    line.held.clear()  # the reload ends them unanswered
    page.reload()
    expect(page.get_by_text("5 photos from your last visit are being sent.")).to_be_visible()
    line.let_go()
    expect(summary(page)).to_have_text("5 photos received.")
    assert count_photos(session) == 7
    wait_until_kept(page, 0)


def test_the_list_of_batches_says_where_photos_still_wait_on_this_phone(page: Page, batch: Batch, line: Line):
    line.hold_after(0)
    page.goto(f"/batches/{batch.id}/photos")
    gallery(page).set_input_files([file(1), file(2)])
    wait_until_kept(page, 2)
    page.goto("/batches")
    line.let_go()
    page.get_by_role("link", name="2 photos on this device are not sent yet.").click()
    expect(summary(page)).to_have_text("2 photos received.")


def test_a_line_that_breaks_is_tried_again_by_itself(page: Page, session: Session, batch: Batch, line: Line):
    line.fail_first(3)
    page.goto(f"/batches/{batch.id}/photos")
    gallery(page).set_input_files([file(1), file(2), file(3)])
    expect(summary(page)).to_contain_text("No connection. It goes on by itself. 3 photos wait on this device.")
    expect(summary(page)).to_have_text("3 photos received.")
    assert line.tries == 6
    assert count_photos(session) == 3


def test_a_service_without_its_image_store_is_waited_for(
    page: Page, session: Session, batch: Batch, images: MemoryStore
):
    page.goto(f"/batches/{batch.id}/photos")
    images.is_down = True
    gallery(page).set_input_files([file(1)])
    expect(summary(page)).to_contain_text("The service cannot store anything at the moment.")
    images.is_down = False
    page.get_by_role("button", name="Try again now").click()
    expect(summary(page)).to_have_text("1 photo received.")
    assert count_photos(session) == 1


def test_the_same_photo_is_sent_once_whatever_it_is_called(page: Page, session: Session, batch: Batch, line: Line):
    line.hold_after(10)
    page.goto(f"/batches/{batch.id}/photos")
    gallery(page).set_input_files([file(1), file(2), file(1, "copy of it.jpg")])
    expect(summary(page)).to_have_text("2 photos received. 1 was here already.")
    page.reload()  # and a page that is new knows what the server has
    gallery(page).set_input_files([file(2, "once more.jpg")])
    expect(summary(page)).to_contain_text("1 was here already.")
    assert line.tries == 2
    assert count_photos(session) == 2


def test_photos_chosen_before_the_page_s_script_is_there_are_sent(page: Page, session: Session, batch: Batch):
    scripts: list[Route] = []
    page.route("**/upload.js*", lambda route: scripts.append(route))
    page.goto(f"/batches/{batch.id}/photos", wait_until="commit")
    gallery(page).set_input_files([file(1), file(2)])
    scripts[0].continue_()
    expect(summary(page)).to_have_text("2 photos received.")
    assert count_photos(session) == 2


def test_what_is_no_photo_is_named_with_its_reason_and_the_others_go_on(
    page: Page, session: Session, batch: Batch, tmp_path: Path
):
    page.goto(f"/batches/{batch.id}/photos")
    notes = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Not a photo at all."}
    gallery(page).set_input_files([file(1), notes, file(2)])
    expect(summary(page)).to_have_text("2 photos received.")
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as empty:
        empty.truncate(26_000_000)
    gallery(page).set_input_files([huge])
    refused = page.locator("[data-upload-refused-part]")
    expect(refused).to_contain_text("2 photos were not taken")
    expect(refused.get_by_role("listitem").filter(has_text="notes.jpg")).to_contain_text("This is not a photo.")
    expect(refused.get_by_role("listitem").filter(has_text="huge.jpg")).to_contain_text("larger than 25 MB")
    assert count_photos(session) == 2


def test_the_map_fades_and_the_reference_slides_over_the_photo(
    page: Page, session: Session, batch: Batch, images: MemoryStore
):
    photo = make_photo(session, batch, images=images)
    map_key = images.put(inspection.encode_map(np.full((4, 4), 1.5, np.float32)), "image/png")
    make_inspection(session, photo, "rework", reasons=[SURFACE], map_key=map_key)
    page.goto(f"/pieces/{photo.id}")
    layer, slider = page.locator("[data-layer=map]"), page.get_by_label("Where it differs")
    for value, opacity in (("0", "0"), ("40", "0.4"), ("100", "1")):
        slider.fill(value)
        expect(layer).to_have_css("opacity", opacity)
    reference, reveal = page.locator("[data-layer=reference]"), page.get_by_label("Slide the reference over it")
    expect(reference).to_be_hidden()
    reveal.fill("50")
    expect(reference).to_have_css("clip-path", "inset(0px 50% 0px 0px)")
    expect(page.get_by_text("The surface at the upper left differs from every reference photo.")).to_be_visible()
    page.get_by_label("Number the places").uncheck()
    expect(page.locator("[data-layer=findings]")).to_be_hidden()


def test_verdicts_move_their_pieces_to_the_front_while_one_watches(
    page: Page, session: Session, batch: Batch, images: MemoryStore
):
    first, second, third = (make_photo(session, batch, seed=seed, images=images) for seed in (1, 2, 3))
    page.goto(f"/batches/{batch.id}")
    expect(page.locator(".piece")).to_contain_text(["Piece 1", "Piece 2", "Piece 3"])
    make_inspection(session, third, "reject", reasons=[SURFACE])
    make_inspection(session, first, "accept")
    expect(page.locator(".piece")).to_contain_text(["Piece 3", "Piece 1", "Piece 2"])
    expect(page.locator(".decision")).to_contain_text("1 of 2 matches the standard.")
    expect(page.locator(".filters")).to_contain_text("Reject 1")
    make_inspection(session, second, "rework", reasons=[SURFACE])
    expect(page.locator(".piece")).to_contain_text(["Piece 3", "Piece 2", "Piece 1"])


def test_an_empty_batch_fills_itself_while_another_phone_sends(
    page: Page, session: Session, batch: Batch, images: MemoryStore
):
    page.goto(f"/batches/{batch.id}")
    expect(page.get_by_text("No photos yet")).to_be_visible()
    make_photo(session, batch, images=images)
    expect(page.locator(".decision")).to_have_text("1 photo is still waiting.")
    expect(page.get_by_role("link", name="Results CSV")).to_be_visible()


def assert_it_fits(page: Page) -> None:
    """Nothing reaches over the edge of the screen, once the page that is open has come whole."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_the_whole_way_fits_a_phone_and_speaks_indonesian(page: Page, session: Session, batch: Batch):
    page.goto("/batches/new?lang=id")
    expect(page.get_by_role("heading", level=1)).to_have_text("Desain mana yang Anda buat?")
    assert_it_fits(page)
    page.get_by_role("button", name="Mangkuk seladon").click()
    expect(page.locator(".upload-button", has_text="Pilih foto")).to_be_in_viewport(ratio=1)  # without scrolling
    gallery(page).set_input_files([file(1), {"name": "catatan.jpg", "mimeType": "image/jpeg", "buffer": b"x"}])
    expect(summary(page)).to_have_text("1 foto diterima.")
    expect(page.locator("[data-upload-refused]")).to_contain_text("Ini bukan foto.")
    assert_it_fits(page)
    page.get_by_role("link", name="Lihat putusan").click()
    expect(page.locator(".decision")).to_have_text("1 foto masih menunggu.")
    photo = session.scalars(select(BatchPhoto)).one()
    make_inspection(session, photo, "rework", reasons=[SURFACE])
    expect(page.locator(".piece .badge")).to_have_text("perbaiki")
    assert_it_fits(page)
    for seed, verdict in enumerate(("reject", "retake", "accept"), start=10):
        make_photo(session, photo.batch, seed=seed, verdict=verdict)
    page.goto(f"{page.url}?verdict=accept")
    expect(page.locator(".filters [aria-current]")).to_be_in_viewport(ratio=1)  # the row is wider than the screen
    page.go_back()
    page.get_by_role("link", name="Barang 1").click()
    expect(page).to_have_url(re.compile("/pieces/"))  # a click does not wait for the page that it asks for
    assert_it_fits(page)
    page.goto("/batches")
    assert_it_fits(page)
