"""By which rules a row of the search was made: those of earlier ones are made anew at the next start."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("catalog_entry", sa.Column("edition", sa.SmallInteger(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("catalog_entry", "edition")
