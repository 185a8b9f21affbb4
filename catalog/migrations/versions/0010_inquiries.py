"""Inquiries: requests for quotation, as threads between a buyer, a studio and workshops."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("studio_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "answered",
                "quoted",
                "sample_agreed",
                "accepted",
                "declined",
                "withdrawn",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("incoterm", sa.String(length=3), nullable=True),
        sa.Column("incoterm_place", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("destination", sa.Text(), server_default="", nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("sample_first", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["organisation.id"], name=op.f("fk_inquiry_buyer_id")),
        sa.ForeignKeyConstraint(["studio_id"], ["organisation.id"], name=op.f("fk_inquiry_studio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    op.create_index("ix_inquiry_buyer_id_touched_at", "inquiry", ["buyer_id", "touched_at"], unique=False)
    op.create_index("ix_inquiry_studio_id_touched_at", "inquiry", ["studio_id", "touched_at"], unique=False)
    op.create_table(
        "inquiry_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "request",
                "message",
                "quotation",
                "event",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "action",
            sa.Enum(
                "reply",
                "quote",
                "withdraw_quotation",
                "invite",
                "agree_sample",
                "accept",
                "decline",
                "withdraw",
                "reopen",
                "close",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "answered",
                "quoted",
                "sample_agreed",
                "accepted",
                "declined",
                "withdrawn",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "party",
            sa.Enum("buyer", "studio", "workshop", name="party", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum("all", "principals", name="audience", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("quotation_id", sa.Uuid(), nullable=True),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("token", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_entry_inquiry_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_inquiry_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inquiry_entry_person_id")),
        sa.ForeignKeyConstraint(["quotation_id"], ["inquiry_entry.id"], name=op.f("fk_inquiry_entry_quotation_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["organisation.id"], name=op.f("fk_inquiry_entry_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_entry")),
        sa.UniqueConstraint("inquiry_id", "number", name=op.f("uq_inquiry_entry_inquiry_id_number")),
        sa.UniqueConstraint("person_id", "token", name=op.f("uq_inquiry_entry_person_id_token")),
    )
    op.create_index("ix_inquiry_entry_person_id_created_at", "inquiry_entry", ["person_id", "created_at"], unique=False)
    op.create_table(
        "inquiry_reading",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_reading_inquiry_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inquiry_reading_person_id")),
        sa.PrimaryKeyConstraint("inquiry_id", "person_id", name=op.f("pk_inquiry_reading")),
    )
    op.create_table(
        "inquiry_workshop",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_workshop_inquiry_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["organisation.id"], name=op.f("fk_inquiry_workshop_workshop_id")),
        sa.PrimaryKeyConstraint("inquiry_id", "workshop_id", name=op.f("pk_inquiry_workshop")),
    )
    op.create_index(op.f("ix_inquiry_workshop_workshop_id"), "inquiry_workshop", ["workshop_id"], unique=False)
    op.create_table(
        "inquiry_attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=True),
        sa.Column("height_px", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["inquiry_entry.id"], name=op.f("fk_inquiry_attachment_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_attachment")),
    )
    op.create_index(op.f("ix_inquiry_attachment_entry_id"), "inquiry_attachment", ["entry_id"], unique=False)
    op.create_table(
        "inquiry_line",
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("target", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_line_inquiry_id")),
        sa.ForeignKeyConstraint(["version_id"], ["design_version.id"], name=op.f("fk_inquiry_line_version_id")),
        sa.PrimaryKeyConstraint("inquiry_id", "position", name=op.f("pk_inquiry_line")),
    )
    op.create_index(op.f("ix_inquiry_line_version_id"), "inquiry_line", ["version_id"], unique=False)
    op.create_table(
        "inquiry_quotation",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("prices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("incoterm", sa.String(length=3), nullable=False),
        sa.Column("incoterm_place", sa.Text(), nullable=False),
        sa.Column("lead_time_days", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("sample", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["inquiry_entry.id"], name=op.f("fk_inquiry_quotation_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_inquiry_quotation")),
    )


def downgrade() -> None:
    op.drop_table("inquiry_quotation")
    op.drop_index(op.f("ix_inquiry_line_version_id"), table_name="inquiry_line")
    op.drop_table("inquiry_line")
    op.drop_index(op.f("ix_inquiry_attachment_entry_id"), table_name="inquiry_attachment")
    op.drop_table("inquiry_attachment")
    op.drop_index(op.f("ix_inquiry_workshop_workshop_id"), table_name="inquiry_workshop")
    op.drop_table("inquiry_workshop")
    op.drop_table("inquiry_reading")
    op.drop_index("ix_inquiry_entry_person_id_created_at", table_name="inquiry_entry")
    op.drop_table("inquiry_entry")
    op.drop_index("ix_inquiry_studio_id_touched_at", table_name="inquiry")
    op.drop_index("ix_inquiry_buyer_id_touched_at", table_name="inquiry")
    op.drop_table("inquiry")
