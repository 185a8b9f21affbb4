"""Is it a program that asks, or a person with a browser?"""

from __future__ import annotations

from flask import request

# The one page under the API's address.
PAGES_UNDER_API = frozenset({"api.docs"})


def is_for_machines() -> bool:
    """Feeds, the sitemap and the like: they know no cookies, and answer everyone who asks for an address the same."""
    return request.blueprint == "machines"


def is_for_programs() -> bool:
    """The API, and the pictures that its answers point to.

    Cookies mean nothing there: no other site can make a browser act in somebody's name.
    """
    if request.path.startswith("/api/"):
        return request.endpoint not in PAGES_UNDER_API
    return request.blueprint == "pictures" and "Authorization" in request.headers


def wants_json() -> bool:
    """API clients and the pages' own scripts want JSON, everyone else a page."""
    if is_for_programs() or request.path == "/healthz":
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"
