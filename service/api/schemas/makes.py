"""Who makes a design and what they show of it, as the API gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.consistency import CONFIDENCE, Level
from catalog.store import tables
from service.addresses import address
from service.api.schemas.basics import Page, Text, link, words
from service.api.schemas.organisations import OrganisationName

WIDTH_PX = 960


def _evidence(record: tables.MakeRecord) -> str:
    return address("workshops.evidence", workshop_id=record.workshop_id, slug=record.version.design.slug)


def _photo(make: tables.Make) -> str:
    return address("makes.picture", make_id=make.id, width_px=WIDTH_PX)


class Maker(ma.Schema):
    """A workshop that shows that it makes a design, and what its batches of it come to."""

    workshop = fields.Nested(OrganisationName)
    level = fields.String(metadata=words("How consistently it makes the design.", enum=[*Level]))
    version = fields.Integer(attribute="version.number", metadata=words("The version that its batches were made to."))
    accepted = fields.Integer(metadata=words("Pieces that were accepted."))
    pieces = fields.Integer(metadata=words("Pieces that were judged."))
    batches = fields.Integer()
    lower = fields.Float(
        allow_none=True, metadata=words(f"The share accepted is at least this, 0 to 1, with confidence {CONFIDENCE}.")
    )
    first_on = fields.Date(allow_none=True, metadata=words("Day of the first batch."))
    last_on = fields.Date(allow_none=True, metadata=words("Day of the last batch."))
    evidence_url = link(_evidence, "The page with what this is said from.")


class Makers(ma.Schema):
    workshops = fields.List(fields.Nested(Maker), attribute="shown")
    unnamed = fields.Integer(metadata=words("How many more make it and do not show it."))


class Make(ma.Schema):
    """A photo of an accepted piece."""

    id = fields.UUID()
    workshop = fields.Nested(OrganisationName)
    caption = fields.Nested(Text)
    alt = fields.Nested(Text, metadata=words("What the photo shows."))
    url = link(_photo, f"The photo as WebP, at most {WIDTH_PX} px wide.")
    consented_at = fields.AwareDateTime(metadata=words("When the workshop agreed to show it."))


class MakePage(Page):
    items = fields.List(fields.Nested(Make))
