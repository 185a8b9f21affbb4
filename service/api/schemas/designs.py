"""Designs, as the API gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.families import families
from catalog.licences import Licence
from catalog.money import CURRENCIES
from catalog.standards import StandardState, View
from catalog.store.tables import DesignVersion
from service.addresses import address
from service.api.schemas.basics import Text, link, words
from service.api.schemas.organisations import OrganisationName
from service.licence_words import licence_address


class Picture(ma.Schema):
    url = link(
        lambda picture: address("pictures.design_picture", image_key=picture.image_key, width_px=1600, form="webp"),
        "The picture as WebP, at most 1600 px wide.",
    )
    width_px = fields.Integer(metadata=words("Width of the original."))
    height_px = fields.Integer(metadata=words("Height of the original."))
    alt = fields.Nested(Text, metadata=words("What the picture shows."))


class DesignInList(ma.Schema):
    """A published design, by its newest version."""

    slug = fields.String(attribute="design.slug", metadata=words("Its name in addresses; never changes."))
    title = fields.Nested(Text)
    craft = fields.String(metadata=words("The craft.", enum=list(families())))
    studio = fields.Nested(OrganisationName, attribute="design.studio")
    version = fields.Integer(attribute="number", metadata=words("Number of the newest published version."))
    published_at = fields.AwareDateTime()
    pictures = fields.List(fields.Nested(Picture))
    url = link(lambda version: address("catalog.design", slug=version.design.slug), "The design's page.")


class DesignColour(ma.Schema):
    name = fields.Nested(Text)
    hex = fields.String(metadata=words("The colour as #RRGGBB."))


class DesignStandard(ma.Schema):
    id = fields.UUID(metadata=words("What POST /batches takes as standard_id."))
    view = fields.String(metadata=words("Which side of the piece its photos show.", enum=[view.value for view in View]))


class Money(ma.Schema):
    amount = fields.Decimal(as_string=True, metadata=words("As a string, to the hundredth.", example="185000.00"))
    currency = fields.String(metadata=words("ISO 4217.", enum=list(CURRENCIES)))


class Origin(ma.Schema):
    """The published version that a design was derived from."""

    slug = fields.String(attribute="design.slug")
    version = fields.Integer(attribute="number")
    title = fields.Nested(Text)
    url = link(lambda version: address("catalog.design", slug=version.design.slug, version=version.number), "Its page.")


class Design(DesignInList):
    description = fields.Nested(Text)
    technique = fields.Nested(Text)
    care = fields.Nested(Text)
    photo_note = fields.Nested(Text, metadata=words("A remark about the pictures."))
    story = fields.Nested(Text, metadata=words("Where it comes from and who is behind it."))
    attributes = fields.Dict(
        keys=fields.String(),
        metadata=words("What its craft family asks, by the codes of GET /families.", example={"body": "stoneware"}),
    )
    origin = fields.String(metadata=words("Where it is made; may be empty."))
    lead_time_days = fields.Integer(allow_none=True, metadata=words("From order to finished pieces, in days."))
    minimum_order = fields.Integer(allow_none=True, metadata=words("The smallest order, in pieces."))
    price = fields.Nested(Money, allow_none=True, metadata=words("Indicative, for one piece at the workshop's door."))
    licence = fields.String(metadata=words("What others may do with it.", enum=[*Licence]))
    licence_url = fields.Function(
        lambda version: licence_address(version.licence) or None,
        metadata=words("The text of a Creative Commons licence.", type=["string", "null"], format="uri"),
    )
    royalty = fields.Nested(
        Money, allow_none=True, metadata=words("For each piece, where the licence is royalty_per_piece.")
    )
    credit = fields.String(metadata=words("How whoever shows it names it; may be empty."))
    derived_from = fields.Nested(Origin, allow_none=True, metadata=words("What it was derived from, if anything."))
    changes_url = link(
        lambda version: address("version_changes.show", slug=version.design.slug),
        "What changed from version to version.",
    )
    materials = fields.List(fields.Nested(Text))
    dimensions_mm = fields.Dict(keys=fields.String(), values=fields.Float(), metadata=words("Sizes in millimetres."))
    colours = fields.List(fields.Nested(DesignColour))
    standards = fields.List(fields.Nested(DesignStandard), metadata=words("What a batch can be held against."))

    def get_attribute(self, version: DesignVersion, name: str, default: object) -> object:
        if name == "standards":
            return [standard for standard in version.standards if standard.state == StandardState.ACTIVE]
        return super().get_attribute(version, name, default)
