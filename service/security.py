"""Who is asking, what they may do, and the headers and limits around every answer.

Deny by default: a view without `@requires(...)` is closed to everyone.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from flask_security import current_user
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from catalog.errors import Forbidden
from catalog.organisations import VISITOR, Actor
from catalog.permissions import Permission, is_everyones, may
from service import accounts, sign_in
from service.audience import is_for_programs, wants_json
from service.context import Parts
from service.database import current_session
from service.rate_limits import STORAGE_URI
from service.settings import Settings

# What the sign-in library and Flask bring along: pages that are everyone's by nature.
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "health.healthz",
        "security.login",
        "security.logout",
        "security.forgot_password",
        "security.reset_password",
    }
)
ACCOUNT_ENDPOINTS = frozenset({"security.change_password"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

csrf = CSRFProtect()


def requires(permission: Permission) -> Callable:
    """Declare what a view asks of a person's role. Checked before the view runs."""

    def mark(view: Callable) -> Callable:
        view.permission = permission
        return view

    return mark


def current_actor() -> Actor:
    """Who is asking: by session, or by the token of an API request."""
    if "actor" not in g:
        g.actor = current_user.actor if current_user and current_user.is_authenticated else VISITOR
    return g.actor


def sign_in_by_token(session: Session, header: str | None) -> None:
    """Let an API request act for the person whose token its Authorization header carries, else for a visitor.

    Raises: werkzeug.exceptions.Unauthorized for a header without a live token: half signed in is not signed in.
    """
    g.actor, g.token = VISITOR, None
    if not header:
        return
    scheme, _, token = header.partition(" ")
    found = accounts.find_token(session, token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        abort(401)
    g.actor, g.token = found.account.actor, found


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """What a route asks; None where nothing is declared. `OPEN_ENDPOINTS` ask nothing."""
    if endpoint in ACCOUNT_ENDPOINTS:
        return Permission.USE_ACCOUNT
    view = app.view_functions[endpoint]
    return getattr(getattr(view, "view_class", view), "permission", None)


def check_permission(app: Flask) -> Response | None:
    """Before every request: let in whom the table lets in, and ask visitors to sign in.

    Raises: Forbidden, Unauthorized.
    """
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return None
    if is_for_programs():
        sign_in_by_token(current_session(), request.headers.get("Authorization"))
    permission = permission_of(app, endpoint)
    if permission is None:
        raise Forbidden
    # What is everyone's is not asked who they are: a public picture needs no look at the session.
    if is_everyones(permission) or may(current_actor(), permission):
        return None
    if current_actor() == VISITOR:
        return _ask_to_sign_in()
    raise Forbidden


def _ask_to_sign_in() -> Response:
    if wants_json():
        abort(401)
    # What was to be changed is lost with the session that ended; only a page can be gone back to.
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("security.login", next=back))


def add_headers(settings: Settings) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if "Cache-Control" not in response.headers and request.endpoint != "static":
            # Pages depend on who is asking and in which language.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    return add


def attach(app: Flask, parts: Parts) -> Limiter:
    """Give the app its sign-in, its checks, its headers and its limits."""
    settings = parts.settings
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
    csrf.init_app(app)
    sign_in.attach(app, settings)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=STORAGE_URI,
        storage_options={"engine": parts.database.engine},
        in_memory_fallback_enabled=True,  # no database is no reason to stop counting, or to answer nothing at all
        on_breach=remember_wait,
    )
    sign_in.limit_tries(app, limiter, settings)
    app.before_request(lambda: check_permission(app))
    app.after_request(add_headers(settings))
    return limiter


def remember_wait(limit: RequestLimit) -> None:
    """For the answer's Retry-After: when the window ends that is used up."""
    g.retry_after_s = max(1, int(limit.reset_at - time.time()))  # reset_at is rounded up
