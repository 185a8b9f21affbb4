"""Organisations and the person whose token it is, as the API gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.organisations import OrganisationKind, Role
from service.api.schemas.basics import words


class OrganisationName(ma.Schema):
    id = fields.UUID()
    name = fields.String()
    place = fields.String()


class Organisation(OrganisationName):
    kind = fields.String(metadata=words("What it is.", enum=[kind.value for kind in OrganisationKind]))


class Me(ma.Schema):
    """Whose token this is."""

    name = fields.String(attribute="account.person.name")
    email = fields.String(attribute="account.email")
    role = fields.String(
        attribute="account.person.role", metadata=words("Decides what the token may do.", enum=[*Role])
    )
    organisation = fields.Nested(Organisation, attribute="account.person.organisation")
    token_name = fields.String(attribute="name")
