"""Keep which tariff a station reckons a session with, and whether it took ours."""

import sqlalchemy as sa
from alembic import op

from busbar.db.schema import Instant

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "station_tariffs",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("station_id", sa.String(length=64), nullable=False),
        sa.Column("tariff_ref", sa.String(length=80), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("wanted_ref", sa.String(length=80), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("command_id", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=200), nullable=True),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_station_tariffs")),
    )
