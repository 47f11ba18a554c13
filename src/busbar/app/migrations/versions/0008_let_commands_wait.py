"""Let requests wait for stations that are away."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0008"
down_revision = "0007"

QUEUE = sa.text("answered_at IS NULL AND queue_position IS NOT NULL")


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("stations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("queued_commands", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("station_commands", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("queue_position", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("sent_at", Instant(), nullable=True))
    op.create_index(  # older processes go on: there is one row a request, so they wait for a moment
        "ix_station_commands_queue",
        "station_commands",
        ["station_id", "queue_position"],
        sqlite_where=QUEUE,
        postgresql_where=QUEUE,
    )


def downgrade() -> None:
    """Take this step back: what waits is not sent."""
    op.execute("UPDATE station_commands SET outcome = 'undelivered' WHERE outcome = 'queued'")
    op.drop_index("ix_station_commands_queue", "station_commands")
    with op.batch_alter_table("station_commands", schema=None) as batch_op:
        batch_op.drop_column("sent_at")
        batch_op.drop_column("queue_position")
        batch_op.drop_column("expires_at")
    with op.batch_alter_table("stations", schema=None) as batch_op:
        batch_op.drop_column("queued_commands")
