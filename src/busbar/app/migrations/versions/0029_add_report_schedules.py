"""Have reports come round."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "report_schedules",
        sa.Column("schedule_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("plan", Json(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("last_at", Instant(), nullable=True),
        sa.Column("last_letters", Json(), nullable=False),
        sa.Column("last_sent", sa.Integer(), nullable=False),
        sa.Column("last_failed", sa.Integer(), nullable=False),
        sa.Column("last_reason", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_report_schedules")),
    )
    op.create_index(op.f("ix_report_schedules_operator_id"), "report_schedules", ["operator_id"])
    op.create_index(op.f("ix_report_schedules_next_at"), "report_schedules", ["next_at"])
