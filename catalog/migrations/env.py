"""Runs the migrations on the address and against the tables that the caller hands in with the configuration."""

from alembic import context
from sqlalchemy import NullPool, create_engine

config = context.config
engine = create_engine(config.attributes["url"], poolclass=NullPool)  # a change that fails leaves nothing open


def is_ours(name: str | None, kind: str, parent_names: dict) -> bool:
    """The job queue brings tables of its own, which are not in our metadata."""
    return not (kind == "table" and name.startswith("procrastinate_"))


with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=config.attributes["metadata"], include_name=is_ours, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
