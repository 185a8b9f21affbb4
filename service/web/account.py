"""The own account: name, language, password, and the tokens for the API."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import refresh as refresh_language
from flask_security import current_user

from catalog.designs import clean_line
from catalog.errors import InvalidFields
from catalog.organisations import Role
from catalog.permissions import Permission
from catalog.store import organisations
from catalog.text import LANGUAGES
from service import accounts, language
from service.database import current_session
from service.messages import field_sentences
from service.security import current_actor, requires
from service.web.people_words import KINDS, ROLES

blueprint = Blueprint("account", __name__)

# Where each role's day begins; for the others that is the catalog.
START = {
    Role.WORKSHOP: "batches.index",
    Role.MENTOR: "batches.index",
    Role.DESIGNER: "studio.designs",
    Role.ADMINISTRATOR: "people.index",
}


@blueprint.get("/account/start")
@requires(Permission.USE_ACCOUNT)
def start() -> Response:
    """Where a person goes after signing in who came from nowhere in particular."""
    return redirect(url_for(START.get(current_actor().role, "catalog.home")))


@blueprint.get("/account")
@requires(Permission.USE_ACCOUNT)
def show() -> str:
    return _page()


def _page(typed=None, error: InvalidFields | None = None, new_token: str | None = None) -> str:
    return render_template(
        "account/show.html",
        account=current_user,
        tokens=accounts.tokens_of(current_session(), current_user.id),
        typed=typed or {},
        errors=field_sentences(error),
        new_token=new_token,
        kind=KINDS[current_user.person.organisation.kind],
        role=ROLES[current_user.person.role],
    )


@blueprint.get("/account/name")
@blueprint.get("/account/tokens")
@requires(Permission.USE_ACCOUNT)
def show_again() -> Response:
    """The addresses at which forms are answered, asked for as pages: by a reload, or by the switch of language."""
    return redirect(url_for("account.show", lang=request.args.get("lang")))


@blueprint.post("/account/name")
@requires(Permission.USE_ACCOUNT)
def set_name() -> Response | tuple[str, int]:
    try:
        organisations.rename_person(current_user.person, clean_line(request.form.get("name", "")))
    except InvalidFields as error:
        return _page(request.form, error), 422
    return _saved()


@blueprint.post("/account/language")
@requires(Permission.USE_ACCOUNT)
def set_language() -> Response:
    """Raises: InvalidFields."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise InvalidFields({"language": "unknown_choice"})
    language.remember(chosen, current_user.person)
    refresh_language()
    return _saved()


def _saved() -> Response:
    flash(gettext("Saved."), "success")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/tokens")
@requires(Permission.USE_ACCOUNT)
def add_token() -> Response | tuple[str, int]:
    """Make a token and show it, this once: it is kept nowhere in the clear, not even by the browser."""
    try:
        name = clean_line(request.form.get("token_name", ""))
        token = accounts.add_token(current_session(), current_user, name)
    except InvalidFields as error:
        return _page(request.form, InvalidFields({"token_name": error.fields["name"]})), 422
    response = make_response(_page(new_token=token))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/account/tokens/<uuid:token_id>/revoke")
@requires(Permission.USE_ACCOUNT)
def revoke_token(token_id: uuid.UUID) -> Response:
    accounts.revoke_token(current_session(), current_user.id, token_id)
    flash(gettext("The token is revoked. Programs that used it are shut out."), "success")
    return redirect(url_for("account.show"), 303)
