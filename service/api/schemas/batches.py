"""Batches, as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from catalog.batches import BatchSource
from service.addresses import address
from service.api.schemas.basics import WRONG, Page, Taken, link, words
from service.api.schemas.organisations import OrganisationName
from service.api.schemas.standards import Standard


class NewBatch(Taken):
    standard_id = fields.UUID(
        required=True,
        error_messages={"required": "required", "null": "required", "invalid_uuid": "not_an_identifier"},
        metadata=words("A standard of GET /standards."),
    )
    name = fields.String(
        load_default="",
        validate=validate.Length(max=80, error="too_long"),
        error_messages=WRONG,
        metadata=words("What the workshop calls it; may be empty.", example="Order 12, first firing"),
    )


class Counts(ma.Schema):
    """How many photos stand where."""

    accept = fields.Integer()
    rework = fields.Integer()
    reject = fields.Integer()
    retake = fields.Integer(metadata=words("Photos that could not be judged and are best taken again."))
    queued = fields.Integer(metadata=words("Photos that wait to be inspected."))
    failed = fields.Integer(metadata=words("Photos that the service could not inspect."))
    total = fields.Integer()


class Batch(ma.Schema):
    id = fields.UUID()
    number = fields.Integer(metadata=words("Counts up within the workshop."))
    name = fields.String()
    workshop = fields.Nested(OrganisationName)
    standard = fields.Nested(Standard)
    source = fields.String(metadata=words("How it came in.", enum=[source.value for source in BatchSource]))
    created_at = fields.AwareDateTime()
    counts = fields.Nested(Counts)
    is_done = fields.Boolean(metadata=words("Nothing waits to be inspected."))
    url = link(lambda batch: address("batches.show", batch_id=batch["id"]), "The batch's page.")


class BatchPage(Page):
    items = fields.List(fields.Nested(Batch))
