"""Organisations and the people in them: for administrators all, for the owner of an organisation their own.

No mail server is needed: whoever adds a person gets a link to hand over, with which that person sets a password.
"""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from catalog.designs import clean_line, clean_text
from catalog.errors import InvalidFields, NotFound
from catalog.organisations import ROLE_OF_KIND, OrganisationKind, check_may_set_active
from catalog.permissions import Permission, may, may_manage_people
from catalog.store import organisations
from catalog.store.tables import Organisation
from catalog.text import LANGUAGES
from service import accounts
from service.accounts import Account
from service.database import current_session
from service.messages import field_sentences
from service.security import current_actor, requires
from service.sign_in import make_password_link
from service.web.people_words import KINDS, KINDS_IN_PLURAL, ROLES

blueprint = Blueprint("people", __name__)


def managed_organisation(organisation_id: uuid.UUID) -> Organisation:
    """An organisation whose people the actor manages. Raises: NotFound, also for those of others."""
    if not may_manage_people(current_actor(), organisation_id):
        raise NotFound("organisation_not_found")
    return organisations.get_organisation(current_session(), organisation_id)


def managed_account(person_id: uuid.UUID) -> Account:
    """The account of a person whom the actor manages. Raises: NotFound, also for those of others."""
    account = accounts.get_account_of(current_session(), person_id)
    if not may_manage_people(current_actor(), account.person.organisation_id):
        raise NotFound("person_not_found")
    return account


@blueprint.get("/people")
@requires(Permission.MANAGE_PEOPLE)
def index() -> Response | str:
    actor = current_actor()
    if not may(actor, Permission.MANAGE_ORGANISATIONS):
        return redirect(url_for("people.show_organisation", organisation_id=actor.organisation_id))
    session = current_session()
    found = organisations.list_organisations(session)
    by_kind = {kind: [each for each in found if each.kind == kind] for kind in OrganisationKind}
    return render_template(
        "people/index.html", by_kind=by_kind, counts=organisations.count_people(session), kinds=KINDS_IN_PLURAL
    )


@blueprint.route("/people/organisations/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATIONS)
def new_organisation() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        return _organisation_form({})
    try:
        made = organisations.add_organisation(current_session(), request.form.get("kind", ""), **_organisation_texts())
    except InvalidFields as error:
        return _organisation_form(request.form, error), 422
    flash(gettext("%(name)s is here. Now add the first person, best its owner.", name=made.name), "success")
    return redirect(url_for("people.show_organisation", organisation_id=made.id), 303)


@blueprint.route("/people/organisations/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def edit_organisation(organisation_id: uuid.UUID) -> Response | str | tuple[str, int]:
    organisation = managed_organisation(organisation_id)
    if request.method == "GET":
        about = {f"about_{language}": text for language, text in organisation.about.items()}
        return _organisation_form({"name": organisation.name, "place": organisation.place, **about}, of=organisation)
    try:
        organisations.change_organisation(current_session(), organisation, **_organisation_texts())
    except InvalidFields as error:
        return _organisation_form(request.form, error, of=organisation), 422
    flash(gettext("Saved."), "success")
    return redirect(url_for("people.show_organisation", organisation_id=organisation.id), 303)


def _organisation_texts() -> dict:
    form = request.form
    about = {language: clean_text(form.get(f"about_{language}", "")) for language in LANGUAGES}
    return {"name": clean_line(form.get("name", "")), "place": clean_line(form.get("place", "")), "about": about}


def _organisation_form(typed, error: InvalidFields | None = None, of: Organisation | None = None) -> str:
    return render_template(
        "people/organisation_form.html", typed=typed, errors=field_sentences(error), organisation=of, kinds=KINDS
    )


@blueprint.get("/people/organisations/<uuid:organisation_id>")
@requires(Permission.MANAGE_PEOPLE)
def show_organisation(organisation_id: uuid.UUID) -> str:
    return _organisation_page(managed_organisation(organisation_id))


def _organisation_page(organisation: Organisation, typed=None, error: InvalidFields | None = None) -> str:
    session = current_session()
    mentoring = {
        OrganisationKind.MENTOR_AGENCY: organisations.workshops_of,
        OrganisationKind.WORKSHOP: organisations.agencies_of,
    }.get(organisation.kind)
    return render_template(
        "people/organisation.html",
        organisation=organisation,
        accounts=accounts.accounts_in(session, organisation.id),
        mentoring=None if mentoring is None else mentoring(session, organisation.id),
        others=_possible_partners(organisation),
        typed=typed or {},
        errors=field_sentences(error),
        kinds=KINDS,
        role=ROLES[ROLE_OF_KIND[organisation.kind]],
    )


def _possible_partners(organisation: Organisation) -> list[Organisation]:
    """With whom an administrator may connect this agency or workshop."""
    partner = {
        OrganisationKind.MENTOR_AGENCY: OrganisationKind.WORKSHOP,
        OrganisationKind.WORKSHOP: OrganisationKind.MENTOR_AGENCY,
    }.get(organisation.kind)
    if partner is None or not may(current_actor(), Permission.MANAGE_ORGANISATIONS):
        return []
    return organisations.list_organisations(current_session(), partner)


@blueprint.get("/people/organisations/<uuid:organisation_id>/people")
@requires(Permission.MANAGE_PEOPLE)
def show_organisation_again(organisation_id: uuid.UUID) -> Response:
    """The address at which the form is answered, asked for as a page: by a reload, or by the switch of language."""
    managed_organisation(organisation_id)
    return redirect(url_for("people.show_organisation", organisation_id=organisation_id, lang=request.args.get("lang")))


@blueprint.post("/people/organisations/<uuid:organisation_id>/people")
@requires(Permission.MANAGE_PEOPLE)
def add_person(organisation_id: uuid.UUID) -> Response | tuple[str, int]:
    organisation = managed_organisation(organisation_id)
    form = request.form
    try:
        account = accounts.add_person(
            current_session(),
            organisation,
            clean_line(form.get("name", "")),
            form.get("email", ""),
            is_owner="is_owner" in form,
        )
    except InvalidFields as error:
        return _organisation_page(organisation, form, error), 422
    return _link_page(account, is_new=True)


@blueprint.get("/people/<uuid:person_id>/link")
@requires(Permission.MANAGE_PEOPLE)
def show_no_link(person_id: uuid.UUID) -> Response:
    """A link is shown once: what is asked for again is the page of the person's organisation."""
    return show_organisation_again(managed_account(person_id).person.organisation_id)


@blueprint.post("/people/<uuid:person_id>/link")
@requires(Permission.MANAGE_PEOPLE)
def reset_link(person_id: uuid.UUID) -> Response:
    return _link_page(managed_account(person_id), is_new=False)


def _link_page(account: Account, *, is_new: bool) -> Response:
    """The one time a link is shown: it is kept nowhere, not even by the browser."""
    link = make_password_link(account)
    response = make_response(render_template("people/link.html", account=account, link=link, is_new=is_new))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/people/<uuid:person_id>/active")
@requires(Permission.MANAGE_PEOPLE)
def set_active(person_id: uuid.UUID) -> Response:
    account = managed_account(person_id)
    check_may_set_active(current_actor(), person_id)
    is_active = request.form.get("active") == "1"
    accounts.set_active(current_session(), account, is_active)
    name = account.person.name
    flash(
        gettext("%(name)s can sign in again.", name=name)
        if is_active
        else gettext("%(name)s can no longer sign in, and is signed out everywhere.", name=name),
        "success",
    )
    return redirect(url_for("people.show_organisation", organisation_id=account.person.organisation_id), 303)


@blueprint.post("/people/organisations/<uuid:organisation_id>/mentoring")
@requires(Permission.MANAGE_ORGANISATIONS)
def set_mentoring(organisation_id: uuid.UUID) -> Response:
    """Connect an agency and a workshop (`other`), or part them."""
    session = current_session()
    one = organisations.get_organisation(session, organisation_id)
    other = organisations.get_organisation(session, _identifier(request.form.get("other", "")))
    agency, workshop = (one, other) if one.kind == OrganisationKind.MENTOR_AGENCY else (other, one)
    if request.form.get("connected") == "0":
        organisations.remove_mentorship(session, agency.id, workshop.id)
        flash(gettext("%(agency)s no longer sees the batches of %(workshop)s.", **_names(agency, workshop)), "success")
    else:
        organisations.add_mentorship(session, agency, workshop)
        flash(gettext("%(agency)s now sees the batches of %(workshop)s.", **_names(agency, workshop)), "success")
    return redirect(url_for("people.show_organisation", organisation_id=one.id), 303)


def _names(agency: Organisation, workshop: Organisation) -> dict[str, str]:
    return {"agency": agency.name, "workshop": workshop.name}


def _identifier(text: str) -> uuid.UUID:
    """Raises: InvalidFields."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidFields({"other": "unknown_choice"}) from None
