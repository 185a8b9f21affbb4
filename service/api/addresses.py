"""Absolute addresses in the API's answers."""

from __future__ import annotations

from flask import current_app, request, url_for


def address(endpoint: str, **values: object) -> str:
    """Where a page or picture is: under PUBLIC_URL, or under whatever address this request came to."""
    base = current_app.extensions["parts"].settings.public_url or request.host_url
    return base.rstrip("/") + url_for(endpoint, **values)
