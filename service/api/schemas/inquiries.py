"""Inquiries, as the API takes and gives them. Amounts of money are decimal numbers, given as strings."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from catalog.inquiries import INCOTERMS, MAX_LINES, MAX_TEXT, Action, Audience, EntryKind, InquiryState, Party
from catalog.money import CURRENCIES
from catalog.quotations import QuotationState
from service.addresses import address
from service.api.schemas.basics import WRONG, WRONG_TYPE, Page, Taken, Text, link, one_of, words
from service.api.schemas.organisations import OrganisationName

NUMBER = {"required": "required", "null": "required", "invalid": "not_a_number", "too_large": "out_of_range"}
WHOLE_NUMBER = NUMBER | {"invalid": "not_a_whole_number"}
TOKEN = words("Made by the client; the same one sent again is no second inquiry or message.")


def text(description: str, most: int = MAX_TEXT, **options) -> fields.String:
    check = validate.Length(max=most, error="too_long")
    return fields.String(validate=check, error_messages=WRONG, metadata=words(description), **options)


def token() -> fields.UUID:
    return fields.UUID(load_default=None, error_messages={"invalid_uuid": "not_an_identifier"}, metadata=TOKEN)


class NewInquiryLine(Taken):
    design = text("The `slug` of a published design; its newest version is asked for.", 200, required=True)
    quantity = fields.Integer(
        strict=True, required=True, error_messages=WHOLE_NUMBER, metadata=words("How many pieces.")
    )
    target_price = fields.Decimal(
        places=2, load_default=None, error_messages=NUMBER, metadata=words("What one piece should cost.", type="string")
    )


class NewInquiry(Taken):
    lines = fields.List(
        fields.Nested(NewInquiryLine),
        required=True,
        validate=[validate.Length(min=1, error="required"), validate.Length(max=MAX_LINES, error="too_many")],
        error_messages=WRONG | {"invalid": "wrong_type"},
        metadata=words("What is asked for; all designs of one studio."),
    )
    currency = one_of(CURRENCIES, "Of the target prices, ISO 4217.")
    incoterm = one_of(INCOTERMS, "A term of Incoterms 2020.")
    incoterm_place = text("The place that the term names.", load_default="")
    country = text("Where to: ISO 3166-1 alpha-2.", 2, required=True)
    destination = text("A town or port in it.", load_default="")
    wanted_on = fields.Date(
        load_default=None, error_messages={"invalid": "not_a_date"}, metadata=words("By when it is wanted.")
    )
    sample_first = fields.Boolean(
        load_default=False,
        error_messages=WRONG_TYPE,
        metadata=words("Whether a sample comes first."),
    )
    note = text("Words to the studio, in any language.", load_default="")
    token = token()


class NewMessage(Taken):
    text = text("What is said, in any language. It stays as it is once sent.", required=True)
    private = fields.Boolean(
        load_default=False,
        error_messages=WRONG_TYPE,
        metadata=words("Only buyer and studio read it, no invited workshop."),
    )
    token = token()


class InquiryLine(ma.Schema):
    design_slug = fields.String(attribute="version.design.slug")
    design_title = fields.Nested(Text, attribute="version.title")
    design_version = fields.Integer(attribute="version.number")
    quantity = fields.Integer()
    target_price = fields.Decimal(attribute="target", as_string=True, allow_none=True)


class InquiryInList(ma.Schema):
    id = fields.UUID()
    state = fields.String(metadata=words("Where it stands.", enum=[*InquiryState]))
    buyer = fields.Nested(OrganisationName)
    studio = fields.Nested(OrganisationName)
    lines = fields.List(fields.Nested(InquiryLine))
    created_at = fields.AwareDateTime()
    touched_at = fields.AwareDateTime(metadata=words("When the newest entry was written."))
    url = link(lambda inquiry: address("inquiries.show", inquiry_id=inquiry.id), "The inquiry's page.")


class Attachment(ma.Schema):
    file_name = fields.String()
    content_type = fields.String(metadata=words("What its bytes say it is."))
    size_bytes = fields.Integer()
    url = link(lambda file: address("pictures.attached_file", attachment_id=file.id), "The file; with the same token.")


class QuotedPrice(ma.Schema):
    line = fields.Integer(metadata=words("Which line of the inquiry, counted from 1."))
    unit = fields.String(metadata=words("The price of one piece."))
    minimum = fields.Integer(allow_none=True, metadata=words("From how many pieces on."))


class Quotation(ma.Schema):
    state = fields.String(metadata=words("Whether it can be accepted: only while it stands.", enum=[*QuotationState]))
    prices = fields.List(fields.Nested(QuotedPrice))
    currency = fields.String()
    incoterm = fields.String(metadata=words("A term of Incoterms 2020."))
    incoterm_place = fields.String()
    lead_time_days = fields.Integer()
    valid_until = fields.Date()
    sample_price = fields.Decimal(
        attribute="sample",
        as_string=True,
        allow_none=True,
        metadata=words("Of one sample; null where none is offered."),
    )


class InquiryEntry(ma.Schema):
    """A request, message, quotation or event; never changed once it is there."""

    number = fields.Integer(metadata=words("Counts up within the inquiry; what one may not read is left out."))
    kind = fields.String(metadata=words("What it is.", enum=[*EntryKind]))
    action = fields.String(
        dump_default=None, metadata=words("What was done.", type=["string", "null"], enum=[*Action, None])
    )
    state = fields.String(metadata=words("The inquiry's state after it.", enum=[*InquiryState]))
    party = fields.String(metadata=words("As what its author takes part.", enum=[*Party]))
    organisation = fields.Nested(OrganisationName)
    person = fields.String(attribute="person.name", dump_default=None, allow_none=True)
    audience = fields.String(metadata=words("Who reads it.", enum=[*Audience]))
    text = fields.String()
    language = fields.String(allow_none=True, metadata=words("Of the pages that its author read."))
    quotation = fields.Nested(Quotation, allow_none=True)
    attachments = fields.List(fields.Nested(Attachment))
    created_at = fields.AwareDateTime()


class Inquiry(InquiryInList):
    currency = fields.String(allow_none=True, metadata=words("Of the target prices."))
    incoterm = fields.String(allow_none=True)
    incoterm_place = fields.String()
    country = fields.String(metadata=words("ISO 3166-1 alpha-2."))
    destination = fields.String()
    wanted_on = fields.Date(allow_none=True)
    sample_first = fields.Boolean()
    entries = fields.List(fields.Nested(InquiryEntry), metadata=words("The thread, as far as you read it."))


class InquiryPage(Page):
    items = fields.List(fields.Nested(InquiryInList))
