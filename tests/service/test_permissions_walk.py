"""Every address of the service, asked by every role and by nobody: each answers as the table of permissions says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from catalog.organisations import OrganisationKind, Role
from catalog.permissions import ROLES_OF, Permission
from catalog.standards import StandardState
from catalog.store import collections, organisations, publishing, tech_packs
from catalog.store.tables import Organisation
from service import accounts
from service.accounts import Account, ApiToken
from service.audience import PAGES_UNDER_API
from service.inspection import encode_map
from service.security import OPEN_ENDPOINTS, permission_of
from tests.factories import (
    make_account,
    make_batch,
    make_collection,
    make_design,
    make_import,
    make_inspection,
    make_organisation,
    make_photo,
    make_picture,
    make_self_test,
    make_standard,
    photo_bytes,
)
from tests.fakes import MemoryStore
from tests.inquiry_factories import make_thread
from tests.makes import make_make
from tests.tech_packs import give_pack

PEOPLE = [role for role in Role if role != Role.VISITOR]
# Flask-Security's own static files: nothing of ours uses them, so they are as closed as what declares nothing.
CLOSED_ENDPOINTS = {"security.static"}
# What is public, or only ever about oneself, although an address names a record.
NOT_SOMEBODYS = {
    "catalog.design",
    "makes.gallery",
    "api-designs.get_design",
    "api-makes.list_makers",
    "api-makes.list_makes",
    "account.revoke_token",
    "api-exchange.export_designs",
    "exchange.export_designs",
    "exchange.template",
    "favourites.mark",
    "collections.place_design",
    "collections.shared",
    "machines.feed_of_craft",
    "machines.feed_of_studio",
    "machines.sitemap_of_designs",
    "notifications.unsubscribe",
    "studios.show",
    "version_changes.show",
}

# Forms that ask for no token: who is signed in already is sent on before this one is read, and a search with a photo
# changes nothing of anybody's.
WITHOUT_TOKEN = {"security.login", "catalog.search_by_photo"}

# What operations of the API take: without it they would not come to ask whose the record is.
BODIES = {
    "api-exchange.confirm_import": {"submits": False},
    "api-collections.make_collection": {"title": {"en": "For the fair"}},
    "api-reviews.correct_photo": {"opinion": "good"},
    "api-reviews.use_limit": {"proposal": "none"},
    "api-inquiries.write_message": {"text": "Good morning"},
    "api-reviews.go_back_to_limit": {"number": 1},
}


@dataclass
class World:
    """Records of every kind, and the organisations that own them."""

    studio: Organisation
    workshop: Organisation
    agency: Organisation
    values: dict[str, object]  # by the name that addresses give them


def make_world(session: Session, images: MemoryStore) -> World:
    studio = make_organisation(session, OrganisationKind.STUDIO)
    workshop = make_organisation(session, OrganisationKind.WORKSHOP)
    agency = make_organisation(session, OrganisationKind.MENTOR_AGENCY)
    organisations.add_mentorship(session, agency, workshop)
    return World(studio, workshop, agency, make_records(session, images, studio, workshop))


def make_records(session: Session, images: MemoryStore, studio: Organisation, workshop: Organisation) -> dict:
    """Unpublished where that is possible, so that only the owners may see them."""
    published = make_design(session, studio, published=False, images=images)
    make_picture(session, published, seed=2, images=images)  # several photos stand in a strip with its thumbnails
    pack = give_pack(session, images, published)
    tech_packs.share(session, published.design, workshop.id, None)
    publishing.publish(session, published, None)
    batch = make_batch(session, workshop, make_standard(session, published, images=images), images=images)
    photo = make_photo(session, batch, images=images)
    make_inspection(session, photo, "reject", map_key=images.put(encode_map(np.zeros((8, 8))), "image/png"))
    make = make_make(session, batch, is_shown=False, images=images)
    draft = make_design(session, studio, published=False, images=images)
    drafted = make_picture(session, draft, seed=9, images=images)  # in no published design
    maker = make_account(session, Role.WORKSHOP, organisation=workshop)
    collection = make_collection(session, maker.person, published)
    share_token = collections.share(session, collection)
    collecting = make_standard(session, published, state=StandardState.COLLECTING, references=9, images=images)
    fitted = make_standard(session, draft, state=StandardState.FITTED, images=images)
    fitted.report = {**fitted.report, "self_test": make_self_test(images, crack=0.1)}
    accounts.add_token(session, maker, "camera")
    session.commit()
    return {
        "slug": published.design.slug,
        "version_id": draft.id,
        "image_key": drafted.image_key,
        "studio_id": studio.id,
        "craft": "ceramics",
        "prefix": "a",
        "width_px": 320,
        "form": "avif",
        "standard_id": collecting.id,
        "fitted_id": fitted.id,
        "picture_key": fitted.report["self_test"]["kinds"][0]["picture_key"],
        "reference_id": collecting.references[0].id,
        "batch_id": batch.id,
        "photo_id": photo.id,
        "make_id": make.id,
        "workshop_id": workshop.id,
        "organisation_id": workshop.id,
        "person_id": maker.person_id,
        "token_id": accounts.tokens_of(session, maker.id)[0].id,
        "collection_id": collection.id,
        "file_key": pack.drawings[0].file_key,
        "shown_key": pack.drawings[0].preview_key,
        "share_token": share_token,
        "import_id": make_import(session, studio).id,
        "file_form": "csv",
        "table_form": "csv",
        "filename": "css/base.css",
        "token": "none",
        **make_thread(session, images, studio, workshop),
    }


def rules_of(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods. HEAD is GET without the body, and OPTIONS no view of ours."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method


def guarded_rules(app: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    for rule, method in rules_of(app):
        permission = permission_of(app, rule.endpoint)
        if permission is not None:
            yield rule, method, permission


def is_api(rule: Rule) -> bool:
    return rule.rule.startswith("/api/") and rule.endpoint not in PAGES_UNDER_API


class Walker:
    """Asks for one rule after the other, as one person or as nobody."""

    def __init__(self, app: Flask, client: FlaskClient, account: Account | None, token: str = "") -> None:
        self.app, self.client, self.account, self.token = app, client, account, token

    def ask(self, rule: Rule, method: str, values: dict[str, object]) -> TestResponse:
        unknown = rule.arguments - values.keys()
        assert not unknown, f"{rule.rule}: give World records for {unknown}"
        address = self.app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}, method=method
        )
        headers = {"Authorization": f"Bearer {self.token}"} if self.token and is_api(rule) else {}
        if self.account is not None:  # signed in anew: an answer may have signed out
            with self.client.session_transaction() as cookies:
                cookies.update(_user_id=self.account.new_sign_in(), _fresh=True)
        is_photo = is_api(rule) and method in ("POST", "PUT") and "batch_id" in rule.arguments
        body = {"data": photo_bytes(7), "content_type": "image/jpeg"} if is_photo else {}
        if rule.endpoint in BODIES and method != "GET":
            body = {"json": BODIES[rule.endpoint]}
        return self.client.open(address, method=method, headers=headers, buffered=True, **body)


@pytest.fixture
def world(session: Session, images: MemoryStore) -> World:
    return make_world(session, images)


@pytest.fixture
def walker(app: Flask, client: FlaskClient, session: Session):
    def walk_as(role: Role | None, organisation: Organisation | None = None, *, is_owner: bool = False) -> Walker:
        if role is None:
            return Walker(app, client, None)
        account = make_account(session, role, organisation=organisation, is_owner=is_owner)
        token = accounts.add_token(session, account, "walk")
        session.commit()
        return Walker(app, client, account, token)

    return walk_as


def is_turned_away(response: TestResponse) -> bool:
    """Sent to sign in, or told that it is not theirs."""
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith("/login")
    return to_sign_in or response.status_code in (401, 403)


def test_every_route_declares_a_permission_or_is_on_the_short_list_of_open_ones(app):
    undeclared = {rule.endpoint for rule, _ in rules_of(app) if permission_of(app, rule.endpoint) is None}
    assert undeclared - CLOSED_ENDPOINTS == OPEN_ENDPOINTS


def test_a_route_that_declares_nothing_is_closed_even_to_administrators(new_app, sign_in):
    new_app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    client = new_app.test_client()
    assert client.get("/forgotten").status_code == 403
    sign_in(Role.ADMINISTRATOR, client=client)
    assert client.get("/forgotten").status_code == 403


def test_nobody_is_let_in_where_the_table_does_not_name_visitors(app, walker, world):
    nobody = walker(None)
    for rule, method, permission in guarded_rules(app):
        response = nobody.ask(rule, method, world.values)
        if Role.VISITOR in ROLES_OF[permission]:
            assert not is_turned_away(response), f"{method} {rule.rule}"
        elif is_api(rule):
            assert response.status_code == 401, f"{method} {rule.rule}"
        else:
            assert response.status_code == 302, f"{method} {rule.rule}"
            assert response.headers["Location"].startswith("/login"), f"{method} {rule.rule}"


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_is_let_in_exactly_where_the_table_names_it(app, walker, world, role):
    stranger = walker(role)
    for rule, method, permission in guarded_rules(app):
        response = stranger.ask(rule, method, world.values)
        assert response.status_code < 500, f"{method} {rule.rule}"
        if role in ROLES_OF[permission]:
            assert not is_turned_away(response), f"{method} {rule.rule}: {response.status_code}"
        else:
            assert response.status_code == 403, f"{method} {rule.rule}: {response.status_code}"


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.ADMINISTRATOR])
def test_the_records_of_others_are_not_found_by_anybody_of_another_organisation(app, walker, world, role):
    stranger = walker(role, is_owner=True)
    for rule, method, permission in guarded_rules(app):
        names_record = rule.arguments and rule.endpoint not in NOT_SOMEBODYS
        if names_record and role in ROLES_OF[permission]:
            response = stranger.ask(rule, method, world.values)
            assert response.status_code == 404, f"{method} {rule.rule}: {response.status_code}"


@pytest.mark.parametrize("role", PEOPLE)
def test_nobody_reaches_the_tokens_of_others(app, client, session, sign_in, world, role):
    sign_in(role)
    client.post(f"/account/tokens/{world.values['token_id']}/revoke")
    session.expire_all()
    assert session.get(ApiToken, world.values["token_id"]).revoked_at is None


# What only workshops and the parties of an inquiry do, and what everybody has only of their own.
NOT_ADMINISTRATORS = {
    Permission.MAKE_BATCHES,
    Permission.SHOW_MAKES,
    Permission.USE_INQUIRIES,
    Permission.ASK_FOR_QUOTATIONS,
    Permission.USE_ACCOUNT,
    Permission.KEEP_COLLECTIONS,
}
OWN = {
    Role.DESIGNER: {
        Permission.WRITE_DESIGNS,
        Permission.EXCHANGE_DESIGNS,
        Permission.WRITE_STANDARDS,
        Permission.VIEW_STANDARDS,
        Permission.USE_INQUIRIES,
        Permission.HIDE_MAKES,
        Permission.READ_TECH_PACKS,
        Permission.SHARE_TECH_PACKS,
    },
    Role.WORKSHOP: {
        Permission.MAKE_BATCHES,
        Permission.VIEW_BATCHES,
        Permission.SHOW_MAKES,
        Permission.MANAGE_PEOPLE,
        Permission.USE_INQUIRIES,
        Permission.READ_TECH_PACKS,
    },
    Role.MENTOR: {Permission.VIEW_BATCHES, Permission.READ_TECH_PACKS},
    # A person's favourites and collections are nobody else's, not even an administrator's.
    Role.ADMINISTRATOR: set(Permission) - NOT_ADMINISTRATORS,
}


@pytest.mark.parametrize("role", OWN)
def test_those_who_own_a_record_or_look_after_it_find_it(app, walker, session, images, world, role):
    home = {Role.DESIGNER: world.studio, Role.WORKSHOP: world.workshop, Role.MENTOR: world.agency}.get(role)
    owner = walker(role, home, is_owner=True)
    values = make_records(session, images, world.studio, world.workshop)
    for rule, method, permission in guarded_rules(app):
        if permission in OWN[role] and rule.arguments:
            response = owner.ask(rule, method, world.values if method == "GET" else values)
            assert response.status_code < 500, f"{method} {rule.rule}"
            assert response.status_code != 404, f"{method} {rule.rule}"
            assert not is_turned_away(response), f"{method} {rule.rule}"
            if method != "GET" and response.status_code < 400:
                # Fresh records after a change: a photo that was removed is not there for the next rule.
                values = make_records(session, images, world.studio, world.workshop)


def test_designers_see_batches_made_to_their_designs(walker, world, app):
    designer = walker(Role.DESIGNER, world.studio)
    for rule, method, permission in guarded_rules(app):
        if permission == Permission.VIEW_BATCHES and rule.arguments:
            assert designer.ask(rule, method, world.values).status_code == 200, rule.rule


def test_every_form_asks_for_its_token(app, walker, world):
    app.config["WTF_CSRF_ENABLED"] = True
    administrator = walker(Role.ADMINISTRATOR)
    forms = [rule for rule, method in rules_of(app) if method == "POST" and not is_api(rule)]
    assert len(forms) > 15
    for rule in forms:
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        assert administrator.ask(rule, "POST", world.values).status_code == 400, rule.rule
