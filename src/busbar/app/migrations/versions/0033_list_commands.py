"""Find what all stations of an operator were asked, the newest first."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply this step."""
    op.create_index(  # older processes go on: commands are few, and wait for the second that this takes
        op.f("ix_station_commands_operator_id_requested_at"),
        "station_commands",
        ["operator_id", "requested_at"],
        unique=False,
    )
