"""Rows of an import that are derived from another row of the same file."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("design_import_row", sa.Column("original_row", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("design_import_row", "original_row")
