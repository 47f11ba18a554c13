"""Keep what reservations cost."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("session_prices", sa.Column("reserved_at", Instant(), nullable=True))
    op.add_column("session_prices", sa.Column("reserved_until", Instant(), nullable=True))
    op.create_table(
        "reservation_prices",
        sa.Column("reservation_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("driver_id", sa.String(length=64), nullable=False),
        sa.Column("tariff_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tariff_name", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_reservation_prices")),
    )
    for column in ("operator_id", "driver_id"):
        op.create_index(op.f(f"ix_reservation_prices_{column}_at"), "reservation_prices", [column, "at"])
