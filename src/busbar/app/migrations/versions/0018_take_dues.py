"""Take the price of a month from members of plans, once."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0018"
down_revision = "0017"

ID = sa.String(length=64)


def upgrade() -> None:
    """Apply this step."""
    op.add_column("plans", sa.Column("tax_permille", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "plan_dues",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("driver_id", ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", ID, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "driver_id", "month", name=op.f("pk_plan_dues")),
    )
    op.create_index(op.f("ix_plan_dues_driver_id_month"), "plan_dues", ["driver_id", "month"])


def downgrade() -> None:
    """Take this step back."""
    op.drop_table("plan_dues")
    op.drop_column("plans", "tax_permille")
