"""Signing in with e-mail and password: how Flask-Security is set up, and what of it is left out.

What a person may do is no business of the sign-in library: see service.security and catalog.permissions.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError
from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from flask_security import LoginForm as LibraryLoginForm
from flask_security import Security, SQLAlchemySessionUserDatastore, current_user, user_authenticated
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import set_request_attr, validate_redirect_url
from wtforms import Field

from service import accounts, mail
from service.accounts import Account
from service.addresses import address
from service.database import current_session, request_session
from service.messages import MAIL_SUBJECTS, SIGN_IN
from service.settings import Settings

RESET_LINK_LIVES = datetime.timedelta(days=2)
REMEMBERED_FOR = datetime.timedelta(days=30)
# Nothing here asks for the password again after a while; Flask-Security takes a negative span for that.
NEVER_STALE = datetime.timedelta(days=-1)
# Wrong passwords for one account, from wherever they come. Far more than a person mistypes, far too few to guess.
ACCOUNT_LIMIT = "60 per hour"


class _NoRole:
    """Flask-Security wants a role model; roles are the catalog's and this one is never asked."""


class LoginForm(LibraryLoginForm):
    """Flask-Security's form, except that whoever was sent here with an address elsewhere signs in all the same."""

    def validate_next(self, field: Field) -> None:
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


def config(settings: Settings) -> dict[str, Any]:
    """Flask's and Flask-Security's settings about signing in."""
    key = settings.signing_key()
    return {
        "SECRET_KEY": key,
        "SECURITY_PASSWORD_SALT": key,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": accounts.MIN_PASSWORD,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TRACKABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_DATETIME_FACTORY": accounts.aware_now,
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_LINK_LIVES,
        "SECURITY_FRESHNESS": NEVER_STALE,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_EMAIL_VALIDATOR_ARGS": accounts.EMAIL_RULES,
        "SECURITY_POST_LOGIN_VIEW": "account.start",
        "SECURITY_POST_CHANGE_VIEW": "account.show",
        **_mail_config(settings),
        **_cookie_config(settings),
        # Flask-Security's sentences, in our words: they are translated with ours.
        "SECURITY_I18N_DOMAIN": "messages",
        "SECURITY_I18N_DIRNAME": [str(Path(__file__).parent / "translations")],
        **{f"SECURITY_MSG_{name}": message for name, message in SIGN_IN.items()},
        **{f"SECURITY_EMAIL_SUBJECT_{name}": subject for name, subject in MAIL_SUBJECTS.items()},
    }


def _mail_config(settings: Settings) -> dict[str, Any]:
    is_on = bool(settings.mail_server)
    return {
        "SECURITY_EMAIL_SENDER": settings.mail_sender,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_SEND_PASSWORD_RESET_EMAIL": is_on,
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": is_on,
        "SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL": is_on,
    }


def _cookie_config(settings: Settings) -> dict[str, Any]:
    """Cookies of our own names: two services on one machine share the cookies of 127.0.0.1, whatever their ports."""
    return {
        "WTF_CSRF_TIME_LIMIT": None,  # a page may stay open while a slow line uploads; the session is the limit
        "SESSION_COOKIE_NAME": "kriya_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SECURITY_DEFAULT_REMEMBER_ME": True,
        "SECURITY_CACHE_CONTROL": {"private": None, "no-store": None},  # its own default writes private=True
        "REMEMBER_COOKIE_NAME": "kriya_remember",
        "REMEMBER_COOKIE_DURATION": REMEMBERED_FOR,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.is_https,
    }


class PrivateSessions(SecureCookieSessionInterface):
    """What everyone may keep carries nobody's cookie, and is the same whichever cookie came."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not response.cache_control.public:
            super().save_session(app, session, response)


def attach(app: Flask, settings: Settings) -> None:
    """Give the app its sign-in pages.

    Raises: SettingError when mail is switched on without an address for the links in it.
    """
    app.session_interface = PrivateSessions()
    app.config.update(config(settings))
    datastore = SQLAlchemySessionUserDatastore(request_session, accounts.Account, _NoRole)
    security = Security(app, datastore, mail_util_cls=mail.MailUtil, login_form=LoginForm)
    # One way in for pages and one for the API: no tokens of Flask-Security's own, and no JSON that carries them.
    security.want_json(lambda _request: False)
    app.login_manager.request_loader(lambda _request: None)
    app.login_manager.user_loader(load_account)
    app.login_manager.id_attribute = Account.new_sign_in.__name__
    app.view_functions["security.logout"] = _for_good(app.view_functions["security.logout"])
    # Else the account is read on every request, static files and /healthz included, for permissions nobody asks.
    security.principal.identity_loaders.clear()
    user_authenticated.connect(_renew_csrf_token, app)
    mail.attach(app, security, settings)


def load_account(sign_in: str) -> Account | None:
    """Whose cookie it is. Flask-Security's own loader knows accounts, and not which of their sign-ins have ended."""
    account = accounts.find_signed_in(current_session(), sign_in)
    if account is not None:
        set_request_attr("fs_authn_via", "session")
    return account


def _for_good(sign_out: Callable[[], Response]) -> Callable[[], Response]:
    """The library's view, which takes the cookies away: copies that somebody made of them are worth nothing either."""

    def sign_out_for_good() -> Response:
        if current_user.is_authenticated:
            accounts.end_sign_in(current_session(), session["_user_id"])
            current_session().commit()  # while the cookies are still there: what fails here has changed nothing
        return sign_out()

    return sign_out_for_good


def _renew_csrf_token(_app: Flask, **_details: object) -> None:
    """A form token from before the sign-in, which somebody else may have planted, is worth nothing after it."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def limit_tries(app: Flask, limiter: Limiter, settings: Settings) -> None:
    """Guessing is slow: by address for every form that takes a secret, by account for wrong passwords."""
    by_address = limiter.shared_limit(settings.login_rate_limit, scope="sign-in", methods=["POST"])
    for name in ("login", "forgot_password", "reset_password", "change_password"):
        endpoint = f"security.{name}"
        app.view_functions[endpoint] = by_address(app.view_functions[endpoint])
    by_account = limiter.limit(
        ACCOUNT_LIMIT,
        key_func=typed_account,
        methods=["POST"],
        deduct_when=lambda response: response.status_code != 302,
    )
    app.view_functions["security.login"] = by_account(app.view_functions["security.login"])


def typed_account() -> str:
    """Whose password is being tried, as a key of even length that names nobody."""
    email = request.form.get("email", "").strip().lower()
    with suppress(EmailNotValidError):  # which nobody signs in with
        email = accounts.normalise_email(email)
    return "account:" + hashlib.sha256(email.encode()).hexdigest()


def make_password_link(account: Account) -> str:
    """A link whose bearer sets the account's password, once, within RESET_LINK_LIVES.

    Links made before it stop working, and whoever is signed in with the account is signed out. Needs a request.
    """
    accounts.end_sessions(account)
    token = generate_reset_password_token(account)
    return address("security.reset_password", token=token)
