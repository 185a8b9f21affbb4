"""What a design says of its making, trade and licence; its way to the catalog; exchange rates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

JSONB = postgresql.JSONB(astext_type=sa.Text())
STATES = ("draft", "in_review", "published", "retired")
ACTIONS = ("created", "submitted", "taken_back", "sent_back", "published", "retired")
CRAFTS = "('ceramics','wood','rattan_bamboo','metal','textile_batik','leather','silver','stone','other')"


def upgrade() -> None:
    _add_columns()
    # Families are kept as data beside the code: the database no longer lists them.
    op.drop_constraint(op.f("ck_design_version_craft"), "design_version", type_="check")
    op.alter_column("design_version", "craft", type_=sa.Text(), existing_type=sa.String(32), existing_nullable=False)
    op.drop_constraint(op.f("ck_design_version_state"), "design_version", type_="check")
    op.create_check_constraint(op.f("ck_design_version_state"), "design_version", f"state IN {STATES}")
    # What was published without naming a licence reserved its rights.
    op.execute("UPDATE design_version SET licence = 'all_rights_reserved' WHERE state <> 'draft'")
    _create_events()
    _create_exchange_rates()


def _add_columns() -> None:
    columns = (
        sa.Column("story", JSONB, nullable=False, server_default='{"id": "", "en": ""}'),
        sa.Column("attributes", JSONB, nullable=False, server_default="{}"),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("minimum_order", sa.Integer(), nullable=True),
        sa.Column("price_amount", sa.Numeric(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False, server_default=""),
        sa.Column("licence", sa.Text(), nullable=False, server_default=""),
        sa.Column("royalty_amount", sa.Numeric(), nullable=True),
        sa.Column("royalty_currency", sa.Text(), nullable=True),
        sa.Column("credit", sa.Text(), nullable=False, server_default=""),
        sa.Column("derived_from_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
    )
    for column in columns:
        op.add_column("design_version", column)
    # Only what was there before needs a default.
    op.alter_column("design_version", "story", server_default=None)
    op.alter_column("design_version", "attributes", server_default=None)
    foreign_keys = {"derived_from_id": "design_version", "submitted_by": "person"}
    for name, table in foreign_keys.items():
        op.create_foreign_key(op.f(f"fk_design_version_{name}"), "design_version", table, [name], ["id"])
    op.create_index(op.f("ix_design_version_derived_from_id"), "design_version", ["derived_from_id"])


def _create_events() -> None:
    op.create_table(
        "design_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(*ACTIONS, name="action", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["version_id"], ["design_version.id"], name=op.f("fk_design_event_version_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_design_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_event")),
    )
    op.create_index(op.f("ix_design_event_version_id"), "design_event", ["version_id"])
    known = {"created": ("created_by", "created_at"), "published": ("published_by", "published_at")}
    for action, (person, time) in known.items():
        op.execute(
            "INSERT INTO design_event (id, version_id, action, person_id, created_at) "
            f"SELECT gen_random_uuid(), id, '{action}', {person}, {time} FROM design_version WHERE {time} IS NOT NULL"
        )


def _create_exchange_rates() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("idr_per_unit", sa.Numeric(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_exchange_rate_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
    )
    op.create_index("ix_exchange_rate_newest", "exchange_rate", ["currency", "rated_on", "created_at"])


def downgrade() -> None:
    op.drop_table("exchange_rate")
    op.drop_table("design_event")
    op.execute("UPDATE design_version SET state = 'draft' WHERE state = 'in_review'")
    op.drop_constraint(op.f("ck_design_version_state"), "design_version", type_="check")
    op.create_check_constraint(
        op.f("ck_design_version_state"), "design_version", "state IN ('draft', 'published', 'retired')"
    )
    op.alter_column("design_version", "craft", type_=sa.String(32), existing_type=sa.Text(), existing_nullable=False)
    op.create_check_constraint(op.f("ck_design_version_craft"), "design_version", f"craft IN {CRAFTS}")
    op.drop_index(op.f("ix_design_version_derived_from_id"), "design_version")
    for name in (
        "submitted_by",
        "derived_from_id",
        "credit",
        "royalty_currency",
        "royalty_amount",
        "licence",
        "origin",
        "price_currency",
        "price_amount",
        "minimum_order",
        "lead_time_days",
        "attributes",
        "story",
    ):
        op.drop_column("design_version", name)
