"""A studio's own codes of designs are written as an import reads them: one blank between words, none after #."""

import itertools
import re

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

NAME = "ck_design_reference_is_clean"
MAX_REFERENCE = 80
# Blanks, and signs beyond ASCII, which may be blanks.
SUSPICIOUS = sa.text("SELECT id, studio_id, reference FROM design WHERE reference COLLATE \"C\" ~ '[^!-~]' ORDER BY id")
TAKEN = sa.text("SELECT 1 FROM design WHERE studio_id = :studio_id AND reference = :reference")
CHANGE = sa.text("UPDATE design SET reference = :reference WHERE id = :id")


def upgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(SUSPICIOUS).all():
        clean = re.sub(r"^(#+) ", r"\1", " ".join(row.reference.split())) or None
        if clean != row.reference:
            free = clean and _free(connection, row.studio_id, clean)
            connection.execute(CHANGE, {"id": row.id, "reference": free})
    op.create_check_constraint(op.f(NAME), "design", r"reference !~ '\s\s|^#+\s'")


def _free(connection: sa.Connection, studio_id: object, clean: str) -> str:
    """The code, numbered where another design of the studio has it already."""
    for number in itertools.count(1):
        end = "" if number == 1 else f" ({number})"
        reference = clean[: MAX_REFERENCE - len(end)] + end
        if not connection.execute(TAKEN, {"studio_id": studio_id, "reference": reference}).first():
            return reference
    raise AssertionError("numbers do not end")


def downgrade() -> None:
    op.drop_constraint(op.f(NAME), "design")
