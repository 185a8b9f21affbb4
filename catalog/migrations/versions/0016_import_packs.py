"""Tech packs that come with an import."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "design_import_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=False),
        sa.Column("drawing_keys", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("picture_keys", sa.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["design_import.id"], name=op.f("fk_design_import_pack_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_import_pack")),
        sa.UniqueConstraint("import_id", "folded_name", name=op.f("uq_design_import_pack_import_id_folded_name")),
    )


def downgrade() -> None:
    op.drop_table("design_import_pack")
