"""Every page of the service, found from its address map: a page that is new is walked without being listed.

A page is what answers a GET with HTML. It is opened as each person who sees something else on it, so that what only
a buyer or only an owner is shown is looked at too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.organisations import Role
from catalog.store.tables import Notification, Person
from service import accounts
from service.accounts import Account
from tests.factories import make_account
from tests.service.test_permissions_walk import World, is_api

NO_PAGES = {"static", "security.static", "security.logout"}
NOBODY = "nobody"
MOST_LOOKS = 2
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
# What differs from one answer to the next without looking different.
FLEETING = re.compile(r'name="(csrf_token|stamp|token)"[^>]* value="[^"]*"')


@dataclass(frozen=True)
class Page:
    """One look of one page: who sees it, at which address."""

    endpoint: str
    who: str
    address: str

    def __str__(self) -> str:
        return f"{self.endpoint} as {self.who} ({self.address})"


def people_of(session: Session, world: World) -> dict[str, Account]:
    """One person of each role, who own the world's records where their role can own any."""
    homes = {Role.DESIGNER: world.studio, Role.MENTOR: world.agency}
    roles = [role for role in Role if role not in (Role.VISITOR, Role.WORKSHOP, Role.BUYER)]
    people = {role.value: make_account(session, role, organisation=homes.get(role), is_owner=True) for role in roles}
    # Whose the records are that belong to one person alone: collections to a maker, inquiries and news to a buyer.
    maker = session.scalars(select(Account).where(Account.person_id == world.values["person_id"])).one()
    told = session.get_one(Notification, world.values["notification_id"])
    buyer = accounts.add_account(session, session.get_one(Person, told.person_id), "buyer@kriya.example", None)
    maker.person.is_owner = buyer.person.is_owner = True
    session.commit()
    return {**people, Role.WORKSHOP.value: maker, Role.BUYER.value: buyer}


def pages_of(app: Flask, people: dict[str, Account], world: World) -> list[Page]:
    """Every look of every page. Raises: AssertionError for an address that answers nobody."""
    found: list[Page] = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or is_api(rule) or rule.endpoint in NO_PAGES:
            continue
        values = {name: world.values[name] for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, values)
        answers = dict(_answers(app, people, address))
        assert answers, f"{rule.rule} answers nobody: give World a record that somebody may see"
        found += [Page(rule.endpoint, who, address) for who in _different(answers)]
    return sorted(found, key=lambda page: page.who)


def _answers(app: Flask, people: dict[str, Account], address: str) -> Iterator[tuple[str, str]]:
    """(who, what their page says) for each who gets an answer; "" for one that is no page."""
    for who, account in {NOBODY: None, **people}.items():
        client = app.test_client()
        if account is not None:
            with client.session_transaction() as cookies:
                cookies.update(_user_id=account.new_sign_in(), _fresh=True)
        answer = client.get(address, buffered=True)
        if answer.status_code == 200:
            yield who, _without_name(answer.text, account) if answer.mimetype == "text/html" else ""
        elif answer.status_code < 400 and not answer.headers["Location"].startswith("/login"):
            yield who, ""


def _without_name(text: str, account: Account | None) -> str:
    """A page without the name of who it greets."""
    if account is None:
        return text
    return text.replace(account.person.name, "").replace(account.email, "")


def _different(answers: dict[str, str]) -> list[str]:
    """The first of those who see the same; of many looks those who see most."""
    looks: dict[str, str] = {}
    for who, text in answers.items():
        if text:
            found = MAIN.search(text)
            looks.setdefault(FLEETING.sub("", found[0] if found else text), who)
    return [looks[look] for look in sorted(looks, key=len, reverse=True)[:MOST_LOOKS]]
