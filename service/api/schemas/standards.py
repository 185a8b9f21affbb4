"""Reference standards, as the API gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.standards import View
from service.api.schemas.basics import Page, Text, words


class Region(ma.Schema):
    """A rectangle in fractions of the upright photo, 0 to 1, from its upper left corner."""

    x = fields.Float()
    y = fields.Float()
    width = fields.Float()
    height = fields.Float()


class Standard(ma.Schema):
    """A reference standard in use: what a batch can be held against."""

    id = fields.UUID()
    view = fields.String(metadata=words("Which side of the piece to photograph.", enum=[view.value for view in View]))
    design_slug = fields.String(attribute="version.design.slug")
    design_title = fields.Nested(Text, attribute="version.title")
    design_version = fields.Integer(attribute="version.number")
    accept_score = fields.Float(metadata=words("From this score on a piece is accepted."))
    reject_score = fields.Float(metadata=words("Below this score a piece is rejected; between the two, reworked."))
    region = fields.Nested(
        Region,
        allow_none=True,
        metadata=words("The part of each photo in which the piece must lie, where the designer drew one."),
    )
    activated_at = fields.AwareDateTime()


class StandardPage(Page):
    items = fields.List(fields.Nested(Standard))
