"""What holds a picture's place until it is loaded; and a job for each picture that is there, to make its copies."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("design_picture", sa.Column("placeholder", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_design_picture_image_key", "design_picture", ["image_key"])
    # As service.queue.JobQueue.prepare_picture would queue them.
    op.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)"
        " SELECT 'housekeeping', 'prepare_picture', -10, jsonb_build_object('image_key', image_key)"
        " FROM (SELECT DISTINCT image_key FROM design_picture) AS pictures"
    )


def downgrade() -> None:
    op.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'prepare_picture' AND status = 'todo'")
    op.drop_index("ix_design_picture_image_key", "design_picture")
    op.drop_column("design_picture", "placeholder")
