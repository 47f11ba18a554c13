"""Keep what stations show of prices, what they reckoned themselves, and the cost at which a driver wants to stop."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant, Json

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "station_displays",
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=True),
        sa.Column("parts", Json(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("known_at", Instant(), nullable=True),
        sa.Column("tariff_ref", sa.String(length=80), nullable=False),
        sa.Column("price_text", sa.String(length=1024), nullable=False),
        sa.Column("price_digest", sa.String(length=64), nullable=False),
        sa.Column("price_sent_at", Instant(), nullable=True),
        sa.Column("price_command_id", sa.String(length=64), nullable=True),
        sa.Column("price_outcome", sa.String(length=16), nullable=True),
        sa.Column("price_status", sa.String(length=200), nullable=True),
        sa.Column("cost_session_id", sa.String(length=64), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("cost_currency", sa.String(length=3), nullable=True),
        sa.Column("cost_sent_at", Instant(), nullable=True),
        sa.Column("cost_command_id", sa.String(length=64), nullable=True),
        sa.Column("cost_outcome", sa.String(length=16), nullable=True),
        sa.Column("cost_status", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_displays")),
    )
    with op.batch_alter_table("station_displays", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_station_displays_operator_id"), ["operator_id"], unique=False)
    op.create_table(
        "station_costs",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.String(length=40), nullable=True),
        sa.Column("gross", sa.String(length=40), nullable=True),
        sa.Column("failure", sa.String(length=500), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_station_costs")),
    )
    with op.batch_alter_table("session_prices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("transaction_ref", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("register_wh", sa.BigInteger(), nullable=True))
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("target_cost", sa.BigInteger(), nullable=True))
