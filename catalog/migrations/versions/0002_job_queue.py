"""The job queue: procrastinate's own schema, in the same database so that a job and its record commit together."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # On the driver's own cursor: the script is many statements, and its percent signs are no placeholders.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(SchemaManager.get_schema())


def downgrade() -> None:
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(
            "DO $$ DECLARE found record; BEGIN"
            " FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate_%'"
            " LOOP EXECUTE 'DROP FUNCTION IF EXISTS ' || found.name || ' CASCADE'; END LOOP;"
            " FOR found IN SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'procrastinate_%'"
            " LOOP EXECUTE 'DROP TABLE IF EXISTS ' || found.name || ' CASCADE'; END LOOP;"
            " FOR found IN SELECT typname AS name FROM pg_type"
            " WHERE typname LIKE 'procrastinate_%' AND typtype IN ('e', 'c')"
            " LOOP EXECUTE 'DROP TYPE IF EXISTS ' || found.name || ' CASCADE'; END LOOP; END $$"
        )
