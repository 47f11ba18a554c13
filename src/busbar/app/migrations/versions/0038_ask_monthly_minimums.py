"""Let plans have a monthly minimum."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("plans", sa.Column("monthly_minimum", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "plan_minimums",
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "driver_id", "month", name=op.f("pk_plan_minimums")),
    )
