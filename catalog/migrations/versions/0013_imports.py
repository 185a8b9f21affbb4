"""Imports of designs with their rows and pictures, and the reference by which a studio knows its designs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

JSONB = postgresql.JSONB(astext_type=sa.Text())
STATES = ("checking", "refused", "checked", "importing", "done", "cancelled")
ACTIONS = ("new", "draft", "next_version", "unchanged", "problem")


def upgrade() -> None:
    op.add_column("design", sa.Column("reference", sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_design_studio_id_reference"), "design", ["studio_id", "reference"])
    _create_imports()
    _create_pictures()
    _create_rows()


def _create_imports() -> None:
    op.create_table(
        "design_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("studio_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sheet_key", sa.Text(), nullable=False),
        sa.Column("problems", JSONB, nullable=False),
        sa.Column("picture_problems", JSONB, nullable=False),
        sa.Column("check_number", sa.Integer(), nullable=False),
        sa.Column("submits", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_design_import_state")),
        sa.ForeignKeyConstraint(["studio_id"], ["organisation.id"], name=op.f("fk_design_import_studio_id")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_design_import_created_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_design_import_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_import")),
    )
    op.create_index("ix_design_import_studio_id_created_at", "design_import", ["studio_id", "created_at"])


def _create_pictures() -> None:
    op.create_table(
        "design_import_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("image_key", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["design_import.id"], name=op.f("fk_design_import_picture_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_import_picture")),
        sa.UniqueConstraint("import_id", "folded_name", name=op.f("uq_design_import_picture_import_id_folded_name")),
    )
    op.create_index(op.f("ix_design_import_picture_image_key"), "design_import_picture", ["image_key"])


def _create_rows() -> None:
    op.create_table(
        "design_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cells", JSONB, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=True),
        sa.Column("problems", JSONB, nullable=False),
        sa.Column("result", sa.String(32), nullable=True),
        sa.Column("is_submitted", sa.Boolean(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"action IN {ACTIONS}", name=op.f("ck_design_import_row_action")),
        sa.CheckConstraint(f"result IN {ACTIONS}", name=op.f("ck_design_import_row_result")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["design_import.id"], name=op.f("fk_design_import_row_import_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["design_version.id"], name=op.f("fk_design_import_row_version_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_design_import_row")),
    )
    waiting = sa.text("result IS NULL")
    op.create_index("ix_design_import_row_waiting", "design_import_row", ["import_id", "number"], postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table("design_import_row")
    op.drop_table("design_import_picture")
    op.drop_table("design_import")
    op.drop_constraint(op.f("uq_design_studio_id_reference"), "design", type_="unique")
    op.drop_column("design", "reference")
