"""Keep what electricity costs, and what sessions cost by it."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "purchase_tariffs",
        sa.Column("purchase_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("terms_json", Json(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("purchase_id", name=op.f("pk_purchase_tariffs")),
    )
    op.create_index(op.f("ix_purchase_tariffs_operator_id"), "purchase_tariffs", ["operator_id"])
    op.create_table(
        "session_costs",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("is_due", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cost_nano", sa.BigInteger(), nullable=False),
        sa.Column("costed_wh", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_costs")),
    )
    op.create_index(
        "ix_session_costs_due",
        "session_costs",
        ["operator_id"],
        sqlite_where=sa.text("is_due"),
        postgresql_where=sa.text("is_due"),
    )
