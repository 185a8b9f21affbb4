"""The app served to a real Chromium, over a real PostgreSQL and images in memory.

A test that needs a verdict or a fitted standard calls `run_jobs()`: the jobs that wait are done by the real engine.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from service.accounts import Account
from tests.chromium import find_chromium
from tests.factories import make_account
from tests.service.conftest import (  # noqa: F401
    app,
    apps,
    compiled_templates,
    images,
    new_app,
    parts,
    run_jobs,
    session,
    settings,
)

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 20_000


class Handler(WSGIRequestHandler):
    """Gives up a connection that a browser opened in advance and never asked anything by."""

    timeout = PATIENCE_MS / 1000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = find_chromium()
    assert found, "there is no Chromium: run `python -m tests.chromium`"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:  # noqa: F811
    """Where the app is served, with its CSRF check on as in earnest."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    server.daemon_threads = False  # closing it waits for what is being answered: the database is closed next
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A phone that prefers English."""
    context = chromium.new_context(base_url=address, viewport=PHONE, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which a script error fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []


@pytest.fixture
def sign_in(app: Flask, session, context: BrowserContext, address: str) -> Callable[..., Account]:  # noqa: F811
    """`sign_in("designer")`: from now on the browser acts for them."""

    def sign_in(who: str | Account, **person) -> Account:
        account = who if isinstance(who, Account) else make_account(session, who, **person)
        signer = app.session_interface.get_signing_serializer(app)
        value = signer.dumps({"_user_id": account.new_sign_in(), "_fresh": True})
        context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": value, "url": address}])
        return account

    return sign_in
