"""Collections, as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.store import collections as records
from catalog.store.collections import Entry
from catalog.store.tables import Collection as Record
from service.addresses import address
from service.api.schemas.basics import WRONG, Page, Taken, Text, link, words
from service.api.schemas.organisations import OrganisationName


class NewText(Taken):
    """A text in both languages or in one of them."""

    id = fields.String(load_default="", error_messages=WRONG, metadata=words("Bahasa Indonesia"))
    en = fields.String(load_default="", error_messages=WRONG, metadata=words("English"))


class NewCollection(Taken):
    title = fields.Nested(NewText, required=True, metadata=words("One language is enough."))
    note = fields.Nested(NewText, load_default=lambda: {"id": "", "en": ""})
    contact = fields.String(
        load_default="", error_messages=WRONG, metadata=words("Lines for the lookbook: who made it, how to reach them.")
    )


class CollectedDesign(ma.Schema):
    """A design as it was put aside; once it has left the catalog its version and address are null."""

    slug = fields.String(attribute="design.slug")
    title = fields.Nested(Text)
    studio = fields.Nested(OrganisationName, attribute="design.studio")
    is_available = fields.Function(
        lambda entry: entry.version is not None,
        metadata=words("Whether the catalog shows it now.", type="boolean"),
    )
    version = fields.Integer(
        attribute="version.number", dump_default=None, allow_none=True, metadata=words("The version shown now.")
    )
    url = link(lambda entry: _design_address(entry), "The design's page, if it has one now.", or_null=True)


def _design_address(entry: Entry) -> str | None:
    return None if entry.version is None else address("catalog.design", slug=entry.design.slug)


class CollectionInList(ma.Schema):
    id = fields.UUID()
    title = fields.Nested(Text)
    note = fields.Nested(Text)
    contact = fields.String()
    count = fields.Function(
        lambda collection: len(collection.items), metadata=words("How many designs are in it.", type="integer")
    )
    created_at = fields.AwareDateTime()
    url = link(lambda collection: address("collections.show", collection_id=collection.id), "Its page.")
    share_url = link(lambda collection: _share_address(collection), "What it is shared by, if it is.", or_null=True)


def _share_address(collection: Record) -> str | None:
    token = collection.share_token
    return None if token is None else address("collections.shared", share_token=token)


class Collection(CollectionInList):
    designs = fields.List(fields.Nested(CollectedDesign), metadata=words("In their order."))

    def get_attribute(self, collection: Record, name: str, default: object) -> object:
        if name == "designs":
            return records.entries_of(collection.items)
        return super().get_attribute(collection, name, default)


class CollectionPage(Page):
    items = fields.List(fields.Nested(CollectionInList))
