"""The search's own tables. Their rows are made from the others: service.database.migrate sees to it."""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

EMBEDDING_SIZE = 472


def upgrade() -> None:
    op.create_table(
        "catalog_entry",
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("changed_in", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("card", postgresql.JSONB(), nullable=False),
        sa.Column("facets", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price_idr", sa.BigInteger(), nullable=True),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("proven", sa.Integer(), nullable=False),
        sa.Column("title_words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("key_words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_catalog_entry_design_id")),
        sa.ForeignKeyConstraint(["version_id"], ["design_version.id"], name=op.f("fk_catalog_entry_version_id")),
        sa.PrimaryKeyConstraint("design_id", name=op.f("pk_catalog_entry")),
        sa.UniqueConstraint("number", name=op.f("uq_catalog_entry_number")),
    )
    op.create_index(op.f("ix_catalog_entry_changed_in"), "catalog_entry", ["changed_in"])
    op.create_index(op.f("ix_catalog_entry_published_at"), "catalog_entry", ["published_at"])
    op.create_index(op.f("ix_catalog_entry_slug"), "catalog_entry", ["slug"])
    op.create_index("ix_catalog_entry_words", "catalog_entry", ["words"], postgresql_using="gin")
    _create_likeness()
    op.create_table(
        "catalog_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_catalog_word")),
    )
    op.create_table(
        "photo_query",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.HALFVEC(EMBEDDING_SIZE), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_photo_query")),
    )
    op.create_index(op.f("ix_photo_query_expires_at"), "photo_query", ["expires_at"])
    for name in ("search_id", "search_en"):  # with their indexes
        op.drop_column("design_version", name)


def _create_likeness() -> None:
    op.create_table(
        "catalog_likeness",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("embedding", pgvector.sqlalchemy.HALFVEC(EMBEDDING_SIZE), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["catalog_entry.number"], name=op.f("fk_catalog_likeness_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_catalog_likeness")),
    )
    op.create_index(
        "ix_catalog_likeness_embedding",
        "catalog_likeness",
        ["embedding"],
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "halfvec_cosine_ops"},
    )


def downgrade() -> None:
    for name in ("search_id", "search_en"):
        empty = sa.text("''::tsvector")
        op.add_column("design_version", sa.Column(name, postgresql.TSVECTOR(), server_default=empty, nullable=False))
        op.alter_column("design_version", name, server_default=None)
        op.create_index(f"ix_design_version_{name}", "design_version", [name], postgresql_using="gin")
    for table in ("photo_query", "catalog_word", "catalog_likeness", "catalog_entry"):
        op.drop_table(table)
