"""Who is asking, what they may do, and the headers and limits around every answer.

Deny by default: a view without `@requires(...)` is closed to everyone.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import Security, SQLAlchemySessionUserDatastore, current_user
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from catalog.errors import Forbidden
from catalog.organisations import VISITOR, Actor
from catalog.permissions import Permission, may
from service import accounts
from service.database import current_session, request_session
from service.errors import wants_json
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
ACCOUNT_ENDPOINTS = frozenset({"security.change_password", "security.verify"})

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

RESET_LINK_LIVES = datetime.timedelta(days=2)

csrf = CSRFProtect()


class _NoRole:
    """Flask-Security wants a role model; roles are the catalog's and this one is never asked."""


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


def sign_in_by_token(session: Session, header: str | None) -> accounts.ApiToken | None:
    """The token of an Authorization header, if it is a live one; the request then acts for its person."""
    scheme, _, token = (header or "").partition(" ")
    found = accounts.find_token(session, token.strip()) if scheme.lower() == "bearer" else None
    g.actor = found.account.actor if found is not None else VISITOR
    g.token = found
    return found


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """What a route asks; None where nothing is declared. `OPEN_ENDPOINTS` ask nothing."""
    if endpoint in ACCOUNT_ENDPOINTS:
        return Permission.USE_ACCOUNT
    view = app.view_functions[endpoint]
    return getattr(getattr(view, "view_class", view), "permission", None)


def check_permission(app: Flask) -> Response | None:
    """Before every request: let in whom the table lets in."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS:
        return None
    if request.path.startswith("/api/"):
        sign_in_by_token(current_session(), request.headers.get("Authorization"))
    permission = permission_of(app, endpoint)
    if permission is not None and may(current_actor(), permission):
        return None
    if permission is not None and current_actor() == VISITOR:
        if wants_json():
            abort(401)
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    raise Forbidden


def add_headers(settings: Settings) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in response.headers and request.endpoint != "static":
            # Pages depend on who is asking and in which language.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    return add


def security_config(settings: Settings) -> dict[str, Any]:
    """Flask's and Flask-Security's settings."""
    key = settings.signing_key()
    return {
        "SECRET_KEY": key,
        "SECURITY_PASSWORD_SALT": key,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TRACKABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DATETIME_FACTORY": accounts.aware_now,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": bool(settings.mail_server),
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": bool(settings.mail_server),
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_LINK_LIVES,
        "SECURITY_DEFAULT_REMEMBER_ME": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_EMAIL_SENDER": settings.mail_sender,
        "SECURITY_FRESHNESS": accounts.NEVER_STALE,
        "WTF_CSRF_TIME_LIMIT": None,  # a page may stay open while a slow line uploads; the session is the limit
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.is_https,
        "REMEMBER_COOKIE_HTTPONLY": True,
    }


def attach(app: Flask, settings: Settings) -> Limiter:
    """Give the app its sign-in, its checks, its headers and its limits."""
    app.config.update(security_config(settings))
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
    csrf.init_app(app)
    Security(app, SQLAlchemySessionUserDatastore(request_session, accounts.Account, _NoRole), register_blueprint=True)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=True)
    for endpoint in ("security.login", "security.forgot_password", "security.reset_password"):
        limited = limiter.limit(settings.login_rate_limit, methods=["POST"])(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited
    app.before_request(lambda: check_permission(app))
    app.after_request(add_headers(settings))
    return limiter


def current_person_id() -> uuid.UUID | None:
    return current_actor().person_id
