"""How sure a colour difference is, and up to which it would have been accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COLUMNS = ("colour_uncertainty", "colour_limit")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("inspection", sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("inspection", name)
