"""The search through the catalog, as the API takes questions and gives results."""

from __future__ import annotations

from collections.abc import Collection

import marshmallow as ma
from marshmallow import fields, validate

from catalog.colours import GROUPS
from catalog.families import families
from catalog.licences import Licence
from catalog.search import MAX_CHOSEN, ORDERS, PHOTO_KEY, SLUG, SORTS
from service.api.schemas.basics import Page, PageQuery, Text, one_of, words
from service.api.schemas.organisations import OrganisationName


class Price(ma.Schema):
    amount = fields.String(metadata=words("As the studio gives it.", example="185000.00"))
    currency = fields.String(metadata=words("ISO 4217."))


class FoundPicture(ma.Schema):
    url = fields.Url(metadata=words("The picture as WebP, at most 1600 px wide."))
    width_px = fields.Integer(metadata=words("Width of the original."))
    height_px = fields.Integer(metadata=words("Height of the original."))
    alt = fields.Nested(Text, metadata=words("What the picture shows."))


class FoundDesign(ma.Schema):
    """A published design, by its newest version."""

    slug = fields.String(metadata=words("Its name in addresses; never changes."))
    title = fields.Nested(Text)
    craft = fields.String(metadata=words("The craft.", enum=list(families())))
    material = fields.Nested(Text, allow_none=True, metadata=words("The first of its materials."))
    studio = fields.Nested(OrganisationName)
    version = fields.Integer(metadata=words("Number of the newest published version."))
    published_at = fields.AwareDateTime()
    origin = fields.String(metadata=words("Where it comes from; may be empty."))
    licence = fields.String(metadata=words("Its licence.", enum=[*Licence, ""]))
    price = fields.Nested(Price, allow_none=True)
    price_idr = fields.Integer(allow_none=True, metadata=words("The price in rupiah, by the newest rate."))
    lead_time_days = fields.Integer(allow_none=True)
    makers = fields.Integer(metadata=words("How many workshops make it."))
    proven = fields.Integer(metadata=words("How many of them are proven to make it consistently."))
    pictures = fields.List(fields.Nested(FoundPicture))
    url = fields.Url(metadata=words("The design's page."))


class FacetValue(ma.Schema):
    code = fields.String(metadata=words("What the filter takes."))
    name = fields.Nested(Text)
    count = fields.Integer(metadata=words("Designs that have it, under all filters but those of its own facet."))


class FoundPage(Page):
    total = fields.Integer(
        metadata=words("How many designs there are. By likeness the 240 most alike of them can be read: see `pages`.")
    )
    items = fields.List(fields.Nested(FoundDesign))
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FacetValue)),
        metadata=words("For each filter the values that some design has, with how many."),
    )


class PhotoFoundPage(FoundPage):
    photo = fields.String(metadata=words("Takes the place of the photo in `GET /designs?photo=...`, for 30 days."))


def several(description: str, choices: Collection[str] = ()) -> fields.List:
    """A filter that may be given several times; any of its values is enough. Without choices any value may be asked."""

    def check(codes: list[str]) -> None:  # the list as a whole: an error is the field's, not its third value's
        if len(codes) > MAX_CHOSEN:
            raise ma.ValidationError("too_many")
        if choices and not set(codes) <= set(choices):
            raise ma.ValidationError("unknown_choice")

    item = fields.String(metadata={"enum": list(choices)} if choices else {})
    return fields.List(item, validate=check, metadata=words(f"{description}. Several: any of them is enough."))


class SearchQuery(PageQuery):
    """`page_size` is at most 200. Filters of one name widen, filters of different names narrow each other."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=200, error="too_long"),
        metadata=words("Words in either language; the last may be a beginning."),
    )
    craft = several("Only these crafts", list(families()))
    material = several("Only of these materials, by the codes of `facets`")
    technique = several("Only made by these techniques, by the codes of `facets`")
    colour = several("Only with a colour of these groups", list(GROUPS))
    size = several("Only of these sizes, by the longest side", list(ORDERS["size"]))
    price = several("Only in these ranges of price, in thousands of rupiah", list(ORDERS["price"]))
    origin = several("Only from these places, by the codes of `facets`")
    licence = several("Only under these licences", list(Licence))
    proven = several("Only made by so many workshops", list(ORDERS["proven"]))
    shade = fields.String(
        validate=validate.Regexp(r"#?[0-9A-Fa-f]{6}\Z", error="not_a_colour"),
        metadata=words("With a colour near this one, RRGGBB; the nearest first.", example="1F3A5F"),
    )
    like = fields.String(
        validate=validate.Regexp(SLUG.pattern + r"\Z", error="unknown_choice"),
        metadata=words("Like this design, by its slug; the most alike first, 240 at most."),
    )
    photo = fields.String(
        validate=validate.Regexp(PHOTO_KEY.pattern + r"\Z", error="unknown_choice"),
        metadata=words("Like a photo sent before; the most alike first, 240 at most."),
    )
    sort = one_of(SORTS, "The order: by default what fits best, or the newest where nothing is asked.")
