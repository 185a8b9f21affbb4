"""Tech packs, as the API gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.tech_pack import AMOUNT_UNITS, CARTON_SIDES, TOLERANCE_UNITS, DrawingKind
from service.api.schemas.basics import Text, words


class StepPicture(ma.Schema):
    url = fields.URL(metadata=words("The picture as WebP, at most 1600 px wide; send the token along."))
    width_px = fields.Integer(metadata=words("Width of the original."))
    height_px = fields.Integer(metadata=words("Height of the original."))
    alt = fields.Nested(Text, metadata=words("What the picture shows."))


class PackMaterial(ma.Schema):
    name = fields.Nested(Text)
    amount = fields.Float(allow_none=True, metadata=words("For one piece."))
    unit = fields.String(metadata=words("Empty where no amount is given.", enum=["", *AMOUNT_UNITS]))
    note = fields.Nested(Text)


class PackStep(ma.Schema):
    title = fields.Nested(Text)
    instruction = fields.Nested(Text)
    minutes = fields.Integer(allow_none=True, metadata=words("For one piece, waiting included."))
    picture = fields.Nested(StepPicture, allow_none=True)


class PackTolerance(ma.Schema):
    """A feature is right from `nominal` - `minus` to `nominal` + `plus`."""

    feature = fields.Nested(Text)
    nominal = fields.Float()
    minus = fields.Float()
    plus = fields.Float()
    unit = fields.String(metadata=words("What it is measured in.", enum=list(TOLERANCE_UNITS)))
    method = fields.Nested(Text, metadata=words("How it is measured."))


class PackPackaging(ma.Schema):
    instruction = fields.Nested(Text)
    pieces_per_carton = fields.Integer(allow_none=True)
    carton_mm = fields.Dict(
        keys=fields.String(), values=fields.Float(), metadata=words(f"Outside: {', '.join(CARTON_SIDES)}; or nothing.")
    )
    gross_weight_kg = fields.Float(allow_none=True, metadata=words("Of a full carton."))


class PackDrawing(ma.Schema):
    title = fields.Nested(Text)
    file_name = fields.String()
    kind = fields.String(metadata=words("What the file is.", enum=[*DrawingKind]))
    size_bytes = fields.Integer()
    sha256 = fields.String(attribute="file_key")
    pages = fields.Integer()
    width_mm = fields.Float(allow_none=True, metadata=words("Of the first page, where the file says it."))
    height_mm = fields.Float(allow_none=True)
    url = fields.URL(metadata=words("The file as it was sent; send the token along."))
    preview_url = fields.URL(metadata=words("How its first page looks, as WebP."))


class TechPack(ma.Schema):
    version = fields.Integer(metadata=words("Number of the version that it belongs to."))
    materials = fields.List(fields.Nested(PackMaterial))
    steps = fields.List(fields.Nested(PackStep))
    tolerances = fields.List(fields.Nested(PackTolerance))
    packaging = fields.Nested(PackPackaging)
    drawings = fields.List(fields.Nested(PackDrawing))
    licence = fields.String(metadata=words("Of the version: what others may do with it."))
    credit = fields.String(metadata=words("How whoever shows it names it."))


class TechPackQuery(ma.Schema):
    version = fields.Integer(
        load_default=None,
        allow_none=True,
        error_messages={"invalid": "not_a_number"},
        metadata=words("Which version; the newest published one if left out."),
    )
