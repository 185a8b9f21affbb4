"""How Lighthouse judges the main pages on a phone: median of several runs in each category, 0 to 100.

    python -m tests.lighthouse [--runs 3] [PATH ...]

Starts the service with its sample catalog and waits until its batches are inspected, so that nothing else is at work.
Lighthouse comes from npm, in the version below, into the environment's folder; Node.js 18 or newer must be there.
Also prints what the first page weighs on the wire, without the photos' own bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

from tests.chromium import find_chromium
from tests.sample_service import running_service

VERSION = "12.8.2"
FOLDER = Path(sys.prefix) / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = ("/", "/designs?craft=ceramics", "/designs/fluted-celadon-bowl")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
PHONE = {"width": 412, "height": 823}
SETTLED_S = 600


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.lighthouse", description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    command = find_lighthouse()
    with tempfile.TemporaryDirectory(prefix="kriya-lighthouse-") as folder:
        Path(folder).chmod(0o755)  # as root, PostgreSQL runs as somebody else
        with running_service(Path(folder) / "home") as (address, sign_ins):
            wait_until_settled(address, *sign_ins["workshop"])
            print(f"{'page':32}" + "".join(f"{each:>16}" for each in CATEGORIES))
            for path in options.paths:
                scores = [judge(command, address + path) for _ in range(options.runs)]
                medians = [statistics.median(each[category] for each in scores) for category in CATEGORIES]
                print(f"{path:32}" + "".join(f"{each:16.0f}" for each in medians), flush=True)
            total, by_kind = weigh(address + "/")
            print(f"the first page weighs {total / 1000:.0f} kB without photos: {by_kind}")


def find_lighthouse() -> str:
    """The command of Lighthouse, installed if it is not. Exits with a line where Node.js is not there."""
    if not (shutil.which("node") and shutil.which("npm")):
        sys.exit("Lighthouse needs Node.js 18 or newer with npm; on Debian and Ubuntu: apt-get install nodejs npm")
    command = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(FOLDER)]
        subprocess.run([*install, f"lighthouse@{VERSION}"], check=True)
    return str(command)


def wait_until_settled(address: str, email: str, password: str) -> None:
    """Until every sample photo has its verdict. Raises: playwright's TimeoutError."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS.split()[1:])
        page = browser.new_page(base_url=address, locale="en-GB")
        page.goto("/login")
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(password)
        page.locator("main [type=submit]").first.click()
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto("/batches")
        for _ in range(SETTLED_S // 2):
            batches = page.locator("main li:has(a)")
            if batches.count() >= 6 and not batches.filter(has_text="waiting").count():
                break
            page.wait_for_timeout(2000)
            page.reload()
        browser.close()


def judge(command: str, url: str) -> dict[str, float]:
    """{category: score} of one run on a phone, Lighthouse's default."""
    run = [command, url, "--quiet", "--output=json", "--output-path=stdout", f"--chrome-flags={FLAGS}"]
    run.append(f"--only-categories={','.join(CATEGORIES)}")
    done = subprocess.run(run, capture_output=True, check=True, env=os.environ | {"CHROME_PATH": find_chromium()})
    report = json.loads(done.stdout)
    return {category: 100 * report["categories"][category]["score"] for category in CATEGORIES}


def weigh(url: str) -> tuple[int, dict[str, int]]:
    """Bytes on the wire, headers left out: (all but photos, {kind: bytes})."""
    found: dict[str, int] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS.split()[1:])
        page = browser.new_page(viewport=PHONE)
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        page.goto(url)
        page.wait_for_load_state("networkidle")
        for answer in answers:
            if "/pictures/" not in answer.url and not answer.url.startswith("data:"):
                kind = answer.request.resource_type
                found[kind] = found.get(kind, 0) + answer.request.sizes()["responseBodySize"]
        browser.close()
    return sum(found.values()), found


if __name__ == "__main__":
    main()
