"""By which rules a row of the search was made: the worker makes those of earlier ones anew."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("catalog_entry", sa.Column("edition", sa.SmallInteger(), server_default="1", nullable=False))
    op.create_index("ix_catalog_entry_edition", "catalog_entry", ["edition"])


def downgrade() -> None:
    op.drop_index("ix_catalog_entry_edition", "catalog_entry")
    op.drop_column("catalog_entry", "edition")
