"""Craft families and what each asks of its designs, as the API gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.families import Facet, Kind
from service.api.schemas.basics import Page, Text, words


class AttributeChoice(ma.Schema):
    code = fields.String()
    name = fields.Nested(Text)


class FamilyAttribute(ma.Schema):
    """One thing that a family asks. What a design says of it stands in the design's `attributes`, by its code."""

    code = fields.String()
    name = fields.Nested(Text)
    kind = fields.String(
        metadata=words(
            "What a design gives: a number, the code of a choice, a list of codes, a text, or true or false.",
            enum=[kind.value for kind in Kind],
        )
    )
    unit = fields.String(metadata=words("Of a number; may be empty.", example="°C"))
    minimum = fields.Float(allow_none=True, metadata=words("Least number, if there is one."))
    maximum = fields.Float(allow_none=True, metadata=words("Greatest number, if there is one."))
    choices = fields.List(fields.Nested(AttributeChoice), metadata=words("What can be chosen; empty for other kinds."))
    required = fields.Boolean(attribute="is_required", metadata=words("No design is published without it."))
    facet = fields.String(
        allow_none=True,
        metadata=words(
            "The filter of GET /designs that its choices stand in.",
            enum=[*(facet.value for facet in Facet), None],
        ),
    )


class Family(ma.Schema):
    """A craft family. Its code is a design's `craft`."""

    code = fields.String()
    name = fields.Nested(Text)
    attributes = fields.List(fields.Nested(FamilyAttribute))


class FamilyPage(Page):
    items = fields.List(fields.Nested(Family))
