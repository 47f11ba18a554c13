"""Write monthly statements for whoever wishes them."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "statement_plans",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("buyer", Json(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("last_at", Instant(), nullable=True),
        sa.Column("last_count", sa.Integer(), nullable=False),
        sa.Column("last_reason", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", "party", name=op.f("pk_statement_plans")),
    )
