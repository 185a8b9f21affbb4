"""What workshops show of the designs they make, and what their batches come to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

VIEWS = ("from_above", "front", "side", "back", "inside", "underside", "detail")
LEVELS = ("new", "forming", "proven", "slipping", "resting")


def choice(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "make_record",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("speaks", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("view", choice(VIEWS, "view"), nullable=True),
        sa.Column("level", choice(LEVELS, "level"), server_default="new", nullable=False),
        sa.Column("accepted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pieces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("batches", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("rules", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_make_record_design_id")),
        sa.ForeignKeyConstraint(["version_id"], ["design_version.id"], name=op.f("fk_make_record_version_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["organisation.id"], name=op.f("fk_make_record_workshop_id")),
        sa.PrimaryKeyConstraint("workshop_id", "version_id", name=op.f("pk_make_record")),
    )
    op.create_index("ix_make_record_design_id", "make_record", ["design_id", "workshop_id"])
    op.create_index("ix_make_record_review_on", "make_record", ["review_on"])
    op.create_table(
        "maker_count",
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("makers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("proven", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_maker_count_design_id")),
        sa.PrimaryKeyConstraint("design_id", name=op.f("pk_maker_count")),
    )
    op.create_index("ix_maker_count_proven", "maker_count", ["proven", "design_id"])
    op.create_table(
        "shown_design",
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("shown_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_shown_design_design_id")),
        sa.ForeignKeyConstraint(["shown_by"], ["person.id"], name=op.f("fk_shown_design_shown_by")),
        sa.ForeignKeyConstraint(["workshop_id"], ["organisation.id"], name=op.f("fk_shown_design_workshop_id")),
        sa.PrimaryKeyConstraint("workshop_id", "design_id", name=op.f("pk_shown_design")),
    )
    op.create_index("ix_shown_design_design_id", "shown_design", ["design_id"])
    _create_make()
    # The workshops that have had pieces judged: the worker reckons their records when it starts, as rules 0 are old.
    op.execute(
        "INSERT INTO make_record (workshop_id, version_id, design_id)"
        " SELECT DISTINCT batch.workshop_id, reference_standard.version_id, design_version.design_id FROM batch"
        " JOIN reference_standard ON batch.standard_id = reference_standard.id"
        " JOIN design_version ON reference_standard.version_id = design_version.id"
        " WHERE EXISTS (SELECT FROM batch_photo JOIN inspection ON inspection.photo_id = batch_photo.id"
        " WHERE batch_photo.batch_id = batch.id)"
    )


def _create_make() -> None:
    op.create_table(
        "make",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("caption", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("alt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.Uuid(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["consented_by"], ["person.id"], name=op.f("fk_make_consented_by")),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_make_design_id")),
        sa.ForeignKeyConstraint(["hidden_by"], ["person.id"], name=op.f("fk_make_hidden_by")),
        sa.ForeignKeyConstraint(["photo_id"], ["batch_photo.id"], name=op.f("fk_make_photo_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_make_withdrawn_by")),
        sa.ForeignKeyConstraint(["workshop_id"], ["organisation.id"], name=op.f("fk_make_workshop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_make")),
        sa.UniqueConstraint("photo_id", name=op.f("uq_make_photo_id")),
    )
    op.create_index("ix_make_design_id_consented_at", "make", ["design_id", "consented_at"])
    op.create_index("ix_make_workshop_id", "make", ["workshop_id"])


def downgrade() -> None:
    for table in ("make", "shown_design", "maker_count", "make_record"):
        op.drop_table(table)
