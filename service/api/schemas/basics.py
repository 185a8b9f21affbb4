"""What all nouns of the API share: how a field is described, texts in both languages, errors and pages of a list."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

MAX_PAGE_SIZE = 200
MAX_PAGE = 100_000
WRONG = {"required": "required", "null": "not_text", "invalid": "not_text", "validator_failed": "unknown_choice"}
WRONG_TYPE = {"invalid": "wrong_type", "null": "wrong_type"}


def words(description: str, **more: object) -> dict[str, object]:
    """A field's line in the document."""
    return {"description": description, **more}


def one_of(values, description: str, **options) -> fields.String:
    """One of these, such as an enumeration's values."""
    choices = [str(value) for value in values]
    check = validate.OneOf(choices, error="unknown_choice")
    return fields.String(validate=check, error_messages=WRONG, metadata=words(description), **options)


def link(make, description: str, *, or_null: bool = False) -> fields.Function:
    """An absolute address, made from the record."""
    kind = ["string", "null"] if or_null else "string"
    return fields.Function(make, metadata=words(description, type=kind, format="uri"))


class Taken(ma.Schema):
    """What a client sends: unknown fields are refused, so that a typing mistake is not lost in silence."""

    error_messages = {"unknown": "unknown_field", "type": "wrong_type"}


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
        validate=validate.Range(min=1, max=MAX_PAGE, error="out_of_range"),
        error_messages={"invalid": "not_a_whole_number"},
        metadata=words("Which page, counted from 1."),
    )
    page_size = fields.Integer(
        load_default=50,
        validate=validate.Range(min=1, max=MAX_PAGE_SIZE, error="out_of_range"),
        error_messages={"invalid": "not_a_whole_number"},
        metadata=words("How many on a page."),
    )


class Page(ma.Schema):
    page = fields.Integer(metadata=words("This page, counted from 1."))
    page_size = fields.Integer(metadata=words("Most items on a page."))
    total = fields.Integer(metadata=words("How many items there are on all pages."))
    pages = fields.Integer(metadata=words("How many pages there are to read; after the last one they are empty."))
