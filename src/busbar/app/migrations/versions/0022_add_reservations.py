"""Keep reservations, and what drivers may reserve."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "reservations",
        sa.Column("reservation_id", sa.String(length=64), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("evse_id", sa.BigInteger(), nullable=True),
        sa.Column("driver_id", sa.String(length=64), nullable=True),
        sa.Column("token_value", sa.String(length=255), nullable=False),
        sa.Column("token_kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=50), nullable=False),
        sa.Column("requested_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("held_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_reservations")),
        sa.UniqueConstraint("command_id", name=op.f("uq_reservations_command_id")),
    )
    for columns in (
        ("operator_id", "created_at"),
        ("station_id", "state"),
        ("driver_id", "state"),
        ("state", "expires_at"),
    ):
        op.create_index(op.f(f"ix_reservations_{'_'.join(columns)}"), "reservations", list(columns))
    op.create_table(
        "reservation_policies",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("minutes_max", sa.Integer(), nullable=False),
        sa.Column("per_driver_max", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_reservation_policies")),
    )
