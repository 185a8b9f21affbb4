"""What corrections would change of a standard's limit, and the limits it has had."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields

from catalog.inspections import Verdict
from service.api.schemas.basics import WRONG, Page, Taken, words


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
