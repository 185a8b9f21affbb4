"""Takes the pictures of the README: `make screenshots`.

Starts the whole service in a folder of its own, waits until the sample batches are inspected and photographs
what a stranger would see first. What a picture shows is what the engine found.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import find_chromium
from tests.sample_service import running_service

FOLDER = Path(__file__).resolve().parent / "pictures"
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
DESIGN = "Ivory Plate with Iron Rim"
DESIGN_PATH = "/designs/ivory-plate-with-iron-rim"
WAIT_MS = 300_000


def open_page(browser: Browser, address: str, viewport: dict[str, int], *, scheme: str = "light") -> Page:
    # Where two stand side by side, a phone's picture is seen smaller: its pixels may be twice as fine.
    scale = 1 if viewport == DESKTOP else 1.5
    context = browser.new_context(
        base_url=address, viewport=viewport, device_scale_factor=scale, locale="en-GB", color_scheme=scheme
    )
    context.set_default_timeout(WAIT_MS)
    return context.new_page()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("main [type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)


def save(page: Page, name: str) -> None:
    """The visible part of the page, as WebP."""
    page.wait_for_load_state("networkidle")
    if not page.locator("h1").count():
        raise RuntimeError(f"{page.url} is no page of ours")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=82, method=6)
    print(f"docs/pictures/{name}.webp")


def open_inspected_batch(page: Page) -> None:
    """The sample batch of one design, once every photo of it has its verdict."""
    done = page.locator("li", has_text=DESIGN).filter(has_not_text="waiting").filter(has=page.locator("a"))
    page.goto("/batches")
    while not done.count():
        page.wait_for_timeout(2000)
        page.reload()
    done.locator("a").first.click()


def photograph_catalog(browser: Browser, address: str) -> None:
    """What a visitor sees: the start, a search, one design and its tech pack, and the catalog in the dark."""
    page = open_page(browser, address, DESKTOP)
    page.goto("/")
    save(page, "start")
    page.goto("/designs?q=rim")
    save(page, "search")
    page.goto(DESIGN_PATH)
    save(page, "design")
    phone = open_page(browser, address, PHONE)
    phone.goto(f"{DESIGN_PATH}/tech-pack")
    phone.evaluate("document.querySelector('#steps-h2').scrollIntoView()")
    save(phone, "tech-pack")
    dark = open_page(browser, address, PHONE, scheme="dark")
    dark.goto("/designs")
    save(dark, "catalog-dark")


def photograph_studio(browser: Browser, address: str, sign_ins: dict[str, tuple[str, str]]) -> None:
    """What a designer writes, and what a buyer compares."""
    page = open_page(browser, address, DESKTOP)
    sign_in(page, *sign_ins["designer"])
    page.goto("/studio/designs")
    page.locator("h2 a", has_text="Celadon").first.click()
    page.locator("form[action$='/next'] button").click()
    save(page, "studio")
    page = open_page(browser, address, DESKTOP)
    sign_in(page, *sign_ins["buyer"])
    page.goto("/compare?design=fluted-celadon-bowl&design=ivory-plate-with-iron-rim&design=hand-hammered-copper-dish")
    save(page, "compare")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        Path(home).chmod(0o755)  # as root, PostgreSQL runs as somebody else
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        with running_service(Path(home) / "home") as (address, sign_ins):
            photograph_catalog(browser, address)
            photograph_studio(browser, address, sign_ins)
            page = open_page(browser, address, PHONE)
            sign_in(page, *sign_ins["workshop"])
            open_inspected_batch(page)
            save(page, "batch")
            page.locator("main a[href^='/pieces/']").first.click()
            page.wait_for_url("**/pieces/**")
            save(page, "piece")
        browser.close()


if __name__ == "__main__":
    main()
