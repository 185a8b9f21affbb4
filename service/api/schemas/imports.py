"""Imports of designs, as the API takes and gives them."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.exchange.plan import ImportState, RowAction
from service.api.schemas.basics import WRONG_TYPE, Page, PageQuery, Taken, one_of, words
from service.api.schemas.organisations import OrganisationName
from service.import_words import problem_sentence

RESULTS = [action.value for action in RowAction]


class ImportProblem(ma.Schema):
    code = fields.String(metadata=words("A stable word for programs."))
    column = fields.String(metadata=words("The column it is about, or empty."))
    name = fields.Function(
        lambda problem: problem["details"].get("name", ""),
        metadata=words("The file, picture or design it is about, or empty.", type="string"),
    )
    message = fields.Function(
        problem_sentence, metadata=words("A sentence for people, in the language of Accept-Language.", type="string")
    )


def problem_list(description: str) -> fields.List:
    """What is wrong, each with its sentence."""
    return fields.List(fields.Nested(ImportProblem), metadata=words(description))


class RowCounts(ma.Schema):
    """How many rows by what they did, or would do."""

    new = fields.Integer(metadata=words("New designs."))
    draft = fields.Integer(metadata=words("Changes of drafts."))
    next_version = fields.Integer(metadata=words("New versions of published designs."))
    unchanged = fields.Integer(metadata=words("Designs that say the same already."))
    problem = fields.Integer(metadata=words("Rows that are left out."))


class Import(ma.Schema):
    """An import of designs."""

    id = fields.UUID()
    state = fields.String(metadata=words("Where it is.", enum=[state.value for state in ImportState]))
    file_name = fields.String(metadata=words("The spreadsheet."))
    studio = fields.Nested(OrganisationName, allow_none=True, metadata=words("Whose designs; null: as the rows say."))
    created_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True, metadata=words("When it was over."))
    problems = problem_list("Why the spreadsheet cannot be imported at all.")
    picture_problems = problem_list("Why pictures were not taken.")
    rows = fields.Nested(RowCounts)
    left = fields.Integer(metadata=words("Rows still to be imported."))


class ImportPage(Page):
    items = fields.List(fields.Nested(Import))


class ImportRow(ma.Schema):
    number = fields.Integer(metadata=words("The row, as spreadsheets count."))
    reference = fields.String(metadata=words("The studio's own code of the design."))
    title = fields.String()
    action = fields.String(metadata=words("What it would do.", enum=RESULTS))
    result = fields.String(
        allow_none=True, metadata=words("What came of it, null as long as nothing did.", enum=[*RESULTS, None])
    )
    is_submitted = fields.Boolean(metadata=words("Whether the draft was sent to review."))
    version_id = fields.UUID(allow_none=True, metadata=words("The version of the design it is about."))
    problems = problem_list("What is wrong with it.")


class ImportRowPage(Page):
    items = fields.List(fields.Nested(ImportRow))


class ImportRowQuery(PageQuery):
    show = one_of(RowAction, "Only rows that came, or would come, to this.")


class ConfirmedImport(Taken):
    submits = fields.Boolean(
        load_default=False,
        error_messages=WRONG_TYPE,
        metadata=words("Send complete designs to review; all others stay drafts."),
    )


class ExportQuery(Taken):
    which = fields.String(
        load_default="newest",
        validate=ma.validate.OneOf(("newest", "published"), error="unknown_choice"),
        metadata=words("The newest version of each design, or the newest that is published."),
    )
    studio_id = fields.UUID(
        load_default=None,
        error_messages={"invalid_uuid": "not_an_identifier"},
        metadata=words("For administrators: one studio instead of all."),
    )
