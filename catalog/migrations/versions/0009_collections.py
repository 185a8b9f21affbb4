"""Favourites and collections of people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "favourite",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_favourite_person_id")),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_favourite_design_id")),
        sa.PrimaryKeyConstraint("person_id", "design_id", name=op.f("pk_favourite")),
    )
    op.create_index(op.f("ix_favourite_design_id"), "favourite", ["design_id"])
    op.create_table(
        "collection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("share_token", sa.Text(), nullable=True),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_collection_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("share_token", name=op.f("uq_collection_share_token")),
    )
    op.create_index(op.f("ix_collection_person_id"), "collection", ["person_id"])
    op.create_table(
        "collection_item",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_collection_item_collection_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_collection_item_design_id")),
        sa.PrimaryKeyConstraint("collection_id", "design_id", name=op.f("pk_collection_item")),
    )
    op.create_index(op.f("ix_collection_item_design_id"), "collection_item", ["design_id"])


def downgrade() -> None:
    op.drop_table("collection_item")
    op.drop_table("collection")
    op.drop_table("favourite")
