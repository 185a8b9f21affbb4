"""Tech packs of versions, and the workshops they are shared with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "tech_pack",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_tech_pack_changed_by")),
        sa.ForeignKeyConstraint(["version_id"], ["design_version.id"], name=op.f("fk_tech_pack_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_tech_pack")),
    )
    op.create_table(
        "tech_pack_share",
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("shared_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_tech_pack_share_design_id")),
        sa.ForeignKeyConstraint(["shared_by"], ["person.id"], name=op.f("fk_tech_pack_share_shared_by")),
        sa.ForeignKeyConstraint(["workshop_id"], ["organisation.id"], name=op.f("fk_tech_pack_share_workshop_id")),
        sa.PrimaryKeyConstraint("design_id", "workshop_id", name=op.f("pk_tech_pack_share")),
    )
    op.create_index("ix_tech_pack_share_workshop_id", "tech_pack_share", ["workshop_id"])


def downgrade() -> None:
    op.drop_table("tech_pack_share")
    op.drop_table("tech_pack")
