"""Photos of a batch, what was found on them, and what reviewers said, as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from catalog.batches import PhotoState
from catalog.corrections import MAX_NOTE, Opinion
from catalog.inspections import Verdict
from catalog.store.tables import BatchPhoto
from service.addresses import address
from service.api.schemas.basics import WRONG, Page, PageQuery, Taken, link, one_of, words
from service.api.schemas.standards import Region
from service.reasons import describe_all


class Reason(ma.Schema):
    """One thing that was found, in words and in place."""

    code = fields.String(metadata=words("A stable word for programs.", example="surface"))
    message = fields.String(attribute="sentence", metadata=words("What was found, for people."))
    advice = fields.String(metadata=words("What to do, where the service knows it; else empty."))
    region = fields.Nested(Region, allow_none=True, metadata=words("Where, if it has a place."))
    strength = fields.Float(allow_none=True, metadata=words("How far beyond what the references show; 1 is the limit."))
    strength_in_words = fields.String(metadata=words("The same for people; empty where nothing was measured."))


def map_address(photo: BatchPhoto) -> str | None:
    """Where the anomaly map is, if the photo has one."""
    found = photo.inspection
    return None if found is None or found.map_key is None else address("pictures.anomaly_map", photo_id=photo.id)


def nearest_reference_address(photo: BatchPhoto) -> str | None:
    """Where the reference photo is that the photo is most like, if it was judged."""
    found = photo.inspection
    if found is None or found.nearest_reference_id is None:
        return None
    return address("pictures.reference_photo", reference_id=found.nearest_reference_id, width_px=1600)


def aspect(attribute: str, what: str) -> fields.Float:
    """One of an inspection's measures, null where it was not taken."""
    return fields.Float(
        attribute=f"inspection.{attribute}",
        dump_default=None,
        allow_none=True,
        metadata=words(f"{what}; null if not measured."),
    )


class Correction(ma.Schema):
    """What a reviewer said of a piece. It stands beside the verdict, never in its place."""

    opinion = fields.String(metadata=words("Good, or with a defect.", enum=[opinion.value for opinion in Opinion]))
    note = fields.String()
    reviewer = fields.String(attribute="reviewer.name", dump_default=None, allow_none=True)
    created_at = fields.AwareDateTime()


class NewCorrection(Taken):
    opinion = one_of(Opinion, "Is this piece good, or has it a defect?", required=True)
    note = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_NOTE, error="too_long"),
        error_messages=WRONG,
        metadata=words("Why; may be empty.", example="The glaze is thin at the rim."),
    )


class Photo(ma.Schema):
    """One photo of a batch and what was found on it. All that an inspection gives is null until there is one."""

    id = fields.UUID()
    batch_id = fields.UUID()
    number = fields.Integer(attribute="position", metadata=words("Counts up within the batch."))
    file_name = fields.String(metadata=words("As it was sent; a label only."))
    sha256 = fields.String(attribute="image_key", metadata=words("Of the bytes that were sent, in hexadecimal."))
    size_bytes = fields.Integer()
    width_px = fields.Integer(metadata=words("Upright."))
    height_px = fields.Integer(metadata=words("Upright."))
    received_at = fields.AwareDateTime()
    state = fields.String(metadata=words("Where it stands.", enum=[state.value for state in PhotoState]))
    verdict = fields.String(
        attribute="inspection.verdict",
        dump_default=None,
        metadata=words("The decision.", type=["string", "null"], enum=[*(verdict.value for verdict in Verdict), None]),
    )
    score = fields.Float(
        attribute="inspection.score",
        dump_default=None,
        allow_none=True,
        metadata=words("0 to 100, 100 like the references; null on retake."),
    )
    surface = aspect("surface", "How unlike the references the surface is, 1 at the limit")
    shape = aspect("shape", "How unlike the references the outline is, 1 at the limit")
    colour_delta_e = aspect("colour_delta_e", "The colour difference, CIEDE2000, where it is furthest off")
    colour_uncertainty = aspect("colour_uncertainty", "How far off that difference may be, 95 times of 100")
    colour_limit = aspect("colour_limit", "Up to which difference the colour is accepted there, under this light")
    reasons = fields.Nested(Reason, many=True, metadata=words("Why, those with a place first."))
    correction = fields.Nested(
        Correction,
        attribute="inspection.correction",
        dump_default=None,
        allow_none=True,
        metadata=words("What a reviewer said of the piece, if anybody did."),
    )
    inspected_at = fields.AwareDateTime(attribute="inspection.created_at", dump_default=None, allow_none=True)
    engine_version = fields.String(attribute="inspection.engine_version", dump_default=None, allow_none=True)
    standard_sha256 = fields.String(attribute="inspection.standard_hash", dump_default=None, allow_none=True)
    url = link(lambda photo: address("batches.piece", photo_id=photo.id), "The piece's page.")
    photo_url = link(
        lambda photo: address("pictures.batch_photo", photo_id=photo.id, width_px=1600),
        "The photo as WebP, at most 1600 px wide; with the same token.",
    )
    nearest_reference_url = fields.Function(
        nearest_reference_address,
        metadata=words(
            "The reference photo that it is most like, as WebP; with the same token.",
            type=["string", "null"],
            format="uri",
        ),
    )
    map_url = fields.Function(
        map_address,
        metadata=words(
            "How unlike the references each place is, as a PNG to lay over the photo; with the same token.",
            type=["string", "null"],
            format="uri",
        ),
    )

    def get_attribute(self, photo: BatchPhoto, name: str, default: object) -> object:
        if name == "reasons":
            return [] if photo.inspection is None else describe_all(photo.inspection.reasons)
        return super().get_attribute(photo, name, default)


class ReceivedPhoto(Photo):
    duplicate = fields.Boolean(metadata=words("The batch had this very photo already; nothing was added."))


class PhotoPage(Page):
    items = fields.List(fields.Nested(Photo))


class PhotoQuery(PageQuery):
    verdict = one_of(Verdict, "Only these.")


class FileName(ma.Schema):
    file_name = fields.String(
        load_default="",
        validate=validate.Length(max=1000, error="too_long"),
        metadata=words("What to call the photo in lists; only a label.", example="piece-07.jpg"),
    )
