"""Sign-ins that were signed out of."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "ended_sign_in",
        sa.Column("sign_in_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sign_in_hash", name=op.f("pk_ended_sign_in")),
    )


def downgrade() -> None:
    op.drop_table("ended_sign_in")
