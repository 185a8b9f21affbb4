"""Absolute addresses, for what leaves the page: answers of the API, links that are handed over, previews elsewhere."""

from __future__ import annotations

from flask import Flask, current_app, request, url_for


def base_address() -> str:
    """PUBLIC_URL, or whatever address this request came to; without a slash at the end."""
    return (current_app.extensions["parts"].settings.public_url or request.host_url).rstrip("/")


def address(endpoint: str, **values: object) -> str:
    """Where a page or picture is."""
    return base_address() + url_for(endpoint, **values)


def attach(app: Flask) -> None:
    app.jinja_env.globals["address"] = address
