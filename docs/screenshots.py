"""Takes the pictures of the README: `make screenshots`.

Starts the whole service in a folder of its own, waits until the sample batches are inspected and photographs
what a stranger would see first. What a picture shows is what the engine found.
"""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import find_chromium
from tests.servers import free_port

FOLDER = Path(__file__).resolve().parent / "pictures"
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
DESIGN = "Ivory Plate with Iron Rim"
WAIT_MS = 300_000


@contextmanager
def running_service(home: Path) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """The service with its sample catalog: (address, {role: (e-mail, password)})."""
    port = free_port()
    environ = os.environ | {"KRIYA_HOME": str(home), "PORT": str(port), "LOGIN_RATE_LIMIT": "100 per minute"}
    process = subprocess.Popen([sys.executable, "-m", "service", "run"], env=environ, stdout=subprocess.PIPE, text=True)
    try:
        sign_ins = {}
        for line in process.stdout:
            found = re.fullmatch(r"\s+(\w+)\s+(\S+@\S+)\s+(\S+)\s*", line)
            if found:
                sign_ins[found[1]] = (found[2], found[3])
            if "http://" in line:
                break
        yield f"http://127.0.0.1:{port}", sign_ins
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def open_page(browser: Browser, address: str, viewport: dict[str, int]) -> Page:
    context = browser.new_context(base_url=address, viewport=viewport, device_scale_factor=2, locale="en-GB")
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


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        with running_service(Path(home) / "home") as (address, sign_ins):
            page = open_page(browser, address, DESKTOP)
            page.goto("/designs")
            save(page, "catalog")
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
