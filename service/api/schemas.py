"""What the API takes and gives, field by field. The OpenAPI document is made from these.

The error messages of what is taken are codes: service.messages has their sentences.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from catalog.batches import BatchSource, PhotoState
from catalog.corrections import MAX_NOTE, Opinion
from catalog.designs import Craft
from catalog.inspections import Verdict
from catalog.organisations import OrganisationKind, Role
from catalog.standards import StandardState, View
from catalog.store.tables import BatchPhoto, DesignVersion
from service.addresses import address
from service.reasons import describe_all

MAX_PAGE_SIZE = 200
WRONG = {"required": "required", "null": "required", "invalid": "not_text", "validator_failed": "unknown_choice"}


def words(description: str, **more: object) -> dict[str, object]:
    """A field's line in the document."""
    return {"description": description, **more}


def one_of(values, description: str, **options) -> fields.String:
    """One of an enumeration's values."""
    choices = [value.value for value in values]
    check = validate.OneOf(choices, error="unknown_choice")
    return fields.String(validate=check, error_messages=WRONG, metadata=words(description), **options)


def link(make, description: str, **options) -> fields.Function:
    """An absolute address, made from the record."""
    return fields.Function(make, metadata=words(description, type="string", format="uri"), **options)


class Taken(ma.Schema):
    """What a client sends: unknown fields are refused, so that a typing mistake is not lost in silence."""

    error_messages = {"unknown": "unknown_field", "type": "bad_request"}


class Text(ma.Schema):
    """A text in both languages; either may be empty."""

    id = fields.String(metadata=words("Bahasa Indonesia"))
    en = fields.String(metadata=words("English"))


class Problem(ma.Schema):
    code = fields.String(metadata=words("A stable word for programs.", example="batch_is_full"))
    message = fields.String(metadata=words("A sentence for people, in the language of Accept-Language."))
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        data_key="fields",
        metadata=words("A sentence for each field that cannot be taken as it was sent."),
    )


class Error(ma.Schema):
    """The one shape of every error."""

    error = fields.Nested(Problem)


class PageQuery(ma.Schema):
    page = fields.Integer(
        load_default=1,
        validate=validate.Range(min=1, max=100_000, error="out_of_range"),
        error_messages={"invalid": "not_a_number"},
        metadata=words("Which page, counted from 1."),
    )
    page_size = fields.Integer(
        load_default=50,
        validate=validate.Range(min=1, max=MAX_PAGE_SIZE, error="out_of_range"),
        error_messages={"invalid": "not_a_number"},
        metadata=words("How many on a page."),
    )


class Page(ma.Schema):
    page = fields.Integer(metadata=words("This page, counted from 1."))
    page_size = fields.Integer(metadata=words("Most items on a page."))
    total = fields.Integer(metadata=words("How many items there are on all pages."))


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


class Picture(ma.Schema):
    url = link(
        lambda picture: address("pictures.design_picture", picture_id=picture.id, width_px=1600),
        "The picture as WebP, at most 1600 px wide.",
    )
    width_px = fields.Integer(metadata=words("Width of the original."))
    height_px = fields.Integer(metadata=words("Height of the original."))
    alt = fields.Nested(Text, metadata=words("What the picture shows."))


class DesignInList(ma.Schema):
    """A published design, by its newest version."""

    slug = fields.String(attribute="design.slug", metadata=words("Its name in addresses; never changes."))
    title = fields.Nested(Text)
    craft = fields.String(metadata=words("The craft.", enum=[craft.value for craft in Craft]))
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


class Design(DesignInList):
    description = fields.Nested(Text)
    technique = fields.Nested(Text)
    care = fields.Nested(Text)
    photo_note = fields.Nested(Text, metadata=words("A remark about the pictures."))
    materials = fields.List(fields.Nested(Text))
    dimensions_mm = fields.Dict(keys=fields.String(), values=fields.Float(), metadata=words("Sizes in millimetres."))
    colours = fields.List(fields.Nested(DesignColour))
    standards = fields.List(fields.Nested(DesignStandard), metadata=words("What a batch can be held against."))

    def get_attribute(self, version: DesignVersion, name: str, default: object) -> object:
        if name == "standards":
            return [standard for standard in version.standards if standard.state == StandardState.ACTIVE]
        return super().get_attribute(version, name, default)


class DesignPage(Page):
    items = fields.List(fields.Nested(DesignInList))


class DesignQuery(PageQuery):
    q = fields.String(
        load_default="",
        validate=validate.Length(max=200, error="too_long"),
        metadata=words("Words in either language; the last may be a beginning."),
    )
    craft = one_of(Craft, "Only this craft.")


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


class BeforeAfter(ma.Schema):
    """A count with the limit in force, and with the one that is proposed."""

    before = fields.Integer()
    after = fields.Integer()


class ReplayCounts(ma.Schema):
    accept = fields.Nested(BeforeAfter)
    rework = fields.Nested(BeforeAfter)
    reject = fields.Nested(BeforeAfter)
    retake = fields.Nested(BeforeAfter)


class ChangedPhoto(ma.Schema):
    photo_id = fields.UUID()
    before = fields.String(metadata=words("The verdict with the limit in force.", enum=[*Verdict]))
    after = fields.String(metadata=words("The verdict with the proposed limit.", enum=[*Verdict]))


class Recalibration(ma.Schema):
    """What the corrections of a standard would change. Limits are in limits of the fit: 1 is as it was fitted."""

    proposal = fields.String(metadata=words("Names this proposal; what POST limits takes."))
    is_change = fields.Boolean(metadata=words("Whether another limit is proposed than the one in force."))
    missing = fields.Integer(metadata=words("So many more pieces have to be reviewed before anything is proposed."))
    limit = fields.Float(metadata=words("The proposed limit."))
    limit_in_force = fields.Float()
    expected_false_reject_rate = fields.Float(metadata=words("Share of good pieces not accepted, 0 to 1."))
    false_reject_interval = fields.List(fields.Float(), metadata=words("Between which bounds that share lies."))
    counts = fields.Nested(ReplayCounts, metadata=words("Verdicts over all photos inspected with the standard."))
    good = fields.Integer(metadata=words("Pieces that reviewers called good."))
    false_rejects = fields.Nested(BeforeAfter, metadata=words("Of these, how many are not accepted."))
    defective = fields.Integer(metadata=words("Pieces that reviewers called defective."))
    caught = fields.Nested(BeforeAfter, metadata=words("Of these, how many are not accepted."))
    uncounted = fields.List(
        fields.UUID(), metadata=words("Good pieces that count once the rest of their batch is reviewed.")
    )
    waiting = fields.List(fields.UUID(), metadata=words("The pieces that have to be reviewed for that."))
    alike = fields.List(fields.UUID(), metadata=words("Defective pieces that no limit tells apart from good ones."))
    changed = fields.List(fields.Nested(ChangedPhoto), metadata=words("Photos that would have another verdict."))


class Limit(ma.Schema):
    """A limit that a standard has had; the newest is in force."""

    number = fields.Integer(metadata=words("Counts up from 1; 0 is the standard as it was fitted."))
    limit = fields.Float(metadata=words("In limits of the fit."))
    artifact_sha256 = fields.String(
        attribute="artifact_hash", metadata=words("What inspections made with it name as standard_sha256.")
    )
    back_to = fields.Integer(allow_none=True, metadata=words("The earlier limit that was gone back to, if it was."))
    created_at = fields.AwareDateTime()


class LimitPage(Page):
    items = fields.List(fields.Nested(Limit))


class UsedProposal(Taken):
    proposal = fields.String(
        required=True,
        error_messages=WRONG,
        metadata=words("The `proposal` that was read; if anything has changed since, it is not used."),
    )


class EarlierLimit(Taken):
    number = fields.Integer(
        required=True,
        strict=True,
        error_messages={"required": "required", "null": "required", "invalid": "not_a_number"},
        metadata=words("The `number` of a limit that the standard has had; 0 for the one of the fit."),
    )
